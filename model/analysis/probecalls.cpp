// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/probecalls.h"

#include "model/analysis/probeevents.h"
#include "model/query/rowprinter.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace thresher {

namespace {

/// A moment of a task, on one CPU or on any.
struct Moment
{
    TimeNs time = 0;
    TaskId task{};
    CpuId cpu = 0;
    bool isOnAny = false;
};

/// The events of a kind.
std::vector<Place> placesAt(const IndexSnapshot &index, const Moment &moment,
                            bool (*isKind)(const EventFormat &))
{
    std::vector<Place> places;
    for (std::size_t s = 0; s < index.streams.size(); ++s) {
        if (!moment.isOnAny && moment.cpu != index.trace->streams()[s].cpu)
            continue;
        const StreamView &stream = index.streams[s];
        for (EventIndex i = stream.lowerBound(moment.time);
             i < stream.size && stream.time(i) == moment.time; ++i) {
            if (stream.task(i) == moment.task
                && isKind(index.trace->events().event(stream.event(i))))
                places.push_back({static_cast<StreamIndex>(s), i});
        }
    }
    return places;
}

const EventFormat &formatOf(const IndexSnapshot &index, Place place)
{
    return index.trace->events().event(index.streams[place.stream].event(place.event));
}

/// Where several are of one time, the one that hit where the call's function is, or, of a program,
/// whose address varies, that is called so.
std::optional<Place> entryOf(const std::shared_ptr<const IndexSnapshot> &index,
                             const std::vector<Place> &places, const TrackName &name)
{
    if (places.size() < 2)
        return places.empty() ? std::nullopt : std::optional(places.front());
    constexpr std::uint64_t kBegin = 16; // a probe may hit behind endbr64
    RecordReader reader(index);
    for (const Place place : places) {
        const EventFormat &format = formatOf(*index, place);
        if (name.address == 0) {
            if (format.name == name.name || probedEntryStem(format.name) == name.name)
                return place;
            continue;
        }
        const auto record = reader.record(place.stream, place.event);
        const FieldReader ip(*format.field("__probe_ip"), index->trace->metadata().bigEndian);
        if (record && static_cast<std::uint64_t>(ip.read(record->payload)) - name.address <= kBegin)
            return place;
    }
    return places.front();
}

/// The return that is called as the entry is, else the first.
std::optional<Place> returnOf(const IndexSnapshot &index, const std::vector<Place> &places,
                              const std::optional<Place> &entry)
{
    if (places.empty())
        return std::nullopt;
    const auto named = std::find_if(places.begin(), places.end(), [&](Place place) {
        return entry
               && probedReturnStem(formatOf(index, place).name)
                      == probedEntryStem(formatOf(index, *entry).name);
    });
    return named == places.end() ? places.front() : *named;
}

/// A number as the event prints it where that is hexadecimal; else empty.
std::string inHex(const EventFormat &format, const EventField &field,
                  std::span<const std::byte> payload, bool isBigEndian)
{
    const FieldReader reader(field, isBigEndian);
    if (field.isString || field.isArray || field.isDynamic || !reader.isValid()
        || format.text.find(field.name + "=0x%") == std::string_view::npos)
        return {};
    auto bits = static_cast<std::uint64_t>(reader.read(payload));
    if (field.size < sizeof bits)
        bits &= (std::uint64_t{1} << (8 * field.size)) - 1;
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), bits, 16).ptr;
    return "0x" + std::string(digits.begin(), end);
}

std::vector<ProbedValue> valuesOf(RowPrinter &printer, std::optional<Place> place)
{
    const auto record = place ? printer.record(*place) : std::nullopt;
    if (!record)
        return {};
    std::vector<ProbedValue> values;
    const EventFormat &format = formatOf(*printer.snapshot(), *place);
    const bool isBigEndian = printer.snapshot()->trace->metadata().bigEndian;
    for (const EventField &field : format.fields) {
        if (field.isCommon || isProbePlaceField(field.name))
            continue;
        ProbedValue value{field.name, inHex(format, field, record->payload, isBigEndian), {}};
        if (value.text.empty())
            value.text = printer.printer().fieldText(*record, field);
        std::int64_t number = 0;
        const char *const end = value.text.data() + value.text.size();
        const auto read = std::from_chars(value.text.data(), end, number);
        if (read.ec == std::errc() && read.ptr == end)
            value.number = number;
        values.push_back(std::move(value));
    }
    return values;
}

