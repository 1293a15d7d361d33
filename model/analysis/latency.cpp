// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/latency.h"

#include "model/analysis/latencyscan_p.h"
#include "model/analysis/probecalls.h"
#include "model/base/parallel.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

namespace thresher {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kRarestPartial = 200ms;
/// Of a job: some milliseconds.
constexpr std::uint64_t kJobSlices = std::uint64_t{1} << 16U;
/// Jobs between two looks at whether a partial result is due: some 50 ms.
constexpr std::size_t kBatchJobs = 32;
/// Durations that are kept one by one, of all threads together: 4 bytes each, of groups and of
/// their total. One for each 8 events is a byte an event.
constexpr std::uint64_t kKeptAtLeast = std::uint64_t{1} << 19U;
constexpr std::uint64_t kKeptAtMost = std::uint64_t{1} << 21U;
constexpr std::uint64_t kEventsForOneKept = 8;

/// Pieces [first, last).
struct Job
{
    std::size_t first = 0;
    std::size_t last = 0;
};

std::vector<Job> makeJobs(const std::vector<LatencyPiece> &pieces)
{
    std::vector<Job> jobs;
    Job job;
    std::uint64_t slices = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        job.last = i + 1;
        slices += pieces[i].last - pieces[i].first + 1;
        if (slices < kJobSlices && job.last < pieces.size())
            continue;
        jobs.push_back(job);
        job.first = job.last;
        slices = 0;
    }
    return jobs;
}

/// The sums of the threads; each is used by one at a time.
class Sums
{
public:
    Sums(const LatencyRequest &request, TimeRange range, std::uint64_t events)
        : m_request(request)
        , m_range(range)
        , m_keep(std::clamp(events / kEventsForOneKept, kKeptAtLeast, kKeptAtMost)
                 / std::max(1U, std::thread::hardware_concurrency()))
    {}

    [[nodiscard]] LatencySum &take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_taken == m_sums.size())
            m_sums.push_back(std::make_unique<LatencySum>(m_request, m_range, m_keep));
        return *m_sums[m_taken++];
    }
    void giveBack() { m_taken = 0; } ///< All.

    [[nodiscard]] std::shared_ptr<LatencyResult> result() const
    {
        auto result = std::make_shared<LatencyResult>();
        result->request = m_request;
        result->range = m_range;
        LatencySum all(m_request, m_range, m_keep);
        for (const auto &sum : m_sums)
            all.merge(*sum);
        std::move(all).finish(*result);
        return result;
    }

private:
    const LatencyRequest &m_request;
    TimeRange m_range;
    std::uint64_t m_keep;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<LatencySum>> m_sums;
    std::size_t m_taken = 0;
};

} // namespace

Result<std::shared_ptr<const LatencyResult>>
measureLatency(const Analysis &analysis, const LatencyRequest &request, const std::stop_token &stop,
               Progress &progress,
               const std::function<void(std::shared_ptr<const LatencyResult>)> &onPartial)
{
    const LatencyScan scan(analysis, request);
    Sums sums(request, scan.range(), analysis.index->eventCount);
    const bool isMissing = !canMeasure(analysis, request.kind);
    const std::vector<LatencyPiece> pieces = isMissing ? std::vector<LatencyPiece>()
                                                       : scan.pieces(kJobSlices);
    const std::vector<Job> jobs = makeJobs(pieces);
    progress.setTotal(jobs.size() + 1);
    const std::size_t batch = onPartial ? kBatchJobs : std::max<std::size_t>(jobs.size(), 1);
    auto last = Clock::now();
    for (std::size_t first = 0; first < jobs.size(); first += batch) {
        runJobs(std::min(batch, jobs.size() - first), stop, [&] {
            return [&, sum = &sums.take()](std::size_t i) {
                for (std::size_t p = jobs[first + i].first; p < jobs[first + i].last; ++p)
                    scan.measure(pieces[p], *sum);
                progress.advance(1);
            };
        });
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Cancelled.");
        sums.giveBack();
        if (onPartial && first + batch < jobs.size() && Clock::now() - last >= kRarestPartial) {
            onPartial(sums.result());
            last = Clock::now();
        }
    }
    auto result = sums.result();
    result->isMissing = isMissing;
    result->isComplete = true;
    if (request.withCalls && request.kind == LatencyKind::Probe) {
        THRESHER_TRY_ASSIGN(ProbedCallTable calls, probedCalls(analysis, result->worst, stop));
        result->calls = std::make_shared<const ProbedCallTable>(std::move(calls));
    }
    progress.advance(1);
    return result;
}

} // namespace thresher
