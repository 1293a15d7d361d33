// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/cut/cutplan_p.h"

#include <algorithm>

namespace thresher {

namespace {

// A batch is as many pages as are written at once; its last page is not filled by the next one's
// events, so it should not be small.
constexpr std::uint64_t kBatchBytes = 4U << 20U;

// Which types the kept events are of; only the blocks at the edges, and those of a filter, need
// more than their dictionaries.
void noteTypes(const StreamView &view, const StreamPart &part, std::vector<bool> &isKept)
{
    const auto note = [&](EventTypeId type) {
        if (toIndex(type) < isKept.size())
            isKept[toIndex(type)] = true;
    };
    for (auto number = part.first / kBlockEvents; number * kBlockEvents < part.last; ++number) {
        const auto block = view.block(number);
        const auto begin = number * kBlockEvents;
        const auto end = std::min<EventIndex>(begin + block.size(), part.last);
        const auto from = std::max(begin, part.first);
        if (from >= end)
            continue;
        const auto kept = part.selection == nullptr
                              ? end - from
                              : part.selection->rank(end) - part.selection->rank(from);
        if (kept == block.size()) {
            for (const auto type : block.eventDict)
                note(type);
            continue;
        }
        for (auto event = from; kept > 0 && event < end; ++event) {
            if (part.selection == nullptr || part.selection->contains(event))
                note(block.event(event - begin));
        }
    }
}

void addBatches(const StreamView &view, const StreamPart &part, std::size_t index,
                std::uint32_t pageSize, CutPlan &plan)
{
    const auto most = std::max<std::uint64_t>(kBatchBytes / pageSize, 1);
    for (std::size_t first = part.firstPage; first < part.lastPage;) {
        auto last = std::min<std::size_t>(first + most, part.lastPage);
        // A chunk is inflated by one worker only, where it can be seen.
        if (last < part.lastPage && !view.chunks.empty()) {
            const auto chunk = std::upper_bound(
                view.chunks.begin(), view.chunks.end(), view.pages[last].number,
                [](std::uint64_t page, const Chunk &each) { return page < each.firstPage; });
            const auto begin = chunk == view.chunks.begin() ? 0 : (chunk - 1)->firstPage;
            auto whole = last;
            while (whole > first && view.pages[whole - 1].number >= begin)
                --whole;
            last = whole > first ? whole : last;
        }
        plan.batches.push_back({index, first, last});
        first = last;
    }
    plan.pages += part.lastPage - part.firstPage;
}

Result<void> check(const IndexSnapshot &snapshot, const CutRequest &request)
{
    const auto refuse = [](const char *why) { return fail(ErrorKind::InvalidArgument, why); };
    if (request.version != 6 && request.version != 7)
        return refuse("The format of a trace.dat has version 6 or 7.");
    if (request.version == 6 && request.compression != Compression::None)
        return refuse("Version 6 of the format knows no compression: choose version 7, or none.");
    if (request.range.isEmpty())
        return refuse("The range to be cut is empty: its begin must be before its end.");
    if (!isKnown(snapshot, request))
        return refuse("The trace is still being read, or filtered, within the range to be cut: "
                      "wait until that is done.");
    return {};
}

} // namespace

bool isKnown(const IndexSnapshot &snapshot, const CutRequest &request)
{
    const auto until = std::min(request.range.end, snapshot.range.end);
    if (!snapshot.isComplete && snapshot.frontier < request.range.end)
        return false;
    return request.selection == nullptr || request.selection->decidedBefore == kTimeMax
           || request.selection->decidedBefore >= until;
}

StreamPart partOf(const IndexSnapshot &snapshot, const CutRequest &request, StreamIndex stream)
{
    StreamPart part;
    part.stream = stream;
    const auto &view = snapshot.streams[stream];
    const auto &info = snapshot.trace->streams()[stream];
    part.layout = info.layout;
    if (request.cpus
        && std::find(request.cpus->begin(), request.cpus->end(), info.cpu) == request.cpus->end())
        return part;
    part.begin = view.lowerBound(request.range.begin);
    part.first = part.begin;
    part.last = request.range.end == kTimeMax ? view.size : view.lowerBound(request.range.end);
    part.last = std::max(part.first, std::min(part.last, view.size));
    part.end = part.last;
    part.events = part.last - part.first;
    if (request.selection != nullptr) {
        if (stream >= request.selection->streams.size()) {
            part.events = 0;
            return part;
        }
        part.selection = &request.selection->streams[stream];
        part.last = std::min(part.last, part.selection->size());
        part.first = std::min(part.first, part.last);
        part.events = part.selection->rank(part.last) - part.selection->rank(part.first);
        if (part.events > 0) { // no page is read in vain
            part.first = std::max(part.first, part.selection->next(part.first));
            const auto last = part.selection->select(part.selection->rank(part.last) - 1);
            part.last = std::min(part.last, last + 1);
        }
    }
    if (part.events == 0 || part.first >= part.last)
        return part;
    part.firstPage = view.pageOf(part.first);
    part.lastPage = std::min(view.pageOf(part.last - 1) + 1, view.pages.size());
    return part;
}

Result<CutPlan> planCut(const IndexSnapshot &snapshot, const CutRequest &request)
{
    THRESHER_TRY(check(snapshot, request));
    CutPlan plan;
    plan.isTypeKept.resize(snapshot.trace->events().all().size());
    plan.pageSize = snapshot.trace->metadata().pageSize;
    for (std::size_t i = 0; i < snapshot.streams.size(); ++i) {
        auto part = partOf(snapshot, request, static_cast<StreamIndex>(i));
        if (part.events == 0 || part.firstPage >= part.lastPage)
            continue;
        const auto &view = snapshot.streams[i];
        const auto end = view.time(part.last - 1);
        const TimeRange span{view.time(part.first), end == kTimeMax ? end : end + 1};
        plan.range = plan.parts.empty() ? span
                                        : TimeRange{std::min(plan.range.begin, span.begin),
                                                    std::max(plan.range.end, span.end)};
        plan.events += part.events;
        plan.pageSize = std::max(plan.pageSize, part.layout.pageSize);
        noteTypes(view, part, plan.isTypeKept);
        addBatches(view, part, plan.parts.size(), part.layout.pageSize, plan);
        plan.parts.push_back(part);
    }
    // Version 6 has one size for all buffers: the largest, which has room for every record.
    if (request.version == 6) {
        for (auto &part : plan.parts)
            part.layout.pageSize = plan.pageSize;
    } else {
        plan.pageSize = snapshot.trace->metadata().pageSize;
    }
    return plan;
}

} // namespace thresher
