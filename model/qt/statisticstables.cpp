// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/statisticstables.h"

#include "model/qt/latencytables.h"

#include <QCoreApplication>

#include <functional>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(StatisticsTables)
};

/// A number that each of a list's entries has.
template<typename Entry>
struct Metric
{
    DataColumn column;
    std::function<QVariant(const Entry &, const Statistics &)> value;
};

QVariant share(DurationNs part, DurationNs whole)
{
    return whole <= 0 ? QVariant()
                      : QVariant(100.0 * static_cast<double>(part) / static_cast<double>(whole));
}
QVariant share(DurationNs part, const Statistics &all)
{
    return share(part, all.range.duration());
}
QVariant rate(std::uint64_t count, const Statistics &all)
{
    const DurationNs length = all.range.duration();
    return length <= 0 ? QVariant()
                       : QVariant(1e9 * static_cast<double>(count) / static_cast<double>(length));
}
QVariant count(std::uint64_t value)
{
    return QVariant(static_cast<qlonglong>(std::min<std::uint64_t>(value, kTimeMax)));
}
QVariant duration(DurationNs value)
{
    return QVariant(qlonglong{value});
}

DataColumn column(const char *key, const QString &title, CellUnit unit, const QString &toolTip = {},
                  bool hasBar = false)
{
    return {QString::fromLatin1(key), title, unit, toolTip, hasBar, false};
}

QVariant difference(const QVariant &a, const QVariant &b, CellUnit unit)
{
    if (!a.isValid() && !b.isValid())
        return {};
    if (unit == CellUnit::Percent || unit == CellUnit::Rate)
        return b.toDouble() - a.toDouble();
    return b.toLongLong() - a.toLongLong();
}

template<typename Entry>
void addMetricColumns(DataTable &table, const std::vector<Metric<Entry>> &metrics, bool isCompared)
{
    for (const auto &metric : metrics) {
        if (!isCompared) {
            table.columns.push_back(metric.column);
            continue;
        }
        for (const char *side : {"a", "b", "difference"}) {
            DataColumn each = metric.column;
            each.key += u'_' + QString::fromLatin1(side);
            each.isDifference = side[0] == 'd';
            each.hasBar = metric.column.hasBar && each.isDifference;
            each.title += side[0] == 'a'   ? Text::tr(" A")
                          : side[0] == 'b' ? Text::tr(" B")
                                           : u" Δ"_s;
            table.columns.push_back(each);
        }
    }
}

template<typename Entry>
void addMetricCells(DataRow &row, const std::vector<Metric<Entry>> &metrics, const Statistics &a,
                    const Entry *inA, const Statistics *b, const Entry *inB)
{
    for (const auto &metric : metrics) {
        // One that the other range has and this one has not is nought in it.
        const Entry none{};
        const QVariant ofA = metric.value(inA ? *inA : none, a);
        row.cells.push_back(ofA);
        if (!b)
            continue;
        const QVariant ofB = metric.value(inB ? *inB : none, *b);
        row.cells.push_back(ofB);
        row.cells.push_back(difference(ofA, ofB, metric.column.unit));
    }
}

/// @param begin  gives a row its first cells and key.
template<typename Entry>
void addRows(DataTable &table, const std::vector<Entry> &a, const std::vector<Entry> *b,
             const std::vector<StatisticsPair> &pairs, const Statistics &ofA, const Statistics *ofB,
             const std::vector<Metric<Entry>> &metrics,
             const std::function<DataRow(const Entry &)> &begin)
{
    for (const auto &[inA, inB] : pairs) {
        const Entry *first = inA >= 0 ? &a[static_cast<std::size_t>(inA)] : nullptr;
        const Entry *second = b && inB >= 0 ? &(*b)[static_cast<std::size_t>(inB)] : nullptr;
        if (!first && !second)
            continue;
        DataRow row = begin(first ? *first : *second);
        addMetricCells(row, metrics, ofA, first, ofB, second);
        table.rows.push_back(std::move(row));
    }
}

