// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/functiongraph_p.h"

#include <algorithm>

namespace thresher {

FunctionGraph::FunctionGraph(const IndexSnapshot &index, NoteRules &rules, TrackLog &log)
    : m_index(index)
    , m_log(log)
    , m_isNanoseconds(index.trace->metadata().clockIsNanoseconds)
{
    // With the caller's address since Linux 6.13, where that is asked for.
    for (const std::string_view name : {"funcgraph_entry", "funcgraph_retaddr_entry"})
        m_isAny |= rules.add(this, Entry, "ftrace", name, {"func", "depth", ""});
    if (rules.add(this, TimedExit, "ftrace", "funcgraph_exit",
                  {"func", "depth", "rettime-calltime"})
        || rules.add(this, Exit, "ftrace", "funcgraph_exit", {"func", "depth", ""}))
        m_isAny = true;
    if (!m_isAny)
        return;
    rules.add(this, TaskExit, "sched", "sched_process_exit", {"", "", ""});
    m_tasks.resize(index.tasks->size());
}

FunctionGraph::Stack &FunctionGraph::stackOf(std::uint32_t owner)
{
    if (isCpuOwner(owner))
        return m_cpus[owner];
    std::unique_ptr<Stack> &stack = m_tasks[owner];
    if (!stack)
        stack = std::make_unique<Stack>();
    return *stack;
}

void FunctionGraph::add(std::uint32_t owner, std::size_t depth, Call &call, TimeRange range,
                        CpuId cpu)
{
    if (call.track == kNoTrack)
        call.track = m_log.track({TrackClass::Call, 0, owner, static_cast<std::uint16_t>(depth)});
    m_log.add(call.track, {range.begin, range.end, m_functions.numberOf(call.function)}, cpu);
}

void FunctionGraph::unwind(std::uint32_t owner, Stack &stack, std::size_t depth, StreamIndex stream)
{
    for (std::size_t i = depth; i < stack.depth; ++i) {
        Call &call = stack.calls[i];
        TimeNs end = call.place.certainUntil(m_losses, stream);
        if (end == kTimeMax && stack.hasExited)
            end = stack.last;
        if (call.isOpen && end != kTimeMax)
            add(owner, i, call, {call.place.begin, end},
                m_index.trace->streams()[call.place.stream].cpu);
        call.isOpen = false;
    }
    stack.depth = std::min(stack.depth, depth);
}

void FunctionGraph::enter(const Note &note)
{
    const std::uint32_t owner = ownerOf(note);
    const auto depth = static_cast<std::size_t>(note.fields[1]);
    Stack &stack = stackOf(owner);
    unwind(owner, stack, depth, note.stream);
    if (depth == 0)
        stack.hasExited = false;
    stack.last = note.time;
    if (stack.calls.size() <= depth)
        stack.calls.resize(depth + 1);
    Call &call = stack.calls[depth];
    call.place = {note.time, note.stream, m_losses.count(note.stream)};
    call.function = static_cast<std::uint64_t>(note.fields[0]);
    call.isOpen = true;
    stack.depth = depth + 1;
}

void FunctionGraph::exit(const Note &note, bool isTimed)
{
    const std::uint32_t owner = ownerOf(note);
    const auto depth = static_cast<std::size_t>(note.fields[1]);
    const auto function = static_cast<std::uint64_t>(note.fields[0]);
    const std::int64_t length = note.fields[2];
    isTimed = isTimed && m_isNanoseconds && length >= 0;
    Stack &stack = stackOf(owner);
    unwind(owner, stack, depth + 1, note.stream);
    stack.last = note.time;
    if (depth < stack.depth && stack.calls[depth].isOpen) {
        const TimeNs lost = stack.calls[depth].place.certainUntil(m_losses, note.stream);
        // One that is as long as to have begun before the loss was open all the time.
        const bool isSame = lost == kTimeMax || (isTimed && note.time - lost <= length);
        if (stack.calls[depth].function != function || !isSame)
            unwind(owner, stack, depth, note.stream);
    }
    const bool isKnown = depth < stack.depth && stack.calls[depth].isOpen;
    if (!isKnown && !isTimed)
        return;
    if (stack.calls.size() <= depth)
        stack.calls.resize(depth + 1);
    Call &call = stack.calls[depth];
    call.function = function;
    TimeRange range{call.place.begin, note.time};
    if (isTimed) {
        // No call begins before the one that it is in.
        TimeNs first = m_index.range.begin;
        for (std::size_t i = std::min(depth, stack.depth); i > 0; --i) {
            if (stack.calls[i - 1].isOpen) {
                first = stack.calls[i - 1].place.begin;
                break;
            }
        }
        const TimeNs latest = TimeRange{first, note.time}.duration() > length ? note.time - length
                                                                              : first;
        range.begin = isKnown ? std::min(call.place.begin, latest) : latest;
        range.end = note.time - range.begin > length ? range.begin + length : note.time;
    }
    const StreamIndex stream = isKnown ? call.place.stream : note.stream;
    add(owner, depth, call, range, m_index.trace->streams()[stream].cpu);
    call.isOpen = false;
    stack.depth = std::min(stack.depth, depth);
}

void FunctionGraph::take(const Note &note, const NoteRule &rule)
{
    if (toIndex(note.task) >= m_tasks.size() || note.fields[1] < 0
        || note.fields[1] >= static_cast<std::int64_t>(kMaxDepth))
        return;
    if (rule.what == Entry)
        enter(note);
    else if (rule.what == TaskExit)
        stackOf(ownerOf(note)).hasExited = true;
    else
        exit(note, rule.what == TimedExit);
}

void FunctionGraph::lose(StreamIndex stream, TimeRange range)
{
    if (m_isAny)
        m_losses.add(stream, range.begin);
}

void FunctionGraph::finish(TimeNs end)
{
    const auto endAll = [&](std::uint32_t owner, Stack &stack) {
        for (std::size_t i = 0; i < stack.depth; ++i) {
            Call &call = stack.calls[i];
            if (!call.isOpen)
                continue;
            const StreamIndex stream = call.place.stream;
            const TimeNs known = stack.hasExited ? stack.last : end;
            const TimeNs lost = call.place.certainUntil(m_losses, stream);
            add(owner, i, call, {call.place.begin, lost != kTimeMax ? lost : known},
                m_index.trace->streams()[stream].cpu);
        }
        stack.depth = 0;
    };
    for (std::size_t i = 0; i < m_tasks.size(); ++i) {
        if (m_tasks[i])
            endAll(static_cast<std::uint32_t>(i), *m_tasks[i]);
    }
    for (auto &[owner, stack] : m_cpus)
        endAll(owner, stack);
}

} // namespace thresher
