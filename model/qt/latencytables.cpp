// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/latencytables.h"

#include "model/analysis/eventplaces.h"
#include "model/analysis/probecalls.h"
#include "model/query/kernelnames.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(LatencyTables)
};

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QVariant number(std::uint64_t value)
{
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<qlonglong>::max());
    return QVariant(static_cast<qlonglong>(std::min(value, kMost)));
}
QVariant duration(DurationNs value)
{
    return QVariant(qlonglong{value});
}

QString stateText(std::uint32_t value)
{
    switch (static_cast<TaskState>(value)) {
    case TaskState::New:
        return Text::tr("new");
    case TaskState::Running:
        return Text::tr("running");
    case TaskState::Runnable:
        return Text::tr("woken");
    case TaskState::Preempted:
        return Text::tr("preempted");
    case TaskState::Blocked:
        return Text::tr("blocked (D)");
    case TaskState::Sleeping:
        return Text::tr("sleeping");
    case TaskState::Stopped:
        return Text::tr("stopped");
    case TaskState::Dead:
        return Text::tr("exited");
    }
    return Text::tr("unknown");
}

QString nameOf(const std::vector<TrackName> &names, std::uint32_t value)
{
    return value < names.size() ? QString::fromStdString(names[value].name)
                                : Text::tr("number %1").arg(value);
}

DataColumn column(const char *key, const QString &title, CellUnit unit, const QString &toolTip = {},
                  bool hasBar = false)
{
    return {QString::fromLatin1(key), title, unit, toolTip, hasBar, false};
}

/// Which pair's it is decides what a value means.
QString valueText(const Analysis &analysis, const LatencyRequest &request, std::uint32_t value)
{
    if (request.kind == LatencyKind::Pair) {
        const std::string text = pairValueText(analysis, request.pair, value);
        if (!text.empty())
            return QString::fromStdString(text);
    }
    return latencyValueText(analysis, request.kind, value);
}

void addGroupColumns(std::vector<DataColumn> &columns, const LatencyRequest &request)
{
    switch (request.grouping) {
    case LatencyGrouping::All:
        columns.push_back(column("group", Text::tr("Of"), CellUnit::Text));
        break;
    case LatencyGrouping::Task:
        columns.push_back(column("task", Text::tr("Task"), CellUnit::Text));
        columns.push_back(column("pid", Text::tr("PID"), CellUnit::Id));
        break;
    case LatencyGrouping::Cpu:
        columns.push_back(column("cpu", Text::tr("CPU"), CellUnit::Id));
        break;
    case LatencyGrouping::Value:
        columns.push_back(column("name", latencyValueTitle(request.kind), CellUnit::Text));
        break;
    }
}

DataRow groupRow(const Analysis &analysis, const LatencyResult &result, const LatencyGroup &group)
{
    DataRow row;
    row.key = group.key;
    switch (result.request.grouping) {
    case LatencyGrouping::All:
        row.cells = {Text::tr("All")};
        break;
    case LatencyGrouping::Task: {
        const TaskId task{group.key};
        row.cells = {taskText(*analysis.index, task, group.longest.begin),
                     qlonglong{analysis.index->tasks->task(task).pid}};
        row.task = task;
        break;
    }
    case LatencyGrouping::Cpu:
        row.cells = {qlonglong{group.key}};
        break;
    case LatencyGrouping::Value:
        row.cells = {valueText(analysis, result.request, group.key)};
        break;
    }
    const Distribution &all = group.durations;
    row.cells.insert(row.cells.end(), {number(all.count()), number(all.sum()), duration(all.min()),
                                       duration(static_cast<DurationNs>(all.mean()))});
    for (const double percent : {50.0, 90.0, 99.0, 99.9})
        row.cells.push_back(duration(all.percentile(percent)));
    row.cells.push_back(duration(all.max()));
    row.cells.push_back(group.lost == 0 ? QVariant() : number(group.lost));
    if (all.count() > 0)
        row.place = placeOf(group.longest);
    row.toolTip = Text::tr("Double click: to the longest one");
    return row;
}

