// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/probeevents.h"
#include "model/analysis/probes_p.h"
#include "model/analysis/probevalue.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace thresher {

namespace {

/// Where a probe at a function's begin may hit: behind endbr64, or at the call of ftrace.
constexpr std::uint64_t kBegin = 16;
/// How much higher the stack pointer is behind a return than at the entry: a return address, if
/// that is on the stack.
constexpr std::uint64_t kReturnAddress = 8;
constexpr std::uint64_t kKernel = std::uint64_t{1} << 63U; ///< Its addresses, of 64 bits.

bool isNumber(const EventFormat &event, std::string_view name)
{
    const EventField *const field = event.field(name);
    return field != nullptr && !field->isString && !field->isArray && !field->isDynamic;
}

bool isSyscallExit(const EventFormat &event)
{
    return (event.system == "raw_syscalls" && event.name == "sys_exit")
           || (event.system == "syscalls" && event.name.starts_with("sys_exit_"));
}

} // namespace

Probes::Probes(const IndexSnapshot &index, NoteRules &rules, TrackLog &log)
    : m_index(index)
    , m_log(log)
{
    const auto events = index.trace->events().all();
    if (std::none_of(events.begin(), events.end(), isProbedReturn))
        return;
    constexpr std::size_t kMostEvents = std::numeric_limits<std::uint16_t>::max() - Hit;
    for (const EventFormat &event : events) {
        if (isSyscallExit(event))
            rules.add(this, SyscallExit, event, {"", "", ""});
        const bool isReturn = isProbedReturn(event);
        if (m_events.size() >= kMostEvents || (!isReturn && !isProbedEntry(event)))
            continue;
        const auto what = static_cast<std::uint16_t>(Hit + m_events.size());
        const bool hasStackPointer = isNumber(event, "sp");
        const std::string_view sp = hasStackPointer ? "sp" : "";
        const bool isAdded = isReturn ? rules.add(this, what, event,
                                                  {"__probe_func", "__probe_ret_ip", sp})
                                      : rules.add(this, what, event, {"__probe_ip", "", sp});
        // That a return is probed is worth knowing even if none was recorded.
        if (isAdded || isReturn)
            m_events.push_back(
                {event.system, event.name, isReturn, hasStackPointer, false, false, {}});
    }
    findPartners();
    rules.add(this, TaskExit, "sched", "sched_process_exit", {"", "", ""});
    rules.add(this, Exec, "sched", "sched_process_exec", {"", "", ""});
    m_tasks.resize(index.tasks->size());
}

void Probes::findPartners()
{
    std::map<std::pair<std::string_view, std::string_view>, std::uint16_t> entries;
    for (std::size_t i = 0; i < m_events.size(); ++i) {
        if (!m_events[i].isReturn)
            entries.emplace(std::pair{m_events[i].system, probedEntryStem(m_events[i].name)},
                            static_cast<std::uint16_t>(i));
    }
    for (std::size_t i = 0; i < m_events.size(); ++i) {
        Event &event = m_events[i];
        const std::string_view stem = event.isReturn ? probedReturnStem(event.name) : "";
        const auto found = entries.find({event.system, stem});
        if (stem.empty() || found == entries.end() || m_events[found->second].partner)
            continue;
        event.partner = found->second;
        m_events[found->second].partner = static_cast<std::uint16_t>(i);
        m_events[found->second].returns = true;
    }
}

Probes::Stack &Probes::stackOf(std::uint32_t owner)
{
    if (isCpuOwner(owner))
        return m_cpus[owner];
    std::unique_ptr<Stack> &stack = m_tasks[owner];
    if (!stack)
        stack = std::make_unique<Stack>();
    return *stack;
}

