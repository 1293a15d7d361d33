// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/recording.h"

#include "capture/recorder/histograms.h"
#include "capture/recorder/probekernel.h"
#include "capture/recorder/probes.h"
#include "capture/recorder/probetrial.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace thresher::capture {

namespace {

using Seconds = std::chrono::duration<double>;

Checked<void> asChecked(Result<void> result, std::string path)
{
    if (!result)
        return refuse(std::move(path), result.error().text());
    return {};
}

/// Whether a client's descriptor is what pages can be put into.
Checked<void> checkFile(int file)
{
    struct stat info
    {};
    const int flags = ::fcntl(file, F_GETFL);
    if (file < 0 || flags < 0 || ::fstat(file, &info) != 0)
        return refuse("", "A frame came without its descriptor.");
    if (!S_ISREG(info.st_mode) || (flags & O_ACCMODE) == O_RDONLY || (flags & O_APPEND) != 0)
        return refuse("", "A regular file that is open for writing, not for appending, was "
                          "expected.");
    if (info.st_size != 0 || ::lseek(file, 0, SEEK_CUR) != 0)
        return refuse("", "The file is not empty.");
    return {};
}

} // namespace

TimeNs monotonicNow()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * TimeNs{1'000'000'000} + now.tv_nsec;
}

Recording::Recording(const Context &context, Plan plan, Journal journal)
    : m_context(context)
    , m_plan(std::move(plan))
    , m_journal(std::move(journal))
{}

Recording::~Recording()
{
    static_cast<void>(putBack());
}

Checked<std::unique_ptr<Recording>> Recording::arm(const Context &context, Plan plan)
{
    auto journal = Journal::create(context.journalFolder);
    if (!journal)
        return refuse("", journal.error().text());
    // Not make_unique: the constructor is private.
    std::unique_ptr<Recording> recording(
        new Recording(context, std::move(plan), std::move(*journal)));
    if (auto done = recording->setUp(); !done)
        return tl::unexpected<Refusal>(std::move(done).error());
    return recording;
}

Checked<void> Recording::setUp()
{
    if (m_plan.request.savedCmdlines > 0) {
        const char *file = "saved_cmdlines_size";
        THRESHER_CHECK(
            asChecked(m_journal.noteSetting(file, restorableValue(m_context.tracefs, file)), ""));
        THRESHER_CHECK(
            asChecked(m_context.tracefs.write(file, std::to_string(m_plan.request.savedCmdlines)),
                      "/saved_cmdlines"));
    }
    for (const PlannedInstance &instance : m_plan.instances)
        for (const std::string &glob : instance.missing)
            m_warnings.push_back("This kernel has no event " + glob + ": it is left out.");
    THRESHER_CHECK(setUpProbes());
    for (PlannedInstance &instance : m_plan.instances)
        THRESHER_CHECK(makeLatencies(m_context.tracefs, m_journal, instance));
    // "7 (expanded: 1408)": what it grows to when it is used first.
    const std::string topSize = m_context.tracefs.line("buffer_size_kb");
    const std::string topGrown = restorableValue(m_context.tracefs, "buffer_size_kb");
    for (std::size_t i = 0; i < m_plan.instances.size(); ++i) {
        const std::string &wanted = m_plan.instances[i].request.name;
        std::string name = wanted.empty() ? "thresher-" + m_journal.id() + "-" + std::to_string(i)
                                          : wanted;
        auto instance = Instance::setUp(m_context.tracefs, m_journal, m_plan.instances[i],
                                        std::move(name));
        if (!instance)
            return tl::unexpected<Refusal>(std::move(instance).error());
        m_instances.push_back(std::move(*instance));
        Readers readers;
        readers.files.resize(m_instances.back().cpus().size());
        readers.last.resize(m_instances.back().cpus().size());
        m_readers.push_back(std::move(readers));
    }
    // In older kernels a tracer in an instance lets the kernel forget that the top buffer is yet to
    // grow: it would stay as small as it is for who uses it next.
    if (topGrown != topSize && m_context.tracefs.line("buffer_size_kb") != topSize)
        THRESHER_CHECK(asChecked(m_journal.noteSetting("buffer_size_kb", topGrown), ""));
    return {};
}