/// What tells a measurement from others of its kind.
QString whatText(const Analysis &analysis, const LatencyResult &result, const LatencyRow &row)
{
    switch (result.request.kind) {
    case LatencyKind::Wakeup:
        return row.beganOn == row.cpu ? Text::tr("woken on its CPU")
                                      : Text::tr("woken from CPU %1").arg(row.beganOn);
    case LatencyKind::Preemption:
        return row.beganOn == row.cpu ? Text::tr("came back to its CPU")
                                      : Text::tr("moved from CPU %1").arg(row.beganOn);
    case LatencyKind::Running:
        return Text::tr("then %1").arg(stateText(row.value));
    case LatencyKind::Blocked:
    case LatencyKind::Sleep:
        return Text::tr("from CPU %1 on").arg(row.beganOn);
    default:
        return valueText(analysis, result.request, row.value);
    }
}

/// A column of numbers if all that is in it are; else of texts.
void addCallColumn(DataTable &table, const ProbedCallTable &calls, std::size_t number,
                   bool isResult)
{
    const auto cellOf = [&](std::size_t row) -> const std::optional<ProbedValue> & {
        return isResult ? calls.rows[row].results[number] : calls.rows[row].arguments[number];
    };
    const QString name = QString::fromStdString(isResult ? calls.results[number]
                                                         : calls.arguments[number]);
    bool isNumber = true;
    for (std::size_t i = 0; i < calls.rows.size(); ++i)
        isNumber = isNumber && (!cellOf(i) || cellOf(i)->number);
    table.columns.push_back({(isResult ? u"result_"_s : u"argument_"_s) + name,
                             isResult ? u"→ "_s + name : name,
                             isNumber ? CellUnit::Id : CellUnit::Text,
                             isResult ? Text::tr("Recorded at the function's return")
                                      : Text::tr("Recorded at the function's entry"),
                             false, false});
    for (std::size_t i = 0; i < calls.rows.size(); ++i) {
        const auto &value = cellOf(i);
        table.rows[i].cells.push_back(!value     ? QVariant()
                                      : isNumber ? QVariant(qlonglong{*value->number})
                                                 : QVariant(fromUtf8(value->bare())));
    }
}

/// What the calls were given and gave, as columns.
void addCalls(DataTable &table, const LatencyResult &result)
{
    if (!result.calls || result.calls->rows.size() != table.rows.size())
        return;
    for (std::size_t i = 0; i < result.calls->arguments.size(); ++i)
        addCallColumn(table, *result.calls, i, false);
    for (std::size_t i = 0; i < result.calls->results.size(); ++i)
        addCallColumn(table, *result.calls, i, true);
}

} // namespace

QString latencyKindName(LatencyKind kind)
{
    switch (kind) {
    case LatencyKind::Wakeup:
        return Text::tr("Wakeup");
    case LatencyKind::Preemption:
        return Text::tr("Preemption");
    case LatencyKind::Blocked:
        return Text::tr("Blocked");
    case LatencyKind::Sleep:
        return Text::tr("Sleep");
    case LatencyKind::Running:
        return Text::tr("Running");
    case LatencyKind::Irq:
        return Text::tr("Interrupt");
    case LatencyKind::Softirq:
        return Text::tr("Softirq");
    case LatencyKind::Syscall:
        return Text::tr("System call");
    case LatencyKind::Call:
        return Text::tr("Function call");
    case LatencyKind::Probe:
        return Text::tr("Probe");
    case LatencyKind::Pair:
        return Text::tr("Pair of events");
    }
    return {};
}

