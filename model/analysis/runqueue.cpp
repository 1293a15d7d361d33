// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/statepart_p.h"
#include "model/analysis/statistics_p.h"
#include "model/base/parallel.h"
#include "model/query/gridbounds.h"

#include <algorithm>
#include <tuple>

namespace thresher {

namespace {

/// Waits of a stretch of time that are held at once, unless a single column has more.
constexpr std::size_t kMostSteps = std::size_t{1} << 20U;
constexpr std::uint64_t kStretchSlices = std::uint64_t{1} << 18U;
constexpr std::uint32_t kNoCpu = 0xffffffffU;

/// One more or one less waits from a time on.
struct Step
{
    TimeNs time = 0;
    std::uint32_t cpu = kNoCpu;
    std::int32_t by = 0;
};

class Runqueues
{
public:
    Runqueues(const Analysis &analysis, const StatisticsRequest &request, TimeRange range,
              const std::vector<CpuId> &cpus)
        : m_analysis(analysis)
        , m_request(request)
        , m_bounds({range, request.columns})
        , m_cpus(cpus)
    {
        m_result.all.resize(request.columns);
        m_result.byCpu.resize(cpus.size());
        for (auto &columns : m_result.byCpu)
            columns.resize(request.columns);
    }

    void measure(std::uint32_t first, std::uint32_t last, const std::stop_token &stop);
    [[nodiscard]] std::uint64_t slices() const;
    [[nodiscard]] RunqueueLength &result() { return m_result; }

private:
    [[nodiscard]] bool collect(TimeRange range, bool mayGiveUp, std::vector<Step> &steps) const;
    void sweep(std::span<const Step> steps, std::uint32_t first, std::uint32_t last,
               std::vector<RunqueueColumn> &columns) const;

    const Analysis &m_analysis;
    const StatisticsRequest &m_request;
    GridBounds m_bounds;
    const std::vector<CpuId> &m_cpus;
    RunqueueLength m_result; ///< Each thread writes columns of its own.
};

std::uint64_t Runqueues::slices() const
{
    std::uint64_t slices = 0;
    for (const TrackSummary &track : m_analysis.tracks)
        slices += track.key.what == TrackClass::TaskState ? track.slices : 0;
    return slices;
}

/// The steps of all waits in a range. @returns false if they are too many.
bool Runqueues::collect(TimeRange range, bool mayGiveUp, std::vector<Step> &steps) const
{
    for (std::size_t s = 0; s < m_analysis.segments.size(); ++s) {
        const auto entries = m_analysis.segments[s]->entries();
        for (std::size_t e = 0; e < entries.size(); ++e) {
            const TrackKey &key = entries[e].key;
            if (key.what != TrackClass::TaskState || entries[e].end <= range.begin
                || !m_request.shown.showsTask(TaskId(key.owner)))
                continue;
            const StatePart part(m_analysis, s, e);
            const TrackView &track = part.track();
            for (std::uint64_t i = track.firstEndingAfter(range.begin);
                 i < track.size && track.begin(i) < range.end; ++i) {
                const std::uint32_t value = track.value(i);
                if (value == kNoValue || !isWaiting(static_cast<TaskState>(value)))
                    continue;
                const Slice slice = track.slice(i);
                const TimeRange wait = range.intersected({slice.begin, slice.end});
                if (wait.isEmpty())
                    continue;
                const auto after = part.knownNext(i, slice);
                const bool isKnown = after
                                     && after->slice.value
                                            == static_cast<std::uint32_t>(TaskState::Running);
                if (isKnown && !m_request.shown.showsCpu(after->cpu))
                    continue;
                const std::uint32_t cpu = isKnown ? after->cpu : kNoCpu;
                steps.push_back({wait.begin, cpu, 1});
                steps.push_back({wait.end, cpu, -1});
                if (mayGiveUp && steps.size() > kMostSteps)
                    return false;
            }
        }
    }
    return true;
}

/// @param steps  by time; less before more, where one waits no longer when another begins to.
void Runqueues::sweep(std::span<const Step> steps, std::uint32_t first, std::uint32_t last,
                      std::vector<RunqueueColumn> &columns) const
{
    std::uint32_t x = first;
    std::int64_t level = 0;
    TimeNs time = m_bounds.first(first);
    double sum = 0; // of column x
    const auto closeColumn = [&] {
        const auto width = static_cast<double>(distance(m_bounds.first(x), m_bounds.first(x + 1)));
        columns[x].mean = width > 0 ? static_cast<float>(sum / width) : 0;
        sum = 0;
        ++x;
    };
    const auto advance = [&](TimeNs to) {
        while (x < last && time < to) {
            const TimeNs end = std::min(to, m_bounds.first(x + 1));
            if (end > time) {
                sum += static_cast<double>(level) * static_cast<double>(distance(time, end));
                columns[x].max = std::max(columns[x].max, static_cast<std::uint32_t>(level));
                time = end;
            }
            if (time >= m_bounds.first(x + 1))
                closeColumn();
        }
    };
    for (const Step &step : steps) {
        advance(step.time);
        level += step.by;
    }
    advance(m_bounds.first(last));
}

void Runqueues::measure(std::uint32_t first, std::uint32_t last, const std::stop_token &stop)
{
    if (first >= last || stop.stop_requested())
        return;
    std::vector<Step> steps;
    if (!collect({m_bounds.first(first), m_bounds.first(last)}, last - first > 1, steps)) {
        steps = {};
        const std::uint32_t middle = first + (last - first) / 2;
        measure(first, middle, stop);
        measure(middle, last, stop);
        return;
    }
    std::sort(steps.begin(), steps.end(), [](const Step &a, const Step &b) {
        return std::tie(a.time, a.by) < std::tie(b.time, b.by);
    });
    sweep(steps, first, last, m_result.all);
    std::stable_sort(steps.begin(), steps.end(),
                     [](const Step &a, const Step &b) { return a.cpu < b.cpu; });
    for (std::size_t i = 0; i < m_cpus.size(); ++i) {
        const auto begin = std::partition_point(
            steps.begin(), steps.end(), [&](const Step &step) { return step.cpu < m_cpus[i]; });
        const auto end = std::partition_point(
            begin, steps.end(), [&](const Step &step) { return step.cpu == m_cpus[i]; });
        sweep({begin, end}, first, last, m_result.byCpu[i]);
    }
}

} // namespace

RunqueueLength runqueueLength(const Analysis &analysis, const StatisticsRequest &request,
                              TimeRange range, const std::vector<CpuId> &cpus,
                              const std::stop_token &stop)
{
    Runqueues runqueues(analysis, request, range, cpus);
    if (range.isEmpty())
        return std::move(runqueues.result());
    const std::uint64_t stretches = std::clamp<std::uint64_t>(runqueues.slices() / kStretchSlices,
                                                              1, request.columns);
    const auto border = [&](std::uint64_t i) {
        return static_cast<std::uint32_t>(i * request.columns / stretches);
    };
    runJobs(stretches, stop, [&] {
        return [&](std::size_t i) { runqueues.measure(border(i), border(i + 1), stop); };
    });
    return std::move(runqueues.result());
}

} // namespace thresher
