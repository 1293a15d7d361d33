// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/jsonwriter.h"
#include "app/cli/statstext_p.h"
#include "model/base/grouped.h"

#include <algorithm>

namespace thresher {

namespace {

/// One figure of each row.
struct Figure
{
    enum class Kind : std::uint8_t {
        Count, ///< Beside another range: for each second.
        Time, ///< Beside another range: its share.
        Length, ///< Of one thing; not of the range.
    };
    Kind kind = Kind::Count;
    std::string_view title;
    std::string_view key; ///< In JSON and CSV.
    enum class Told : std::uint8_t { InData, InText, InBoth }; ///< CSV and JSON only, or the text
    Told told = Told::InText; ///< of one range, or of two as well.
    bool hasShare = false; ///< Its share, or rate, is told as well.
};

struct StatsRow
{
    std::string name;
    std::int64_t id = 0; ///< PID, CPU, number of the event type in the file.
    std::vector<std::int64_t> values; ///< As the figures.
};

using Kind = Figure::Kind;
using Told = Figure::Told;
const std::vector<Figure> kScheduling{
    {Kind::Time, "ON CPU", "running", Told::InBoth, true},
    {Kind::Count, "RUNS", "runs", Told::InData, false},
    {Kind::Count, "VOLUNTARY", "voluntary", Told::InText, false},
    {Kind::Count, "INVOLUNTARY", "involuntary", Told::InBoth, false},
    {Kind::Count, "WAKEUPS", "wakeups", Told::InBoth, false},
    {Kind::Count, "MOVED", "migrations", Told::InText, false},
    {Kind::Time, "WAKEUP WAIT", "waiting", Told::InBoth, false},
    {Kind::Time, "PREEMPTED WAIT", "preempted", Told::InBoth, false},
    {Kind::Length, "MAX WAIT", "max_wait", Told::InBoth, false},
};
const std::vector<Figure> kOfTask{
    {Kind::Time, "BLOCKED", "blocked", Told::InText, false},
    {Kind::Time, "ASLEEP", "sleeping", Told::InData, false},
    {Kind::Time, "NOT KNOWN", "unknown", Told::InData, false},
};
const std::vector<Figure> kOfCpu{
    {Kind::Time, "IDLE", "idle", Told::InData, false},
    {Kind::Time, "NOT KNOWN", "unknown", Told::InText, false},
};
const std::vector<Figure> kIrqs{{Kind::Count, "IRQS", "irqs", Told::InBoth, false},
                                {Kind::Time, "IN IRQS", "irq_time", Told::InBoth, true}};
const std::vector<Figure> kSoftirqs{
    {Kind::Count, "SOFTIRQS", "softirqs", Told::InBoth, false},
    {Kind::Time, "IN SOFTIRQS", "softirq_time", Told::InBoth, true}};
const std::vector<Figure> kLosses{{Kind::Count, "GAPS", "lost_spans", Told::InText, false},
                                  {Kind::Count, "LOST", "lost_events", Told::InText, false}};
const Figure kEvents{Kind::Count, "EVENTS", "events", Told::InBoth, true};

std::int64_t number(std::uint64_t value)
{
    return static_cast<std::int64_t>(std::min(value, static_cast<std::uint64_t>(kTimeMax)));
}

void append(std::vector<Figure> &to, const std::vector<Figure> &more)
{
    to.insert(to.end(), more.begin(), more.end());
}

/// The statistics of one kind as rows of figures.
class Rows
{
public:
    Rows(const Measured &measured, StatsBy by, const Statistics &statistics)
        : m_measured(measured)
        , m_by(by)
        , m_statistics(statistics)
    {}