Checked<void> Recording::setUpProbes()
{
    std::vector<PlannedProbe *> probes;
    for (PlannedInstance &instance : m_plan.instances)
        for (PlannedProbe &probe : instance.probes)
            probes.push_back(&probe);
    if (probes.empty())
        return {};
    nameProbes(probes, probeGroup(m_journal));
    THRESHER_CHECK(checkProbes(probes, MachineProbeKernel(m_context.tracefs, m_context.machine)));
    if (m_plan.request.probeRateLimit > 0)
        measureProbes();
    for (PlannedInstance &instance : m_plan.instances)
        for (const PlannedProbe &probe : instance.probes) {
            THRESHER_CHECK(createProbe(m_context.tracefs, m_journal, probe.spec, probe.line,
                                       probe.path + "/line"));
            instance.events.push_back(probe.event);
        }
    return {};
}

void Recording::measureProbes()
{
    constexpr std::chrono::milliseconds kMoment(200);
    std::vector<const PlannedProbe *> probes;
    for (const PlannedInstance &instance : m_plan.instances)
        for (const PlannedProbe &probe : instance.probes)
            probes.push_back(&probe);
    const auto rates = capture::measureProbes(m_context.tracefs, m_journal, probes, kMoment,
                                              RateOf::Calls);
    for (std::size_t i = 0; i < probes.size(); ++i)
        if (rates[i].calls && *rates[i].calls > m_plan.request.probeRateLimit)
            m_warnings.push_back("The probe " + probes[i]->spec.event + " is hit "
                                 + std::to_string(std::llround(*rates[i].calls))
                                 + " times a second, which slows down what it is in.");
}

Json Recording::probeHits() const
{
    Json list = Json::array();
    for (std::size_t i = 0; i < m_plan.instances.size(); ++i)
        for (const PlannedProbe &probe : m_plan.instances[i].probes) {
            Json json{{"instance", i}, {"group", probe.spec.group}, {"event", probe.spec.event}};
            if (const auto hits = readHits(m_context.tracefs, probe.spec)) {
                json["hits"] = hits->hits;
                if (hits->misses)
                    json["misses"] = *hits->misses;
            }
            list.push_back(std::move(json));
        }
    return list;
}

Json Recording::describe() const
{
    Json json{{"type", "ready"}, {"instances", Json::array()}};
    for (const Instance &instance : m_instances) {
        const InstanceRequest &request = instance.plan().request;
        const auto &events = instance.plan().events;
        json["instances"].push_back(
            {{"name", instance.name()},
             {"buffer_kb", instance.bufferKb()},
             {"buffer_chosen", request.bufferKb == 0},
             {"sub_buffer_bytes", instance.subBufferBytes()},
             {"clock", request.clock},
             {"cpus", instance.cpus()},
             {"events", std::count_if(events.begin(), events.end(),
                                      [](const PlannedEvent &event) { return event.enable; })},
             {"top", instance.isTop()},
             {"mode", request.mode == BufferMode::Ring ? "ring" : "stream"}});
    }
    return json;
}

Checked<void> Recording::addFile(std::uint16_t instance, CpuId cpu, UniqueFd file)
{
    if (instance >= m_instances.size())
        return refuse("", "A file for an instance that is not there.");
    const auto &cpus = m_instances[instance].cpus();
    const auto found = std::find(cpus.begin(), cpus.end(), cpu);
    if (found == cpus.end())
        return refuse("", "A file for a CPU that is not there.");
    THRESHER_CHECK(checkFile(file.get()));
    UniqueFd &place = m_readers[instance].files[static_cast<std::size_t>(found - cpus.begin())];
    if (place.isValid())
        return refuse("", "A second file for the same CPU.");
    place = std::move(file);
    return {};
}

