// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/parallel.h"
#include "model/query/narrowselection.h"
#include "model/query/selectionbuilder_p.h"

#include <algorithm>
#include <chrono>
#include <mutex>

namespace thresher {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Of the first partial selection; the time between two doubles, up to the second figure.
constexpr auto kFirstPartial = 60ms;
constexpr auto kRarestPartial = 1000ms;

struct Job
{
    TimeNs time = 0; ///< Of its first event.
    std::size_t builder = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

bool hidesEvent(const IndexSnapshot &snapshot, const ShowFilter &filter, std::string_view name)
{
    const EventFormat *event = snapshot.trace ? snapshot.trace->events().find("irq", name)
                                              : nullptr;
    return event != nullptr && !filter.showsEvent(event->id);
}

bool hidesTasks(const ShowFilter &filter)
{
    return !filter.hiddenTasks.empty() || filter.hideOtherTasks;
}

/// One call of selectNarrowed().
class Selecting
{
public:
    Selecting(const IndexSnapshot &snapshot, const NarrowRequest &request,
              const Selection *previous);
    void run(const std::stop_token &stop, Progress &progress);
    [[nodiscard]] std::shared_ptr<const Selection> finish();

private:
    void addJobs();
    void buildPyramids(const std::stop_token &stop, Progress &progress);
    void jobDone(std::size_t number);
    [[nodiscard]] std::shared_ptr<const Selection> partial(std::size_t jobs) const;
    [[nodiscard]] std::vector<SelectionBuilder> makeBuilders(Selection &selection) const;
    static void finish(Selection &selection, std::vector<SelectionBuilder> &builders);

    const IndexSnapshot &m_snapshot;
    const NarrowRequest &m_request;
    const Selection *m_previous;
    SelectionBuilder::Shown m_shown;
    std::shared_ptr<Selection> m_selection = std::make_shared<Selection>();
    std::vector<StreamIndex> m_streams; ///< Those that are shown.
    std::vector<SelectionBuilder> m_builders; ///< [m_streams]
    std::vector<Job> m_jobs; ///< Ascending by time.

