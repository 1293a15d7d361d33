// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/rangecounts.h"

#include "model/index/streamview_inl.h"

#include <algorithm>

namespace thresher {

namespace {

void countOne(std::vector<std::uint64_t> &counts, std::size_t index)
{
    if (index < counts.size()) // a damaged index may say anything
        ++counts[index];
}

void countLosses(const StreamView &stream, TimeRange range, RangeCounts::Cpu &cpu)
{
    for (const LostSpan &span : stream.lost) {
        const bool isBefore = span.end < range.begin && !isOpenEnded(span, stream.size);
        if (isBefore || span.begin >= range.end)
            continue;
        ++cpu.lostSpans;
        if (span.count >= 0)
            cpu.lostEvents += static_cast<std::uint64_t>(span.count);
        else
            ++cpu.unknownLosses;
    }
}

} // namespace

Result<RangeCounts> countRange(const IndexSnapshot &snapshot, const Selection *selection,
                               TimeRange range, const std::stop_token &stop, Progress &progress)
{
    RangeCounts counts;
    counts.perType.resize(snapshot.trace->events().all().size());
    counts.perTask.resize(snapshot.tasks->size());
    const auto infos = snapshot.trace->streams();
    const std::size_t streams = std::min(infos.size(), snapshot.streams.size());
    progress.setTotal(streams);
    for (std::size_t s = 0; s < streams; ++s) {
        const StreamView &stream = snapshot.streams[s];
        const StreamSelection *const shown = selection != nullptr && s < selection->streams.size()
                                                 ? &selection->streams[s]
                                                 : nullptr;
        if (selection != nullptr && !selection->filter.showsCpu(infos[s].cpu))
            continue;
        RangeCounts::Cpu &cpu = counts.cpus[infos[s].cpu];
        countLosses(stream, range, cpu);
        const EventIndex last = stream.lowerBound(range.end);
        const EventIndex first = std::min(last, stream.lowerBound(range.begin));
        for (EventIndex i = first; i < last;) {
            if (stop.stop_requested())
                return fail(ErrorKind::Cancelled, "Counting was cancelled.");
            const auto block = stream.block(i / kBlockEvents);
            const EventIndex end = std::min<EventIndex>(last,
                                                        (i / kBlockEvents + 1) * kBlockEvents);
            for (; i < end; ++i) {
                const std::size_t at = i % kBlockEvents;
                if (at >= block.size() || (shown != nullptr && !shown->contains(i)))
                    continue;
                ++cpu.events;
                countOne(counts.perType, toIndex(block.event(at)));
                countOne(counts.perTask, toIndex(block.task(at)));
            }
        }
        progress.advance(1);
    }
    for (const auto &[id, cpu] : counts.cpus) {
        counts.events += cpu.events;
        counts.lostSpans += cpu.lostSpans;
        counts.lostEvents += cpu.lostEvents;
        counts.unknownLosses += cpu.unknownLosses;
    }
    return counts;
}

} // namespace thresher
