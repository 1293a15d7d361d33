// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/eventfinder_p.h"
#include "model/analysis/interrupts_p.h"
#include "model/analysis/statistics.h"

#include <vector>

namespace thresher {

/// A piece of the work for statistics.
struct StatisticsJob
{
    enum class What : std::uint8_t { Events, States, Running, Irqs, Softirqs };
    What what = What::Events;
    std::uint32_t source = 0; ///< StreamIndex; of States: segment.
    std::uint32_t entry = 0; ///< Of the segment.
    std::uint64_t first = 0; ///< Events or slices [first, last).
    std::uint64_t last = 0;
};

/// Saturating.
void addScheduling(SchedulingStatistics &to, const SchedulingStatistics &from);

/// Some of the work, summed. One per thread.
struct StatisticsSum
{
    explicit StatisticsSum(const IndexSnapshot &index);
    void merge(const StatisticsSum &other);

    std::vector<std::uint64_t> eventTypes; ///< [event types]
    std::vector<TaskStatistics> tasks; ///< [tasks]; `unknown` counts what is known.
    std::vector<CpuStatistics> cpus; ///< By CpuId; `unknown` counts what is known.
    std::uint64_t events = 0;
};

/// What the statistics of one request are made from. Immutable.
class StatisticsScan
{
public:
    StatisticsScan(const Analysis &analysis, const StatisticsRequest &request);

    [[nodiscard]] TimeRange range() const { return m_range; }
    [[nodiscard]] std::vector<StatisticsJob> jobs() const;
    void run(const StatisticsJob &job, StatisticsSum &sum) const;
    /// What takes no scan: losses, and events if all are counted.
    void addKnown(StatisticsSum &sum) const;
    [[nodiscard]] bool hasInterrupts(bool isSoft) const
    {
        return (isSoft ? m_softirqs : m_irqs).isRecorded();
    }

private:
    [[nodiscard]] bool countsAll() const;
    void addSliceJobs(StatisticsJob job, const TrackView &track,
                      std::vector<StatisticsJob> &jobs) const;
    void countEvents(const StatisticsJob &job, StatisticsSum &sum) const;
    void sumStates(const StatisticsJob &job, StatisticsSum &sum) const;
    void sumRunning(const StatisticsJob &job, StatisticsSum &sum) const;
    void sumInterrupts(const StatisticsJob &job, StatisticsSum &sum) const;
    [[nodiscard]] DurationNs within(const Slice &slice) const
    {
        return m_range.intersected({slice.begin, slice.end}).duration();
    }

    const Analysis &m_analysis;
    const StatisticsRequest &m_request;
    const IndexSnapshot &m_index;
    TimeRange m_range;
    EventFinder m_finder;
    EventTypes m_switches;
    Interrupts m_irqs;
    Interrupts m_softirqs;
    const Selection *m_selection = nullptr; ///< Null: all events count that are not hidden.
};

/// The lengths of the runqueues, in parallel over stretches of time; each is exact. Heap: 16 MiB a
/// thread, if no column has more than half a million waits.
[[nodiscard]] RunqueueLength runqueueLength(const Analysis &analysis,
                                            const StatisticsRequest &request, TimeRange range,
                                            const std::vector<CpuId> &cpus,
                                            const std::stop_token &stop);

} // namespace thresher