    std::mutex m_mutex; ///< Of what follows.
    std::vector<bool> m_isDone; ///< [m_jobs]
    std::size_t m_doneBefore = 0; ///< All jobs before this one are done.
    bool m_isHandingOut = false;
    Clock::time_point m_nextPartial = Clock::now() + kFirstPartial;
    Clock::duration m_pause = kFirstPartial;
};

Selecting::Selecting(const IndexSnapshot &snapshot, const NarrowRequest &request,
                     const Selection *previous)
    : m_snapshot(snapshot)
    , m_request(request)
    , m_previous(previous)
    , m_shown(request.filter, snapshot)
{
    Selection &selection = *m_selection;
    selection.filter = request.filter;
    selection.expression = request.expression;
    selection.snapshotId = snapshot.id;
    selection.tasks = snapshot.tasks;
    selection.hidesIrqs = hidesEvent(snapshot, request.filter, "irq_handler_entry");
    selection.hidesSoftirqs = hidesEvent(snapshot, request.filter, "softirq_entry");
    selection.streams.resize(snapshot.streams.size());
    selection.running.resize(snapshot.streams.size());
    selection.hiddenTask.resize(m_shown.tasks.size());
    for (std::size_t i = 0; i < m_shown.tasks.size(); ++i)
        selection.hiddenTask[i] = m_shown.tasks[i] == 0;
    const auto infos = snapshot.trace ? snapshot.trace->streams() : std::span<const StreamInfo>{};
    for (std::size_t s = 0; s < snapshot.streams.size(); ++s) {
        if (s >= infos.size() || request.filter.showsCpu(infos[s].cpu))
            m_streams.push_back(static_cast<StreamIndex>(s));
    }
    m_builders = makeBuilders(selection);
    addJobs();
    m_isDone.resize(m_jobs.size());
}

std::vector<SelectionBuilder> Selecting::makeBuilders(Selection &selection) const
{
    std::vector<SelectionBuilder> builders;
    builders.reserve(m_streams.size());
    for (const StreamIndex s : m_streams) {
        const StreamSelection *old = m_previous != nullptr && s < m_previous->streams.size()
                                         ? &m_previous->streams[s]
                                         : nullptr;
        builders.emplace_back(selection.streams[s], m_snapshot.streams[s], m_shown, old);
    }
    return builders;
}

void Selecting::addJobs()
{
    const std::uint64_t size = m_request.jobBlocks;
    for (std::size_t i = 0; i < m_builders.size(); ++i) {
        const SelectionBuilder &builder = m_builders[i];
        const StreamView &stream = m_snapshot.streams[m_streams[i]];
        for (std::uint64_t b = builder.firstBlock(); b < builder.blockCount(); b += size) {
            m_jobs.push_back(
                {stream.time(b * kBlockEvents), i, b, std::min(b + size, builder.blockCount())});
        }
    }
    std::stable_sort(m_jobs.begin(), m_jobs.end(),
                     [](const Job &a, const Job &b) { return a.time < b.time; });
}

void Selecting::buildPyramids(const std::stop_token &stop, Progress &progress)
{
    if (!hidesTasks(m_request.filter))
        return;
    runJobs(m_streams.size(), stop, [&] {
        return [&](std::size_t i) {
            const auto shows = [&](std::uint32_t value) {
                return m_selection->showsTask(static_cast<TaskId>(value));
            };
            const StreamIndex s = m_streams[i];
            m_selection->running[s] = buildPyramid(m_snapshot.streams[s].running, shows, stop);
            progress.advance(1);
        };
    });
}

void Selecting::run(const std::stop_token &stop, Progress &progress)
{
    progress.setTotal(m_jobs.size() + (hidesTasks(m_request.filter) ? m_streams.size() : 0));
    // First: what is handed out before the end needs them as well.
    buildPyramids(stop, progress);
    runJobs(m_jobs.size(), stop, [&] {
        auto narrower = m_request.makeNarrower ? m_request.makeNarrower() : nullptr;
        return [&, narrower = std::move(narrower)](std::size_t i) {
            const Job &job = m_jobs[i];
            SelectionBuilder &builder = m_builders[job.builder];
            builder.fill(job.first, job.last);
            if (narrower) {
                narrower->narrow(m_streams[job.builder], job.first,
                                 builder.bits(job.first, job.last), stop);
            }
            progress.advance(1);
            if (m_request.onPartial && !stop.stop_requested())
                jobDone(i);
        };
    });
}

void Selecting::jobDone(std::size_t number)
{
    std::size_t jobs = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_isDone[number] = true;
        while (m_doneBefore < m_isDone.size() && m_isDone[m_doneBefore])
            ++m_doneBefore;
        // When all is done the selection itself is handed out.
        if (m_isHandingOut || Clock::now() < m_nextPartial || m_doneBefore == 0
            || m_doneBefore == m_isDone.size())
            return;
        m_isHandingOut = true;
        jobs = m_doneBefore;
    }
    m_request.onPartial(partial(jobs));
    const std::lock_guard lock(m_mutex);
    m_isHandingOut = false;
    m_pause = std::min<Clock::duration>(2 * m_pause, kRarestPartial);
    m_nextPartial = Clock::now() + m_pause;
}

// Copies the bits of the first jobs; nobody writes to those any longer.
std::shared_ptr<const Selection> Selecting::partial(std::size_t jobs) const
{
    auto selection = std::make_shared<Selection>();
    selection->filter = m_selection->filter;
    selection->expression = m_selection->expression;
    selection->snapshotId = m_selection->snapshotId;
    selection->tasks = m_selection->tasks;
    selection->decidedBefore = m_jobs[jobs].time;
    selection->streams.resize(m_selection->streams.size());
    selection->running = m_selection->running;
    selection->hiddenTask = m_selection->hiddenTask;
    selection->hidesIrqs = m_selection->hidesIrqs;
    selection->hidesSoftirqs = m_selection->hidesSoftirqs;
    auto builders = makeBuilders(*selection);
    for (std::size_t i = 0; i < jobs; ++i) {
        const Job &job = m_jobs[i];
        builders[job.builder].copy(m_builders[job.builder], job.first, job.last);
    }
    finish(*selection, builders);
    return selection;
}

void Selecting::finish(Selection &selection, std::vector<SelectionBuilder> &builders)
{
    for (SelectionBuilder &builder : builders)
        builder.finish();
    for (const StreamSelection &stream : selection.streams)
        selection.count += stream.count();
}

std::shared_ptr<const Selection> Selecting::finish()
{
    finish(*m_selection, m_builders);
    return m_selection;
}

bool extends(const Selection &previous, const IndexSnapshot &snapshot, const NarrowRequest &request)
{
    return previous.filter == request.filter && previous.expression == request.expression
           && previous.snapshotId <= snapshot.id && previous.decidedBefore == kTimeMax;
}

} // namespace

Result<std::shared_ptr<const Selection>> selectNarrowed(const IndexSnapshot &snapshot,
                                                        const NarrowRequest &request,
                                                        std::shared_ptr<const Selection> previous,
                                                        const std::stop_token &stop,
                                                        Progress &progress)
{
    if (previous && !extends(*previous, snapshot, request))
        previous.reset();
    Selecting selecting(snapshot, request, previous.get());
    selecting.run(stop, progress);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled");
    return selecting.finish();
}

Result<std::shared_ptr<const Selection>> selectEvents(const IndexSnapshot &snapshot,
                                                      const ShowFilter &filter,
                                                      std::shared_ptr<const Selection> previous,
                                                      std::stop_token stop, Progress &progress)
{
    NarrowRequest request;
    request.filter = filter;
    return selectNarrowed(snapshot, request, std::move(previous), stop, progress);
}

} // namespace thresher
