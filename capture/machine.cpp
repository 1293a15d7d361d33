// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/machine.h"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace thresher::capture {

namespace {

struct Tracer
{
    std::string_view name;
    std::string_view feature; ///< Whose reason is its own.
    std::string_view text;
};
constexpr std::array kTracers{
    Tracer{"function", "function", "every call of a kernel function"},
    Tracer{"function_graph", "function_graph", "calls with their durations, nested"},
    Tracer{"irqsoff", "irqsoff", "the longest time with interrupts off"},
    Tracer{"preemptoff", "preemptoff", "the longest time without preemption"},
    Tracer{"preemptirqsoff", "preemptoff", "the longest time without preemption or interrupts"},
    Tracer{"wakeup", "wakeup", "the longest wait of the task of highest priority"},
    Tracer{"wakeup_rt", "wakeup", "the same, of realtime tasks only"},
    Tracer{"wakeup_dl", "wakeup", "the same, of deadline tasks only"},
    Tracer{"hwlat", "hwlat", "latencies of the hardware and firmware"},
    Tracer{"osnoise", "osnoise", "what takes time away from a task"},
    Tracer{"timerlat", "timerlat", "how late timers wake up"},
    Tracer{"blk", "blk", "block I/O, as blktrace sees it"},
    Tracer{"mmiotrace", "mmiotrace", "accesses of drivers to their devices' memory"},
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kClocks{{
    {"mono", "CLOCK_MONOTONIC, as in perf, logs and other tools"},
    {"mono_raw", "monotonic, not corrected by NTP"},
    {"boot", "monotonic, counting the time asleep"},
    {"tai", "the time of day, without leap seconds"},
    {"local", "the fastest; CPUs may differ a little"},
    {"global", "as local, equal on all CPUs"},
    {"perf", "as perf record has it by itself"},
    {"uptime", "jiffies since the start: coarse"},
    {"counter", "counts events: their order, no time"},
    {"x86-tsc", "cycles of the processor"},
}};

} // namespace

Result<std::unique_ptr<RecorderProcess>> launchUnasked(const LaunchOptions &options,
                                                       const std::stop_token &stop)
{
    if (options.privilege != Privilege::Auto || !options.host.empty() || ::geteuid() == 0)
        return RecorderProcess::launch(options, stop);
    LaunchOptions how = options;
    how.privilege = Privilege::Sudo;
    auto asRoot = RecorderProcess::launch(how, stop);
    if (asRoot || asRoot.error().kind == ErrorKind::Cancelled)
        return asRoot;
    how.privilege = Privilege::Direct;
    return RecorderProcess::launch(how, stop);
}

std::string MachineReport::formatOf(const std::string &system, const std::string &event) const
{
    const auto at = formats.find(std::string(blob::kFormatPrefix) + system + '/' + event);
    return at == formats.end() ? std::string() : at->second;
}

Result<MachineReport> examineMachine(RecorderProcess &recorder, const std::stop_token &stop)
{
    MachineReport report;
    report.hello = recorder.hello();
    THRESHER_TRY_ASSIGN(report.capabilities,
                        answerOf<Capabilities>(recorder, plainMessage("capabilities"), stop));
    if (!report.capabilities.events.empty()) {
        THRESHER_TRY_ASSIGN(
            report.formats,
            recorder.askForBlobs(describeMessage(Description::Events), kAnswerPatience, stop));
    }
    return report;
}

std::vector<std::string> obstaclesOf(const Capabilities &capabilities)
{
    std::vector<std::string> obstacles;
    if (!capabilities.tracefsMounted)
        obstacles.emplace_back("tracefs is not mounted, or this kernel has none "
                               "(CONFIG_FTRACE, CONFIG_EVENT_TRACING): "
                               "sudo mount -t tracefs nodev /sys/kernel/tracing");
    if (!capabilities.root)
        obstacles.emplace_back("Recording needs root. thresher record uses sudo if that asks no "
                               "password, else pkexec; sudo thresher doctor shows all of this "
                               "report.");
    if (capabilities.lockdown == "confidentiality")
        obstacles.emplace_back("The kernel is locked down (confidentiality), which forbids to read "
                               "its memory by tracing: boot without lockdown=confidentiality.");
    return obstacles;
}

std::string whyNot(const Capabilities &capabilities, std::string_view feature)
{
    for (const Feature &each : capabilities.features) {
        if (each.name == feature)
            return each.available ? std::string() : each.reason;
    }
    return {};
}

bool has(const Capabilities &capabilities, std::string_view feature)
{
    return std::any_of(capabilities.features.begin(), capabilities.features.end(),
                       [&](const Feature &each) { return each.name == feature && each.available; });
}

std::vector<TracerChoice> tracersOf(const Capabilities &capabilities)
{
    std::vector<TracerChoice> choices;
    const auto &offered = capabilities.tracers;
    const auto find = [&](std::string_view name) {
        return std::find_if(offered.begin(), offered.end(),
                            [&](const auto &each) { return each.first == name; });
    };
    for (const Tracer &tracer : kTracers) {
        TracerChoice choice{std::string(tracer.name), {}, true};
        if (const auto at = find(tracer.name); at != offered.end()) {
            choice.inInstance = at->second;
        } else {
            choice.whyNot = whyNot(capabilities, tracer.feature);
            if (choice.whyNot.empty())
                choice.whyNot = "This kernel has no tracer " + choice.name + ".";
        }
        choices.push_back(std::move(choice));
    }
    for (const auto &[name, inInstance] : offered) {
        if (name != "nop" && tracerText(name).empty())
            choices.push_back({name, {}, inInstance});
    }
    return choices;
}

std::string_view tracerText(std::string_view tracer)
{
    const auto *const at = std::find_if(kTracers.begin(), kTracers.end(),
                                        [&](const Tracer &each) { return each.name == tracer; });
    return at == kTracers.end() ? std::string_view() : at->text;
}

std::vector<ClockChoice> clocksOf(const Capabilities &capabilities)
{
    std::vector<ClockChoice> choices;
    const auto &offered = capabilities.clocks;
    for (const auto &[name, text] : kClocks) {
        const bool isThere = std::find(offered.begin(), offered.end(), name) != offered.end();
        choices.push_back({std::string(name), text,
                           isThere ? std::string()
                                   : "This kernel has no trace clock " + std::string(name) + "."});
    }
    for (const std::string &name : offered) {
        if (std::none_of(kClocks.begin(), kClocks.end(),
                         [&](const auto &each) { return each.first == name; }))
            choices.push_back({name, {}, {}});
    }
    return choices;
}

} // namespace thresher::capture