Checked<void> Recording::openReaders()
{
    std::size_t given = 0;
    std::size_t wanted = 0;
    for (const Readers &readers : m_readers) {
        wanted += readers.files.size();
        given += static_cast<std::size_t>(
            std::count_if(readers.files.begin(), readers.files.end(),
                          [](const UniqueFd &file) { return file.isValid(); }));
    }
    if (given != 0 && given != wanted)
        return refuse("", "There are files for some CPUs only: " + std::to_string(given) + " of "
                              + std::to_string(wanted) + ".");
    for (std::size_t i = 0; i < m_instances.size(); ++i) {
        const Instance &instance = m_instances[i];
        std::vector<PageSource> sources;
        for (std::size_t c = 0; c < instance.cpus().size(); ++c) {
            auto raw = m_context.tracefs.open(
                instance.cpuFile(instance.cpus()[c], "trace_pipe_raw"), O_RDONLY | O_NONBLOCK);
            if (!raw)
                return refuse("", raw.error().text());
            sources.push_back({static_cast<std::uint16_t>(i), instance.cpus()[c], std::move(*raw),
                               std::move(m_readers[i].files[c]), instance.subBufferBytes(),
                               instance.bufferKb()});
        }
        m_readers[i].reader = std::make_unique<PageReader>(std::move(sources), m_context.channel,
                                                           m_context.client, m_context.wakeUp);
    }
    return {};
}

Checked<void> Recording::start(std::optional<Pid> command, bool reading)
{
    if (command)
        for (Instance &instance : m_instances)
            if (instance.plan().request.command)
                THRESHER_CHECK(instance.addPid(*command));
    if (reading)
        THRESHER_CHECK(openReaders());
    for (std::size_t i = 0; reading && i < m_instances.size(); ++i)
        if (m_instances[i].plan().request.mode == BufferMode::Stream)
            m_readers[i].reader->start();
    m_started = m_lastCounted = Clock::now();
    for (Instance &instance : m_instances)
        THRESHER_CHECK(asChecked(instance.setOn(true), ""));
    return {};
}

Json Recording::counters()
{
    const auto now = Clock::now();
    const double seconds = std::max(1e-3, Seconds(now - m_lastCounted).count());
    m_lastCounted = now;
    Json list = Json::array();
    for (std::size_t i = 0; i < m_instances.size(); ++i) {
        const Instance &instance = m_instances[i];
        Json cpus = Json::array();
        for (std::size_t c = 0; c < instance.cpus().size(); ++c) {
            const CpuCounters counters = parseCounters(instance.stats(instance.cpus()[c]));
            CpuCounters &last = m_readers[i].last[c];
            const std::uint64_t events = counters.all() - std::min(counters.all(), last.all());
            last = counters;
            const double fill = static_cast<double>(counters.bytes)
                                / (std::max(1.0, static_cast<double>(instance.bufferKb())) * 1024);
            cpus.push_back(
                {{"cpu", instance.cpus()[c]},
                 {"entries", counters.recorded()},
                 {"overrun", counters.overrun},
                 {"dropped", counters.dropped},
                 {"bytes_read", m_readers[i].reader ? m_readers[i].reader->bytesRead(c) : 0},
                 {"fill", std::min(1.0, fill)},
                 {"events_per_second", static_cast<double>(events) / seconds},
                 {"seconds_kept", counters.seconds}});
        }
        list.push_back({{"on", instance.isOn()}, {"cpus", std::move(cpus)}});
    }
    return list;
}

Json Recording::measured()
{
    const double seconds = std::max(1e-3, Seconds(Clock::now() - m_started).count());
    Json json{{"type", "measured"}, {"instances", Json::array()}};
    for (const Instance &instance : m_instances) {
        double events = 0;
        double bytes = 0;
        double lost = 0;
        double most = 0; // bytes/s of the busiest CPU
        for (const CpuId cpu : instance.cpus()) {
            const CpuCounters counters = parseCounters(instance.stats(cpu));
            const double all = static_cast<double>(counters.all());
            const double kept = static_cast<double>(counters.entries);
            const double size = kept > 0 ? static_cast<double>(counters.bytes) / kept : 0;
            events += all;
            lost += all - kept;
            bytes += all * size;
            most = std::max(most, all * size / seconds);
        }
        // Half a second of the busiest CPU: far longer than the reader ever takes to come.
        const double suggested = std::clamp(most / 1024 / 2, 1408.0, 1024.0 * 1024);
        json["instances"].push_back(
            {{"name", instance.name()},
             {"events_per_second", events / seconds},
             {"bytes_per_second", bytes / seconds},
             {"lost", events > 0 ? lost / events : 0.0},
             {"suggested_buffer_kb", static_cast<std::uint32_t>(suggested)}});
    }
    return json;
}