    [[nodiscard]] std::vector<Figure> figures() const
    {
        std::vector<Figure> figures;
        if (m_by != StatsBy::Event && m_statistics.hasSwitches) {
            append(figures, kScheduling);
            append(figures, m_by == StatsBy::Task ? kOfTask : kOfCpu);
        }
        if (m_by == StatsBy::Cpu && m_statistics.hasIrqs)
            append(figures, kIrqs);
        if (m_by == StatsBy::Cpu && m_statistics.hasSoftirqs)
            append(figures, kSoftirqs);
        figures.push_back(kEvents);
        if (m_by == StatsBy::Cpu)
            append(figures, kLosses);
        return figures;
    }
    [[nodiscard]] std::size_t size() const
    {
        switch (m_by) {
        case StatsBy::Task:
            return m_statistics.tasks.size();
        case StatsBy::Cpu:
            return m_statistics.cpus.size();
        case StatsBy::Event:
            return m_statistics.eventTypes.size();
        }
        return 0;
    }
    [[nodiscard]] StatsRow row(std::size_t i) const
    {
        switch (m_by) {
        case StatsBy::Task:
            return taskRow(m_statistics.tasks[i]);
        case StatsBy::Cpu:
            return cpuRow(m_statistics.cpus[i]);
        case StatsBy::Event:
            return eventRow(m_statistics.eventTypes[i]);
        }
        return {};
    }
    [[nodiscard]] DurationNs duration() const { return m_statistics.range.duration(); }
    [[nodiscard]] TimeRange range() const { return m_statistics.range; }

private:
    static void add(StatsRow &row, const SchedulingStatistics &scheduling)
    {
        row.values = {scheduling.running,
                      number(scheduling.runs),
                      number(scheduling.voluntary),
                      number(scheduling.involuntary),
                      number(scheduling.wakeups),
                      number(scheduling.migrations),
                      scheduling.waiting,
                      scheduling.preempted,
                      scheduling.maxWait};
    }
    [[nodiscard]] StatsRow taskRow(const TaskStatistics &task) const
    {
        StatsRow row{m_measured.taskName(task.task, m_statistics.range.end),
                     m_measured.index().tasks->task(task.task).pid,
                     {}};
        if (m_statistics.hasSwitches) {
            add(row, task.scheduling);
            row.values.insert(row.values.end(), {task.blocked, task.sleeping, task.unknown});
        }
        row.values.push_back(number(task.events));
        return row;
    }
    [[nodiscard]] StatsRow cpuRow(const CpuStatistics &cpu) const
    {
        StatsRow row{"CPU " + std::to_string(cpu.cpu), cpu.cpu, {}};
        if (m_statistics.hasSwitches) {
            add(row, cpu.scheduling);
            row.values.insert(row.values.end(), {cpu.idle, cpu.unknown});
        }
        if (m_statistics.hasIrqs)
            row.values.insert(row.values.end(), {number(cpu.irqs), cpu.irqTime});
        if (m_statistics.hasSoftirqs)
            row.values.insert(row.values.end(), {number(cpu.softirqs), cpu.softirqTime});
        row.values.insert(row.values.end(),
                          {number(cpu.events), number(cpu.lostSpans), number(cpu.lostEvents)});
        return row;
    }
    [[nodiscard]] StatsRow eventRow(const EventStatistics &event) const
    {
        const EventFormat &format = m_measured.index().trace->events().event(event.event);
        return {format.system.empty() ? format.name : format.system + ":" + format.name,
                static_cast<std::int64_t>(toIndex(event.event)),
                {number(event.count)}};
    }

