// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/recordoptions.h"

#include "app/cli/probewords.h"
#include "capture/probes/latencyevent.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>

namespace thresher {

namespace {

using namespace std::string_view_literals;
using capture::BufferMode;
using capture::InstanceRequest;
using capture::Privilege;
using capture::RecordingPlan;

constexpr std::array kOptions{
    OptionSpec{"event", 'e', "GLOB[ if FILTER]",
               "record events: sched_switch, sched:*, irq, all; only\n"
               "those for which FILTER (the kernel's) is true"},
    OptionSpec{"filter", 'f', "FILTER", "the filter of the -e or --probe before it"},
    OptionSpec{"trigger", 'R', "TRIGGER",
               "a trigger of the -e or --probe before it:\nstacktrace, traceoff, snapshot, …"},
    OptionSpec{"triggers-only",
               0,
               {},
               "do not record the events of the -e or --probe before\nit: only its triggers act"},
    OptionSpec{"probe", 0, "CALL|LINE|SET",
               "make a probe and record it: a call of a function\n"
               "('vfs_read(count, ret)'), a line of dynamic_events\n"
               "('p:read vfs_read n=$arg3'), or a set of them by name\n"
               "(see thresher probe)"},
    OptionSpec{"probe-rate", 0, "N",
               "warn of probes that are hit more often a second\n(else 100000); 0: do not measure"},
    OptionSpec{"hist", 0, "SYSTEM:EVENT:keys=…",
               "let the kernel count the events by fields, as in\n"
               "'sched:sched_switch:keys=next_comm:sort=hitcount';\n"
               "they are not recorded for it. See thresher hist"},
    OptionSpec{"latency", 0, "NAME=BEGIN->END",
               "make an event of the time from one to another, as\n"
               "in 'wakeup=sched:sched_waking(pid) ->\n"
               "sched:sched_switch(next_pid)', and record it"},
    OptionSpec{"exclude", 'v', "GLOB", "but not these events"},
    OptionSpec{"skip-missing", 0, {}, "leave out what this kernel has no events for"},
    OptionSpec{"tracer", 'p', "TRACER", "a tracer: function, function_graph, …"},
    OptionSpec{"function", 'l', "GLOB", "the tracer sees these functions only"},
    OptionSpec{"no-function", 'n', "GLOB", "the tracer does not see these functions"},
    OptionSpec{"graph-function", 'g', "GLOB", "function_graph: these and what they call"},
    OptionSpec{"no-graph-function", 0, "GLOB", "function_graph: not these nor what they call"},
    OptionSpec{"max-graph-depth", 0, "N", "function_graph: so many levels of calls"},
    OptionSpec{"threshold", 0, "US", "tracers of latencies and functions: longer ones only"},
    OptionSpec{"option", 'O', "NAME", "an option of the kernel's tracing; noNAME: off"},
    OptionSpec{"stacks", 'T', {}, "with a kernel stack for each event"},
    OptionSpec{"user-stacks", 0, {}, "with a user stack for each event"},
    OptionSpec{"buffer-size", 'b', "KB", "of each CPU's buffer; else as the rate asks for"},
    OptionSpec{"sub-buffer", 0, "KB", "of the pages that buffers are made of"},
    OptionSpec{"clock", 'C', "CLOCK", "local, global, mono (else), boot, x86-tsc, …"},
    OptionSpec{"cpumask", 'M', "HEX", "record on these CPUs only; -1: all"},
    OptionSpec{"pid", 'P', "PID", "record this task only (again: and this one)"},
    OptionSpec{"command-only", 'F', {}, "record COMMAND only"},
    OptionSpec{"children", 'c', {}, "and what those of -P and -F start"},
    OptionSpec{"buffer", 'B', "NAME", "a further buffer; options behind it are its own"},
    OptionSpec{"ring", 0, "10s|100M|auto",
               "keep the last seconds or bytes (of all CPUs) only;\nauto: what the buffers hold"},
    OptionSpec{"stop-on-trigger", 0, {}, "end when a trigger (traceoff) has fired"},
    OptionSpec{"directory", 0, "DIR", "where COMMAND runs"},
    OptionSpec{"env", 0, "NAME=VALUE", "a variable of COMMAND's environment"},
    OptionSpec{"user", 0, "NAME", "as whom COMMAND runs; only root can"},
    OptionSpec{"output", 'o', "FILE", "where the trace goes; else trace.dat"},
    OptionSpec{"force", 0, {}, "replace that file if it exists"},
    OptionSpec{"duration", 0, "S", "end after so many seconds (0.5)"},
    OptionSpec{"host", 0, "SSH", "record another machine, by ssh, that has\nthresher-recorder"},
    OptionSpec{"format", 0, "v6|v7", "of the file; else v7"},
    OptionSpec{"compression", 0, "none|zstd", "of a v7 file; else none, which opens at once"},
    OptionSpec{"all-formats", 'a', {}, "keep the formats of all events, recorded or not"},
    OptionSpec{"privilege", 0, "HOW", "how to become root: auto (else), direct, sudo, pkexec"},
    OptionSpec{"quiet", 'q', {}, "print errors and losses only"},
    OptionSpec{"json", 0, {}, "print what was recorded as JSON"},
};
constexpr CommandSpec kSpec{
    "record", "[COMMAND…]",
    "Records the kernel's events into a trace.dat until Ctrl+C, until COMMAND ends,\n"
    "or for --duration. COMMAND runs as you; recording itself needs root, for which\n"
    "sudo (if it asks no password) or pkexec is used. In tracing instances of its\n"
    "own: what else is traced on the machine is left alone.\n\n"
    "The exit status is COMMAND's, if there was one; 1 if the recording failed.",
    kOptions, true};

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

Result<std::uint32_t> numberOf(std::string_view option, std::string_view text,
                               std::uint32_t most = std::numeric_limits<std::uint32_t>::max())
{
    const auto number = parseCount(text);
    if (!number || *number > most)
        return usage(std::string(option) + " must be a whole number up to " + std::to_string(most)
                     + ", not '" + std::string(text) + "'");
    return static_cast<std::uint32_t>(*number);
}

// A hexadecimal number as long as it likes to be; -1 and nothing are all CPUs.
Result<std::vector<CpuId>> cpusOfMask(std::string_view text)
{
    const std::string given(text);
    if (text == "-1"sv)
        return std::vector<CpuId>();
    if (text.starts_with("0x"sv))
        text.remove_prefix(2);
    std::vector<CpuId> cpus;
    CpuId first = 0;
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
        if (*digit == ',') // as the kernel writes them
            continue;
        unsigned bits = 0;
        if (std::from_chars(&*digit, &*digit + 1, bits, 16).ec != std::errc())
            return usage("-M must be a hexadecimal mask of CPUs, not '" + given + "'");
        for (CpuId bit = 0; bit < 4; ++bit) {
            if ((bits >> bit & 1U) != 0)
                cpus.push_back(first + bit);
        }
        first += 4;
    }
    if (cpus.empty())
        return usage("-M " + given + " leaves no CPU to record");
    return cpus;
}

Result<std::uint64_t> milliseconds(std::string_view text)
{
    double seconds = 0;
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, seconds);
    constexpr double kMost = 1e7;
    if (result.ec != std::errc() || result.ptr != end || !(seconds >= 0.001) || seconds > kMost)
        return usage("--duration must be seconds from 0.001 on, not '" + std::string(text) + "'");
    return static_cast<std::uint64_t>(
        std::llround(seconds * 1000)); // 1.001 is no whole number of bits
}

