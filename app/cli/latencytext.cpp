// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/jsonwriter.h"
#include "app/cli/latencytext_p.h"
#include "model/analysis/eventplaces.h"
#include "model/analysis/probecalls.h"
#include "model/base/grouped.h"

#include <array>
#include <cmath>
#include <unordered_map>

namespace thresher {

namespace {

struct Percentile
{
    double percent;
    std::string_view title;
    std::string_view key; ///< In JSON and CSV.
};
constexpr std::array kPercentiles{
    Percentile{50, "50 %", "p50"},      Percentile{90, "90 %", "p90"},
    Percentile{95, "95 %", "p95"},      Percentile{99, "99 %", "p99"},
    Percentile{99.9, "99.9 %", "p999"}, Percentile{99.99, "99.99 %", "p9999"}};

constexpr std::array kShownPercentiles{50.0, 95.0, 99.0, 99.9};

std::string titleOf(double percent)
{
    for (const Percentile &percentile : kPercentiles) {
        if (std::abs(percentile.percent - percent) < 1e-9)
            return std::string(percentile.title);
    }
    return {};
}

std::string_view kindTitle(LatencyKind kind)
{
    constexpr std::array<std::string_view, kLatencyKinds> kTitles{"Woken, until it runs",
                                                                  "Preempted, until it runs again",
                                                                  "Blocked (uninterruptible sleep)",
                                                                  "Asleep",
                                                                  "Running",
                                                                  "Interrupt handlers",
                                                                  "Softirqs",
                                                                  "System calls",
                                                                  "Function calls",
                                                                  "Probed functions",
                                                                  "Pairs of events"};
    return kTitles[static_cast<std::size_t>(kind)];
}

DurationNs sumOf(const Distribution &durations)
{
    return static_cast<DurationNs>(std::min(durations.sum(), static_cast<std::uint64_t>(kTimeMax)));
}

bool isState(LatencyKind kind)
{
    return kind <= LatencyKind::Running;
}
bool isWait(LatencyKind kind)
{
    return kind == LatencyKind::Wakeup || kind == LatencyKind::Preemption;
}

std::string_view stateName(std::uint32_t value)
{
    constexpr std::array<std::string_view, kTaskStates> kNames{
        "new", "running", "runnable", "preempted", "blocked", "sleeping", "stopped", "dead"};
    return value < kNames.size() ? kNames[value] : "not known";
}

/// Names what measurements are grouped by, each once.
class Names
{
public:
    Names(const Measured &measured, const LatencyResult &result)
        : m_measured(measured)
        , m_request(result.request)
    {}