/// Each with itself.
std::vector<StatisticsPair> alone(std::size_t size)
{
    std::vector<StatisticsPair> pairs;
    for (std::size_t i = 0; i < size; ++i)
        pairs.emplace_back(static_cast<std::ptrdiff_t>(i), -1);
    return pairs;
}

template<typename Entry>
void addComparedScheduling(std::vector<Metric<Entry>> &metrics)
{
    metrics.push_back({column("cpu_share", Text::tr("CPU share"), CellUnit::Percent,
                              Text::tr("Time on a CPU, of the range's length"), true),
                       [](const Entry &entry, const Statistics &all) {
                           return share(entry.scheduling.running, all);
                       }});
    metrics.push_back({column("wait_share", Text::tr("Waits"), CellUnit::Percent,
                              Text::tr("Time in which it waited for a CPU, of the range's length")),
                       [](const Entry &entry, const Statistics &all) {
                           return share(entry.scheduling.waiting + entry.scheduling.preempted, all);
                       }});
    metrics.push_back({column("max_wait", Text::tr("Max wait"), CellUnit::Duration),
                       [](const Entry &entry, const Statistics &) {
                           return duration(entry.scheduling.maxWait);
                       }});
    metrics.push_back({column("runs", Text::tr("Runs/s"), CellUnit::Rate),
                       [](const Entry &entry, const Statistics &all) {
                           return rate(entry.scheduling.runs, all);
                       }});
    metrics.push_back({column("migrations", Text::tr("Migr./s"), CellUnit::Rate,
                              Text::tr("Runs on another CPU than the one before")),
                       [](const Entry &entry, const Statistics &all) {
                           return rate(entry.scheduling.migrations, all);
                       }});
}

template<typename Entry>
Metric<Entry> scheduledTime(const char *key, const QString &title, const QString &toolTip,
                            DurationNs SchedulingStatistics::*member, bool hasBar = false)
{
    return {column(key, title, CellUnit::Duration, toolTip, hasBar),
            [member](const Entry &entry, const Statistics &) {
                return duration(entry.scheduling.*member);
            }};
}
template<typename Entry>
Metric<Entry> scheduledCount(const char *key, const QString &title, const QString &toolTip,
                             std::uint64_t SchedulingStatistics::*member)
{
    return {column(key, title, CellUnit::Count, toolTip),
            [member](const Entry &entry, const Statistics &) {
                return count(entry.scheduling.*member);
            }};
}

template<typename Entry>
void addScheduling(std::vector<Metric<Entry>> &metrics, bool hasWakeups)
{
    using S = SchedulingStatistics;
    metrics.push_back(scheduledTime<Entry>("cpu_time", Text::tr("CPU time"),
                                           Text::tr("Time on a CPU"), &S::running, true));
    metrics.push_back({column("cpu_share", Text::tr("CPU share"), CellUnit::Percent,
                              Text::tr("Time on a CPU, of the range's length")),
                       [](const Entry &entry, const Statistics &all) {
                           return share(entry.scheduling.running, all);
                       }});
    if (hasWakeups)
        metrics.push_back(scheduledTime<Entry>("wait_time", Text::tr("Waited"),
                                               Text::tr("For a CPU, after a wakeup"), &S::waiting));
    metrics.push_back(scheduledTime<Entry>("preempted_time", Text::tr("Preempted"),
                                           Text::tr("For a CPU, since it had to leave one"),
                                           &S::preempted));
    metrics.push_back(scheduledTime<Entry>("max_wait", Text::tr("Max wait"),
                                           Text::tr("The longest wait for a CPU that ended here"),
                                           &S::maxWait));
    metrics.push_back(scheduledCount<Entry>("runs", Text::tr("Runs"),
                                            Text::tr("Stretches on a CPU that began"), &S::runs));
    metrics.push_back(scheduledCount<Entry>(
        "voluntary", Text::tr("Voluntary"),
        Text::tr("Switches away since it slept, waited or exited"), &S::voluntary));
    metrics.push_back(scheduledCount<Entry>("involuntary", Text::tr("Involuntary"),
                                            Text::tr("Switches away though it could have run on"),
                                            &S::involuntary));
    if (hasWakeups)
        metrics.push_back(scheduledCount<Entry>("wakeups", Text::tr("Wakeups"),
                                                Text::tr("That found it asleep"), &S::wakeups));
    metrics.push_back(scheduledCount<Entry>("migrations", Text::tr("Migrations"),
                                            Text::tr("Runs on another CPU than the one before"),
                                            &S::migrations));
}