// "10s", "2m": time; "100M", "64K", "1G": bytes of all CPUs together.
Result<void> readRing(std::string_view text, std::uint32_t cpus, InstanceRequest &instance)
{
    const std::string given(text);
    const auto wrong = [&] {
        return usage("--ring must be a time (10s, 2m), a size (64K, 100M, 1G) or auto, not '"
                     + given + "'");
    };
    if (text == "auto"sv) {
        instance.mode = BufferMode::Ring;
        return {};
    }
    if (text.size() < 2)
        return wrong();
    const char unit = text.back();
    text.remove_suffix(1);
    std::uint32_t count = 0;
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, count);
    if (result.ec != std::errc() || result.ptr != end || count == 0)
        return wrong();
    instance.mode = BufferMode::Ring;
    if (unit == 's' || unit == 'm') {
        if (count > 100'000)
            return wrong();
        instance.ringSeconds = unit == 'm' ? count * 60 : count;
        return {};
    }
    const std::uint64_t kb = unit == 'K'   ? std::uint64_t{count}
                             : unit == 'M' ? std::uint64_t{count} << 10U
                             : unit == 'G' ? std::uint64_t{count} << 20U
                                           : 0;
    if (kb == 0)
        return wrong();
    if (cpus == 0)
        return usage("how many CPUs that machine has is not known here: give --ring as a time, or "
                     "each CPU's size by -b");
    const auto each = std::max<std::uint64_t>(kb / cpus, 8);
    if (each > std::numeric_limits<std::uint32_t>::max())
        return wrong();
    instance.bufferKb = static_cast<std::uint32_t>(each);
    return {};
}