std::string Recording::adaptRing(Instance &instance, const Readers &readers)
{
    double neededKb = 0;
    const double seconds = std::max(1e-3, Seconds(Clock::now() - m_started).count());
    for (const CpuCounters &counters : readers.last)
        if (counters.entries > 0)
            neededKb = std::max(neededKb, static_cast<double>(counters.bytes)
                                              / static_cast<double>(counters.entries)
                                              * static_cast<double>(counters.all()) / seconds
                                              * instance.plan().request.ringSeconds / 1024);
    // Growing stops tracing for a moment: seldom, and a good step at once.
    const std::uint64_t buffers = std::max<std::size_t>(1, instance.cpus().size());
    const double most = static_cast<double>(memoryAvailableKb() / 4 / buffers);
    const double wanted = std::min(neededKb * 1.5, instance.bufferKb() + most);
    if (neededKb <= instance.bufferKb() || wanted < instance.bufferKb() * 1.2)
        return {};
    const auto before = Clock::now();
    if (const auto done = instance.resize(static_cast<std::uint32_t>(wanted)); !done)
        return done.error().text();
    const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - before);
    return "The buffer grew to " + std::to_string(instance.bufferKb() / 1024)
           + " MiB a CPU to hold " + std::to_string(instance.plan().request.ringSeconds)
           + " s; nothing was recorded for " + std::to_string(pause.count()) + " ms.";
}

std::vector<std::string> Recording::adapt()
{
    std::vector<std::string> sentences;
    for (std::size_t i = 0; i < m_instances.size(); ++i) {
        Readers &readers = m_readers[i];
        const bool isLossy = std::any_of(
            readers.last.begin(), readers.last.end(),
            [](const CpuCounters &counters) { return counters.overrun + counters.dropped > 0; });
        const InstanceRequest &request = m_instances[i].plan().request;
        if (request.mode == BufferMode::Ring) {
            // Before it is full once it may be large enough.
            if (std::string text; request.ringSeconds > 0 && isLossy
                                  && !(text = adaptRing(m_instances[i], readers)).empty())
                sentences.push_back(std::move(text));
        } else if (isLossy && !readers.lossIsTold) {
            readers.lossIsTold = true;
            sentences.push_back("Events are being lost: the buffer of "
                                + std::to_string(m_instances[i].bufferKb())
                                + " KiB a CPU is too small for their rate.");
        }
    }
    return sentences;
}

bool Recording::isSomeOff() const
{
    return std::any_of(m_instances.begin(), m_instances.end(),
                       [](const Instance &instance) { return !instance.isOn(); });
}

std::optional<Error> Recording::readFailure() const
{
    for (const Readers &readers : m_readers)
        if (readers.reader)
            if (auto failure = readers.reader->failure())
                return failure;
    return std::nullopt;
}

std::uint64_t Recording::bytesLost() const
{
    std::uint64_t bytes = 0;
    for (const Readers &readers : m_readers)
        bytes += readers.reader ? readers.reader->bytesLost() : 0;
    return bytes;
}

Result<void> Recording::snapshot(std::size_t instance)
{
    return m_context.tracefs.write(m_instances[instance].folder() + "snapshot", "1");
}

bool Recording::readRings()
{
    bool hasAny = false;
    for (std::size_t i = 0; i < m_instances.size(); ++i) {
        if (m_instances[i].plan().request.mode != BufferMode::Ring)
            continue;
        m_readers[i].reader->readHeld(m_instances[i].bufferKb());
        hasAny = true;
    }
    return hasAny;
}

Result<void> Recording::mark(const std::string &text)
{
    Result<void> result;
    for (const Instance &instance : m_instances) {
        auto done = m_context.tracefs.write(instance.folder() + "trace_marker", text,
                                            Tracefs::Write::Append);
        if (!done)
            result = std::move(done); // into the others all the same
    }
    return result;
}

void Recording::stop(bool drain)
{
    for (Instance &instance : m_instances)
        static_cast<void>(instance.setOn(false)); // it is removed soon, which does the same
    if (drain)
        for (Readers &readers : m_readers)
            if (readers.reader)
                readers.reader->drain();
}

std::vector<std::string> Recording::putBack()
{
    for (Readers &readers : m_readers)
        readers.reader.reset(); // an instance with open files cannot be removed
    std::vector<std::string> sentences;
    if (!m_journal.isEmpty())
        for (const Error &error : m_journal.undo(m_context.tracefs))
            sentences.push_back(error.text());
    return sentences;
}

} // namespace thresher::capture
