// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/latencyscan_p.h"
#include "model/analysis/probevalue.h"
#include "model/analysis/statepart_p.h"
#include "model/analysis/syscallvalue.h"

#include <algorithm>
#include <utility>

namespace thresher {

namespace {

std::optional<TaskState> stateOf(LatencyKind kind)
{
    switch (kind) {
    case LatencyKind::Wakeup:
        return TaskState::Runnable;
    case LatencyKind::Preemption:
        return TaskState::Preempted;
    case LatencyKind::Blocked:
        return TaskState::Blocked;
    case LatencyKind::Sleep:
        return TaskState::Sleeping;
    case LatencyKind::Running:
        return TaskState::Running;
    default:
        return std::nullopt;
    }
}

TrackClass classOf(LatencyKind kind)
{
    switch (kind) {
    case LatencyKind::Syscall:
        return TrackClass::Syscall;
    case LatencyKind::Call:
        return TrackClass::Call;
    case LatencyKind::Probe:
        return TrackClass::Probe;
    case LatencyKind::Pair:
        return TrackClass::Pair;
    default:
        return TrackClass::TaskState;
    }
}

bool isInterrupt(LatencyKind kind)
{
    return kind == LatencyKind::Irq || kind == LatencyKind::Softirq;
}

EventTypes beginTypes(const IndexSnapshot &index, LatencyKind kind)
{
    switch (kind) {
    case LatencyKind::Wakeup:
        return {index, "sched", {"sched_waking", "sched_wakeup", "sched_wakeup_new"}};
    case LatencyKind::Irq:
        return {index, "irq", {"irq_handler_entry"}};
    case LatencyKind::Softirq:
        return {index, "irq", {"softirq_entry"}};
    case LatencyKind::Syscall: {
        EventTypes types(index, "raw_syscalls", {"sys_enter"});
        types.add({index, "syscalls", {"sys_enter_*"}});
        return types;
    }
    case LatencyKind::Call:
        return {index, "ftrace", {"funcgraph_entry"}};
    case LatencyKind::Probe:
    case LatencyKind::Pair:
        return {index, {}, {}};
    default:
        return {index, "sched", {"sched_switch"}};
    }
}

} // namespace

std::uint32_t latencyValue(LatencyKind kind, std::uint32_t value)
{
    if (kind == LatencyKind::Syscall && value != kNoValue)
        return SyscallValue{value}.call();
    return kind == LatencyKind::Probe ? ProbeValue{value}.number() : value;
}

bool canMeasure(const Analysis &analysis, LatencyKind kind)
{
    if (kind == LatencyKind::Wakeup)
        return analysis.hasSwitches && analysis.hasWakeups;
    if (stateOf(kind))
        return analysis.hasSwitches;
    if (isInterrupt(kind)) {
        const EventFinder finder(*analysis.index);
        return Interrupts(*analysis.index, finder, kind == LatencyKind::Softirq).isRecorded();
    }
    return !analysis.between({classOf(kind), 0, 0, 0}, {classOf(kind), 0xff, 0xffffffffU, 0xffff})
                .empty();
}

LatencyScan::LatencyScan(const Analysis &analysis, const LatencyRequest &request)
    : m_analysis(analysis)
    , m_request(request)
    , m_index(*analysis.index)
    , m_range(request.range.intersected(m_index.range))
    , m_lost(m_index)
    , m_finder(m_index)
    , m_beginTypes(beginTypes(m_index, request.kind))
    , m_endTypes(m_index, "ftrace",
                 request.kind == LatencyKind::Call
                     ? std::initializer_list<std::string_view>{"funcgraph_exit"}
                     : std::initializer_list<std::string_view>{})
    , m_interrupts(m_index, m_finder, request.kind == LatencyKind::Softirq)
{
    if (request.selection && !request.selection->expression.empty())
        m_selection = request.selection.get();
}

void LatencyScan::addPieces(LatencyPiece piece, const TrackView &track, std::uint64_t slices,
                            std::vector<LatencyPiece> &pieces) const
{
    const std::uint64_t first = track.lowerBound(m_range.begin);
    const std::uint64_t last = track.lowerBound(m_range.end);
    // One that reaches into the range is told of, so that an empty piece may be needed, too.
    const bool reachesIn = first > 0 && track.slice(first - 1).end > m_range.begin;
    piece.first = first;
    do {
        piece.last = std::min(last, piece.first + slices);
        piece.last = std::max(piece.last, piece.first); // a damaged index's times may descend
        if (piece.first < piece.last || reachesIn)
            pieces.push_back(piece);
        piece.first = piece.last;
    } while (piece.first < last);
}

std::vector<LatencyPiece> LatencyScan::pieces(std::uint64_t slices) const
{
    std::vector<LatencyPiece> pieces;
    if (m_range.isEmpty())
        return pieces;
    if (isInterrupt(m_request.kind)) {
        for (std::size_t i = 0; m_interrupts.isShown(m_request.shown) && i < m_index.streams.size();
             ++i) {
            const auto stream = static_cast<StreamIndex>(i);
            if (m_request.shown.showsCpu(m_index.trace->streams()[i].cpu))
                addPieces({stream, 0, 0, 0}, m_interrupts.track(stream), slices, pieces);
        }
        return pieces;
    }
    const TrackClass what = classOf(m_request.kind);
    const std::uint8_t group = what == TrackClass::Pair ? m_request.pair : std::uint8_t{0};
    const TrackKey from{what, group, 0, 0};
    const TrackKey to{what, group, 0xffffffffU, 0xffff};
    for (std::size_t i = 0; i < m_analysis.segments.size(); ++i) {
        const TrackSegment &segment = *m_analysis.segments[i];
        const auto entries = segment.entries();
        auto at = std::lower_bound(
            entries.begin(), entries.end(), from,
            [](const SegmentEntry &entry, const TrackKey &key) { return entry.key < key; });
        for (; at != entries.end() && at->key <= to; ++at) {
            const bool isShown = isCpuOwner(at->key.owner)
                                 || m_request.shown.showsTask(TaskId(at->key.owner));
            if (at->end < m_range.begin || !isShown)
                continue;
            addPieces({static_cast<std::uint32_t>(i),
                       static_cast<std::uint32_t>(at - entries.begin()), 0, 0},
                      segment.part(*at).slices, slices, pieces);
        }
    }
    return pieces;
}

/// When the event was that tells of its begin: calls begin before they are told of.
TimeNs LatencyScan::firstEvent(const LatencyRow &row) const
{
    constexpr EventIndex kFarthest = 256;
    if (m_request.kind != LatencyKind::Call)
        return row.begin;
    TimeNs time = kTimeMax;
    for (const StreamIndex stream : m_finder.streamsOf(row.beganOn)) {
        const StreamView &view = m_index.streams[stream];
        const EventIndex first = view.lowerBound(row.begin);
        for (EventIndex i = first; i < std::min(view.size, first + kFarthest); ++i) {
            if (!m_beginTypes.contains(view.event(i)) || view.task(i) != row.task)
                continue;
            time = std::min(time, view.time(i));
            break;
        }
    }
    return time == kTimeMax ? row.begin : time;
}

bool LatencyScan::shows(const LatencyRow &row) const
{
    return m_request.shown.showsCpu(row.cpu) && m_request.shown.showsTask(row.task)
           && (m_selection == nullptr
               || m_finder.isShown(row.beganOn, firstEvent(row), m_beginTypes, *m_selection));
}

void LatencyScan::measure(const LatencyPiece &piece, LatencySum &sum) const
{
    if (isInterrupt(m_request.kind))
        measureInterrupts(piece, sum);
    else if (stateOf(m_request.kind))
        measureStates(piece, sum);
    else
        measureTracks(piece, sum);
}

void LatencyScan::measureStates(const LatencyPiece &piece, LatencySum &sum) const
{
    const StatePart part(m_analysis, piece.source, piece.entry);
    const TrackView &track = part.track();
    const auto wanted = static_cast<std::uint32_t>(*stateOf(m_request.kind));
    const bool isWait = isWaiting(static_cast<TaskState>(wanted));
    LatencyRow row;
    row.task = TaskId(part.key().owner);
    const auto measure = [&](std::uint64_t i) -> bool { // whether its end and begin are known
        const Slice slice = track.slice(i);
        row.begin = slice.begin;
        row.end = slice.end;
        row.beganOn = part.cpu(i);
        row.cpu = row.beganOn;
        const auto after = part.knownNext(i, slice);
        bool known = after.has_value();
        if (known && isWait) {
            known = after->slice.value == static_cast<std::uint32_t>(TaskState::Running);
            row.cpu = after->cpu;
        }
        row.value = known ? after->slice.value : kNoValue;
        // Who runs already where a stream begins, or goes on behind a loss.
        if (wanted == static_cast<std::uint32_t>(TaskState::Running)
            && (i == 0 || track.value(i - 1) == kNoValue))
            known = known && m_finder.hasOther(row.cpu, row.begin, m_beginTypes, row.task);
        return known;
    };
    if (piece.first > 0 && track.value(piece.first - 1) == wanted
        && track.slice(piece.first - 1).begin < m_range.begin
        && track.slice(piece.first - 1).end > m_range.begin) {
        static_cast<void>(measure(piece.first - 1));
        if (shows(row))
            sum.addBegunBefore();
    }
    for (std::uint64_t i = piece.first; i < piece.last; ++i) {
        if (track.value(i) != wanted)
            continue;
        const bool known = measure(i);
        if (!shows(row))
            continue;
        row.isLost = m_lost.all().touch({row.begin, row.end});
        if (known)
            sum.add(row);
        else
            sum.addUnfinished();
    }
}

TaskId LatencyScan::runningAt(CpuId cpu, TimeNs time) const
{
    for (const StreamIndex stream : m_finder.streamsOf(cpu)) {
        const TrackView &running = m_index.streams[stream].running;
        if (running.size == 0)
            continue;
        const std::uint64_t i = running.firstEndingAfter(time);
        return i < running.size && running.begin(i) <= time ? TaskId(running.value(i)) : kNoTask;
    }
    return kNoTask;
}

void LatencyScan::measureInterrupts(const LatencyPiece &piece, LatencySum &sum) const
{
    const StreamIndex stream = piece.source;
    const TrackView &track = m_interrupts.track(stream);
    LatencyRow row;
    row.cpu = m_index.trace->streams()[stream].cpu;
    row.beganOn = row.cpu;
    const auto place = [&](std::uint64_t i) {
        const Slice slice = track.slice(i);
        row.begin = slice.begin;
        row.end = slice.end;
        row.value = slice.value;
        row.task = runningAt(row.cpu, row.begin);
    };
    if (piece.first > 0 && track.slice(piece.first - 1).begin < m_range.begin
        && track.slice(piece.first - 1).end > m_range.begin) {
        place(piece.first - 1);
        if (shows(row))
            sum.addBegunBefore();
    }
    for (std::uint64_t i = piece.first; i < piece.last; ++i) {
        if (m_interrupts.isContinued(stream, i))
            continue;
        place(i);
        if (!shows(row))
            continue;
        const auto end = m_interrupts.end(stream, i);
        row.end = end.value_or(row.end);
        row.isLost = m_lost.of(row.cpu).touch({row.begin, row.end});
        if (end)
            sum.add(row);
        else
            sum.addUnfinished();
    }
}

bool LatencyScan::isWanted(std::uint32_t value) const
{
    const auto &only = m_request.onlyValues;
    return only.empty()
           || std::find(only.begin(), only.end(), latencyValue(m_request.kind, value))
                  != only.end();
}

/// What nothing ended, ends with the trace, or with what is known of its CPU.
bool LatencyScan::isFinished(const LatencyRow &row) const
{
    if (row.end >= m_index.range.end)
        return false;
    if (m_request.kind == LatencyKind::Syscall)
        return !SyscallValue{row.value}.isUnfinished();
    if (m_request.kind == LatencyKind::Probe)
        return !ProbeValue{row.value}.isUnfinished();
    return !m_lost.of(row.beganOn).beginsAt(row.end)
           || (!m_endTypes.isEmpty() && m_finder.has(row.beganOn, row.end, m_endTypes));
}

void LatencyScan::measureTracks(const LatencyPiece &piece, LatencySum &sum) const
{
    const StatePart part(m_analysis, piece.source, piece.entry);
    const TrackView &track = part.track();
    LatencyRow row;
    row.task = isCpuOwner(part.key().owner) ? kIdleTask : TaskId(part.key().owner);
    const auto place = [&](std::uint64_t i) {
        const Slice slice = track.slice(i);
        row.begin = slice.begin;
        row.end = slice.end;
        row.value = slice.value;
        row.beganOn = part.cpu(i);
        row.cpu = row.beganOn;
    };
    if (piece.first > 0 && track.slice(piece.first - 1).begin < m_range.begin
        && track.slice(piece.first - 1).end > m_range.begin) {
        place(piece.first - 1);
        if (row.value != kNoValue && isWanted(row.value) && shows(row))
            sum.addBegunBefore();
    }
    for (std::uint64_t i = piece.first; i < piece.last; ++i) {
        place(i);
        if (row.value == kNoValue || !isWanted(row.value) || !shows(row))
            continue;
        row.isLost = m_lost.all().touch({row.begin, row.end});
        const bool isUnfinished = !isFinished(row);
        if (isUnfinished)
            sum.addUnfinished();
        else
            sum.add(row);
    }
}

} // namespace thresher