Result<void> addEvent(std::string_view text, InstanceRequest &instance, std::size_t &lastProbes)
{
    lastProbes = 0;
    capture::EventRequest event;
    const auto at = text.find(" if "sv);
    event.match = text.substr(0, at);
    if (at != std::string_view::npos)
        event.filter = text.substr(at + 4);
    if (event.match == "all"sv)
        event.match = "*:*";
    if (event.match.empty() || event.match.front() == '-')
        return usage("-e needs the name of an event or a glob, not '" + std::string(text) + "'");
    instance.events.push_back(std::move(event));
    return {};
}

/// "SYSTEM:EVENT:keys=…"
Result<void> addHistogram(const std::string &text, InstanceRequest &instance)
{
    const auto system = text.find(':');
    const auto event = system == std::string::npos ? system : text.find(':', system + 1);
    if (event == std::string::npos)
        return usage("--hist needs an event and its keys, as in "
                     "'sched:sched_switch:keys=next_comm', not '"
                     + text + "'");
    const std::string trigger = "hist" + text.substr(event);
    if (const auto parsed = capture::parseHistTrigger(trigger); !parsed)
        return usage("--hist " + text + ": " + parsed.error().text);
    instance.histograms.push_back({text.substr(0, event), trigger});
    return {};
}

/// Takes the options one after the other.
class PlanReader
{
public:
    PlanReader(RecordingPlan &plan, std::uint32_t cpus)
        : m_plan(plan)
        , m_cpus(cpus)
    {
        m_plan.request.instances.emplace_back();
    }

    Result<void> take(std::string_view name, const std::string &value)
    {
        auto &instance = m_plan.request.instances.back();
        if (name == "event"sv)
            return addEvent(value, instance, m_lastProbes);
        if (name == "probe"sv)
            return addProbes(value, instance);
        if (name == "filter"sv || name == "trigger"sv || name == "triggers-only"sv)
            return refine(name, value, instance);
        if (name == "hist"sv)
            return addHistogram(value, instance);
        if (name == "latency"sv) {
            if (const auto event = capture::parseLatencyEvent(value); !event)
                return usage("--latency " + value + ": " + event.error().text);
            instance.latencies.push_back(value);
            return {};
        }
        if (name == "exclude"sv) {
            if (value.empty() || value.front() == '-')
                return usage("-v needs the events that are left out, as in -v 'sched_stat*', not '"
                             + value + "'");
            instance.exclude.push_back(value);
        } else if (name == "tracer"sv) {
            instance.tracer = value;
        } else if (name == "function"sv) {
            instance.functions.push_back(value);
        } else if (name == "no-function"sv) {
            instance.noFunctions.push_back(value);
        } else if (name == "graph-function"sv) {
            instance.graphFunctions.push_back(value);
        } else if (name == "no-graph-function"sv) {
            instance.noGraphFunctions.push_back(value);
        } else if (name == "option"sv) {
            const bool isOff = value.starts_with("no"sv);
            instance.options[isOff ? value.substr(2) : value] = !isOff;
        } else if (name == "stacks"sv) {
            instance.kernelStacks = true;
        } else if (name == "user-stacks"sv) {
            instance.userStacks = true;
        } else if (name == "clock"sv) {
            instance.clock = value;
        } else if (name == "command-only"sv) {
            instance.command = true;
        } else if (name == "children"sv) {
            m_hasChildren.resize(m_plan.request.instances.size());
            m_hasChildren.back() = true;
        } else if (name == "ring"sv) {
            return readRing(value, m_cpus, instance);
        } else if (name == "buffer"sv) {
            return addBuffer(value);
        } else {
            return takeNumber(name, value, instance);
        }
        return {};
    }