    const Measured &m_measured;
    StatsBy m_by;
    const Statistics &m_statistics;
};

std::string_view titleOf(StatsBy by)
{
    return by == StatsBy::Task ? "TASK" : by == StatsBy::Cpu ? "CPU" : "EVENT";
}

std::vector<StatisticsPair> pairsOf(StatsBy by, const Statistics &a, const Statistics &b)
{
    switch (by) {
    case StatsBy::Task:
        return pairTasks(a, b);
    case StatsBy::Cpu:
        return pairCpus(a, b);
    case StatsBy::Event:
        return pairEvents(a, b);
    }
    return {};
}

std::string_view rateUnit(const TimeWords &words)
{
    return words.ticks ? "per M ticks" : "per s";
}

/// A share in percent, or a rate, of a range.
double relative(const Figure &figure, std::int64_t value, DurationNs duration,
                const TimeWords &words)
{
    const auto whole = static_cast<double>(std::max<DurationNs>(duration, 1));
    if (figure.kind == Kind::Time)
        return 100 * static_cast<double>(value) / whole;
    return static_cast<double>(value) / whole * (words.ticks ? 1e6 : 1e9);
}

std::string relativeText(const Figure &figure, double value)
{
    return groupedDecimal(value, figure.kind == Kind::Time ? 2 : 1);
}

std::string valueText(const Figure &figure, std::int64_t value, const TimeWords &words)
{
    switch (figure.kind) {
    case Kind::Count:
        return grouped(static_cast<std::uint64_t>(value));
    case Kind::Time:
        return words.milli(value);
    case Kind::Length:
        return words.micro(value);
    }
    return {};
}

std::string rangeText(const TimeWords &words, TimeRange range)
{
    return words.time(range.begin) + " to " + words.time(range.end) + ": "
           + words.milli(range.duration()) + " " + std::string(words.milliUnit());
}

std::string notesText(const Statistics &statistics, StatsBy by)
{
    if (by == StatsBy::Event)
        return {};
    if (!statistics.hasSwitches)
        return "\nThe trace does not tell who ran: for times and switches record "
               "sched:sched_switch, as by\ntrace-cmd record -e sched:sched_switch.\n";
    if (!statistics.hasWakeups)
        return "\nThe trace does not tell of wakeups: for waits after them record "
               "sched:sched_waking, as by\ntrace-cmd record -e sched:sched_waking.\n";
    return {};
}

std::string oneText(const Measured &measured, StatsBy by, const Rows &rows)
{
    const TimeWords &words = measured.words;
    const std::vector<Figure> figures = rows.figures();
    TextTable table;
    table.addColumn(std::string(titleOf(by)), TextTable::Align::Left);
    for (const Figure &figure : figures) {
        if (figure.told == Told::InData)
            continue;
        const std::string title(figure.title);
        if (figure.kind == Kind::Count)
            table.addColumn(title);
        else
            table.addColumn(
                title + " ("
                + std::string(figure.kind == Kind::Time ? words.milliUnit() : words.microUnit())
                + ")");
        if (figure.hasShare)
            table.addColumn(figure.kind == Kind::Time ? "%" : std::string(rateUnit(words)));
    }
    const std::size_t shown = std::min<std::uint64_t>(rows.size(), measured.limit);
    for (std::size_t i = 0; i < shown; ++i) {
        const StatsRow row = rows.row(i);
        std::vector<std::string> cells{row.name};
        for (std::size_t f = 0; f < figures.size(); ++f) {
            if (figures[f].told == Told::InData)
                continue;
            cells.push_back(valueText(figures[f], row.values[f], words));
            if (figures[f].hasShare)
                cells.push_back(relativeText(
                    figures[f], relative(figures[f], row.values[f], rows.duration(), words)));
        }
        table.addRow(std::move(cells));
    }
    std::string text = rangeText(words, rows.range()) + "\n\n" + table.text();
    if (shown < rows.size())
        text += "and " + grouped(rows.size() - shown) + " more\n";
    return text;
}

/// What of both ranges can be compared whatever their lengths: shares and rates.
std::string twoText(const Measured &measured, StatsBy by, const Rows &a, const Rows &b,
                    const std::vector<StatisticsPair> &pairs)
{
    const TimeWords &words = measured.words;
    const std::vector<Figure> figures = a.figures();
    TextTable table;
    table.addColumn(std::string(titleOf(by)), TextTable::Align::Left);
    for (const Figure &figure : figures) {
        if (figure.told != Told::InBoth)
            continue;
        const std::string_view unit = figure.kind == Kind::Time     ? "%"
                                      : figure.kind == Kind::Length ? words.microUnit()
                                                                    : rateUnit(words);
        table.addColumn(std::string(figure.title) + " A (" + std::string(unit) + ")");
        table.addColumn("B");
        table.addColumn("B - A");
    }
    const auto value = [&](const Figure &figure, std::int64_t raw, const Rows &rows) {
        return figure.kind == Kind::Length ? static_cast<double>(raw) / (words.ticks ? 1.0 : 1000.0)
                                           : relative(figure, raw, rows.duration(), words);
    };
    const auto text = [&](const Figure &figure, double number) {
        return figure.kind == Kind::Length ? groupedDecimal(number, words.ticks ? 0 : 3)
                                           : relativeText(figure, number);
    };
    const std::size_t shown = std::min<std::uint64_t>(pairs.size(), measured.limit);
    for (std::size_t p = 0; p < shown; ++p) {
        const auto &[i, j] = pairs[p];
        StatsRow rowA;
        StatsRow rowB;
        if (i >= 0)
            rowA = a.row(static_cast<std::size_t>(i));
        if (j >= 0)
            rowB = b.row(static_cast<std::size_t>(j));
        std::vector<std::string> cells{i >= 0 ? rowA.name : rowB.name};
        rowA.values.resize(figures.size());
        rowB.values.resize(figures.size());
        for (std::size_t f = 0; f < figures.size(); ++f) {
            if (figures[f].told != Told::InBoth)
                continue;
            const double inA = value(figures[f], rowA.values[f], a);
            const double inB = value(figures[f], rowB.values[f], b);
            const std::string difference = text(figures[f], inB - inA);
            cells.push_back(text(figures[f], inA));
            cells.push_back(text(figures[f], inB));
            cells.push_back((inB > inA ? "+" : "") + difference);
        }
        table.addRow(std::move(cells));
    }
    std::string all = "A: " + rangeText(words, a.range()) + "\nB: " + rangeText(words, b.range())
                      + "\n\n" + table.text();
    if (shown < pairs.size())
        all += "and " + grouped(pairs.size() - shown) + " more\n";
    return all;
}

void addFigures(JsonWriter &json, const std::vector<Figure> &figures, const StatsRow &row)
{
    for (std::size_t f = 0; f < figures.size(); ++f)
        json.value(figures[f].key, row.values[f]);
}

void addRange(JsonWriter &json, std::string_view key, TimeRange range)
{
    json.beginObject(key);
    json.value("from", range.begin);
    json.value("to", range.end);
    json.endObject();
}

} // namespace

std::string statsText(const Measured &measured, StatsBy by, const Statistics &one,
                      const Statistics *other)
{
    const Rows rows(measured, by, one);
    if (other == nullptr)
        return oneText(measured, by, rows) + notesText(one, by);
    return twoText(measured, by, rows, Rows(measured, by, *other), pairsOf(by, one, *other))
           + notesText(one, by);
}

std::string statsCsv(const Measured &measured, StatsBy by, const Statistics &one,
                     const Statistics *other)
{
    const Rows a(measured, by, one);
    const Rows b(measured, by, other != nullptr ? *other : one);
    const std::vector<Figure> figures = a.figures();
    std::vector<std::string> head{"name", by == StatsBy::Task  ? "pid"
                                          : by == StatsBy::Cpu ? "cpu"
                                                               : "event_type"};
    for (const Figure &figure : figures) {
        const std::string unit = figure.kind == Kind::Count
                                     ? ""
                                     : "_" + std::string(measured.words.rawUnit());
        const std::string key = std::string(figure.key) + unit;
        if (other == nullptr)
            head.push_back(key);
        else
            head.insert(head.end(), {key + "_a", key + "_b"});
    }
    std::string text = csvLine(head);
    for (const auto &[i, j] : pairsOf(by, one, other != nullptr ? *other : one)) {
        StatsRow rowA;
        StatsRow rowB;
        if (i >= 0)
            rowA = a.row(static_cast<std::size_t>(i));
        if (j >= 0)
            rowB = b.row(static_cast<std::size_t>(j));
        const StatsRow &named = i >= 0 ? rowA : rowB;
        std::vector<std::string> cells{named.name, std::to_string(named.id)};
        rowA.values.resize(figures.size());
        rowB.values.resize(figures.size());
        for (std::size_t f = 0; f < figures.size(); ++f) {
            cells.push_back(std::to_string(rowA.values[f]));
            if (other != nullptr)
                cells.push_back(std::to_string(rowB.values[f]));
        }
        text += csvLine(cells);
    }
    return text;
}

std::string statsJson(const Measured &measured, StatsBy by, const Statistics &one,
                      const Statistics *other)
{
    const Rows a(measured, by, one);
    const Rows b(measured, by, other != nullptr ? *other : one);
    const std::vector<Figure> figures = a.figures();
    JsonWriter json;
    json.beginObject();
    json.value("unit", measured.words.rawUnit());
    addRange(json, "range", one.range);
    if (other != nullptr)
        addRange(json, "compared_range", other->range);
    json.value("has_switches", one.hasSwitches);
    json.value("has_wakeups", one.hasWakeups);
    json.beginArray(by == StatsBy::Task ? "tasks" : by == StatsBy::Cpu ? "cpus" : "events");
    for (const auto &[i, j] : pairsOf(by, one, other != nullptr ? *other : one)) {
        const StatsRow row = i >= 0 ? a.row(static_cast<std::size_t>(i))
                                    : b.row(static_cast<std::size_t>(j));
        json.beginObject();
        json.value("name", row.name);
        if (by != StatsBy::Event)
            json.value(by == StatsBy::Task ? "pid" : "cpu", row.id);
        if (other == nullptr) {
            addFigures(json, figures, row);
        } else {
            for (const bool isB : {false, true}) {
                json.beginObject(isB ? "compared" : "range");
                if ((isB ? j : i) >= 0)
                    addFigures(json, figures, isB ? b.row(static_cast<std::size_t>(j)) : row);
                json.endObject();
            }
        }
        json.endObject();
    }
    json.endArray();
    json.endObject();
    return json.text() + "\n";
}

} // namespace thresher
