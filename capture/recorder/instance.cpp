// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/instance.h"

#include "capture/recorder/histograms.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace thresher::capture {

namespace {

std::uint64_t numberAfter(std::string_view text, std::string_view label)
{
    std::uint64_t value = 0;
    // At a line's begin: "overrun:" also ends "commit overrun:".
    for (auto at = text.find(label); at != std::string_view::npos; at = text.find(label, at + 1)) {
        if (at > 0 && text[at - 1] != '\n')
            continue;
        const std::string_view rest = text.substr(at + label.size());
        const auto digit = rest.find_first_not_of(' ');
        if (digit != std::string_view::npos)
            std::from_chars(rest.data() + digit, rest.data() + rest.size(), value);
        break;
    }
    return value;
}

/// None for clocks that count something else: those have no fraction.
std::optional<double> secondsAfter(std::string_view text, std::string_view label)
{
    const auto at = text.find(label);
    const auto begin = at == std::string_view::npos
                           ? at
                           : text.find_first_not_of(' ', at + label.size());
    if (begin == std::string_view::npos)
        return std::nullopt;
    const auto number = text.substr(begin, text.find('\n', begin) - begin);
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc() && number.find('.') != std::string_view::npos ? std::optional(value)
                                                                              : std::nullopt;
}

/// "f,0000000f": words of 32 CPUs each, the highest first.
std::string cpuMask(const std::vector<CpuId> &cpus)
{
    std::vector<std::uint32_t> words(*std::max_element(cpus.begin(), cpus.end()) / 32 + 1);
    for (const CpuId cpu : cpus)
        words[cpu / 32] |= 1U << (cpu % 32);
    std::string text;
    for (auto word = words.rbegin(); word != words.rend(); ++word) {
        static constexpr std::string_view kDigits = "0123456789abcdef";
        if (!text.empty())
            text += ',';
        for (int shift = 28; shift >= 0; shift -= 4)
            text += kDigits[(*word >> static_cast<unsigned>(shift)) & 0xfU];
    }
    return text;
}

bool isEmptyList(const Tracefs &tracefs, const std::string &path)
{
    return !tracefs.exists(path) || restorableValue(tracefs, path).empty();
}

/// Whether somebody records with the top buffer, or has prepared it.
std::string whyTopIsTaken(const Tracefs &tracefs)
{
    if (tracefs.line("current_tracer") != "nop")
        return "a tracer is set";
    if (!tracefs.words("set_event").empty())
        return "events are enabled";
    if (restorableValue(tracefs, "buffer_size_kb") == "X")
        return "its CPUs have buffers of different sizes";
    for (const char *list : {"set_event_pid", "set_event_notrace_pid", "set_ftrace_pid",
                             "set_ftrace_filter", "set_ftrace_notrace"})
        if (!isEmptyList(tracefs, list))
            return std::string(list) + " is set";
    for (const CpuId cpu : bufferCpus(tracefs, ""))
        if (numberAfter(tracefs.line("per_cpu/cpu" + std::to_string(cpu) + "/stats"), "entries:")
            > 0)
            return "it holds events";
    return {};
}

} // namespace

CpuCounters parseCounters(std::string_view text)
{
    CpuCounters counters;
    counters.entries = numberAfter(text, "entries:");
    counters.overrun = numberAfter(text, "overrun:");
    counters.bytes = numberAfter(text, "bytes:");
    counters.dropped = numberAfter(text, "dropped events:");
    counters.read = numberAfter(text, "read events:");
    const auto oldest = secondsAfter(text, "oldest event ts:");
    const auto now = secondsAfter(text, "now ts:");
    if (counters.entries > 0 && oldest && now)
        counters.seconds = std::max(0.0, *now - *oldest);
    return counters;
}

std::string restorableValue(const Tracefs &tracefs, const std::string &path)
{
    if (std::string choice = chosen(tracefs, path); !choice.empty())
        return choice;
    const std::string text = tracefs.line(path);
    if (text.starts_with("#") || text == "no pid")
        return {};
    if (path.ends_with("/filter") && text == "none")
        return "0";
    // A buffer that was never used is small, and grows to this on first use.
    if (const auto expanded = text.find("(expanded: "); expanded != std::string::npos)
        return text.substr(expanded + 11, text.find(')', expanded) - expanded - 11);
    return text;
}

