// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recordingsession_p.h"
#include "model/base/bytes.h"
#include "model/base/writeall.h"
#include "model/format/outputfile.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <span>
#include <utility>

namespace thresher::capture {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kStopPatience = 60s; // a full disk or a slow line may hold up the last pages
constexpr std::chrono::milliseconds kCommandPatience
    = 2s; // between asking it to end and giving it up
constexpr Clock::duration kFirstMaps = 5ms; // short commands have short lives
constexpr Clock::duration kLastMaps = 1s;
constexpr std::string_view kHistogramsMessage = "histograms";
constexpr Clock::duration kHistogramPeriod = 1s;
/// Kept on disk as well, for a crash: each time when half as much again was recorded, so that an
/// hour has a dozen of them.
constexpr Clock::duration kFirstKeptHistograms = 2s;

template<typename... Ts>
struct Overloaded : Ts...
{
    using Ts::operator()...;
};
template<typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::uint64_t newTraceId()
{
    std::random_device random;
    return (std::uint64_t{random()} << 32U) | random();
}

template<typename F, typename... Args>
void call(const F &callback, Args &&...args)
{
    if (callback)
        callback(std::forward<Args>(args)...);
}

/// Also as a trigger of an event or a probe.
bool countsHistograms(const InstanceRequest &instance)
{
    const auto counts = [](const auto &event) {
        return std::any_of(event.triggers.begin(), event.triggers.end(),
                           [](const std::string &trigger) { return trigger.starts_with("hist:"); });
    };
    return !instance.histograms.empty()
           || std::any_of(instance.events.begin(), instance.events.end(), counts)
           || std::any_of(instance.probes.begin(), instance.probes.end(), counts);
}

} // namespace

Result<void> RecordingControl::send(const std::string &json)
{
    const std::scoped_lock lock(m_mutex);
    if (m_channel == nullptr)
        return fail(ErrorKind::InvalidArgument, "Nothing is being recorded.");
    return m_channel->sendMessage(json);
}

Result<void> RecordingControl::snapshot(std::uint16_t instance)
{
    return send(snapshotMessage(instance));
}

Result<void> RecordingControl::readRings()
{
    return send(plainMessage("read_rings"));
}

Result<void> RecordingControl::mark(std::string_view text)
{
    return send(markerMessage(text));
}

RecordingSession::RecordingSession(const RecordingPlan &plan, const RecordingCallbacks &callbacks,
                                   const std::stop_token &stop, RecordingControl &control)
    : m_plan(plan)
    , m_callbacks(callbacks)
    , m_stop(stop)
    , m_control(control)
    , m_wakeup(stop)
{
    for (const InstanceRequest &instance : plan.request.instances)
        m_wantsMaps = m_wantsMaps || (instance.userStacks && plan.launch.host.empty());
    m_hasHistograms = std::any_of(plan.request.instances.begin(), plan.request.instances.end(),
                                  countsHistograms);
}

RecordingSession::~RecordingSession()
{
    const std::scoped_lock lock(m_control.m_mutex);
    m_control.m_channel = nullptr;
}

Result<void> RecordingSession::prepare()
{
    // What is wrong with the name is told before anything is recorded.
    THRESHER_TRY(OutputFile::create(m_plan.output, m_plan.mayReplace, -1));
    if (m_plan.command) {
        THRESHER_TRY_ASSIGN(auto command, HeldCommand::hold(*m_plan.command));
        m_command.emplace(std::move(command));
    }
    THRESHER_TRY_ASSIGN(m_recorder, RecorderProcess::launch(m_plan.launch, m_stop));
    for (const Leftover &leftover : m_recorder->hello().leftovers) {
        std::string text = "A recording that died left tracing switched on: ";
        for (const std::string &item : leftover.items)
            text += item + ' ';
        warn(text + "Run thresher doctor --clean-up to put it back.");
    }
    THRESHER_TRY_ASSIGN(auto folder, RecordingFolder::create(m_plan.output));
    m_folder.emplace(std::move(folder));
    return m_recorder->channel().sendMessage(recordMessage(m_plan.request));
}