const Probes::Function &Probes::functionOf(std::uint64_t address)
{
    const auto known = m_functions.find(address);
    if (known != m_functions.end())
        return known->second;
    if (m_functions.size() >= AddressNames::kMost) {
        m_other.key = address;
        return m_other;
    }
    Function function{address, 0, m_symbols.symbol(m_index.trace, address)};
    if (!function.name.empty()) {
        std::uint64_t offset = 0;
        const std::size_t plus = function.name.find("+0x");
        if (plus != std::string::npos) {
            const char *const end = function.name.data() + function.name.size();
            std::from_chars(function.name.data() + plus + 3, end, offset, 16);
        }
        if (offset <= kBegin) {
            function.key -= offset;
            if (plus != std::string::npos)
                function.name.erase(plus, function.name.find(' ', plus) - plus);
        }
        function.address = function.key;
    }
    return m_functions.emplace(address, std::move(function)).first->second;
}

std::uint32_t Probes::numberOf(std::uint16_t event, const Function &function)
{
    const auto [at, isNew] = m_numbers.try_emplace({event, function.address},
                                                   static_cast<std::uint32_t>(m_names.size()));
    if (isNew) {
        const Event &of = m_events[event];
        const std::string_view name = of.partner ? probedEntryStem(of.name) : of.name;
        m_names.push_back(
            {function.address, function.address != 0 ? function.name : std::string(name)});
    }
    return at->second;
}

void Probes::enter(const Note &note, std::uint16_t event)
{
    const std::uint32_t owner = ownerOf(note);
    Stack &stack = stackOf(owner);
    stack.last.reset();
    if (stack.open.size() >= kMaxOpen) {
        std::erase_if(stack.open,
                      [this](const Open &open) { return !m_events[open.event].returns; });
        if (stack.open.size() >= kMaxOpen) {
            addUnfinished(owner, stack, 0, note.time, note.stream);
            stack.open.erase(stack.open.begin());
        }
    }
    const auto address = static_cast<std::uint64_t>(note.fields[0]);
    const Function &function = functionOf(address);
    stack.open.push_back({{note.time, note.stream, m_losses.count(note.stream)},
                          function.key,
                          static_cast<std::uint64_t>(note.fields[2]),
                          numberOf(event, function),
                          event,
                          function.address == 0 && address < kKernel});
}

void Probes::add(std::uint32_t owner, Stack &stack, std::size_t at, TimeNs end, bool isUnfinished)
{
    const Open &open = stack.open[at];
    const auto below = std::count_if(
        stack.open.begin(), stack.open.begin() + static_cast<std::ptrdiff_t>(at),
        [this](const Open &other) { return m_events[other.event].returns; });
    const std::uint32_t value = open.number | (isUnfinished ? ProbeValue::kUnfinished : 0U);
    // One that is found to return for the first time was not counted by those within.
    for (auto depth = static_cast<std::size_t>(below); depth < kMaxOpen; ++depth) {
        while (stack.tracks.size() <= depth) {
            const auto number = static_cast<std::uint16_t>(stack.tracks.size());
            stack.tracks.push_back(m_log.track({TrackClass::Probe, 0, owner, number}));
        }
        if (m_log.endOf(stack.tracks[depth]) <= open.place.begin) {
            m_log.add(stack.tracks[depth], {open.place.begin, end, value},
                      m_index.trace->streams()[open.place.stream].cpu);
            return;
        }
    }
}

void Probes::addUnfinished(std::uint32_t owner, Stack &stack, std::size_t at, TimeNs end,
                           std::optional<StreamIndex> now)
{
    const Open &open = stack.open[at];
    if (!m_events[open.event].returns)
        return;
    const TimeNs certain = open.place.certainUntil(m_losses, now.value_or(open.place.stream));
    add(owner, stack, at, std::min(end, certain), true);
}

template<typename IsOver>
void Probes::close(std::uint32_t owner, Stack &stack, TimeNs end, std::optional<StreamIndex> now,
                   IsOver &&isOver)
{
    for (std::size_t i = 0; i < stack.open.size(); ++i) {
        if (isOver(stack.open[i]))
            addUnfinished(owner, stack, i, end, now);
    }
    std::erase_if(stack.open, isOver);
    stack.last.reset();
}