template<typename Entry>
void addEvents(std::vector<Metric<Entry>> &metrics, bool isCompared)
{
    if (!isCompared)
        metrics.push_back(
            {column("events", Text::tr("Events"), CellUnit::Count),
             [](const Entry &entry, const Statistics &) { return count(entry.events); }});
    metrics.push_back(
        {column("events", Text::tr("Events/s"), CellUnit::Rate),
         [](const Entry &entry, const Statistics &all) { return rate(entry.events, all); }});
    if (!isCompared)
        metrics.back().column.key = u"event_rate"_s;
}

std::optional<DataPlace> longestWait(const SchedulingStatistics &scheduling)
{
    if (scheduling.maxWait <= 0 || scheduling.maxWaitBegin == kTimeMin)
        return std::nullopt;
    return DataPlace{{scheduling.maxWaitBegin, scheduling.maxWaitBegin + scheduling.maxWait},
                     scheduling.maxWaitCpu};
}

std::vector<Metric<CpuStatistics>> cpuMetrics(const Statistics &a, bool isCompared)
{
    using Cpu = CpuStatistics;
    std::vector<Metric<Cpu>> metrics;
    if (a.hasSwitches && isCompared)
        addComparedScheduling(metrics);
    else if (a.hasSwitches)
        addScheduling(metrics, a.hasWakeups);
    if (a.hasSwitches && !isCompared)
        metrics.push_back(
            {column("idle", Text::tr("Idle"), CellUnit::Percent),
             [](const Cpu &cpu, const Statistics &all) { return share(cpu.idle, all); }});
    if (a.hasIrqs)
        metrics.push_back(
            {column("irq_share", Text::tr("IRQ"), CellUnit::Percent,
                    Text::tr("Time in interrupt handlers, of the range's length")),
             [](const Cpu &cpu, const Statistics &all) { return share(cpu.irqTime, all); }});
    if (a.hasSoftirqs)
        metrics.push_back(
            {column("softirq_share", Text::tr("Softirq"), CellUnit::Percent,
                    Text::tr("Time in softirqs, of the range's length")),
             [](const Cpu &cpu, const Statistics &all) { return share(cpu.softirqTime, all); }});
    if (a.hasIrqs && !isCompared)
        metrics.push_back({column("irqs", Text::tr("IRQs"), CellUnit::Count),
                           [](const Cpu &cpu, const Statistics &) { return count(cpu.irqs); }});
    if (a.hasSoftirqs && !isCompared)
        metrics.push_back({column("softirqs", Text::tr("Softirqs"), CellUnit::Count),
                           [](const Cpu &cpu, const Statistics &) { return count(cpu.softirqs); }});
    addEvents(metrics, isCompared);
    if (!isCompared)
        metrics.push_back({column("lost_events", Text::tr("Lost"), CellUnit::Count,
                                  Text::tr("Events that were lost, as far as it is known")),
                           [](const Cpu &cpu, const Statistics &) {
                               return cpu.lostSpans == 0 ? QVariant() : count(cpu.lostEvents);
                           }});
    return metrics;
}

} // namespace

