// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/interrupts_p.h"

#include <algorithm>

namespace thresher {

namespace {

/// Interrupts that one may interrupt, one in the other; more are damage.
constexpr std::size_t kDeepest = 64;

} // namespace

Interrupts::Interrupts(const IndexSnapshot &index, const EventFinder &finder, bool isSoft)
    : m_index(index)
    , m_finder(finder)
    , m_isSoft(isSoft)
    , m_entries(index, "irq", {isSoft ? "softirq_entry" : "irq_handler_entry"})
    , m_exits(index, "irq", {isSoft ? "softirq_exit" : "irq_handler_exit"})
{}

bool Interrupts::isRecorded() const
{
    return m_entries.count(m_index) > 0 && m_exits.count(m_index) > 0;
}

bool Interrupts::isShown(const ShowFilter &shown) const
{
    const auto all = m_index.trace->events().all();
    return std::none_of(all.begin(), all.end(), [&](const EventFormat &format) {
        return m_entries.contains(format.id) && !shown.showsEvent(format.id);
    });
}

bool Interrupts::isContinued(StreamIndex stream, std::uint64_t i) const
{
    const TrackView &slices = track(stream);
    const TimeNs begin = slices.begin(i);
    return i > 0 && slices.slice(i - 1).end == begin
           && !m_finder.has(m_index.trace->streams()[stream].cpu, begin, m_entries);
}

/// Whether slice i ends with an exit, and not where it was interrupted, lost sight of, or not left
/// before the end.
bool Interrupts::wasLeft(StreamIndex stream, std::uint64_t i) const
{
    const StreamView &view = m_index.streams[stream];
    const TrackView &slices = track(stream);
    const TimeNs end = slices.slice(i).end;
    const bool isLast = view.size == 0 || end >= view.time(view.size - 1);
    const bool isCut = i + 1 < slices.size && slices.begin(i + 1) == end;
    const auto loss = std::lower_bound(
        view.lost.begin(), view.lost.end(), end,
        [](const LostSpan &span, TimeNs time) { return span.begin < time; });
    const bool isLost = loss != view.lost.end() && loss->begin == end;
    return (!isLast && !isCut && !isLost)
           || m_finder.has(m_index.trace->streams()[stream].cpu, end, m_exits);
}

std::optional<TimeNs> Interrupts::end(StreamIndex stream, std::uint64_t i) const
{
    const TrackView &slices = track(stream);
    if (wasLeft(stream, i))
        return slices.slice(i).end;
    std::vector<std::uint32_t> open{slices.value(i)};
    // What was interrupted goes on, or another one interrupts.
    while (i + 1 < slices.size && slices.begin(i + 1) == slices.slice(i).end
           && open.size() <= kDeepest) {
        ++i;
        if (!isContinued(stream, i))
            open.push_back(slices.value(i));
        else if (slices.value(i) != open.back())
            return std::nullopt;
        if (!wasLeft(stream, i))
            continue;
        open.pop_back();
        if (open.empty())
            return slices.slice(i).end;
    }
    return std::nullopt;
}

} // namespace thresher
