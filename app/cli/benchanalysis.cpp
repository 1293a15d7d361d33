// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/bench_p.h"
#include "app/cli/benchwatch_p.h"
#include "model/analysis/latency.h"
#include "model/analysis/statistics.h"

#include <algorithm>

namespace thresher::bench {

namespace {

constexpr std::uint32_t kColumns = 1920; // as wide as a view's plots

/// A hundredth of the trace, in its middle.
TimeRange partOf(TimeRange trace)
{
    const DurationNs length = trace.duration() / 100;
    const TimeNs begin = trace.begin + (trace.duration() - length) / 2;
    return {begin, begin + length};
}

/// What the view of latencies asks for.
Result<double> latencyMs(const Analysis &analysis, TimeRange range)
{
    LatencyRequest request;
    request.kind = LatencyKind::Wakeup;
    request.range = range;
    request.grouping = LatencyGrouping::Task;
    request.columns = kColumns;
    Progress progress;
    const Stopwatch watch;
    THRESHER_TRY_ASSIGN(const auto result, measureLatency(analysis, request, {}, progress));
    use(result->total.durations.count());
    return watch.seconds() * 1000;
}

Result<double> statisticsMs(const Analysis &analysis, TimeRange range)
{
    StatisticsRequest request;
    request.range = range;
    request.columns = kColumns;
    Progress progress;
    const Stopwatch watch;
    THRESHER_TRY_ASSIGN(const auto result, measureStatistics(analysis, request, {}, progress));
    use(result->events);
    return watch.seconds() * 1000;
}

template<typename Measure>
Result<double> medianMs(unsigned runs, Measure measure)
{
    std::vector<double> times;
    for (unsigned i = 0; i < runs; ++i) {
        THRESHER_TRY_ASSIGN(const double ms, measure());
        times.push_back(ms);
    }
    return medianOf(std::move(times));
}

Result<void> measureViews(const Analysis &analysis, unsigned runs, AnalysisReport &report)
{
    const TimeRange whole = analysis.index->range;
    const TimeRange part = partOf(whole);
    if (canMeasure(analysis, LatencyKind::Wakeup)) {
        report.latency.emplace();
        THRESHER_TRY_ASSIGN(report.latency->wholeMs,
                            medianMs(runs, [&] { return latencyMs(analysis, whole); }));
        THRESHER_TRY_ASSIGN(report.latency->hundredthMs,
                            medianMs(runs, [&] { return latencyMs(analysis, part); }));
    }
    THRESHER_TRY_ASSIGN(report.statistics.wholeMs,
                        medianMs(runs, [&] { return statisticsMs(analysis, whole); }));
    THRESHER_TRY_ASSIGN(report.statistics.hundredthMs,
                        medianMs(runs, [&] { return statisticsMs(analysis, part); }));
    return {};
}

} // namespace

Result<AnalysisReport> measureAnalysis(const std::shared_ptr<const IndexSnapshot> &index,
                                       const std::filesystem::path &directory, unsigned runs,
                                       std::shared_ptr<const Analysis> &analysis)
{
    AnalysisReport report;
    AnalysisOptions options;
    options.cacheDirectory = directory;
    options.temporaryDirectory = directory;
    options.ignoreKept = true;
    std::vector<double> seconds;
    std::vector<double> cpuSeconds;
    for (unsigned i = 0; i < runs; ++i) {
        analysis.reset();
        Progress progress;
        const Stopwatch watch;
        const CpuStopwatch cpu;
        THRESHER_TRY_ASSIGN(analysis, analyse(index, options, {}, progress, {}));
        seconds.push_back(watch.seconds());
        cpuSeconds.push_back(cpu.seconds());
    }
    report.seconds = medianOf(std::move(seconds));
    report.cpuSeconds = medianOf(std::move(cpuSeconds));
    for (const auto &segment : analysis->segments)
        report.bytes += segment->bytes();
    for (const auto &segment : analysis->counterSegments)
        report.bytes += segment->bytes.size();
    for (const TrackSummary &track : analysis->tracks)
        report.slices += track.slices;
    options.ignoreKept = false;
    std::vector<double> reopening;
    for (unsigned i = 0; i < runs + 2; ++i) {
        Progress progress;
        const Stopwatch watch;
        THRESHER_TRY_ASSIGN(analysis, analyse(index, options, {}, progress, {}));
        reopening.push_back(watch.seconds() * 1000);
        if (!analysis->kept)
            return fail(ErrorKind::Io, "the analysis that was kept is not used again",
                        directory.string());
    }
    report.reopenMs = medianOf(std::move(reopening));
    THRESHER_TRY(measureViews(*analysis, runs, report));
    return report;
}

} // namespace thresher::bench