Refusal explainRefusal(const std::string &errorLog, const std::string &value, Refusal refusal)
{
    // [12.345] place: error: MESSAGE
    //   Command: …
    //            ^
    constexpr std::string_view kCommand = "\n  Command: ";
    const auto command = errorLog.rfind(kCommand);
    if (command == std::string::npos)
        return refusal;
    const auto begin = command + kCommand.size();
    const auto end = std::min(errorLog.find('\n', begin), errorLog.size());
    const auto place = value.find(errorLog.substr(begin, end - begin));
    if (place == std::string::npos)
        return refusal; // about another value
    const auto lineBegin = errorLog.rfind('\n', command - 1) + 1; // npos + 1 is the text's begin
    const std::string line = errorLog.substr(lineBegin, command - lineBegin);
    const auto message = line.rfind("error: ");
    refusal.kernel = message == std::string::npos ? line : line.substr(message + 7);
    if (const auto caret = errorLog.find('^', end); caret != std::string::npos) {
        const auto column = caret - (end + 1);
        const auto prefix = kCommand.size() - 1;
        refusal.caret = static_cast<int>(place + (column > prefix ? column - prefix : 0));
    }
    return refusal;
}

Instance::Instance(Tracefs &tracefs, Journal &journal, const PlannedInstance &plan)
    : m_tracefs(&tracefs)
    , m_journal(&journal)
    , m_plan(plan)
{}

Checked<Instance> Instance::setUp(Tracefs &tracefs, Journal &journal, const PlannedInstance &plan,
                                  std::string name)
{
    Instance instance(tracefs, journal, plan);
    THRESHER_CHECK(instance.makeBuffer(std::move(name)));
    THRESHER_CHECK(instance.set("tracing_on", "0", ""));
    THRESHER_CHECK(instance.set("trace_clock", plan.request.clock, "/clock"));
    THRESHER_CHECK(instance.setBuffers());
    THRESHER_CHECK(instance.setPids());
    THRESHER_CHECK(instance.setFunctions());
    THRESHER_CHECK(instance.setTracer());
    THRESHER_CHECK(instance.setOptions());
    THRESHER_CHECK(instance.setEvents());
    return instance;
}

Checked<void> Instance::makeBuffer(std::string name)
{
    m_name = std::move(name);
    const auto failed = [&](const Result<void> &result) {
        return refuse(m_plan.path + "/name", result.error().text());
    };
    if (const auto noted = m_journal->noteInstance(m_name); !noted)
        return failed(noted);
    if (const auto made = m_tracefs->makeInstance(m_name); !made) {
        // It may be somebody else's, who came first.
        if (const auto forgotten = m_journal->forgetLast(); !forgotten)
            return failed(forgotten);
        return failed(made);
    }
    m_folder = "instances/" + m_name + "/";
    const std::string &tracer = m_plan.request.tracer;
    const auto tracers = m_tracefs->words(m_folder + "available_tracers");
    if (!tracer.empty() && std::find(tracers.begin(), tracers.end(), tracer) == tracers.end()) {
        if (const auto removed = m_tracefs->removeInstance(m_name); !removed)
            return failed(removed);
        if (const auto forgotten = m_journal->forgetLast(); !forgotten)
            return failed(forgotten);
        m_folder.clear();
        THRESHER_CHECK(takeTopBuffer());
    }
    m_cpus = bufferCpus(*m_tracefs, m_folder);
    return {};
}

Checked<void> Instance::takeTopBuffer()
{
    if (const std::string why = whyTopIsTaken(*m_tracefs); !why.empty())
        return refuse(m_plan.path + "/tracer",
                      "The tracer " + m_plan.request.tracer
                          + " works in the kernel's top buffer only, which is in use: " + why
                          + ".");
    // Noted first, put back last: it shall be as empty as it was. An empty text clears it.
    if (const auto noted = m_journal->noteSetting("trace", ""); !noted)
        return refuse(m_plan.path, noted.error().text());
    return {};
}

