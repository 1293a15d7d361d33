// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/selection.h"
#include "model/query/selectionbuilder_p.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

namespace thresher {

namespace {

/// Blocks of a job: 0.25 million events, some 0.2 ms; fine enough to share out and to cancel.
constexpr std::uint64_t kJobBlocks = 1024;

struct Job
{
    std::size_t stream = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// Runs `work(job number)` for all jobs, on as many threads as pay off, until asked to stop.
template<typename Work>
void runJobs(std::size_t count, std::stop_token stop, Work work)
{
    std::atomic<std::size_t> next = 0;
    const auto worker = [&] {
        for (;;) {
            const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
            if (i >= count || stop.stop_requested())
                return;
            work(i);
        }
    };
    const std::size_t threads = std::min<std::size_t>(
        std::max(1U, std::thread::hardware_concurrency()), count);
    std::vector<std::jthread> helpers;
    try {
        for (std::size_t i = 1; i < threads; ++i)
            helpers.emplace_back(worker);
    } catch (const std::system_error &) {
        // No thread to be had: those that there are do all.
    }
    worker();
}

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

} // namespace

Result<std::shared_ptr<const Selection>> selectEvents(const IndexSnapshot &snapshot,
                                                      const ShowFilter &filter,
                                                      std::shared_ptr<const Selection> previous,
                                                      std::stop_token stop, Progress &progress)
{
    auto selection = std::make_shared<Selection>();
    selection->filter = filter;
    selection->snapshotId = snapshot.id;
    selection->streams.resize(snapshot.streams.size());
    selection->running.resize(snapshot.streams.size());
    selection->hidesIrqs = hidesEvent(snapshot, filter, "irq_handler_entry");
    selection->hidesSoftirqs = hidesEvent(snapshot, filter, "softirq_entry");
    const SelectionBuilder::Shown shown(filter, snapshot);
    selection->hiddenTask.resize(shown.tasks.size());
    for (std::size_t i = 0; i < shown.tasks.size(); ++i)
        selection->hiddenTask[i] = shown.tasks[i] == 0;
    if (previous && (previous->filter != filter || previous->snapshotId > snapshot.id))
        previous.reset();

    std::vector<SelectionBuilder> builders;
    std::vector<Job> jobs;
    std::vector<std::size_t> pyramids; // streams
    const auto infos = snapshot.trace ? snapshot.trace->streams() : std::span<const StreamInfo>{};
    for (std::size_t s = 0; s < snapshot.streams.size(); ++s) {
        if (s < infos.size() && !filter.showsCpu(infos[s].cpu))
            continue;
        const StreamSelection *old = previous && s < previous->streams.size()
                                         ? &previous->streams[s]
                                         : nullptr;
        builders.emplace_back(selection->streams[s], snapshot.streams[s], shown, old);
        const SelectionBuilder &builder = builders.back();
        for (std::uint64_t b = builder.firstBlock(); b < builder.blockCount(); b += kJobBlocks) {
            jobs.push_back(
                {builders.size() - 1, b, std::min(b + kJobBlocks, builder.blockCount())});
        }
        if (hidesTasks(filter))
            pyramids.push_back(s);
    }
    progress.setTotal(jobs.size() + pyramids.size());
    runJobs(jobs.size() + pyramids.size(), stop, [&](std::size_t i) {
        if (i < jobs.size()) {
            builders[jobs[i].stream].fill(jobs[i].first, jobs[i].last);
        } else {
            const std::size_t s = pyramids[i - jobs.size()];
            const auto shows = [&](std::uint32_t value) {
                return selection->showsTask(static_cast<TaskId>(value));
            };
            selection->running[s] = buildPyramid(snapshot.streams[s].running, shows, stop);
        }
        progress.advance(1);
    });
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled");
    for (SelectionBuilder &builder : builders)
        builder.finish();
    for (const StreamSelection &stream : selection->streams)
        selection->count += stream.count();
    return std::shared_ptr<const Selection>(std::move(selection));
}

} // namespace thresher
