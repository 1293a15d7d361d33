// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/tracepart_p.h"

#include <fnmatch.h>

#include <algorithm>

namespace thresher {

namespace {

Result<std::vector<TaskId>> otherTasks(const std::string &wanted, const TaskTable &tasks)
{
    const bool isPid = !wanted.empty()
                       && wanted.find_first_not_of("0123456789") == std::string::npos;
    const auto matches = [&wanted](std::string_view name) {
        return ::fnmatch(wanted.c_str(), std::string(name).c_str(), 0) == 0;
    };
    std::vector<TaskId> others;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const TaskId id{static_cast<std::uint32_t>(i)};
        const Task &task = tasks.task(id);
        const bool isNamed = matches(tasks.name(id))
                             || std::any_of(
                                 task.names.begin(), task.names.end(),
                                 [&](const Task::Name &name) { return matches(name.comm); });
        if (isPid ? std::to_string(task.pid) != wanted : !isNamed)
            others.push_back(id);
    }
    if (others.size() == tasks.size())
        return fail(ErrorKind::InvalidArgument,
                    "the trace has no task " + std::string(isPid ? "of PID " : "called ") + wanted);
    return others;
}

} // namespace

Result<TracePart> readTracePart(const Options &options)
{
    TracePart part;
    part.from = options.value("from");
    part.to = options.value("to");
    // Whether the clock counts ticks is known later; what is no number at all is told before.
    for (const auto &time : {part.from, part.to}) {
        if (time)
            THRESHER_TRY(parseTime(*time, false));
    }
    if (const auto list = options.value("cpu")) {
        THRESHER_TRY_ASSIGN(part.cpus, parseCpuList(*list));
    }
    part.task = options.value("task");
    part.filter = options.value("filter");
    return part;
}

tl::expected<OpenPart, int> openPart(const CommandSpec &command, const std::string &path,
                                     const TracePart &part, bool keepIndex,
                                     const std::stop_token &stop)
{
    const auto expression = parseFilter(part.filter.value_or(""));
    if (!expression)
        return tl::unexpected<int>(printFilterError(command, *part.filter, expression.error()));
    const auto index = openForCommand(path, keepIndex, stop);
    if (!index)
        return tl::unexpected<int>(index.error().kind == ErrorKind::Cancelled
                                       ? kExitInterrupted
                                       : printError(index.error()));
    printDamage(*index->snapshot);
    OpenPart open{index->snapshot, nullptr};
    if (!part.filter)
        return open;
    auto filter = Filter::compile(*expression, open.snapshot->trace);
    if (!filter)
        return tl::unexpected<int>(printFilterError(command, *part.filter, filter.error()));
    open.filter = *std::move(filter);
    return open;
}

Result<TimeRange> rangeOf(const TracePart &part, const TraceFile &trace, TimeRange whole)
{
    const bool ticks = !trace.metadata().clockIsNanoseconds;
    if (part.from) {
        THRESHER_TRY_ASSIGN(whole.begin, parseTime(*part.from, ticks));
    }
    if (part.to) {
        THRESHER_TRY_ASSIGN(whole.end, parseTime(*part.to, ticks));
    }
    return whole;
}

Result<TimeRange> parseTimeRange(std::string_view text, bool ticks)
{
    const auto dash = text.find('-', 1);
    if (dash == std::string_view::npos)
        return fail(ErrorKind::InvalidArgument, "'" + std::string(text)
                                                    + "' is not a range of time: FROM-TO, as in "
                                                    + (ticks ? "1000-2000" : "12.500-12.502"));
    TimeRange range;
    THRESHER_TRY_ASSIGN(range.begin, parseTime(text.substr(0, dash), ticks));
    THRESHER_TRY_ASSIGN(range.end, parseTime(text.substr(dash + 1), ticks));
    return range;
}

Result<std::vector<CpuId>> listedCpus(const TracePart &part, const IndexSnapshot &snapshot)
{
    if (!part.cpus)
        return snapshot.cpus();
    const std::uint32_t count = snapshot.trace->metadata().cpuCount;
    for (const CpuRange range : *part.cpus) {
        if (range.first >= count)
            return fail(ErrorKind::InvalidArgument,
                        "the trace has no CPU " + std::to_string(range.first)
                            + "; it is of a machine with " + std::to_string(count));
    }
    std::vector<CpuId> listed;
    for (const CpuId cpu : snapshot.cpus()) {
        if (std::any_of(part.cpus->begin(), part.cpus->end(),
                        [cpu](CpuRange range) { return range.first <= cpu && cpu <= range.last; }))
            listed.push_back(cpu);
    }
    return listed;
}

Result<ShowFilter> shownPart(const TracePart &part, const IndexSnapshot &snapshot)
{
    ShowFilter shown;
    if (part.cpus) {
        THRESHER_TRY_ASSIGN(const auto listed, listedCpus(part, snapshot));
        for (const CpuId cpu : snapshot.cpus()) {
            if (!std::binary_search(listed.begin(), listed.end(), cpu))
                shown.hiddenCpus.push_back(cpu);
        }
    }
    if (part.task) {
        THRESHER_TRY_ASSIGN(shown.hiddenTasks, otherTasks(*part.task, *snapshot.tasks));
        shown.hideOtherTasks = true;
        shown.knownTasks = static_cast<std::uint32_t>(snapshot.tasks->size());
    }
    return shown;
}

} // namespace thresher
