// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/pairs_p.h"

#include <algorithm>

namespace thresher {

Pairs::Pairs(const IndexSnapshot &index, NoteRules &rules, TrackLog &log, const PairSpec &spec,
             const ResolvedPair &resolved, std::uint8_t group,
             std::array<std::shared_ptr<const Selection>, 2> only)
    : m_index(index)
    , m_log(log)
    , m_spec(spec)
    , m_group(group)
{
    const auto sourceOf = [](const std::string &name) {
        return name == "task" ? Source::Task : name == "cpu" ? Source::Cpu : Source::Field;
    };
    for (std::size_t i = 0; i < std::min(spec.keys.size(), m_beginKey.size()); ++i) {
        const PairSpec::Key &key = spec.keys[i];
        m_beginKey[i] = sourceOf(key.begin);
        m_endKey[i] = sourceOf(key.end);
        const bool isTask = m_beginKey[i] == Source::Task || m_endKey[i] == Source::Task;
        const bool isCpu = m_beginKey[i] == Source::Cpu || m_endKey[i] == Source::Cpu;
        if (spec.lane == key.begin && !isTask && !isCpu)
            m_laneOf = i == 0 ? LaneOf::First : LaneOf::Second;
        else if (spec.lane.empty() && m_laneOf == LaneOf::All && (isTask || isCpu))
            m_laneOf = isTask ? LaneOf::Task : LaneOf::Cpu;
    }
    if (spec.lane == "task" || spec.lane == "cpu")
        m_laneOf = spec.lane == "task" ? LaneOf::Task : LaneOf::Cpu;
    const auto isThere = [&index](const EventFormat &event) {
        return toIndex(event.id) < index.eventsPerType.size()
               && index.eventsPerType[toIndex(event.id)] > 0;
    };
    // Where one event is both, it first ends what is open.
    m_isRecorded = isThere(*resolved.begin) && isThere(*resolved.end)
                   && addRule(rules, End, *resolved.end, std::move(only[1]))
                   && addRule(rules, Begin, *resolved.begin, std::move(only[0]));
}

bool Pairs::addRule(NoteRules &rules, What what, const EventFormat &event,
                    std::shared_ptr<const Selection> only)
{
    std::array<std::string, PairSpec::kMaxKeys> names;
    for (std::size_t i = 0; i < std::min(m_spec.keys.size(), names.size()); ++i) {
        if ((what == Begin ? m_beginKey : m_endKey)[i] != Source::Field)
            continue;
        names[i] = what == Begin ? m_spec.keys[i].begin : m_spec.keys[i].end;
        const EventField *const field = event.field(names[i]);
        if (field != nullptr && field->isString)
            names[i] += ":text";
        else if ((what == Begin ? m_endKey : m_beginKey)[i] == Source::Task)
            names[i] += ":task";
    }
    return rules.add(this, what, event, {names[0], names[1], ""}, std::move(only));
}

PairSummary Pairs::summary() const
{
    PairSummary summary;
    summary.spec = m_spec;
    summary.isRecorded = m_isRecorded;
    summary.slices = m_slices;
    summary.unmatched = m_unmatched + m_open.size();
    summary.laneKeys = m_laneKeys;
    summary.lanesAreKeys = m_laneOf == LaneOf::First || m_laneOf == LaneOf::Second;
    return summary;
}

Pairs::Key Pairs::keyOf(const Note &note, const std::array<Source, 2> &sources) const
{
    Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        switch (sources[i]) {
        case Source::None:
            break;
        case Source::Field:
            key[i] = note.fields[i];
            break;
        case Source::Task:
            key[i] = static_cast<std::int64_t>(note.task);
            break;
        case Source::Cpu:
            key[i] = note.cpu;
            break;
        }
    }
    return key;
}

std::uint32_t Pairs::laneNumber(std::int64_t value)
{
    const auto known = m_laneNumbers.find(value);
    if (known != m_laneNumbers.end())
        return known->second;
    const auto number = static_cast<std::uint32_t>(m_laneKeys.size());
    if (number >= kMaxLanes)
        return number; // of all others
    m_laneNumbers.emplace(value, number);
    m_laneKeys.push_back(value);
    return number;
}

Pairs::Lane &Pairs::laneOf(const Note &note, const Key &key)
{
    std::uint32_t owner = 0;
    switch (m_laneOf) {
    case LaneOf::All:
        break;
    case LaneOf::First:
        owner = laneNumber(key[0]);
        break;
    case LaneOf::Second:
        owner = laneNumber(key[1]);
        break;
    case LaneOf::Task:
    case LaneOf::Cpu: {
        const bool isTask = m_laneOf == LaneOf::Task;
        const Source wanted = isTask ? Source::Task : Source::Cpu;
        owner = isTask ? ownerOf(note) : ownerOfCpu(note.cpu);
        for (std::size_t i = 0; i < key.size(); ++i) {
            if (m_beginKey[i] != wanted && m_endKey[i] != wanted)
                continue;
            const auto number = static_cast<std::uint32_t>(key[i]);
            if (!isTask)
                owner = ownerOfCpu(number);
            else if (TaskId(number) != kIdleTask)
                owner = number;
            break;
        }
        break;
    }
    }
    Lane &lane = m_lanes[owner];
    lane.owner = owner;
    return lane;
}