Checked<void> Instance::write(const std::string &path, const std::string &value,
                              const std::string &requestPath, Write how)
{
    const auto written = m_tracefs->write(path, value, how);
    if (written)
        return {};
    return tl::unexpected<Refusal>(explainRefusal(
        m_tracefs->line(m_folder + "error_log"), value,
        {requestPath, "The kernel refused this. " + written.error().text(), {}, -1}));
}

Checked<void> Instance::set(const std::string &file, const std::string &value,
                            const std::string &key, Write how)
{
    if (isTop()) {
        const auto noted = m_journal->noteSetting(file, restorableValue(*m_tracefs, file));
        if (!noted)
            return refuse(m_plan.path + key, noted.error().text());
    }
    return write(m_folder + file, value, m_plan.path + key, how);
}

Checked<void> Instance::setAnywhere(const std::string &file, const std::string &value,
                                    const std::string &key, Write how)
{
    if (m_tracefs->exists(m_folder + file))
        return set(file, value, key, how);
    const auto noted = m_journal->noteSetting(file, restorableValue(*m_tracefs, file));
    if (!noted)
        return refuse(m_plan.path + key, noted.error().text());
    return write(file, value, m_plan.path + key, how);
}

Checked<void> Instance::setBuffers()
{
    const InstanceRequest &request = m_plan.request;
    if (request.subBufferKb > 0)
        THRESHER_CHECK(
            set("buffer_subbuf_size_kb", std::to_string(request.subBufferKb), "/sub_buffer_kb"));
    THRESHER_CHECK(set("buffer_size_kb", std::to_string(m_plan.bufferKb), "/buffer_kb"));
    const std::string size = m_tracefs->line(m_folder + "buffer_size_kb");
    if (std::from_chars(size.data(), size.data() + size.size(), m_bufferKb).ec != std::errc())
        m_bufferKb = m_plan.bufferKb;
    // The data's offset and length in a sub-buffer: together its size.
    const std::string header = m_tracefs->line(m_folder + "events/header_page");
    const auto data = header.find(" data;");
    const auto rest = data == std::string::npos ? std::string_view()
                                                : std::string_view(header).substr(data);
    const auto after = [&](std::string_view label) {
        std::uint32_t value = 0;
        if (const auto at = rest.find(label); at != std::string_view::npos)
            std::from_chars(rest.data() + at + label.size(), rest.data() + rest.size(), value);
        return value;
    };
    m_subBufferBytes = after("offset:") + after("size:");
    if (m_subBufferBytes < 4096 || m_subBufferBytes > (4U << 20U))
        return refuse(m_plan.path, "The kernel does not say how large its sub-buffers are.");
    if (!request.cpus.empty())
        THRESHER_CHECK(set("tracing_cpumask", cpuMask(request.cpus), "/cpus"));
    return {};
}

Checked<void> Instance::setOptions()
{
    const InstanceRequest &request = m_plan.request;
    const auto setOption = [&](const std::string &name, bool on, const std::string &key) {
        return setAnywhere("options/" + name, on ? "1" : "0", key);
    };
    if (m_tracefs->exists(m_folder + "options/overwrite") && request.mode == BufferMode::Ring)
        THRESHER_CHECK(setOption("overwrite", true, "/mode"));
    if (request.kernelStacks)
        THRESHER_CHECK(setOption("stacktrace", true, "/kernel_stacks"));
    if (request.userStacks)
        THRESHER_CHECK(setOption("userstacktrace", true, "/user_stacks"));
    for (const auto &[name, on] : request.options) {
        const std::string key = "/options/" + name;
        if (!m_tracefs->exists("options/" + name)
            && !m_tracefs->exists(m_folder + "options/" + name))
            return refuse(m_plan.path + key,
                          "Neither this kernel nor the tracer has an option " + name + ".");
        THRESHER_CHECK(setOption(name, on, key));
    }
    return {};
}