Result<RecordingResult> RecordingSession::run(Progress &assembling)
{
    auto done = prepare();
    if (done)
        done = converse();
    if (!done) {
        discard();
        return tl::unexpected<Error>(std::move(done).error());
    }
    return finish(assembling);
}

// Nothing was recorded.
void RecordingSession::discard()
{
    m_recorder.reset();
    if (!m_folder)
        return;
    const auto path = m_folder->path();
    m_pages.clear();
    m_folder.reset();
    if (const auto contents = readRecording(path))
        removeRecording(*contents);
}

Result<void> RecordingSession::converse()
{
    m_lastWord = Clock::now();
    while (!m_stopped) {
        // Also one that has ended already, as a short one does while a message is taken.
        const bool watchesCommand = m_isArmed && !m_isAskedToStop && m_command;
        std::array<pollfd, 3> waits{pollfd{m_recorder->channel().input(), POLLIN, 0},
                                    pollfd{m_isAskedToStop ? -1 : m_wakeup.fd(), POLLIN, 0},
                                    pollfd{watchesCommand ? m_command->endFd() : -1, POLLIN, 0}};
        std::chrono::milliseconds timeout = 500ms;
        if (m_wantsMaps && m_isArmed)
            timeout = std::clamp(
                std::chrono::ceil<std::chrono::milliseconds>(m_nextMaps - Clock::now()),
                std::chrono::milliseconds::zero(), timeout);
        if (::poll(waits.data(), waits.size(), static_cast<int>(timeout.count())) < 0
            && errno != EINTR)
            return failErrno(errno, "waiting for the recorder");
        if (m_wantsMaps && m_isArmed && Clock::now() >= m_nextMaps)
            readMaps(false);
        askForHistograms();
        if (!m_isAskedToStop && m_stop.stop_requested()) {
            if (!m_isArmed)
                return fail(ErrorKind::Cancelled, "Nothing was recorded.");
            askToStop();
        }
        if (watchesCommand && m_command->status())
            askToStop();
        if (waits[0].revents != 0)
            THRESHER_TRY(receive());
        else if (m_isAskedToStop && Clock::now() - m_lastWord > kStopPatience)
            lose("it does not answer");
    }
    return {};
}

Result<void> RecordingSession::receive()
{
    m_lastWord = Clock::now();
    auto frame = m_recorder->channel().receive();
    if (frame && *frame)
        return take(**frame);
    const auto words = m_recorder->lastWords();
    const auto why = !words.empty() ? words
                     : !frame       ? frame.error().what
                                    : std::string("it said no more");
    if (!m_isArmed)
        return fail(ErrorKind::Io, "The recorder ended before it recorded: " + why);
    lose(why);
    return {};
}

void RecordingSession::lose(std::string why)
{
    m_stopped = Stopped{.reason = StopReason::Disconnected,
                        .text = "The recorder ended (" + std::move(why)
                                + "). What it had recorded until then is kept.",
                        .time = 0,
                        .instances = {},
                        .probes = {}};
}

void RecordingSession::askToStop()
{
    m_isAskedToStop = true;
    m_lastWord = Clock::now();
    // That it cannot be told is heard when it is read from.
    [[maybe_unused]] const auto sent = m_recorder->channel().sendMessage(plainMessage("stop"));
}

void RecordingSession::warn(const std::string &text)
{
    call(m_callbacks.warning, text);
}

void RecordingSession::keep(std::string_view name, std::span<const std::byte> bytes,
                            std::uint16_t instance, CpuId cpu)
{
    const auto kept = m_folder->keepBlob(name, bytes, instance, cpu);
    if (kept || m_isDiskFull)
        return;
    m_isDiskFull = true;
    warn(kept.error().text());
    if (m_isArmed && !m_isAskedToStop)
        askToStop();
}

Result<void> RecordingSession::take(const Frame &frame)
{
    switch (frame.header.kind) {
    case FrameKind::Message: {
        THRESHER_TRY_ASSIGN(const RecorderMessage message, parseMessage(asText(frame.payload)));
        return take(message);
    }
    case FrameKind::Blob:
        takeBlob(frame);
        return {};
    case FrameKind::Pages:
        return takePages(frame);
    case FrameKind::File:
        break;
    }
    return {};
}