/// Its slot is free, and its node is kept for the next one.
void Pairs::forget(OpenMap::iterator open)
{
    Lane &lane = *open->second.lane;
    lane.slots[open->second.depth].isOpen = false;
    lane.firstFree = std::min<std::size_t>(lane.firstFree, open->second.depth);
    m_spare.push_back(m_open.extract(open));
}

void Pairs::forgetOlderHalf()
{
    std::vector<TimeNs> begins;
    begins.reserve(m_open.size());
    for (const auto &[key, open] : m_open)
        begins.push_back(open.place.begin);
    const auto middle = begins.begin() + static_cast<std::ptrdiff_t>(begins.size() / 2);
    std::nth_element(begins.begin(), middle, begins.end());
    for (auto at = m_open.begin(); at != m_open.end();) {
        const auto here = at++;
        if (here->second.place.begin <= *middle) {
            forget(here);
            ++m_unmatched;
        }
    }
}

void Pairs::begin(const Note &note, const Key &key)
{
    if (const auto former = m_open.find(key); former != m_open.end()) {
        if (m_spec.keepsFirst
            && former->second.place.certainUntil(m_losses, note.stream) == kTimeMax)
            return;
        forget(former);
        ++m_unmatched;
    }
    if (m_open.size() >= kMaxOpen)
        forgetOlderHalf();
    Lane &lane = laneOf(note, key);
    while (lane.firstFree < lane.slots.size() && lane.slots[lane.firstFree].isOpen)
        ++lane.firstFree;
    if (lane.firstFree >= kMaxDepth) { // the oldest one has lost its end, most likely
        const auto oldest = std::min_element(
            lane.slots.begin(), lane.slots.end(),
            [](const Slot &a, const Slot &b) { return a.begin < b.begin; });
        forget(m_open.find(oldest->key));
        ++m_unmatched;
    }
    const std::size_t depth = lane.firstFree;
    if (depth == lane.slots.size()) {
        Slot slot;
        slot.track = m_log.track(
            {TrackClass::Pair, m_group, lane.owner, static_cast<std::uint16_t>(depth)});
        lane.slots.push_back(slot);
    }
    Slot &slot = lane.slots[depth];
    slot.isOpen = true;
    slot.begin = note.time;
    slot.key = key;
    const Open open{{note.time, note.stream, m_losses.count(note.stream)},
                    &lane,
                    static_cast<std::uint16_t>(depth)};
    if (m_spare.empty()) {
        m_open.emplace(key, open);
        return;
    }
    OpenMap::node_type node = std::move(m_spare.back());
    m_spare.pop_back();
    node.key() = key;
    node.mapped() = open;
    m_open.insert(std::move(node));
}

void Pairs::end(const Note &note, const Key &key)
{
    const auto found = m_open.find(key);
    if (found == m_open.end()) {
        ++m_unmatched;
        return;
    }
    const Open &open = found->second;
    if (open.place.certainUntil(m_losses, note.stream) != kTimeMax) {
        m_unmatched += 2;
    } else {
        const auto value = static_cast<std::uint32_t>(key[0]) & 0x7fffffffU;
        m_log.add(open.lane->slots[open.depth].track, {open.place.begin, note.time, value},
                  m_index.trace->streams()[open.place.stream].cpu);
        ++m_slices;
    }
    forget(found);
}

void Pairs::take(const Note &note, const NoteRule &rule)
{
    if (rule.what == Begin)
        begin(note, keyOf(note, m_beginKey));
    else
        end(note, keyOf(note, m_endKey));
}

void Pairs::lose(StreamIndex stream, TimeRange range)
{
    if (m_isRecorded)
        m_losses.add(stream, range.begin);
}

PairList::PairList(const std::shared_ptr<const IndexSnapshot> &index, NoteRules &rules,
                   TrackLog &log, const AnalysisSpecs &specs, const std::stop_token &stop)
{
    for (const PairSpec &spec : specs.pairs) {
        PairSummary failed;
        failed.spec = spec;
        const auto resolved = resolvePair(spec, index->trace);
        if (!resolved) {
            failed.error = resolved.error();
            m_pairs.push_back(nullptr);
        } else {
            std::array<std::shared_ptr<const Selection>, 2> only;
            const std::array filters{resolved->beginFilter, resolved->endFilter};
            Progress progress;
            for (std::size_t i = 0; i < only.size(); ++i) {
                if (!filters[i])
                    continue;
                const auto selected = selectFiltered(index, *filters[i], {}, nullptr, {}, stop,
                                                     progress);
                if (!selected) // cancelled, as the pass is going to be
                    return;
                only[i] = *selected;
            }
            m_pairs.push_back(std::make_unique<Pairs>(*index, rules, log, spec, *resolved,
                                                      static_cast<std::uint8_t>(m_pairs.size()),
                                                      std::move(only)));
        }
        failed.isBuiltIn = m_failed.size() < specs.builtInPairs;
        m_failed.push_back(std::move(failed));
    }
}

std::vector<NoteConsumer *> PairList::consumers() const
{
    std::vector<NoteConsumer *> consumers;
    for (const auto &pair : m_pairs) {
        if (pair)
            consumers.push_back(pair.get());
    }
    return consumers;
}

std::vector<PairSummary> PairList::summaries() const
{
    std::vector<PairSummary> summaries;
    for (std::size_t i = 0; i < m_failed.size(); ++i) {
        summaries.push_back(m_pairs[i] ? m_pairs[i]->summary() : m_failed[i]);
        summaries.back().isBuiltIn = m_failed[i].isBuiltIn;
    }
    return summaries;
}

} // namespace thresher