Checked<void> Instance::setPids()
{
    const InstanceRequest &request = m_plan.request;
    if (request.children && (request.command || !request.pids.empty()))
        for (const char *option : {"options/event-fork", "options/function-fork"})
            if (m_tracefs->exists(m_folder + option))
                THRESHER_CHECK(set(option, "1", "/children"));
    for (const Pid pid : request.pids)
        THRESHER_CHECK(addPid(pid));
    return {};
}

Checked<void> Instance::addPid(Pid pid)
{
    for (const char *file : {"set_event_pid", "set_ftrace_pid"})
        if (m_tracefs->exists(m_folder + file)
            // Without a tracer there is nothing to filter, and not every kernel lets one try.
            && (std::string_view(file) != "set_ftrace_pid" || !m_plan.request.tracer.empty()))
            THRESHER_CHECK(set(file, std::to_string(pid), "/pids", Write::Append));
    return {};
}

Checked<void> Instance::setList(const std::string &file, const std::vector<std::string> &globs,
                                const std::string &key)
{
    // Of lists that only the kernel has once: not over somebody else's.
    if (!globs.empty() && !m_tracefs->exists(m_folder + file) && !isEmptyList(*m_tracefs, file))
        return refuse(m_plan.path + key, "Somebody else has set " + file + ".");
    // Without a line's end they are looked at when the file is closed, and nobody learns of errors.
    for (std::size_t i = 0; i < globs.size(); ++i) {
        const std::string place = key + "/" + std::to_string(i);
        // Emptying the list takes no commands ("do_fault:traceoff") back.
        if (isTop() && globs[i].find(':') != std::string::npos)
            if (const auto noted = m_journal->noteSetting(file, "!" + globs[i], Write::Append);
                !noted)
                return refuse(m_plan.path + place, noted.error().text());
        THRESHER_CHECK(setAnywhere(file, globs[i] + "\n", place, Write::Append));
    }
    return {};
}

Checked<void> Instance::setFunctions()
{
    const InstanceRequest &request = m_plan.request;
    THRESHER_CHECK(setList("set_ftrace_filter", request.functions, "/functions"));
    THRESHER_CHECK(setList("set_ftrace_notrace", request.noFunctions, "/no_functions"));
    THRESHER_CHECK(setList("set_graph_function", request.graphFunctions, "/graph_functions"));
    THRESHER_CHECK(setList("set_graph_notrace", request.noGraphFunctions, "/no_graph_functions"));
    if (request.graphDepth > 0)
        THRESHER_CHECK(
            setAnywhere("max_graph_depth", std::to_string(request.graphDepth), "/graph_depth"));
    if (request.thresholdUs)
        THRESHER_CHECK(
            setAnywhere("tracing_thresh", std::to_string(*request.thresholdUs), "/threshold_us"));
    return {};
}

Checked<void> Instance::setTracer()
{
    if (m_plan.request.tracer.empty())
        return {};
    THRESHER_CHECK(set("current_tracer", m_plan.request.tracer, "/tracer"));
    if (m_tracefs->exists(m_folder + "tracing_max_latency"))
        THRESHER_CHECK(set("tracing_max_latency", "0", "/tracer"));
    return {};
}

Checked<void> Instance::setEvents()
{
    // Filters and triggers first: enabling begins to cost.
    for (const PlannedEvent &event : m_plan.events)
        THRESHER_CHECK(setEvent(event));
    for (const PlannedHistogram &histogram : m_plan.histograms)
        THRESHER_CHECK(setHistogram(histogram));
    const auto isWhole = [&](const std::string &system) {
        return std::find(m_plan.wholeSystems.begin(), m_plan.wholeSystems.end(), system)
               != m_plan.wholeSystems.end();
    };
    for (const std::string &system : m_plan.wholeSystems)
        THRESHER_CHECK(set("events/" + system + "/enable", "1", "/events"));
    for (const PlannedEvent &event : m_plan.events)
        if (event.enable && !isWhole(event.system))
            THRESHER_CHECK(
                set("events/" + event.system + "/" + event.event + "/enable", "1", "/events"));
    return {};
}