QString latencyKindToolTip(LatencyKind kind)
{
    switch (kind) {
    case LatencyKind::Wakeup:
        return Text::tr("From a task's wakeup until it runs");
    case LatencyKind::Preemption:
        return Text::tr("From where a task had to leave its CPU until it runs again");
    case LatencyKind::Blocked:
        return Text::tr("Uninterruptible sleep (D): disk, locks");
    case LatencyKind::Sleep:
        return Text::tr("Interruptible sleep (S)");
    case LatencyKind::Running:
        return Text::tr("From where a task gets a CPU until it leaves it");
    case LatencyKind::Irq:
        return Text::tr("From an interrupt handler's entry to its exit");
    case LatencyKind::Softirq:
        return Text::tr("From a softirq's entry to its exit");
    case LatencyKind::Syscall:
        return Text::tr("From a system call's entry to its return");
    case LatencyKind::Call:
        return Text::tr("Functions traced by function_graph, from entry to return");
    case LatencyKind::Probe:
        return Text::tr("From a probe's hit to its function's return");
    case LatencyKind::Pair:
        return Text::tr("From one event to another one with the same key");
    }
    return {};
}

QString latencyKindNeeds(LatencyKind kind)
{
    switch (kind) {
    case LatencyKind::Wakeup:
        return Text::tr("sched:sched_switch and sched:sched_waking (or sched_wakeup)");
    case LatencyKind::Preemption:
    case LatencyKind::Blocked:
    case LatencyKind::Sleep:
    case LatencyKind::Running:
        return Text::tr("sched:sched_switch");
    case LatencyKind::Irq:
        return Text::tr("irq:irq_handler_entry and irq:irq_handler_exit");
    case LatencyKind::Softirq:
        return Text::tr("irq:softirq_entry and irq:softirq_exit");
    case LatencyKind::Syscall:
        return Text::tr("raw_syscalls:sys_enter and raw_syscalls:sys_exit");
    case LatencyKind::Call:
        return Text::tr("with the function_graph tracer");
    case LatencyKind::Probe:
        return Text::tr("a kprobe and a kretprobe (or uprobes) of one function");
    case LatencyKind::Pair:
        return Text::tr("two events with a key in common");
    }
    return {};
}

bool hasValues(LatencyKind kind)
{
    return kind >= LatencyKind::Running;
}

QString latencyValueTitle(LatencyKind kind)
{
    switch (kind) {
    case LatencyKind::Running:
        return Text::tr("Followed by");
    case LatencyKind::Irq:
        return Text::tr("Interrupt");
    case LatencyKind::Softirq:
        return Text::tr("Softirq");
    case LatencyKind::Syscall:
        return Text::tr("System call");
    case LatencyKind::Call:
    case LatencyKind::Probe:
        return Text::tr("Function");
    default:
        return Text::tr("Name");
    }
}

QString latencyValueText(const Analysis &analysis, LatencyKind kind, std::uint32_t value)
{
    switch (kind) {
    case LatencyKind::Irq:
        return Text::tr("IRQ %1").arg(value);
    case LatencyKind::Softirq: {
        const std::string_view name = softirqName(value);
        return name.empty() ? Text::tr("softirq %1").arg(value) : fromUtf8(name);
    }
    case LatencyKind::Syscall:
        return QString::fromStdString(syscallName(analysis, latencyValue(kind, value)));
    case LatencyKind::Call:
        return nameOf(analysis.functions, value);
    case LatencyKind::Probe:
        return nameOf(analysis.probes, latencyValue(kind, value));
    case LatencyKind::Pair:
        return Text::tr("key %1").arg(value);
    default:
        return stateText(value);
    }
}

QString taskText(const IndexSnapshot &index, TaskId task, TimeNs time)
{
    return fromUtf8(index.tasks->nameAt(task, time));
}

DataPlace placeOf(const LatencyRow &row)
{
    return {{row.begin, row.end}, row.beganOn};
}