    Result<void> finish()
    {
        auto &instances = m_plan.request.instances;
        m_hasChildren.resize(instances.size());
        for (std::size_t i = 0; i < instances.size(); ++i) {
            instances[i].children = m_hasChildren[i];
            if (instances[i].command && !m_plan.command)
                return usage("-F records a command: give one");
            if (m_hasChildren[i] && instances[i].pids.empty() && !instances[i].command)
                return usage("-c goes with -P or -F: whose children?");
        }
        const auto isEmpty = [](const InstanceRequest &each) {
            return each.events.empty() && each.probes.empty() && each.latencies.empty()
                   && each.histograms.empty() && each.tracer.empty();
        };
        if (instances.size() > 1 && isEmpty(instances.front()))
            instances.erase(instances.begin());
        for (const InstanceRequest &instance : instances) {
            if (isEmpty(instance))
                return usage(instance.name.empty()
                                 ? "say what to record: -e EVENT, --probe LINE or -p TRACER"
                                 : "say what the buffer " + instance.name
                                       + " records: -e EVENT, --probe LINE or -p TRACER behind "
                                         "its -B");
        }
        return {};
    }

private:
    Result<void> addProbes(const std::string &word, InstanceRequest &instance)
    {
        THRESHER_TRY_ASSIGN(auto probes,
                            readProbeWord(word, m_plan.launch.host.empty(), std::stop_token()));
        m_lastProbes = probes.size();
        for (capture::ProbeRequest &probe : probes)
            instance.probes.push_back(std::move(probe));
        return {};
    }

    Result<void> refine(std::string_view name, const std::string &value,
                        InstanceRequest &instance) const
    {
        const auto apply = [&](auto &event) {
            if (name == "filter"sv)
                event.filter = value;
            else if (name == "triggers-only"sv)
                event.triggersOnly = true;
            else
                event.triggers.push_back(value);
        };
        if (instance.events.empty() && m_lastProbes == 0)
            return usage("--" + std::string(name)
                         + " is of the -e or --probe before it: there is none");
        if (m_lastProbes == 0)
            apply(instance.events.back());
        else
            for (std::size_t i = instance.probes.size() - m_lastProbes; i < instance.probes.size();
                 ++i)
                apply(instance.probes[i]);
        return {};
    }

    Result<void> addBuffer(const std::string &name)
    {
        if (name.empty() || name.front() == '-' || name.find('/') != std::string::npos)
            return usage("-B needs a name, not '" + name + "'");
        for (const InstanceRequest &instance : m_plan.request.instances) {
            if (instance.name == name)
                return usage("there are two buffers named " + name);
        }
        m_plan.request.instances.emplace_back().name = name;
        m_lastProbes = 0;
        return {};
    }

    Result<void> takeNumber(std::string_view name, const std::string &value,
                            InstanceRequest &instance)
    {
        if (name == "buffer-size"sv) {
            THRESHER_TRY_ASSIGN(instance.bufferKb, numberOf("-b", value));
        } else if (name == "sub-buffer"sv) {
            THRESHER_TRY_ASSIGN(instance.subBufferKb, numberOf("--sub-buffer", value));
        } else if (name == "max-graph-depth"sv) {
            THRESHER_TRY_ASSIGN(instance.graphDepth, numberOf("--max-graph-depth", value, 50));
        } else if (name == "threshold"sv) {
            THRESHER_TRY_ASSIGN(instance.thresholdUs, numberOf("--threshold", value));
        } else if (name == "cpumask"sv) {
            THRESHER_TRY_ASSIGN(instance.cpus, cpusOfMask(value));
        } else if (name == "probe-rate"sv) {
            THRESHER_TRY_ASSIGN(m_plan.request.probeRateLimit,
                                numberOf("--probe-rate", value, 1U << 30U));
        } else if (name == "pid"sv) {
            THRESHER_TRY_ASSIGN(const auto pid, numberOf("-P", value, 1U << 22U));
            instance.pids.push_back(static_cast<Pid>(pid));
        }
        return {};
    }