bool isPlainResult(std::string_view name)
{
    return name == "ret" || name == "retval" || name == "result" || name == "arg1";
}

/// Where a value of that name belongs; none: there is no room for another column.
std::optional<std::size_t> columnOf(std::vector<std::string> &columns, const std::string &name)
{
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found != columns.end())
        return static_cast<std::size_t>(found - columns.begin());
    if (columns.size() >= ProbedCallTable::kMostColumns)
        return std::nullopt;
    columns.push_back(name);
    return columns.size() - 1;
}

void place(std::vector<ProbedValue> &values, std::vector<std::string> &columns,
           std::vector<std::optional<ProbedValue>> &cells)
{
    for (ProbedValue &value : values) {
        const auto column = columnOf(columns, value.name);
        if (!column)
            continue;
        cells.resize(std::max(cells.size(), *column + 1));
        cells[*column] = std::move(value);
    }
}

} // namespace

std::string_view ProbedValue::bare() const
{
    const std::string_view all = text;
    const bool isQuoted = all.size() >= 2 && all.front() == '"' && all.back() == '"';
    return isQuoted ? all.substr(1, all.size() - 2) : all;
}

std::string ProbedCall::argumentsText() const
{
    std::string text;
    for (const ProbedValue &value : arguments)
        text += (text.empty() ? "" : " ") + value.name + '=' + value.text;
    return text;
}

std::string ProbedCall::resultText() const
{
    if (results.size() == 1 && isPlainResult(results.front().name))
        return results.front().text;
    std::string text;
    for (const ProbedValue &value : results)
        text += (text.empty() ? "" : " ") + value.name + '=' + value.text;
    return text;
}

std::string ProbedCall::text() const
{
    std::string text = function;
    if (const std::string with = argumentsText(); !with.empty())
        text += ' ' + with;
    if (isUnfinished)
        text += " → ?";
    else if (const std::string gave = resultText(); !gave.empty())
        text += " → " + gave;
    return text;
}

std::vector<std::uint32_t> probesNamed(const Analysis &analysis, std::string_view name)
{
    std::vector<std::uint32_t> numbers;
    for (std::size_t i = 0; i < analysis.probes.size(); ++i) {
        if (analysis.probes[i].name == name)
            numbers.push_back(static_cast<std::uint32_t>(i));
    }
    return numbers;
}

PairPlaces probePlaces(const Analysis &analysis, TaskId task, const PlacedSlice &slice)
{
    const IndexSnapshot &index = *analysis.index;
    const ProbeValue value{slice.slice.value};
    const bool isNamed = value.number() < analysis.probes.size();
    PairPlaces places;
    places.begin = entryOf(
        analysis.index, placesAt(index, {slice.slice.begin, task, slice.cpu, false}, isProbedEntry),
        isNamed ? analysis.probes[value.number()] : TrackName());
    if (value.isUnfinished())
        return places;
    // The idle task of each CPU is another one.
    const Moment end{slice.slice.end, task, slice.cpu, task != kIdleTask};
    places.end = returnOf(index, placesAt(index, end, isProbedReturn), places.begin);
    return places;
}

ProbedCall probedCall(RowPrinter &printer, const Analysis &analysis, TaskId task,
                      const PlacedSlice &slice)
{
    const ProbeValue value{slice.slice.value};
    ProbedCall call;
    if (value.number() < analysis.probes.size())
        call.function = analysis.probes[value.number()].name;
    call.isUnfinished = value.isUnfinished();
    call.places = probePlaces(analysis, task, slice);
    call.arguments = valuesOf(printer, call.places.begin);
    call.results = valuesOf(printer, call.places.end);
    return call;
}

Result<ProbedCallTable> probedCalls(const Analysis &analysis, std::span<const LatencyRow> rows,
                                    const std::stop_token &stop)
{
    ProbedCallTable table;
    RowPrinter printer(analysis.index);
    for (const LatencyRow &row : rows) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Cancelled.");
        ProbedCall call = probedCall(printer, analysis, row.task,
                                     {{row.begin, row.end, row.value}, row.beganOn});
        ProbedCallTable::Row cells;
        place(call.arguments, table.arguments, cells.arguments);
        place(call.results, table.results, cells.results);
        table.rows.push_back(std::move(cells));
    }
    for (ProbedCallTable::Row &row : table.rows) {
        row.arguments.resize(table.arguments.size());
        row.results.resize(table.results.size());
    }
    return table;
}

} // namespace thresher
