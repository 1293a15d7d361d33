// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/eventlanes_p.h"
#include "model/qt/latencytables.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

/// What overlaps deeper than this shares the last lane.
constexpr std::uint16_t kMostDepths = 16;

LaneId partOfPair(const PairSummary &pair, std::uint32_t owner)
{
    LaneId of = laneOfPair(pair.spec.name);
    if (pair.lanesAreKeys) {
        const bool isKnown = owner < pair.laneKeys.size();
        of.part = isKnown ? LaneId::Part::Value : LaneId::Part::Rest;
        of.key = isKnown ? pair.laneKeys[owner] : 0;
    } else if (isCpuOwner(owner)) {
        of.part = LaneId::Part::Cpu;
        of.key = cpuOfOwner(owner);
    } else if (owner != 0) {
        of.part = LaneId::Part::Task;
        of.key = owner;
    }
    return of;
}

LaneId partOfCounter(const CounterSpec &spec, std::int64_t key)
{
    LaneId of = laneOfCounter(spec.name);
    of.key = key;
    of.part = spec.key.empty()                            ? LaneId::Part::All
              : spec.key == "task"                        ? LaneId::Part::Task
              : spec.key == "cpu" || spec.key == "cpu_id" ? LaneId::Part::Cpu
                                                          : LaneId::Part::Value;
    if (of.part == LaneId::Part::All)
        of.key = 0;
    return of;
}

/// What a key is called in the spec: "dev"; empty if it has none.
std::string keyName(const LaneId &lane, const Analysis &analysis)
{
    if (lane.kind == LaneId::Kind::Counter) {
        const auto counter = std::ranges::find_if(
            analysis.counters,
            [&](const CounterSummary &each) { return each.spec.name == lane.name; });
        return counter != analysis.counters.end() ? counter->spec.key : std::string();
    }
    const auto pair = std::ranges::find_if(
        analysis.pairs, [&](const PairSummary &each) { return each.spec.name == lane.name; });
    return pair != analysis.pairs.end() ? pair->spec.lane : std::string();
}

} // namespace

QString laneKeyText(const LaneId &lane, const IndexSnapshot &snapshot, const Analysis &analysis)
{
    switch (lane.part) {
    case LaneId::Part::All:
        break;
    case LaneId::Part::Cpu:
        return u"CPU %1"_s.arg(lane.key);
    case LaneId::Part::Task: {
        if (lane.key < 0 || static_cast<std::uint64_t>(lane.key) >= snapshot.tasks->size())
            return QString::number(lane.key);
        const TaskId task{static_cast<std::uint32_t>(lane.key)};
        const std::string_view name = snapshot.tasks->name(task);
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()))
               + u"-%1"_s.arg(snapshot.tasks->task(task).pid);
    }
    case LaneId::Part::Value:
        return QString::fromStdString(keyName(lane, analysis)) + u"=%1"_s.arg(lane.key);
    case LaneId::Part::Rest:
        return QString::fromStdString(keyName(lane, analysis)) + u"=…"_s;
    }
    return {};
}

EventLanes::EventLanes(const LaneSet &set, const IndexSnapshot &snapshot, const Analysis *analysis,
                       const ShowFilter &filter, std::vector<Lane> &lanes)
    : m_set(set)
    , m_snapshot(snapshot)
    , m_analysis(analysis)
    , m_filter(filter)
    , m_lanes(lanes)
{}

const std::string &EventLanes::name(LaneId::Kind kind, std::uint32_t number) const
{
    return kind == LaneId::Kind::Pair ? m_analysis->pairs[number].spec.name
                                      : m_analysis->counters[number].spec.name;
}

std::vector<std::uint32_t> EventLanes::numbersOf(LaneId::Kind kind) const
{
    std::vector<std::uint32_t> numbers;
    if (m_analysis == nullptr)
        return numbers;
    const bool arePairs = kind == LaneId::Kind::Pair;
    const auto size = arePairs ? m_analysis->pairs.size() : m_analysis->counters.size();
    for (std::uint32_t i = 0; i < size; ++i) {
        const bool isEmpty = arePairs ? m_analysis->pairs[i].slices == 0
                                      : m_analysis->counters[i].series.empty();
        // Of two that have one name, the lanes of the second could not be told from the first's.
        const bool isKnown = std::ranges::any_of(
            numbers, [&](std::uint32_t each) { return name(kind, each) == name(kind, i); });
        if (!isEmpty && !isKnown)
            numbers.push_back(i);
    }
    const auto rank = [&](std::uint32_t number) {
        const auto at = std::ranges::find_if(m_set.first, [&](const LaneId &each) {
            return each.kind == kind && each.name == name(kind, number);
        });
        return at - m_set.first.begin();
    };
    std::ranges::stable_sort(numbers, {}, rank);
    return numbers;
}

bool EventLanes::isFound(const LaneId &lane) const
{
    return QString::fromStdString(lane.name).contains(m_set.search, Qt::CaseInsensitive)
           || laneKeyText(lane, m_snapshot, *m_analysis)
                  .contains(m_set.search, Qt::CaseInsensitive);
}

