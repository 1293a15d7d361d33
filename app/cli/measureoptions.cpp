// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/filtererrortext_p.h"
#include "app/cli/measureoptions_p.h"

#include <fnmatch.h>

#include <algorithm>

namespace thresher {

namespace {

Result<std::vector<CpuId>> hiddenCpus(const std::vector<CpuRange> &ranges,
                                      const IndexSnapshot &snapshot)
{
    const std::uint32_t count = snapshot.trace->metadata().cpuCount;
    for (const CpuRange range : ranges) {
        if (range.first >= count)
            return fail(ErrorKind::InvalidArgument,
                        "the trace has no CPU " + std::to_string(range.first)
                            + "; it is of a machine with " + std::to_string(count));
    }
    std::vector<CpuId> hidden;
    for (const CpuId cpu : snapshot.cpus()) {
        if (std::none_of(ranges.begin(), ranges.end(),
                         [cpu](CpuRange range) { return range.first <= cpu && cpu <= range.last; }))
            hidden.push_back(cpu);
    }
    return hidden;
}

Result<std::vector<TaskId>> hiddenTasks(const std::string &wanted, const TaskTable &tasks)
{
    const bool isPid = !wanted.empty()
                       && wanted.find_first_not_of("0123456789") == std::string::npos;
    const auto matches = [&wanted](std::string_view name) {
        return ::fnmatch(wanted.c_str(), std::string(name).c_str(), 0) == 0;
    };
    std::vector<TaskId> hidden;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const TaskId id{static_cast<std::uint32_t>(i)};
        const Task &task = tasks.task(id);
        const bool isNamed = matches(tasks.name(id))
                             || std::any_of(
                                 task.names.begin(), task.names.end(),
                                 [&](const Task::Name &name) { return matches(name.comm); });
        if (isPid ? std::to_string(task.pid) != wanted : !isNamed)
            hidden.push_back(id);
    }
    if (hidden.size() == tasks.size())
        return fail(ErrorKind::InvalidArgument,
                    "the trace has no task " + std::string(isPid ? "of PID " : "called ") + wanted);
    return hidden;
}

Result<Measured> measured(const MeasureOptions &options, const Filter *filter,
                          const std::shared_ptr<const IndexSnapshot> &index, bool needsAnalysis)
{
    Measured result;
    result.words.ticks = !index->trace->metadata().clockIsNanoseconds;
    result.range = index->range;
    result.limit = options.limit;
    if (options.from) {
        THRESHER_TRY_ASSIGN(result.range.begin, parseTime(*options.from, result.words.ticks));
    }
    if (options.to) {
        THRESHER_TRY_ASSIGN(result.range.end, parseTime(*options.to, result.words.ticks));
    }
    if (options.cpus) {
        THRESHER_TRY_ASSIGN(result.shown.hiddenCpus, hiddenCpus(*options.cpus, *index));
    }
    if (options.task) {
        THRESHER_TRY_ASSIGN(result.shown.hiddenTasks, hiddenTasks(*options.task, *index->tasks));
        result.shown.hideOtherTasks = true;
        result.shown.knownTasks = static_cast<std::uint32_t>(index->tasks->size());
    }
    Progress progress;
    if (filter != nullptr) {
        THRESHER_TRY_ASSIGN(result.selection,
                            selectFiltered(index, *filter, {}, {}, {}, {}, progress));
    }
    if (needsAnalysis) {
        THRESHER_TRY_ASSIGN(result.analysis, analyse(index, {}, {}, progress, {}));
    } else {
        auto analysis = std::make_shared<Analysis>();
        analysis->index = index;
        result.analysis = std::move(analysis);
    }
    return result;
}

} // namespace

Result<MeasureOptions> readMeasureOptions(const CommandSpec &command, const Options &options)
{
    MeasureOptions read;
    THRESHER_TRY_ASSIGN(read.file, options.operand(command));
    read.keepIndex = !options.has("no-cache");
    read.from = options.value("from");
    read.to = options.value("to");
    // Whether the clock counts ticks is known later; what is no number at all is told before.
    for (const auto &time : {read.from, read.to}) {
        if (time)
            THRESHER_TRY(parseTime(*time, false));
    }
    if (const auto list = options.value("cpu")) {
        THRESHER_TRY_ASSIGN(read.cpus, parseCpuList(*list));
    }
    read.task = options.value("task");
    read.filter = options.value("filter");
    read.json = options.has("json");
    read.csv = options.has("csv");
    if (read.json && read.csv)
        return fail(ErrorKind::InvalidArgument, "either --json or --csv, please, not both");
    return read;
}

std::string Measured::taskName(TaskId task, TimeNs time) const
{
    if (task == kNoTask)
        return "(not known)";
    const TaskTable &tasks = *index().tasks;
    return std::string(tasks.nameAt(task, time)) + "-" + std::to_string(tasks.task(task).pid);
}

int measureTrace(const CommandSpec &command, const MeasureOptions &options, bool needsAnalysis,
                 const std::function<Result<std::string>(const Measured &)> &print)
{
    // What is wrong whatever the trace is told before it is opened, which may take long.
    const auto expression = parseFilter(options.filter.value_or(""));
    if (!expression)
        return printFilterError(command, *options.filter, expression.error());
    const auto index = openForCommand(options.file, options.keepIndex);
    if (!index)
        return printError(index.error());
    printDamage(*index->snapshot);
    const auto filter = Filter::compile(*expression, index->snapshot->trace);
    if (!filter)
        return printFilterError(command, *options.filter, filter.error());
    const auto found = measured(options, options.filter ? filter->get() : nullptr, index->snapshot,
                                needsAnalysis);
    if (!found)
        return printError(found.error());
    const auto text = print(*found);
    if (!text)
        return printError(text.error());
    const int status = printText(*text);
    const auto whole = checkStillWhole(*index->snapshot->trace);
    return whole ? status : printError(whole.error());
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

} // namespace thresher