Checked<void> Instance::setEvent(const PlannedEvent &event)
{
    const std::string folder = "events/" + event.system + "/" + event.event + "/";
    const auto named = [&](Checked<void> done, const std::string &path) {
        if (!done) {
            done.error().path = path;
            done.error().text = event.system + ":" + event.event + ": " + done.error().text;
        }
        return done;
    };
    if (!event.filter.empty())
        THRESHER_CHECK(named(set(folder + "filter", event.filter, ""), event.filterPath));
    for (const PlannedEvent::Trigger &trigger : event.triggers) {
        if (const auto noted = noteTrigger(folder, trigger.text); !noted)
            return refuse(trigger.path, noted.error().text());
        THRESHER_CHECK(named(write(m_folder + folder + "trigger", trigger.text, "", Write::Append),
                             trigger.path));
    }
    return {};
}

/// Most triggers go with their instance; a histogram that keeps variables holds it until then.
Result<void> Instance::noteTrigger(const std::string &folder, const std::string &text)
{
    if (!isTop() && !text.starts_with("hist"))
        return {};
    return m_journal->noteSetting(m_folder + folder + "trigger", "!" + text, Write::Append);
}

Checked<void> Instance::setHistogram(const PlannedHistogram &histogram)
{
    const std::string folder = "events/" + histogram.system + "/" + histogram.event + "/";
    HistTrigger trigger = histogram.trigger;
    // The kernel counts whether it records or not: until setOn().
    trigger.isPaused = trigger.isPaused || histogram.isCountedWhileOn();
    const std::string text = triggerLine(trigger, m_plan.request.clock);
    if (const auto noted = noteTrigger(folder, text); !noted)
        return refuse(histogram.path, noted.error().text());
    auto done = write(m_folder + folder + "trigger", text, "", Write::Append);
    if (done)
        return done;
    Refusal &refusal = done.error();
    refusal.path = histogram.path;
    refusal.text = histogram.system + ":" + histogram.event + ": " + refusal.text;
    // A place in what was sent is one in what was asked for only as far as they are the same.
    const auto caret = static_cast<std::size_t>(std::max(refusal.caret, 0));
    if (text.compare(0, caret + 1, histogram.line, 0, caret + 1) != 0)
        refusal.caret = -1;
    return done;
}

std::string Instance::cpuFile(CpuId cpu, std::string_view file) const
{
    return m_folder + "per_cpu/cpu" + std::to_string(cpu) + "/" + std::string(file);
}

std::string Instance::stats(CpuId cpu) const
{
    return m_tracefs->read(cpuFile(cpu, "stats")).value_or(std::string());
}

bool Instance::isOn() const
{
    return m_tracefs->line(m_folder + "tracing_on") == "1";
}

// What is counted was recorded, then; not each that was recorded at the very begin or end is
// counted.
Result<void> Instance::setOn(bool on)
{
    if (on) {
        THRESHER_TRY(m_tracefs->write(m_folder + "tracing_on", "1"));
        return setCounting(true);
    }
    const auto paused = setCounting(false);
    THRESHER_TRY(m_tracefs->write(m_folder + "tracing_on", "0"));
    return paused;
}

Result<void> Instance::setCounting(bool on)
{
    Result<void> result;
    for (const PlannedHistogram &histogram : m_plan.histograms) {
        if (!histogram.isCountedWhileOn())
            continue;
        HistTrigger trigger = histogram.trigger;
        (on ? trigger.isContinued : trigger.isPaused) = true;
        auto done = m_tracefs->write(
            m_folder + "events/" + histogram.system + "/" + histogram.event + "/trigger",
            triggerLine(trigger, m_plan.request.clock), Tracefs::Write::Append);
        if (!done)
            result = std::move(done); // the others all the same
    }
    return result;
}

Result<void> Instance::resize(std::uint32_t bufferKb)
{
    THRESHER_TRY(m_tracefs->write(m_folder + "buffer_size_kb", std::to_string(bufferKb)));
    m_bufferKb = bufferKb;
    return {};
}

} // namespace thresher::capture