bool EventLanes::isShown(LaneId::Kind kind, std::uint32_t number) const
{
    LaneId all = laneOfPair(name(kind, number));
    all.kind = kind;
    if (m_set.isHidden(all))
        return false;
    if (m_set.search.isEmpty() || isFound(all))
        return true;
    const auto sources = sourcesOf(kind, number);
    return std::ranges::any_of(sources, [this](const Source &each) { return isFound(each.of); });
}

/// Of its keys; one without keys has one.
std::vector<EventLanes::Source> EventLanes::sourcesOf(LaneId::Kind kind, std::uint32_t number) const
{
    std::vector<Source> sources;
    if (kind == LaneId::Kind::Counter) {
        const CounterSummary &counter = m_analysis->counters[number];
        for (const CounterSeries &series : counter.series)
            sources.push_back({partOfCounter(counter.spec, series.key), 0, series.key});
        return sources;
    }
    const PairSummary &pair = m_analysis->pairs[number];
    const auto group = static_cast<std::uint8_t>(number);
    for (const TrackSummary &track : m_analysis->between(
             {TrackClass::Pair, group, 0, 0}, {TrackClass::Pair, group, 0xffffffffU, 0xffff})) {
        const std::uint32_t owner = track.key.owner;
        if (sources.empty() || sources.back().owner != owner)
            sources.push_back({partOfPair(pair, owner), owner, 0});
    }
    return sources;
}

bool EventLanes::showsSource(const Source &source) const
{
    const LaneId &of = source.of;
    if (m_set.isHidden(of) || m_set.isPinned(of) || (!m_set.search.isEmpty() && !isFound(of)))
        return false;
    if (of.part == LaneId::Part::Cpu)
        return m_filter.showsCpu(static_cast<CpuId>(of.key));
    return of.part != LaneId::Part::Task
           || m_filter.showsTask(TaskId{static_cast<std::uint32_t>(of.key)});
}

Lane EventLanes::laneOf(const Source &source, std::uint32_t number, LaneGroup group) const
{
    const bool isPair = source.of.kind == LaneId::Kind::Pair;
    Lane lane;
    lane.kind = isPair ? Lane::Kind::Pair : Lane::Kind::Counter;
    lane.what = isPair ? TrackClass::Pair : TrackClass::TaskState;
    lane.group = group;
    lane.number = number;
    lane.owner = source.owner;
    lane.key = source.key;
    lane.of = source.of;
    return lane;
}

/// Below a pair's lane: what overlaps what it shows.
void EventLanes::addDepths(const Lane &lane)
{
    if (lane.kind != Lane::Kind::Pair)
        return;
    const std::uint16_t depths = m_analysis->depths(
        TrackClass::Pair, static_cast<std::uint8_t>(lane.number), lane.owner);
    for (std::uint16_t depth = 1; depth < std::min(depths, kMostDepths); ++depth) {
        Lane nested = lane;
        nested.kind = Lane::Kind::Nested;
        nested.isFoldable = nested.isFolded = false;
        nested.depth = depth;
        nested.isSum = depth + 1 == kMostDepths && depths > kMostDepths;
        m_lanes.push_back(nested);
    }
}

void EventLanes::addSource(const Source &source, std::uint32_t number, LaneGroup group,
                           std::uint8_t indent)
{
    Lane lane = laneOf(source, number, group);
    lane.indent = indent;
    m_lanes.push_back(lane);
    addDepths(lane);
}

void EventLanes::add(LaneId::Kind kind, std::uint32_t number, LaneGroup group)
{
    const auto sources = sourcesOf(kind, number);
    if (sources.empty())
        return;
    Lane lane = laneOf(sources.front(), number, group);
    lane.of.part = LaneId::Part::All;
    lane.of.key = 0;
    const bool isPair = kind == LaneId::Kind::Pair;
    lane.isFoldable = sources.size() > 1
                      || (isPair
                          && m_analysis->depths(TrackClass::Pair, static_cast<std::uint8_t>(number),
                                                lane.owner)
                                 > 1);
    lane.isFolded = lane.isFoldable && !m_set.isUnfolded(lane.of);
    lane.isSum = sources.size() > 1 || lane.isFolded;
    m_lanes.push_back(lane);
    if (!lane.isFoldable || lane.isFolded)
        return;
    if (sources.size() == 1) {
        addDepths(lane);
        return;
    }
    for (const Source &source : sources) {
        if (showsSource(source))
            addSource(source, number, group, 1);
    }
}

std::uint32_t EventLanes::addPinned(const LaneId &lane)
{
    const auto numbers = numbersOf(lane.kind);
    const auto number = std::ranges::find_if(
        numbers, [&](std::uint32_t each) { return name(lane.kind, each) == lane.name; });
    if (number == numbers.end())
        return 0;
    if (lane.part == LaneId::Part::All) {
        add(lane.kind, *number, LaneGroup::Pinned);
        return 1;
    }
    const auto sources = sourcesOf(lane.kind, *number);
    const auto source = std::ranges::find(sources, lane, &Source::of);
    if (source == sources.end())
        return 0;
    addSource(*source, *number, LaneGroup::Pinned, 0);
    return 1;
}

} // namespace thresher