    RecordingPlan &m_plan;
    std::uint32_t m_cpus;
    std::vector<bool> m_hasChildren; ///< By instance.
    /// How many probes came last in the instance; 0: an event came last.
    std::size_t m_lastProbes = 0;
};

} // namespace

const CommandSpec &recordSpec()
{
    return kSpec;
}

Result<Privilege> parsePrivilege(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, Privilege>, 4> kWords{
        {{"auto", Privilege::Auto},
         {"direct", Privilege::Direct},
         {"sudo", Privilege::Sudo},
         {"pkexec", Privilege::Pkexec}}};
    for (const auto &[word, value] : kWords) {
        if (word == text)
            return value;
    }
    return usage("--privilege must be auto, direct, sudo or pkexec, not '" + std::string(text)
                 + "'");
}

Result<void> readTraceFormat(const Options &options, std::optional<int> &version,
                             std::optional<Compression> &compression)
{
    if (const auto format = options.value("format")) {
        if (*format != "v6" && *format != "v7")
            return usage("--format must be v6 or v7, not '" + *format + "'");
        version = *format == "v6" ? 6 : 7;
    }
    if (const auto word = options.value("compression")) {
        if (*word != "none" && *word != "zstd")
            return usage("--compression must be none or zstd, not '" + *word + "'");
        compression = *word == "zstd" ? Compression::Zstd : Compression::None;
    }
    if (version == 6 && compression == Compression::Zstd)
        return usage("files of format v6 are not compressed: leave out --compression, or give "
                     "--format v7");
    return {};
}

namespace {

Result<std::optional<capture::CommandPlan>> readCommand(const Options &options)
{
    capture::CommandPlan command{options.operands(), {}, {}, {}};
    command.directory = options.value("directory").value_or("");
    command.user = options.value("user").value_or("");
    for (const std::string &variable : options.values("env")) {
        const auto equals = variable.find('=');
        if (equals == std::string::npos || equals == 0)
            return usage("--env needs NAME=VALUE, not '" + variable + "'");
        command.environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    }
    if (!command.words.empty())
        return command;
    for (const char *const option : {"directory", "env", "user"}) {
        if (options.has(option))
            return usage("--" + std::string(option) + " is of a command: give one");
    }
    return std::nullopt;
}

} // namespace

Result<RecordingPlan> readRecordingPlan(const Options &options, std::uint32_t cpus)
{
    RecordingPlan plan;
    THRESHER_TRY_ASSIGN(plan.command, readCommand(options));
    plan.launch.host = options.value("host").value_or("");
    if (!plan.launch.host.empty() && plan.command)
        return usage("a command is run on this machine, and --host records another one");
    if (!plan.launch.host.empty())
        cpus = 0;
    PlanReader reader(plan, cpus);
    for (const Options::Given &given : options.given())
        THRESHER_TRY(reader.take(given.name, given.value));
    THRESHER_TRY(reader.finish());
    plan.output = options.value("output").value_or("trace.dat");
    plan.mayReplace = options.has("force");
    plan.request.stopOnTrigger = options.has("stop-on-trigger");
    plan.request.skipMissing = options.has("skip-missing");
    if (options.has("all-formats"))
        plan.request.formats = capture::FormatsRequest::All;
    if (const auto duration = options.value("duration")) {
        THRESHER_TRY_ASSIGN(plan.request.durationMs, milliseconds(*duration));
    }
    if (const auto how = options.value("privilege")) {
        THRESHER_TRY_ASSIGN(plan.launch.privilege, parsePrivilege(*how));
    }
    std::optional<int> version;
    std::optional<Compression> compression;
    THRESHER_TRY(readTraceFormat(options, version, compression));
    plan.version = version.value_or(7);
    plan.compression = compression.value_or(Compression::None);
    return plan;
}

} // namespace thresher
