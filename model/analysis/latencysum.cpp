// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/latencyscan_p.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace thresher {

namespace {

/// Groups of less are not worth counting in classes, which take some 20 KiB each.
constexpr std::size_t kFewDurations = 4096;

std::uint32_t keyOf(const LatencyRow &row, const LatencyRequest &request)
{
    switch (request.grouping) {
    case LatencyGrouping::All:
        return 0;
    case LatencyGrouping::Task:
        return static_cast<std::uint32_t>(row.task);
    case LatencyGrouping::Cpu:
        return row.cpu;
    case LatencyGrouping::Value:
        return latencyValue(request.kind, row.value);
    }
    return 0;
}

void takeLonger(LatencyRow &longest, const LatencyRow &row, bool isFirst)
{
    if (isFirst || isWorse(row, longest))
        longest = row;
}

} // namespace

bool isWorse(const LatencyRow &a, const LatencyRow &b)
{
    const DurationNs durationA = a.duration();
    const DurationNs durationB = b.duration();
    if (durationA != durationB)
        return durationA > durationB;
    return std::tie(a.begin, a.cpu, a.beganOn, a.task, a.value)
           < std::tie(b.begin, b.cpu, b.beganOn, b.task, b.value);
}

LatencySum::LatencySum(const LatencyRequest &request, TimeRange range, std::uint64_t keep)
    : m_request(&request)
    , m_grid{range, request.columns}
    , m_keep(keep)
    , m_columns(request.columns)
{}

LatencyGroup &LatencySum::group(std::uint32_t key)
{
    if (m_lastGroup < m_groups.size() && m_groups[m_lastGroup].key == key)
        return m_groups[m_lastGroup];
    const auto [at, isNew] = m_byKey.try_emplace(key, m_groups.size());
    if (isNew) {
        m_groups.emplace_back();
        m_groups.back().key = key;
    }
    m_lastGroup = at->second;
    return m_groups[m_lastGroup];
}

void LatencySum::list(const LatencyRow &row)
{
    if (m_worst.size() < m_request->worst) {
        m_worst.push_back(row);
        std::push_heap(m_worst.begin(), m_worst.end(), isWorse);
        return;
    }
    if (m_worst.empty() || !isWorse(row, m_worst.front()))
        return;
    std::pop_heap(m_worst.begin(), m_worst.end(), isWorse);
    m_worst.back() = row;
    std::push_heap(m_worst.begin(), m_worst.end(), isWorse);
}

void LatencySum::keepLess()
{
    m_countsInClasses = true;
    for (LatencyGroup &group : m_groups) {
        if (group.durations.kept() >= kFewDurations)
            group.durations.countInClasses();
    }
}

void LatencySum::add(const LatencyRow &row)
{
    const std::uint32_t key = keyOf(row, *m_request);
    if (m_request->onlyGroup && *m_request->onlyGroup != key)
        return;
    m_lost += row.isLost ? 1 : 0;
    if (row.isLost && !m_request->includeLost)
        return;
    LatencyGroup &group = this->group(key);
    takeLonger(group.longest, row, group.durations.count() == 0);
    group.durations.add(row.duration());
    group.lost += row.isLost ? 1 : 0;
    m_endedBehind += row.end > m_request->range.end ? 1 : 0;
    list(row);
    if (!m_columns.empty()) {
        LatencyColumn &column = m_columns[m_grid.columnOf(row.begin)];
        takeLonger(column.longest, row, column.count == 0);
        if (column.count < std::numeric_limits<std::uint32_t>::max())
            ++column.count;
    }
    if (m_countsInClasses && group.durations.isExact() && group.durations.kept() >= kFewDurations)
        group.durations.countInClasses();
    if (++m_kept > m_keep && !m_countsInClasses)
        keepLess();
}

void LatencySum::merge(const LatencySum &other)
{
    for (const LatencyGroup &from : other.m_groups) {
        LatencyGroup &to = group(from.key);
        takeLonger(to.longest, from.longest, to.durations.count() == 0);
        to.durations.merge(from.durations);
        to.lost += from.lost;
    }
    for (const LatencyRow &row : other.m_worst)
        list(row);
    for (std::size_t i = 0; i < m_columns.size() && i < other.m_columns.size(); ++i) {
        const LatencyColumn &from = other.m_columns[i];
        if (from.count == 0)
            continue;
        takeLonger(m_columns[i].longest, from.longest, m_columns[i].count == 0);
        const std::uint64_t count = std::uint64_t{m_columns[i].count} + from.count;
        m_columns[i].count = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
    }
    m_lost += other.m_lost;
    m_unfinished += other.m_unfinished;
    m_begunBefore += other.m_begunBefore;
    m_endedBehind += other.m_endedBehind;
}

void LatencySum::finish(LatencyResult &result) &&
{
    for (LatencyGroup &group : m_groups) {
        LatencyGroup &total = result.total;
        takeLonger(total.longest, group.longest, total.durations.count() == 0);
        total.durations.merge(group.durations);
        total.lost += group.lost;
        group.durations.finish();
    }
    result.total.durations.finish();
    result.groups = std::move(m_groups);
    std::sort(result.groups.begin(), result.groups.end(),
              [](const LatencyGroup &a, const LatencyGroup &b) {
                  return a.durations.sum() != b.durations.sum()
                             ? a.durations.sum() > b.durations.sum()
                             : a.key < b.key;
              });
    result.worst = std::move(m_worst);
    std::sort(result.worst.begin(), result.worst.end(), isWorse);
    result.columns = std::move(m_columns);
    result.lost = m_lost;
    result.unfinished = m_unfinished;
    result.begunBefore = m_begunBefore;
    result.endedBehind = m_endedBehind;
}

} // namespace thresher