DataTable taskTable(const IndexSnapshot &index, const Statistics &a, const Statistics *b)
{
    using Entry = TaskStatistics;
    std::vector<Metric<Entry>> metrics;
    if (a.hasSwitches && b)
        addComparedScheduling(metrics);
    else if (a.hasSwitches)
        addScheduling(metrics, a.hasWakeups);
    if (a.hasSwitches && !b) {
        metrics.push_back(
            {column("blocked_time", Text::tr("Blocked"), CellUnit::Duration,
                    Text::tr("Uninterruptible sleep (D)")),
             [](const Entry &task, const Statistics &) { return duration(task.blocked); }});
        metrics.push_back(
            {column("sleep_time", Text::tr("Slept"), CellUnit::Duration),
             [](const Entry &task, const Statistics &) { return duration(task.sleeping); }});
    }
    addEvents(metrics, b != nullptr);
    DataTable table;
    table.columns = {column("task", Text::tr("Task"), CellUnit::Text),
                     column("pid", Text::tr("PID"), CellUnit::Id)};
    addMetricColumns(table, metrics, b != nullptr);
    table.sortColumn = b ? 4 : 2;
    addRows<Entry>(table, a.tasks, b ? &b->tasks : nullptr,
                   b ? pairTasks(a, *b) : alone(a.tasks.size()), a, b, metrics,
                   [&](const Entry &task) {
                       DataRow row;
                       row.cells = {taskText(index, task.task, a.range.end),
                                    qlonglong{index.tasks->task(task.task).pid}};
                       row.key = static_cast<std::uint32_t>(task.task);
                       row.task = task.task;
                       row.place = longestWait(task.scheduling);
                       row.toolTip = Text::tr("Double click: show this task only, or all again");
                       return row;
                   });
    return table;
}

DataTable cpuTable(const Statistics &a, const Statistics *b)
{
    const auto metrics = cpuMetrics(a, b != nullptr);
    DataTable table;
    table.columns = {column("cpu", Text::tr("CPU"), CellUnit::Id)};
    addMetricColumns(table, metrics, b != nullptr);
    table.sortColumn = b ? 3 : 1;
    addRows<CpuStatistics>(
        table, a.cpus, b ? &b->cpus : nullptr, b ? pairCpus(a, *b) : alone(a.cpus.size()), a, b,
        metrics, [](const CpuStatistics &cpu) {
            DataRow row;
            row.cells = {qlonglong{cpu.cpu}};
            row.key = cpu.cpu;
            row.place = longestWait(cpu.scheduling);
            row.isDoubtful = cpu.lostSpans > 0;
            row.toolTip = Text::tr("Double click: show this CPU only, or all again");
            if (row.isDoubtful)
                row.toolTip += u'\n'
                               + Text::tr("Events were lost here: numbers may "
                                          "be too small.");
            return row;
        });
    return table;
}

DataTable eventTable(const IndexSnapshot &index, const Statistics &a, const Statistics *b)
{
    using Event = EventStatistics;
    std::vector<Metric<Event>> metrics;
    if (!b)
        metrics.push_back(
            {column("count", Text::tr("Count"), CellUnit::Count, {}, true),
             [](const Event &event, const Statistics &) { return count(event.count); }});
    metrics.push_back(
        {column("rate", Text::tr("Rate/s"), CellUnit::Rate, {}, b != nullptr),
         [](const Event &event, const Statistics &all) { return rate(event.count, all); }});
    metrics.push_back({column("share", Text::tr("Share"), CellUnit::Percent,
                              Text::tr("Of all events of the range")),
                       [](const Event &event, const Statistics &all) {
                           return all.events == 0
                                      ? QVariant()
                                      : QVariant(100.0 * static_cast<double>(event.count)
                                                 / static_cast<double>(all.events));
                       }});
    DataTable table;
    table.columns = {column("event", Text::tr("Event"), CellUnit::Text),
                     column("system", Text::tr("System"), CellUnit::Text)};
    addMetricColumns(table, metrics, b != nullptr);
    table.sortColumn = b ? 4 : 2;
    addRows<Event>(table, a.eventTypes, b ? &b->eventTypes : nullptr,
                   b ? pairEvents(a, *b) : alone(a.eventTypes.size()), a, b, metrics,
                   [&](const Event &event) {
                       const EventFormat &format = index.trace->events().event(event.event);
                       DataRow row;
                       row.cells = {QString::fromStdString(format.name),
                                    QString::fromStdString(format.system)};
                       row.key = static_cast<std::uint32_t>(event.event);
                       row.toolTip = Text::tr("Double click: show this event only, or all again");
                       return row;
                   });
    return table;
}

} // namespace thresher