    std::string ofValue(const LatencyRow &row)
    {
        if (isState(m_request.kind))
            return std::string(stateName(row.value));
        const std::uint32_t value = latencyValue(m_request.kind, row.value);
        const auto known = m_names.find(value);
        if (known != m_names.end())
            return known->second;
        std::string name = latencyValueName(*m_measured.analysis, m_request.kind, row);
        if (m_request.kind == LatencyKind::Pair)
            name = pairValueText(*m_measured.analysis, m_request.pair, value);
        if (m_request.kind == LatencyKind::Irq || name.empty())
            name = std::to_string(value) + (name.empty() ? "" : " " + name);
        return m_names.emplace(value, std::move(name)).first->second;
    }
    std::string ofGroup(const LatencyGroup &group)
    {
        switch (m_request.grouping) {
        case LatencyGrouping::All:
            return "all";
        case LatencyGrouping::Task:
            return m_measured.taskName(TaskId(group.key), group.longest.begin);
        case LatencyGrouping::Cpu:
            return "CPU " + std::to_string(group.key);
        case LatencyGrouping::Value:
            return ofValue(group.longest);
        }
        return {};
    }

private:
    const Measured &m_measured;
    const LatencyRequest &m_request;
    std::unordered_map<std::uint32_t, std::string> m_names;
};

std::string_view groupTitle(LatencyGrouping grouping)
{
    switch (grouping) {
    case LatencyGrouping::Task:
        return "TASK";
    case LatencyGrouping::Cpu:
        return "CPU";
    default:
        return "NAME";
    }
}

/// Some of the figures; JSON and CSV have all of them.
std::string groupsText(const Measured &measured, const LatencyResult &result, Names &names)
{
    const TimeWords &words = measured.words;
    const std::string unit = " (" + std::string(words.microUnit()) + ")";
    TextTable table;
    table.addColumn(std::string(groupTitle(result.request.grouping)), TextTable::Align::Left);
    table.addColumn("COUNT");
    table.addColumn("MEAN" + unit);
    for (const double percent : kShownPercentiles)
        table.addColumn(titleOf(percent) + unit);
    table.addColumn("MAX" + unit);
    table.addColumn("SUM" + unit);
    const auto add = [&](const std::string &name, const Distribution &durations) {
        std::vector<std::string> row{name, grouped(durations.count()),
                                     words.micro(durations.mean())};
        for (const double percent : kShownPercentiles)
            row.push_back(words.micro(durations.percentile(percent)));
        row.push_back(words.micro(durations.max()));
        row.push_back(words.micro(sumOf(durations)));
        table.addRow(std::move(row));
    };
    for (const LatencyGroup &group : result.groups)
        add(names.ofGroup(group), group.durations);
    add("all", result.total.durations);
    return table.text();
}

/// A line for each figure.
std::string totalText(const Measured &measured, const LatencyResult &result, const LatencyText &how)
{
    const TimeWords &words = measured.words;
    const Distribution &durations = result.total.durations;
    TextTable table;
    table.addColumn(how.pair.empty() ? std::string(kindTitle(result.request.kind)) : how.pair,
                    TextTable::Align::Left);
    table.addColumn("");
    table.addColumn("", TextTable::Align::Left);
    const auto add = [&](const std::string &name, const std::string &value, bool hasUnit) {
        table.addRow({name, value, hasUnit ? std::string(words.microUnit()) : std::string()});
    };
    add("count", grouped(durations.count()), false);
    add("min", words.micro(durations.min()), true);
    add("mean", words.micro(durations.mean()), true);
    add("deviation", words.micro(durations.deviation()), true);
    for (const Percentile &percentile : kPercentiles)
        add(std::string(percentile.title), words.micro(durations.percentile(percentile.percent)),
            true);
    add("max", words.micro(durations.max()), true);
    add("sum", words.micro(sumOf(durations)), true);
    return table.text();
}

/// Arguments and results of the longest calls; null of another kind.
const ProbedCallTable *callsOf(const LatencyResult &result)
{
    return result.calls && result.calls->rows.size() == result.worst.size() ? result.calls.get()
                                                                            : nullptr;
}

/// Of a column: texts begin at its left.
TextTable::Align alignOf(const ProbedCallTable &calls, std::size_t column, bool isResult)
{
    const bool isText = std::any_of(calls.rows.begin(), calls.rows.end(), [&](const auto &row) {
        const auto &value = isResult ? row.results[column] : row.arguments[column];
        return value && !value->number;
    });
    return isText ? TextTable::Align::Left : TextTable::Align::Right;
}

void addCells(const std::vector<std::optional<ProbedValue>> &values,
              std::vector<std::string> &cells)
{
    for (const auto &value : values)
        cells.emplace_back(value ? value->bare() : std::string_view());
}

std::string worstText(const Measured &measured, const LatencyResult &result, Names &names)
{
    const TimeWords &words = measured.words;
    TextTable table;
    table.addColumn("LONGEST (" + std::string(words.microUnit()) + ")");
    table.addColumn(words.ticks ? "BEGIN (ticks)" : "BEGIN (s)");
    table.addColumn(words.ticks ? "END (ticks)" : "END (s)");
    table.addColumn("CPU");
    if (isWait(result.request.kind))
        table.addColumn("FROM CPU");
    table.addColumn("TASK", TextTable::Align::Left);
    if (!isWait(result.request.kind))
        table.addColumn(isState(result.request.kind) ? "THEN" : "NAME", TextTable::Align::Left);
    const ProbedCallTable *const calls = callsOf(result);
    if (calls != nullptr) {
        for (std::size_t i = 0; i < calls->arguments.size(); ++i)
            table.addColumn(calls->arguments[i], alignOf(*calls, i, false));
        for (std::size_t i = 0; i < calls->results.size(); ++i)
            table.addColumn("→ " + calls->results[i], alignOf(*calls, i, true));
    }
    table.addColumn("", TextTable::Align::Left);
    for (std::size_t i = 0; i < result.worst.size(); ++i) {
        const LatencyRow &row = result.worst[i];
        std::vector<std::string> cells{words.micro(row.duration()), words.time(row.begin),
                                       words.time(row.end), std::to_string(row.cpu)};
        if (isWait(result.request.kind))
            cells.push_back(std::to_string(row.beganOn));
        cells.push_back(measured.taskName(row.task, row.begin));
        if (!isWait(result.request.kind))
            cells.push_back(names.ofValue(row));
        if (calls != nullptr) {
            addCells(calls->rows[i].arguments, cells);
            addCells(calls->rows[i].results, cells);
        }
        cells.emplace_back(row.isLost ? "events lost" : "");
        table.addRow(std::move(cells));
    }
    return table.text();
}

std::string histogramText(const Measured &measured, const LatencyResult &result)
{
    constexpr unsigned kPerDoubling = 2;
    constexpr std::size_t kBar = 40;
    const TimeWords &words = measured.words;
    const auto bins = result.total.durations.bins(kPerDoubling);
    std::uint64_t most = 1;
    for (const Distribution::Bin &bin : bins)
        most = std::max(most, bin.count);
    TextTable table;
    table.addColumn("FROM (" + std::string(words.microUnit()) + ")");
    table.addColumn("TO (" + std::string(words.microUnit()) + ")");
    table.addColumn("COUNT");
    table.addColumn("SHARE");
    table.addColumn("", TextTable::Align::Left);
    for (const Distribution::Bin &bin : bins) {
        const double share = static_cast<double>(bin.count)
                             / static_cast<double>(result.total.durations.count());
        // One that has any is to be seen.
        const auto length = static_cast<std::size_t>(
            std::ceil(static_cast<double>(kBar) * static_cast<double>(bin.count)
                      / static_cast<double>(most)));
        table.addRow({words.micro(bin.low), words.micro(bin.high), grouped(bin.count),
                      groupedDecimal(100 * share, 2) + " %", std::string(length, '#')});
    }
    return table.text();
}

std::string notesText(const LatencyResult &result)
{
    std::string text;
    const auto note = [&text](std::uint64_t count, const std::string &what) {
        if (count > 0)
            text += grouped(count) + " " + what + "\n";
    };
    note(result.lost, result.request.includeLost
                          ? "of them with events lost meanwhile, so they may be wrong (--no-lost "
                            "leaves them out)."
                          : "with events lost meanwhile are left out.");
    note(result.unfinished, "whose begin or end is not known are left out.");
    note(result.begunBefore, "that began before the range are left out.");
    note(result.endedBehind, "that end behind the range are counted with their whole length.");
    if (!result.total.durations.isExact())
        text += "Percentiles are within 0.4 %: there are too many to keep each.\n";
    return text;
}

void addDurations(JsonWriter &json, const LatencyGroup &group)
{
    const Distribution &durations = group.durations;
    json.value("count", durations.count());
    json.value("min", durations.min());
    json.value("mean", std::llround(durations.mean()));
    json.value("deviation", std::llround(durations.deviation()));
    for (const Percentile &percentile : kPercentiles)
        json.value(percentile.key, durations.percentile(percentile.percent));
    json.value("max", durations.max());
    json.value("sum", durations.sum());
    json.value("percentiles_exact", durations.isExact());
    json.value("lost", group.lost);
}

void addBins(JsonWriter &json, const Distribution &durations)
{
    constexpr unsigned kPerDoubling = 8;
    json.beginArray("histogram");
    for (const Distribution::Bin &bin : durations.bins(kPerDoubling)) {
        json.beginObject();
        json.value("from", bin.low);
        json.value("to", bin.high);
        json.value("count", bin.count);
        json.endObject();
    }
    json.endArray();
}

void addGroups(JsonWriter &json, const Measured &measured, const LatencyResult &result,
               Names &names)
{
    json.beginArray("groups");
    for (const LatencyGroup &group : result.groups) {
        json.beginObject();
        json.value("name", names.ofGroup(group));
        if (result.request.grouping == LatencyGrouping::Task)
            json.value("pid", measured.index().tasks->task(TaskId(group.key)).pid);
        else if (result.request.grouping != LatencyGrouping::All)
            json.value(result.request.grouping == LatencyGrouping::Cpu ? "cpu" : "value",
                       group.key);
        addDurations(json, group);
        json.endObject();
    }
    json.endArray();
}

void addValues(JsonWriter &json, std::string_view key,
               const std::vector<std::optional<ProbedValue>> &values)
{
    json.beginObject(key);
    for (const auto &value : values) {
        if (value && value->number)
            json.value(value->name, *value->number);
        else if (value)
            json.value(value->name, value->bare());
    }
    json.endObject();
}

void addWorst(JsonWriter &json, const Measured &measured, const LatencyResult &result, Names &names)
{
    const ProbedCallTable *const calls = callsOf(result);
    json.beginArray("longest");
    for (std::size_t i = 0; i < result.worst.size(); ++i) {
        const LatencyRow &row = result.worst[i];
        json.beginObject();
        json.value("duration", row.duration());
        json.value("begin", row.begin);
        json.value("end", row.end);
        json.value("pid", measured.index().tasks->task(row.task).pid);
        json.value("comm", measured.index().tasks->nameAt(row.task, row.begin));
        json.value("cpu", row.cpu);
        json.value("from_cpu", row.beganOn);
        json.value("name", names.ofValue(row));
        json.value("lost", row.isLost);
        if (calls != nullptr) {
            addValues(json, "arguments", calls->rows[i].arguments);
            addValues(json, "results", calls->rows[i].results);
        }
        json.endObject();
    }
    json.endArray();
}

std::string jsonText(const Measured &measured, const LatencyResult &result, const LatencyText &how,
                     Names &names)
{
    JsonWriter json;
    json.beginObject();
    json.value("kind", how.kind);
    if (!how.pair.empty())
        json.value("pair", how.pair);
    json.value("unit", measured.words.rawUnit());
    json.value("from", result.range.begin);
    json.value("to", result.range.end);
    json.beginObject("all");
    addDurations(json, result.total);
    json.endObject();
    if (result.request.grouping != LatencyGrouping::All)
        addGroups(json, measured, result, names);
    addWorst(json, measured, result, names);
    if (how.histogram)
        addBins(json, result.total.durations);
    json.value("lost", result.lost);
    json.value("lost_included", result.request.includeLost);
    json.value("unfinished", result.unfinished);
    json.value("begun_before", result.begunBefore);
    json.value("ended_behind", result.endedBehind);
    json.endObject();
    return json.text() + "\n";
}

std::string csvText(const Measured &measured, const LatencyResult &result, const LatencyText &how,
                    Names &names)
{
    const std::string unit = "_" + std::string(measured.words.rawUnit());
    std::string text;
    if (how.histogram) {
        text = csvLine({"from" + unit, "to" + unit, "count"});
        for (const Distribution::Bin &bin : result.total.durations.bins(8))
            text += csvLine(
                {std::to_string(bin.low), std::to_string(bin.high), std::to_string(bin.count)});
        return text;
    }
    if (how.isLimited) {
        const ProbedCallTable *const calls = callsOf(result);
        std::vector<std::string> titles{"duration" + unit,
                                        "begin" + unit,
                                        "end" + unit,
                                        "cpu",
                                        "from_cpu",
                                        "pid",
                                        "comm",
                                        "name",
                                        "lost"};
        if (calls != nullptr) {
            for (const std::string &name : calls->arguments)
                titles.push_back("argument_" + name);
            for (const std::string &name : calls->results)
                titles.push_back("result_" + name);
        }
        text = csvLine(titles);
        for (std::size_t i = 0; i < result.worst.size(); ++i) {
            const LatencyRow &row = result.worst[i];
            std::vector<std::string> cells{
                std::to_string(row.duration()),
                std::to_string(row.begin),
                std::to_string(row.end),
                std::to_string(row.cpu),
                std::to_string(row.beganOn),
                std::to_string(measured.index().tasks->task(row.task).pid),
                std::string(measured.index().tasks->nameAt(row.task, row.begin)),
                names.ofValue(row),
                row.isLost ? "1" : "0"};
            if (calls != nullptr) {
                addCells(calls->rows[i].arguments, cells);
                addCells(calls->rows[i].results, cells);
            }
            text += csvLine(cells);
        }
        return text;
    }
    std::vector<std::string> head{"name", "count", "min" + unit, "mean" + unit, "deviation" + unit};
    for (const Percentile &percentile : kPercentiles)
        head.push_back(std::string(percentile.key) + unit);
    head.insert(head.end(), {"max" + unit, "sum" + unit, "lost"});
    text = csvLine(head);
    const auto add = [&](const std::string &name, const LatencyGroup &group) {
        const Distribution &durations = group.durations;
        const auto rounded = [](double value) { return std::to_string(std::llround(value)); };
        std::vector<std::string> cells{name, std::to_string(durations.count()),
                                       std::to_string(durations.min()), rounded(durations.mean()),
                                       rounded(durations.deviation())};
        for (const Percentile &percentile : kPercentiles)
            cells.push_back(std::to_string(durations.percentile(percentile.percent)));
        cells.push_back(std::to_string(durations.max()));
        cells.push_back(std::to_string(durations.sum()));
        cells.push_back(std::to_string(group.lost));
        text += csvLine(cells);
    };
    if (result.request.grouping != LatencyGrouping::All) {
        for (const LatencyGroup &group : result.groups)
            add(names.ofGroup(group), group);
    }
    add("all", result.total);
    return text;
}

} // namespace

std::string latencyText(const Measured &measured, const LatencyResult &result,
                        const LatencyText &how)
{
    Names names(measured, result);
    if (how.json)
        return jsonText(measured, result, how, names);
    if (how.csv)
        return csvText(measured, result, how, names);
    if (result.total.durations.count() == 0)
        return "There is no " + (how.pair.empty() ? std::string(how.kind) : "'" + how.pair + "'")
               + " to measure in this range.\n" + notesText(result);
    std::string text = result.request.grouping == LatencyGrouping::All
                           ? totalText(measured, result, how)
                           : groupsText(measured, result, names);
    if (how.histogram)
        text += "\n" + histogramText(measured, result);
    if (!result.worst.empty())
        text += "\n" + worstText(measured, result, names);
    const std::string notes = notesText(result);
    return notes.empty() ? text : text + "\n" + notes;
}

} // namespace thresher