void RecordingSession::takeBlob(const Frame &frame)
{
    const auto blob = Channel::blobOf(frame);
    if (!blob)
        return;
    const auto &[name, bytes] = *blob;
    const bool isLive = name.starts_with(blob::kLiveHistogramPrefix);
    if (!isLive && !name.starts_with(blob::kHistogramPrefix)) {
        keep(name, bytes, frame.header.instance, frame.header.cpu);
        return;
    }
    const std::string event(
        name.substr((isLive ? blob::kLiveHistogramPrefix : blob::kHistogramPrefix).size()));
    call(m_callbacks.histograms, frame.header.instance, event, std::string(asText(bytes)));
    if (!isLive || Clock::now() >= m_nextKeptHistograms)
        keep(std::string(blob::kHistogramPrefix) + event, bytes, frame.header.instance);
}

void RecordingSession::histogramsCame()
{
    const auto now = Clock::now();
    m_isAskingForHistograms = false;
    m_nextHistograms = now + kHistogramPeriod;
    if (now >= m_nextKeptHistograms)
        m_nextKeptHistograms = now + (now - m_begun) / 2;
}

void RecordingSession::askForHistograms()
{
    const auto now = Clock::now();
    const bool isDue = now >= m_nextKeptHistograms
                       || (m_callbacks.histograms && now >= m_nextHistograms);
    if (!m_hasHistograms || !m_isRunning || m_isAskedToStop || m_isAskingForHistograms || !isDue)
        return;
    m_isAskingForHistograms = true;
    // That it cannot be told is heard when it is read from.
    [[maybe_unused]] const auto sent = m_recorder->channel().sendMessage(
        plainMessage(kHistogramsMessage));
}

// Whole frames are whole pages; what a full disk cuts short is mended when the trace is made.
Result<void> RecordingSession::takePages(const Frame &frame)
{
    const auto file = m_pages.find({frame.header.instance, frame.header.cpu});
    if (file == m_pages.end() || m_isDiskFull)
        return {};
    if (writeAll(file->second.get(), frame.payload) == frame.payload.size())
        return {};
    m_isDiskFull = true;
    warn(failErrno(errno, "writing the recording", m_folder->path().string()).value().text());
    if (!m_isAskedToStop)
        askToStop();
    return {};
}

Result<void> RecordingSession::take(const RecorderMessage &message)
{
    return std::visit(Overloaded{
                          [&](const Ready &ready) { return arm(ready); },
                          [&](const Started &started) { return begin(started); },
                          [&](const RecordProgress &progress) -> Result<void> {
                              call(m_callbacks.progress, progress);
                              return {};
                          },
                          [&](const Warning &warning) -> Result<void> {
                              warn(warning.text);
                              return {};
                          },
                          [&](const Stopped &stopped) -> Result<void> {
                              m_stopped = stopped;
                              return {};
                          },
                          [&](const Done &done) -> Result<void> {
                              if (done.request == kHistogramsMessage) {
                                  histogramsCame();
                                  return {};
                              }
                              call(m_callbacks.answered, done.request, std::optional<Error>());
                              return {};
                          },
                          [&](const RecorderError &error) -> Result<void> {
                              if (error.request == kHistogramsMessage) {
                                  histogramsCame(); // it ended meanwhile: the last come anyway
                                  return {};
                              }
                              auto told = errorOf(error, textAt(m_plan.request, error.path));
                              if (error.request == "snapshot" || error.request == "marker"
                                  || error.request == "read_rings") {
                                  call(m_callbacks.answered, error.request,
                                       std::optional(std::move(told)));
                                  return {};
                              }
                              return tl::unexpected<Error>(std::move(told));
                          },
                          [](const auto &) -> Result<void> { return {}; },
                      },
                      message);
}