/// The call that returns: by the stack pointer, else the last one of the function.
std::optional<std::size_t> Probes::callOf(const Note &note, std::uint16_t event, std::uint64_t key,
                                          const Opens &open) const
{
    const Event &of = m_events[event];
    const auto returned = static_cast<std::uint64_t>(note.fields[2]);
    std::optional<std::size_t> other;
    for (std::size_t i = open.size(); i > 0; --i) {
        const Open &call = open[i - 1];
        const Event &entry = m_events[call.event];
        if (call.key != key)
            continue;
        if (of.hasStackPointer && entry.hasStackPointer
            && returned - call.stackPointer > kReturnAddress)
            continue;
        if (of.partner == call.event)
            return i - 1;
        if (!other && !(entry.isPaired && entry.partner != event))
            other = i - 1;
    }
    return other;
}

void Probes::leave(const Note &note, std::uint16_t event)
{
    const std::uint32_t owner = ownerOf(note);
    Stack &stack = stackOf(owner);
    const std::uint64_t key = functionOf(static_cast<std::uint64_t>(note.fields[0])).key;
    const bool isSameReturn = stack.last && stack.last->key == key
                              && stack.last->to == note.fields[1] && stack.last->event != event;
    const auto found = callOf(note, event, key, stack.open);
    // Another probe of the same return has an entry of its own, or none.
    if (!found || (isSameReturn && m_events[event].partner != stack.open[*found].event))
        return;
    Event &entry = m_events[stack.open[*found].event];
    entry.returns = true;
    entry.isPaired = entry.isPaired || entry.partner == event;
    Opens others; // at the same function, with a return of their own that is still to come
    for (std::size_t i = *found + 1; i < stack.open.size(); ++i) {
        const Open &call = stack.open[i];
        const auto &partner = m_events[call.event].partner;
        if (call.key == key && partner && *partner != event)
            others.push_back(call);
        else
            addUnfinished(owner, stack, i, note.time, note.stream);
    }
    const TimeNs certain = stack.open[*found].place.certainUntil(m_losses, note.stream);
    add(owner, stack, *found, std::min(certain, note.time), certain != kTimeMax);
    stack.open.resize(*found);
    stack.open.insert(stack.open.end(), others.begin(), others.end());
    stack.last = Returned{key, note.fields[1], event};
}

void Probes::take(const Note &note, const NoteRule &rule)
{
    if (toIndex(note.task) >= m_tasks.size())
        return;
    const bool isTask = note.task != kIdleTask;
    const auto closeIf = [&](auto &&isOver) {
        if (isTask && m_tasks[toIndex(note.task)])
            close(ownerOfTask(note.task), *m_tasks[toIndex(note.task)], note.time, note.stream,
                  isOver);
    };
    switch (rule.what) {
    case TaskExit:
        closeIf([](const Open & /*open*/) { return true; });
        return;
    case Exec: // another program: nothing of the last one returns
        closeIf([](const Open &open) { return open.isUser; });
        return;
    case SyscallExit: // back to the program: nothing of the kernel's is left
        closeIf([](const Open &open) { return !open.isUser; });
        return;
    default: {
        const auto event = static_cast<std::uint16_t>(rule.what - Hit);
        if (m_events[event].isReturn)
            leave(note, event);
        else
            enter(note, event);
        return;
    }
    }
}

void Probes::lose(StreamIndex stream, TimeRange range)
{
    if (!m_tasks.empty())
        m_losses.add(stream, range.begin);
}

void Probes::finish(TimeNs end)
{
    const auto all = [](const Open & /*open*/) { return true; };
    for (std::size_t i = 0; i < m_tasks.size(); ++i) {
        if (m_tasks[i])
            close(static_cast<std::uint32_t>(i), *m_tasks[i], end, {}, all);
    }
    for (auto &[owner, stack] : m_cpus)
        close(owner, stack, end, {}, all);
}

} // namespace thresher