DataTable latencyGroupTable(const Analysis &analysis, const LatencyResult &result)
{
    DataTable table;
    addGroupColumns(table.columns, result.request);
    table.sortColumn = static_cast<int>(table.columns.size()) + 1;
    const std::initializer_list<DataColumn> rest{
        column("count", Text::tr("Count"), CellUnit::Count),
        column("sum", Text::tr("Sum"), CellUnit::Duration, Text::tr("All of them together"), true),
        column("min", Text::tr("Min"), CellUnit::Duration, Text::tr("The shortest")),
        column("mean", Text::tr("Mean"), CellUnit::Duration),
        column("p50", Text::tr("p50"), CellUnit::Duration, Text::tr("Half are at most that long")),
        column("p90", Text::tr("p90"), CellUnit::Duration, Text::tr("90 % are at most that long")),
        column("p99", Text::tr("p99"), CellUnit::Duration, Text::tr("99 % are at most that long")),
        column("p99_9", Text::tr("p99.9"), CellUnit::Duration,
               Text::tr("99.9 % are at most that long")),
        column("max", Text::tr("Max"), CellUnit::Duration, Text::tr("The longest"), true),
        column("lost", Text::tr("Doubtful"), CellUnit::Count,
               Text::tr("Events were lost meanwhile: these may be wrong")),
    };
    table.columns.insert(table.columns.end(), rest);
    table.rows.reserve(result.groups.size());
    for (const LatencyGroup &group : result.groups)
        table.rows.push_back(groupRow(analysis, result, group));
    return table;
}

DataTable latencyWorstTable(const Analysis &analysis, const LatencyResult &result)
{
    DataTable table;
    const bool isInterrupt = result.request.kind == LatencyKind::Irq
                             || result.request.kind == LatencyKind::Softirq;
    table.columns = {
        column("duration", Text::tr("Took"), CellUnit::Duration, {}, true),
        column("begin", Text::tr("Time"), CellUnit::Time, Text::tr("When it began")),
        column("task", isInterrupt ? Text::tr("Met") : Text::tr("Task"), CellUnit::Text,
               isInterrupt ? Text::tr("The task that ran then") : QString()),
        column("pid", Text::tr("PID"), CellUnit::Id),
        column("cpu", Text::tr("CPU"), CellUnit::Id),
        column("what", Text::tr("What"), CellUnit::Text),
    };
    table.rows.reserve(result.worst.size());
    for (const LatencyRow &worst : result.worst) {
        DataRow row;
        const bool isKnown = worst.task != kNoTask;
        row.cells = {duration(worst.duration()),
                     duration(worst.begin),
                     taskText(*analysis.index, worst.task, worst.begin),
                     isKnown ? QVariant(qlonglong{analysis.index->tasks->task(worst.task).pid})
                             : QVariant(),
                     qlonglong{worst.cpu},
                     whatText(analysis, result, worst)};
        row.key = static_cast<std::uint32_t>(worst.task);
        if (isKnown)
            row.task = worst.task;
        row.place = placeOf(worst);
        row.isDoubtful = worst.isLost;
        row.toolTip = worst.isLost ? Text::tr("Events were lost meanwhile: this may be wrong.\n"
                                              "Double click: to the place")
                                   : Text::tr("Double click: to the place");
        table.rows.push_back(std::move(row));
    }
    addCalls(table, result);
    return table;
}

std::optional<Place> eventAt(const IndexSnapshot &index, CpuId cpu, TimeNs time,
                             std::optional<LatencyKind> kind)
{
    const auto tells = [&](EventTypeId event) {
        const std::string_view name = index.trace->events().event(event).name;
        switch (kind.value_or(LatencyKind::Probe)) {
        case LatencyKind::Wakeup:
            return name.starts_with("sched_wak");
        case LatencyKind::Irq:
            return name == "irq_handler_entry";
        case LatencyKind::Softirq:
            return name == "softirq_entry";
        case LatencyKind::Syscall:
            return name.starts_with("sys_enter");
        case LatencyKind::Call:
            return name.starts_with("funcgraph_entry");
        case LatencyKind::Probe:
        case LatencyKind::Pair:
            return true;
        default:
            return name == "sched_switch";
        }
    };
    std::optional<Place> first;
    for (const StreamIndex stream : index.streamsOf(cpu)) {
        const StreamView &view = index.streams[stream];
        for (EventIndex i = view.lowerBound(time); i < view.size && view.time(i) == time; ++i) {
            if (tells(view.event(i)))
                return Place{stream, i};
            if (!first)
                first = Place{stream, i};
        }
    }
    return first;
}

} // namespace thresher
