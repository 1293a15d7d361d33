// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/session.h"

#include "capture/recorder/metadata.h"
#include "capture/recorder/request.h"
#include "model/base/bytes.h"
#include "model/base/version.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace thresher::capture {

namespace {

using std::chrono::milliseconds;
constexpr std::size_t kMaxMarkerBytes = 1024;

} // namespace

Session::Session(Channel &channel, Setup setup)
    : m_channel(channel)
    , m_heartbeat(channel, setup.heartbeat)
    , m_setup(std::move(setup))
    , m_wakeUp(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{}

Result<void> Session::run()
{
    greet();
    Result<void> result;
    while (m_isConnected) {
        switch (wait()) {
        case Wake::Input: {
            auto frame = m_channel.receive();
            if (!frame)
                result = tl::unexpected<Error>(std::move(frame).error());
            if (!frame || !*frame)
                m_isConnected = false;
            else
                handle(std::move(**frame));
            break;
        }
        case Wake::Signal:
            stop("signal", "The recorder was told to end.");
            m_isConnected = false;
            break;
        case Wake::ReadFailure:
            onReadFailure();
            break;
        case Wake::Time:
            onTime();
            break;
        }
    }
    // What the kernel still holds belongs to the files that the client left behind.
    stop("disconnected");
    putBack();
    return result;
}

int Session::timeout() const
{
    if (m_state != State::Recording && m_state != State::Measuring)
        return -1;
    auto next = m_nextProgress;
    if (m_end)
        next = std::min(next, *m_end);
    const auto left = std::chrono::ceil<milliseconds>(next - Clock::now());
    return static_cast<int>(std::max<milliseconds::rep>(0, left.count()));
}

Session::Wake Session::wait()
{
    // In this order: a failure to keep pages is more urgent than a wish.
    std::array<pollfd, 3> files{pollfd{m_wakeUp.get(), POLLIN, 0},
                                pollfd{m_setup.signals, POLLIN, 0},
                                pollfd{m_channel.input(), POLLIN, 0}};
    const int ready = ::poll(files.data(), files.size(), timeout());
    if (ready <= 0)
        return Wake::Time;
    if (files[0].revents != 0) {
        std::uint64_t count = 0;
        static_cast<void>(!::read(m_wakeUp.get(), &count, sizeof(count)));
        return Wake::ReadFailure;
    }
    return files[1].revents != 0 ? Wake::Signal : Wake::Input;
}

void Session::onTime()
{
    if (m_state != State::Recording && m_state != State::Measuring)
        return;
    const auto now = Clock::now();
    if (m_end && now >= *m_end) {
        stop("duration");
    } else if (now >= m_nextProgress) {
        m_nextProgress = now + milliseconds(m_recording->plan().request.progressMs);
        if (m_state == State::Measuring)
            return;
        if (m_recording->plan().request.stopOnTrigger && m_recording->isSomeOff()) {
            stop("trigger");
            return;
        }
        send({{"type", "progress"},
              {"time_ns", monotonicNow()},
              {"instances", m_recording->counters()}});
        for (const std::string &text : m_recording->adapt())
            warn(text);
    }
}

void Session::onReadFailure()
{
    if (m_state == State::Recording && m_recording->readFailure())
        stop("error");
}

void Session::handle(Frame frame)
{
    const Heartbeat::Beating beating(m_heartbeat);
    switch (frame.header.kind) {
    case FrameKind::Message:
        handleMessage(asText(frame.payload));
        break;
    case FrameKind::File:
        if (m_state != State::Ready)
            sendRefusal("", {"", "A file came at the wrong time.", {}, -1});
        else if (const auto added = m_recording->addFile(frame.header.instance, frame.header.cpu,
                                                         std::move(frame.file));
                 !added)
            sendRefusal("", added.error());
        break;
    case FrameKind::Blob:
    case FrameKind::Pages:
        sendRefusal("", {"", "A client sends messages and files only.", {}, -1});
        break;
    }
}

void Session::handleMessage(std::string_view text)
{
    const auto json = parseObject(text);
    if (!json) {
        sendRefusal("", json.error());
        return;
    }
    StrictObject message(*json, "");
    std::string type;
    message.take("type", type, 32);
    if (const auto done = handleMessage(type, message); !done)
        sendRefusal(type, done.error());
}

Checked<void> Session::handleMessage(const std::string &type, StrictObject &message)
{
    using Handler = Checked<void> (Session::*)(StrictObject &);
    struct Entry
    {
        const char *type;
        Handler handler;
    };
    static constexpr std::array<Entry, 11> kHandlers{{{"describe", &Session::tellAbout},
                                                      {"record", &Session::record},
                                                      {"measure", &Session::measure},
                                                      {"start", &Session::start},
                                                      {"snapshot", &Session::snapshot},
                                                      {"read_rings", &Session::readRings},
                                                      {"marker", &Session::mark},
                                                      {"histograms", &Session::histograms},
                                                      {"reset", &Session::reset},
                                                      {"check_probes", &Session::checkProbes},
                                                      {"measure_probes", &Session::measureProbes}}};
    for (const Entry &entry : kHandlers)
        if (type == entry.type) {
            if (m_setup.tracefs == nullptr)
                return refuse("", "Tracing cannot be reached here; see capabilities.");
            return (this->*entry.handler)(message);
        }
    THRESHER_CHECK(message.finish());
    if (type == "capabilities") {
        send(describeCapabilities(m_setup.tracefs, m_setup.machine));
    } else if (type == "stop") {
        if (m_state != State::Recording && m_state != State::Measuring)
            return refuse("", "Nothing is being recorded.");
        stop("request");
    } else if (type == "release") {
        putBack();
        send({{"type", "done"}, {"request", type}});
    } else if (type == "clean_up") {
        return cleanUp();
    } else {
        return refuse("/type", "This type of message is not known.");
    }
    return {};
}

Checked<void> Session::arm(StrictObject &message)
{
    const Json *json = message.object("request");
    if (json == nullptr && message.isOk())
        message.reject("request", "What is to be recorded is missing.");
    THRESHER_CHECK(message.finish());
    if (m_state != State::Idle)
        return refuse("", "Another recording is prepared or running: release it first.");
    auto request = parseRequest(*json, "");
    if (!request)
        return tl::unexpected<Refusal>(std::move(request).error());
    const Offer offer = readOffer(*m_setup.tracefs);
    auto plan = makePlan(*request, offer, "");
    if (!plan)
        return tl::unexpected<Refusal>(std::move(plan).error());
    auto recording = Recording::arm({*m_setup.tracefs, m_channel, m_setup.machine,
                                     m_setup.journalFolder, m_setup.client, m_wakeUp.get()},
                                    std::move(*plan));
    if (!recording)
        return tl::unexpected<Refusal>(std::move(recording).error());
    m_recording = std::move(*recording);
    m_state = State::Ready;
    return {};
}

Checked<void> Session::tellAbout(StrictObject &message)
{
    std::string what;
    message.take("what", what, 32);
    if (what != "events" && what != "functions")
        message.reject("what", "\"events\" or \"functions\" was expected.");
    THRESHER_CHECK(message.finish());
    note(what == "events" ? sendAllFormats(m_channel, *m_setup.tracefs, readOffer(*m_setup.tracefs))
                          : sendFunctions(m_channel, *m_setup.tracefs));
    send({{"type", "done"}, {"request", "describe"}});
    return {};
}

Checked<void> Session::record(StrictObject &message)
{
    THRESHER_CHECK(arm(message));
    note(sendMetadata(m_channel, *m_setup.tracefs, m_recording->plan(), readOffer(*m_setup.tracefs),
                      m_recording->instances()));
    for (const std::string &text : m_recording->warnings())
        warn(text);
    send(m_recording->describe());
    return {};
}

Checked<void> Session::measure(StrictObject &message)
{
    std::uint64_t durationMs = 1000;
    message.take("duration_ms", durationMs, 100, 10'000);
    THRESHER_CHECK(arm(message));
    if (auto done = m_recording->start(std::nullopt, false); !done) {
        putBack();
        return done;
    }
    m_state = State::Measuring;
    m_nextProgress = Clock::now() + milliseconds(durationMs);
    m_end = m_nextProgress;
    return {};
}

Checked<void> Session::start(StrictObject &message)
{
    std::optional<Pid> command;
    if (message.any("pid") != nullptr)
        message.take("pid", command.emplace(0), 1, 1 << 22);
    THRESHER_CHECK(message.finish());
    if (m_state != State::Ready)
        return refuse("", "Nothing is prepared: record comes first.");
    if (auto done = m_recording->start(command, true); !done) {
        putBack();
        return done;
    }
    m_state = State::Recording;
    send({{"type", "started"}, {"time_ns", monotonicNow()}});
    const RecordRequest &request = m_recording->plan().request;
    m_nextProgress = Clock::now() + milliseconds(request.progressMs);
    m_end.reset();
    if (request.durationMs > 0)
        m_end = Clock::now() + milliseconds(request.durationMs);
    return {};
}

Checked<void> Session::snapshot(StrictObject &message)
{
    std::uint32_t instance = 0;
    message.take("instance", instance, 0, kMostInstances - 1);
    THRESHER_CHECK(message.finish());
    if (m_state != State::Recording || instance >= m_recording->instances().size())
        return refuse("/instance", "This instance is not being recorded.");
    if (!m_setup.tracefs->exists("snapshot"))
        return refuse("", "This kernel takes no snapshots (CONFIG_TRACER_SNAPSHOT).");
    if (const auto done = m_recording->snapshot(instance); !done)
        return refuse("", done.error().text());
    send({{"type", "done"}, {"request", "snapshot"}});
    return {};
}

Checked<void> Session::readRings(StrictObject &message)
{
    THRESHER_CHECK(message.finish());
    if (m_state != State::Recording)
        return refuse("", "Nothing is being recorded.");
    if (!m_recording->readRings())
        return refuse("", "No ring is being recorded.");
    send({{"type", "done"}, {"request", "read_rings"}});
    return {};
}

Checked<void> Session::mark(StrictObject &message)
{
    std::string text;
    message.take("text", text, kMaxMarkerBytes);
    if (text.empty())
        message.reject("text", "There is no text.");
    THRESHER_CHECK(message.finish());
    if (m_state != State::Recording)
        return refuse("", "Nothing is being recorded.");
    if (const auto done = m_recording->mark(text); !done)
        return refuse("", done.error().text());
    send({{"type", "done"}, {"request", "marker"}});
    return {};
}

Checked<void> Session::histograms(StrictObject &message)
{
    THRESHER_CHECK(message.finish());
    if (m_state != State::Recording)
        return refuse("", "Nothing is being recorded.");
    note(sendLiveHistograms(m_channel, *m_setup.tracefs, m_recording->instances()));
    send({{"type", "done"}, {"request", "histograms"}});
    return {};
}

/// For what nothing may be recorded meanwhile.
Checked<void> Session::checkIdle() const
{
    if (m_state != State::Idle)
        return refuse("", "A recording is prepared or running: release it first.");
    return {};
}

Checked<void> Session::reset(StrictObject &message)
{
    std::vector<std::string> items;
    message.take("items", items, 4096, 256);
    THRESHER_CHECK(message.finish());
    THRESHER_CHECK(checkIdle());
    for (std::size_t i = 0; i < items.size(); ++i)
        if (const auto done = resetItem(*m_setup.tracefs, items[i]); !done)
            return refuse("/items/" + std::to_string(i), done.error().text());
    send({{"type", "done"}, {"request", "reset"}});
    return {};
}

Checked<void> Session::cleanUp()
{
    if (m_setup.tracefs == nullptr)
        return refuse("", "Tracing cannot be reached here; see capabilities.");
    const auto [count, problems] = undoLeftovers(*m_setup.tracefs, m_setup.journalFolder);
    for (const std::string &text : problems)
        warn(text);
    send({{"type", "done"}, {"request", "clean_up"}});
    return {};
}

void Session::stop(const char *reason, const std::string &text)
{
    if (m_state != State::Recording && m_state != State::Measuring)
        return;
    const Heartbeat::Beating beating(m_heartbeat);
    m_recording->stop(m_state == State::Recording);
    if (m_state == State::Measuring) {
        const Json measured = m_recording->measured();
        putBack();
        send(measured);
        return;
    }
    std::string why = text;
    // It may have failed just now, reading the rest.
    if (const auto failure = m_recording->readFailure()) {
        reason = failure->kind == ErrorKind::NoSpace ? "no_space" : "error";
        why = failure->text();
    }
    if (m_recording->bytesLost() > 0)
        why += (why.empty()          ? ""
                : why.ends_with('.') ? " "
                                     : ". ")
               + std::to_string(m_recording->bytesLost() / 1024) + " KiB could not be kept.";
    Json stopped{{"type", "stopped"},
                 {"reason", reason},
                 {"text", why},
                 {"time_ns", monotonicNow()},
                 {"instances", m_recording->counters()}};
    if (Json probes = m_recording->probeHits(); !probes.empty())
        stopped["probes"] = std::move(probes);
    note(sendClosingData(m_channel, *m_setup.tracefs, m_recording->instances()));
    putBack();
    send(stopped);
}

void Session::putBack()
{
    if (m_recording)
        for (const std::string &text : m_recording->putBack())
            warn(text);
    m_recording.reset();
    m_state = State::Idle;
}

void Session::greet()
{
    Json leftovers = Json::array();
    for (const Journal &journal : Journal::leftovers(m_setup.journalFolder))
        leftovers.push_back({{"id", journal.id()}, {"items", journal.sentences()}});
    send({{"type", "hello"},
          {"protocol", kProtocolVersion},
          {"version", version()},
          {"pid", ::getpid()},
          {"files", m_channel.isSocket()},
          {"leftovers", leftovers}});
}

void Session::send(const Json &json)
{
    // The kernel's strings are bytes: what is no UTF-8 is replaced.
    note(m_channel.sendMessage(json.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

void Session::sendRefusal(const std::string &request, const Refusal &refusal)
{
    Json json = describe(refusal);
    json["type"] = "error";
    json["request"] = request;
    json["path"] = refusal.path;
    send(json);
}

void Session::warn(const std::string &text)
{
    send({{"type", "warning"}, {"text", text}});
}

void Session::note(const Result<void> &sent)
{
    if (!sent)
        m_isConnected = false;
}

std::pair<std::size_t, std::vector<std::string>> undoLeftovers(Tracefs &tracefs,
                                                               const std::string &folder)
{
    std::vector<std::string> problems;
    std::vector<Journal> journals = Journal::leftovers(folder);
    for (Journal &journal : journals)
        for (const Error &error : journal.undo(tracefs))
            problems.push_back(error.text());
    return {journals.size(), std::move(problems)};
}

} // namespace thresher::capture