Result<void> RecordingSession::arm(const Ready &ready)
{
    RecordingSettings settings;
    // recover may be run from another folder
    settings.output = std::filesystem::absolute(m_plan.output);
    settings.mayReplace = m_plan.mayReplace;
    settings.version = m_plan.version;
    settings.compression = m_plan.compression;
    settings.traceId = newTraceId();
    std::uint16_t number = 0;
    for (const ReadyInstance &instance : ready.instances) {
        const bool isNamed = number < m_plan.request.instances.size()
                             && !m_plan.request.instances[number].name.empty();
        settings.instances.push_back(
            {isNamed ? instance.name : std::string(), instance.clock, instance.subBufferBytes});
        for (const CpuId cpu : instance.cpus) {
            settings.cpuCount = std::max(settings.cpuCount, cpu + 1);
            THRESHER_TRY_ASSIGN(auto file, m_folder->createPages(number, cpu));
            if (m_recorder->passesFiles())
                THRESHER_TRY(m_recorder->channel().sendFile(file.get(), number, cpu));
            else
                m_pages.emplace(std::pair(number, cpu), std::move(file));
        }
        ++number;
    }
    THRESHER_TRY(m_folder->keepSettings(settings));
    THRESHER_TRY(m_folder->sync());
    call(m_callbacks.ready, ready, m_folder->path());
    {
        const std::scoped_lock lock(m_control.m_mutex);
        m_control.m_channel = &m_recorder->channel();
    }
    m_isArmed = true;
    return m_recorder->channel().sendMessage(
        startMessage(m_command ? std::optional(m_command->pid()) : std::nullopt));
}

Result<void> RecordingSession::begin(const Started &started)
{
    m_begun = Clock::now();
    m_nextMaps = m_begun + kFirstMaps;
    m_isRunning = true;
    m_nextHistograms = m_begun + kHistogramPeriod;
    m_nextKeptHistograms = m_begun + kFirstKeptHistograms;
    if (m_command)
        THRESHER_TRY(m_command->release());
    call(m_callbacks.started, started);
    return {};
}

void RecordingSession::readMaps(bool isEnd)
{
    const auto now = Clock::now();
    m_nextMaps = now + std::clamp(now - m_begun, kFirstMaps, kLastMaps);
    bool readsAll = false;
    for (const InstanceRequest &instance : m_plan.request.instances) {
        if (!instance.userStacks)
            continue;
        for (const Pid pid : instance.pids)
            m_maps.readTree(pid);
        readsAll = readsAll || (instance.pids.empty() && !instance.command);
    }
    if (m_command)
        m_maps.readTree(m_command->pid());
    if (readsAll && isEnd)
        m_maps.readAll();
}

RecordingResult RecordingSession::finish(Progress &assembling)
{
    RecordingResult result;
    result.stopped = *m_stopped;
    {
        const std::scoped_lock lock(m_control.m_mutex);
        m_control.m_channel = nullptr;
    }
    if (m_wantsMaps) {
        readMaps(true);
        if (const auto maps = m_maps.text(); !maps.empty())
            keep(kProcMapsBlob, asBytes(maps));
    }
    if (m_command) {
        m_command->terminate();
        pollfd end{m_command->endFd(), POLLIN, 0};
        ::poll(&end, 1, static_cast<int>(kCommandPatience.count()));
        result.commandStatus = m_command->status();
    }
    m_recorder.reset();
    call(m_callbacks.stopped, result.stopped);
    result.folder = m_folder->path();
    m_pages.clear();
    m_folder.reset();
    auto contents = readRecording(result.folder);
    if (!contents) {
        result.failure = std::move(contents).error();
        return result;
    }
    auto trace = assembleTrace(*contents,
                               {.output = m_plan.output,
                                .mayReplace = m_plan.mayReplace,
                                .version = {},
                                .compression = {}},
                               {}, assembling);
    if (!trace) {
        result.failure = std::move(trace).error();
        return result;
    }
    result.trace = *std::move(trace);
    removeRecording(*contents);
    return result;
}

Result<RecordingResult> record(const RecordingPlan &plan, const RecordingCallbacks &callbacks,
                               const std::stop_token &stop, RecordingControl &control,
                               Progress &assembling)
{
    return RecordingSession(plan, callbacks, stop, control).run(assembling);
}

} // namespace thresher::capture
