// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/blockbits.h"
#include "model/query/selectionbuilder_p.h"

#include <algorithm>
#include <bit>

namespace thresher {

namespace {

template<typename Id>
Verdict fillTable(CodeTable &table, std::span<const Id> dict,
                  const std::vector<std::uint8_t> &shown, std::uint8_t other, std::uint8_t outside)
{
    table.fill(outside);
    std::size_t count = 0;
    for (std::size_t i = 0; i < dict.size(); ++i) {
        const std::size_t id = toIndex(dict[i]);
        table[i] = id < shown.size() ? shown[id] : other;
        count += table[i];
    }
    // A dictionary is trusted to hold all codes only so far: a block with a code outside of it is
    // damaged, and any answer will do.
    return count == 0 ? Verdict::None : count == dict.size() ? Verdict::All : Verdict::Some;
}

} // namespace

SelectionBuilder::Shown::Shown(const ShowFilter &filter, const IndexSnapshot &snapshot)
    : events(snapshot.trace ? snapshot.trace->events().all().size() : snapshot.eventsPerType.size())
    , tasks(snapshot.tasks ? snapshot.tasks->size() : snapshot.eventsPerTask.size())
    , otherTasks(filter.hideOtherTasks ? 0 : 1)
{
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i] = filter.showsEvent(static_cast<EventTypeId>(i)) ? 1 : 0;
    for (std::size_t i = 0; i < tasks.size(); ++i)
        tasks[i] = filter.showsTask(static_cast<TaskId>(i)) ? 1 : 0;
    allEvents = filter.hiddenEvents.empty();
    allTasks = filter.hiddenTasks.empty() && !filter.hideOtherTasks;
}

SelectionBuilder::SelectionBuilder(StreamSelection &selection, const StreamView &stream,
                                   const Shown &shown, const StreamSelection *previous)
    : m_selection(&selection)
    , m_stream(&stream)
    , m_shown(&shown)
{
    const std::uint64_t blocks = (stream.size + kBlockEvents - 1) / kBlockEvents;
    selection.m_size = stream.size;
    selection.m_bits.reserve(blocks);
    if (previous != nullptr && previous->m_size <= stream.size) {
        m_first = std::min<std::uint64_t>(previous->m_size / kBlockEvents, previous->m_bits.size());
        selection.m_bits.assign(previous->m_bits.begin(),
                                previous->m_bits.begin() + static_cast<std::ptrdiff_t>(m_first));
    }
    selection.m_bits.resize(blocks);
}

StreamSelection::Bits SelectionBuilder::bitsOf(const StreamView::Block &block) const
{
    CodeTable events;
    CodeTable tasks;
    const Shown &shown = *m_shown;
    const std::uint8_t zero = shown.events.empty() ? shown.otherEvents : shown.events.front();
    const Verdict byEvent = shown.allEvents ? Verdict::All
                                            : fillTable(events, block.eventDict, shown.events,
                                                        shown.otherEvents, zero);
    if (byEvent == Verdict::None)
        return {};
    const Verdict byTask = shown.allTasks ? Verdict::All
                                          : fillTable(tasks, block.taskDict, shown.tasks,
                                                      shown.otherTasks, shown.otherTasks);
    if (byTask == Verdict::None)
        return {};
    const std::uint8_t *eventCodes = block.eventCodes.data();
    const std::uint8_t *taskCodes = block.taskCodes.data();
    const std::size_t size = block.size();
    if (byEvent == Verdict::All && byTask == Verdict::All)
        return allBits(size);
    if (byTask == Verdict::All)
        return gatherBits(size, [&](std::size_t i) { return events[eventCodes[i]]; });
    if (byEvent == Verdict::All)
        return gatherBits(size, [&](std::size_t i) { return tasks[taskCodes[i]]; });
    return gatherBits(size, [&](std::size_t i) {
        return static_cast<std::uint8_t>(events[eventCodes[i]] & tasks[taskCodes[i]]);
    });
}

void SelectionBuilder::fill(std::uint64_t first, std::uint64_t last)
{
    for (std::uint64_t b = first; b < last; ++b)
        m_selection->m_bits[b] = bitsOf(m_stream->block(b));
}

std::span<StreamSelection::Bits> SelectionBuilder::bits(std::uint64_t first, std::uint64_t last)
{
    return std::span(m_selection->m_bits).subspan(first, last - first);
}

void SelectionBuilder::copy(const SelectionBuilder &from, std::uint64_t first, std::uint64_t last)
{
    const auto &bits = from.m_selection->m_bits;
    std::copy(bits.begin() + static_cast<std::ptrdiff_t>(first),
              bits.begin() + static_cast<std::ptrdiff_t>(last),
              m_selection->m_bits.begin() + static_cast<std::ptrdiff_t>(first));
}

void SelectionBuilder::finish()
{
    count(*m_selection);
}

void SelectionBuilder::count(StreamSelection &selection)
{
    const auto &bits = selection.m_bits;
    auto &before = selection.m_before;
    before.resize(bits.size() + 1);
    std::uint64_t sum = 0;
    for (std::size_t b = 0; b < bits.size(); ++b) {
        before[b] = sum;
        for (const std::uint64_t word : bits[b])
            sum += static_cast<std::uint64_t>(std::popcount(word));
    }
    before[bits.size()] = sum;
}

StreamSelection SelectionBuilder::both(const StreamSelection &a, const StreamSelection &b)
{
    StreamSelection selection;
    selection.m_size = std::min(a.m_size, b.m_size);
    selection.m_bits.resize((selection.m_size + kBlockEvents - 1) / kBlockEvents);
    for (std::size_t i = 0; i < selection.m_bits.size(); ++i) {
        for (std::size_t w = 0; w < selection.m_bits[i].size(); ++w)
            selection.m_bits[i][w] = a.m_bits[i][w] & b.m_bits[i][w];
    }
    // The longer one may have more in the last block.
    if (const std::uint64_t rest = selection.m_size % kBlockEvents; rest != 0) {
        auto &last = selection.m_bits.back();
        for (std::uint64_t i = rest; i < kBlockEvents; ++i)
            last[i / 64] &= ~(std::uint64_t{1} << (i % 64));
    }
    count(selection);
    return selection;
}

std::shared_ptr<const Selection> selectBoth(const Selection &a, const Selection &b)
{
    auto both = std::make_shared<Selection>();
    both->snapshotId = std::min(a.snapshotId, b.snapshotId);
    both->decidedBefore = std::min(a.decidedBefore, b.decidedBefore);
    for (std::size_t s = 0; s < std::min(a.streams.size(), b.streams.size()); ++s) {
        both->streams.push_back(SelectionBuilder::both(a.streams[s], b.streams[s]));
        both->count += both->streams.back().count();
    }
    return both;
}

} // namespace thresher
