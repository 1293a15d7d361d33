// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/counterlog_p.h"

#include <algorithm>
#include <utility>

namespace thresher {

namespace {

template<typename T>
void append(std::vector<std::byte> &to, std::span<const T> values)
{
    const auto bytes = std::as_bytes(values);
    to.insert(to.end(), bytes.begin(), bytes.end());
}

CounterNode nodeOf(std::span<const CounterNode> nodes)
{
    CounterNode sum = nodes.front();
    for (const CounterNode &node : nodes)
        sum = {std::min(sum.min, node.min), std::max(sum.max, node.max)};
    return sum;
}

} // namespace

CounterLog::CounterLog(const IndexSnapshot &index, NoteRules &rules, const AnalysisSpecs &specs)
{
    for (const CounterSpec &spec : specs.counters) {
        Counter counter;
        counter.summary.isBuiltIn = m_counters.size() < specs.builtInCounters;
        const auto event = resolveCounter(spec, *index.trace);
        if (event) {
            counter.keyOf = spec.key.empty()     ? KeyOf::None
                            : spec.key == "cpu"  ? KeyOf::Cpu
                            : spec.key == "task" ? KeyOf::Task
                                                 : KeyOf::Field;
            if (const EventField *const field = (*event)->field(spec.field);
                field != nullptr && spec.isSigned && field->size < 8)
                counter.bits = static_cast<std::uint8_t>(field->size * 8);
            const std::string_view key = counter.keyOf == KeyOf::Field ? std::string_view(spec.key)
                                                                       : "";
            counter.summary.isRecorded = rules.add(this,
                                                   static_cast<std::uint16_t>(m_counters.size()),
                                                   **event, {spec.field, key, ""});
        } else {
            counter.summary.error = event.error();
        }
        counter.summary.spec = spec;
        m_counters.push_back(std::move(counter));
    }
}

void CounterLog::take(const Note &note, const NoteRule &rule)
{
    Counter &counter = m_counters[rule.what];
    std::int64_t key = 0;
    switch (counter.keyOf) {
    case KeyOf::None:
        break;
    case KeyOf::Field:
        key = note.fields[1];
        break;
    case KeyOf::Task:
        key = static_cast<std::int64_t>(note.task);
        break;
    case KeyOf::Cpu:
        key = note.cpu;
        break;
    }
    std::int64_t value = note.fields[0];
    if (counter.bits < 64) {
        const unsigned shift = 64U - counter.bits;
        value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << shift) >> shift;
    }
    auto known = counter.handles.find(key);
    if (known == counter.handles.end()) {
        if (counter.handles.size() >= CounterSummary::kMostSeries) {
            ++counter.summary.leftOut;
            return;
        }
        const auto number = static_cast<std::uint32_t>(m_series.size());
        known = counter.handles.emplace(key, number).first;
        m_series.push_back({{rule.what, key}, {key, 0, value, value, {note.time, note.time}}, 0});
        m_order.emplace(m_series.back().key, number);
    }
    Series &series = m_series[known->second];
    CounterSeries &all = series.all;
    all.min = std::min(all.min, value);
    all.max = std::max(all.max, value);
    all.range.end = note.time;
    ++all.samples;
    ++series.fresh;
    m_found.push_back({note.time, value, known->second});
}

std::vector<CounterSummary> CounterLog::summaries() const
{
    std::vector<CounterSummary> summaries;
    summaries.reserve(m_counters.size());
    for (const Counter &counter : m_counters)
        summaries.push_back(counter.summary);
    for (const auto &[key, number] : m_order)
        summaries[key.counter].series.push_back(m_series[number].all);
    return summaries;
}

/// The columns of one series; all are of 8 bytes an element.
void CounterLog::layOut(std::span<const Found> samples)
{
    std::vector<std::int64_t> values;
    values.reserve(samples.size());
    std::vector<CounterNode> nodes;
    nodes.reserve(samples.size());
    for (const Found &found : samples) {
        values.push_back(found.time);
        nodes.push_back({found.value, found.value});
    }
    append(m_bytes, std::span<const std::int64_t>(values));
    for (std::size_t i = 0; i < samples.size(); ++i)
        values[i] = samples[i].value;
    append(m_bytes, std::span<const std::int64_t>(values));
    std::size_t fan = kCounterLeaf;
    for (std::size_t level = 0; level < kCounterLevels && nodes.size() >= fan; ++level) {
        const std::size_t count = nodes.size() / fan;
        for (std::size_t i = 0; i < count; ++i)
            nodes[i] = nodeOf(std::span(nodes).subspan(i * fan, fan));
        nodes.resize(count);
        append(m_bytes, std::span<const CounterNode>(nodes));
        fan = kCounterFan;
    }
}

Result<std::shared_ptr<const CounterSegment>> CounterLog::write(SegmentFile &file)
{
    if (m_found.empty())
        return nullptr;
    // A counting sort: by series, and within one in the order of time.
    std::vector<std::uint64_t> places(m_series.size());
    std::uint64_t place = 0;
    for (const auto &[key, number] : m_order) {
        places[number] = place;
        place += m_series[number].fresh;
    }
    std::vector<Found> sorted(m_found.size());
    for (const Found &found : m_found)
        sorted[places[found.series]++] = found;
    auto segment = std::make_shared<CounterSegment>();
    m_bytes.clear();
    for (const auto &[key, number] : m_order) {
        const std::uint64_t count = std::exchange(m_series[number].fresh, 0);
        if (count == 0)
            continue;
        segment->entries.push_back({key, m_bytes.size(), count});
        layOut(std::span(sorted).subspan(places[number] - count, count));
    }
    m_found.clear();
    THRESHER_TRY_ASSIGN(MappedPart part, file.append(m_bytes));
    segment->bytes = part.bytes;
    segment->storage = std::move(part.storage);
    return segment;
}

} // namespace thresher
