// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/notes_p.h"
#include "model/index/recordwalk.h"

#include <algorithm>

namespace thresher {

namespace {

std::int64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325U; // FNV-1a
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return static_cast<std::int64_t>(hash);
}

} // namespace

TaskState taskStateOf(std::string_view letters)
{
    if (letters.find('+') != std::string_view::npos)
        return TaskState::Preempted;
    const auto has = [letters](char letter) {
        return letters.find(letter) != std::string_view::npos;
    };
    if (has('X') || has('Z') || has('x'))
        return TaskState::Dead;
    if (has('T') || has('t') || has('P'))
        return TaskState::Stopped;
    if (has('I') || has('S'))
        return TaskState::Sleeping;
    if (has('D'))
        return TaskState::Blocked;
    return has('R') || letters.empty() ? TaskState::Preempted : TaskState::Sleeping;
}

TaskState taskStateOf(std::int64_t prevState)
{
    constexpr std::int64_t kReport = 0xff;
    constexpr std::int64_t kPreempted = 0x100;
    if ((prevState & kPreempted) != 0 || (prevState & kReport) == 0)
        return TaskState::Preempted;
    if ((prevState & 0x30) != 0)
        return TaskState::Dead;
    if ((prevState & 0x4c) != 0)
        return TaskState::Stopped;
    return (prevState & 0x81) != 0 ? TaskState::Sleeping : TaskState::Blocked;
}

NoteRules::NoteRules(const IndexSnapshot &index)
    : m_index(index)
    , m_byEvent(index.trace->events().all().size())
{
    const auto tasks = index.tasks->all();
    Pid highest = 0;
    for (const Task &task : tasks)
        highest = std::max(highest, task.pid);
    m_byPid.assign(static_cast<std::size_t>(highest) + 1, kNoTask);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (tasks[i].pid >= 0)
            m_byPid[static_cast<std::size_t>(tasks[i].pid)] = TaskId(i);
    }
}

bool NoteRules::add(NoteConsumer *consumer, std::uint16_t what, std::string_view system,
                    std::string_view name, std::array<std::string_view, 3> fields)
{
    const EventFormat *const format = m_index.trace->events().find(system, name);
    return format != nullptr && add(consumer, what, *format, fields);
}

bool NoteRules::add(NoteConsumer *consumer, std::uint16_t what, const EventFormat &format,
                    std::array<std::string_view, 3> fields, std::shared_ptr<const Selection> only)
{
    const std::size_t event = toIndex(format.id);
    if (event >= m_byEvent.size() || m_rules.size() >= kResume
        || event >= m_index.eventsPerType.size() || m_index.eventsPerType[event] == 0)
        return false;
    NoteRule rule{format.id, consumer, what, {}, std::move(only)};
    const bool isBigEndian = m_index.trace->metadata().bigEndian;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        std::string_view name = fields[i];
        if (name.empty())
            continue;
        const std::size_t colon = name.find(':');
        const std::string_view as = colon == std::string_view::npos ? "" : name.substr(colon + 1);
        name = name.substr(0, colon);
        const std::size_t dash = name.find('-');
        const EventField *const minus = dash != std::string_view::npos
                                            ? format.field(name.substr(dash + 1))
                                            : nullptr;
        if (dash != std::string_view::npos && minus == nullptr)
            return false;
        name = name.substr(0, dash);
        const EventField *const field = format.field(name);
        if (field == nullptr)
            return false;
        NoteField &read = rule.fields[i];
        if (as == "text") {
            read.as = NoteField::As::Text;
            read.text = field;
            continue;
        }
        read.number = FieldReader(*field, isBigEndian);
        if (minus != nullptr)
            read.minus = FieldReader(*minus, isBigEndian);
        if (!read.number.isValid() || (minus != nullptr && !read.minus.isValid()))
            return false;
        if (as == "task")
            read.as = NoteField::As::Task;
        if (as != "state")
            continue;
        read.as = NoteField::As::State;
        for (FieldSymbols &symbols : FieldSymbols::of(format)) {
            if (symbols.field().name == name)
                m_states.try_emplace(static_cast<std::uint16_t>(event), std::move(symbols));
        }
    }
    m_byEvent[event].push_back(static_cast<std::uint16_t>(m_rules.size()));
    m_rules.push_back(std::move(rule));
    return true;
}

std::span<const std::uint16_t> NoteRules::rulesOf(EventTypeId event) const
{
    return toIndex(event) < m_byEvent.size()
               ? std::span<const std::uint16_t>(m_byEvent[toIndex(event)])
               : std::span<const std::uint16_t>();
}

TaskState NoteRules::stateOf(EventTypeId event, std::int64_t prevState) const
{
    const auto symbols = m_states.find(static_cast<std::uint16_t>(toIndex(event)));
    return symbols == m_states.end() ? taskStateOf(prevState)
                                     : taskStateOf(symbols->second.text(prevState));
}

struct NoteReader::Private
{
    Private(std::shared_ptr<const IndexSnapshot> snapshot, const NoteRules &noteRules)
        : index(snapshot)
        , rules(noteRules)
        , walk(std::move(snapshot))
        , isBigEndian(index->trace->metadata().bigEndian)
    {}

    std::shared_ptr<const IndexSnapshot> index;
    const NoteRules &rules;
    RecordWalk walk;
    bool isBigEndian = false;
    /// Words for numbers are looked up once: there are a few states in a trace, and almost all are
    /// of bits below 2¹⁰. Of all events that have one: there is one such event in a trace.
    std::array<std::optional<TaskState>, 1024> lowStates;
    std::unordered_map<std::int64_t, TaskState> states;

    void readBlock(StreamIndex stream, const StreamView::Block &block, EventIndex first,
                   EventIndex last, std::vector<Note> &notes);
    void addLosses(StreamIndex stream, EventIndex first, EventIndex last,
                   std::vector<Note> &notes) const;
    [[nodiscard]] std::int64_t value(const NoteRule &rule, const NoteField &field,
                                     std::span<const std::byte> payload);
    [[nodiscard]] TaskState stateOf(EventTypeId event, std::int64_t number);
};

std::int64_t NoteReader::Private::value(const NoteRule &rule, const NoteField &field,
                                        std::span<const std::byte> payload)
{
    switch (field.as) {
    case NoteField::As::Number:
        if (field.minus.isValid()) { // wraps where a damaged record says so
            return static_cast<std::int64_t>(
                static_cast<std::uint64_t>(field.number.read(payload))
                - static_cast<std::uint64_t>(field.minus.read(payload)));
        }
        break;
    case NoteField::As::Text:
        return hashOf(readString(*field.text, payload, isBigEndian));
    case NoteField::As::Task:
        return static_cast<std::int64_t>(rules.taskOf(field.number.read(payload)));
    case NoteField::As::State:
        return static_cast<std::int64_t>(stateOf(rule.event, field.number.read(payload)));
    }
    return field.number.read(payload);
}

TaskState NoteReader::Private::stateOf(EventTypeId event, std::int64_t number)
{
    if (number >= 0 && static_cast<std::uint64_t>(number) < lowStates.size()) {
        auto &state = lowStates[static_cast<std::size_t>(number)];
        if (!state)
            state = rules.stateOf(event, number);
        return *state;
    }
    auto known = states.find(number);
    if (known == states.end()) {
        if (states.size() > 4096) // a hostile trace
            states.clear();
        known = states.emplace(number, rules.stateOf(event, number)).first;
    }
    return known->second;
}

/// Where the notes of a loss, and of what goes on behind it, belong among those of [first, last).
void NoteReader::Private::addLosses(StreamIndex stream, EventIndex first, EventIndex last,
                                    std::vector<Note> &notes) const
{
    const StreamView &view = index->streams[stream];
    const CpuId cpu = index->trace->streams()[stream].cpu;
    const bool isEnd = last >= view.size;
    std::vector<Note> found;
    const auto resume = [&](EventIndex event) {
        // Without switches nothing tells when it stops.
        if (event < view.size && view.running.size > 0) {
            found.push_back(
                {view.time(event), view.task(event), stream, cpu, NoteRules::kResume, {}});
        }
    };
    if (first == 0)
        resume(0);
    const auto begin = std::lower_bound(
        view.lost.begin(), view.lost.end(), first,
        [](const LostSpan &span, EventIndex event) { return span.before < event; });
    for (auto span = begin; span != view.lost.end() && (span->before < last || isEnd); ++span) {
        const TimeNs end = isOpenEnded(*span, view.size) ? kTimeMax : span->end;
        found.push_back({span->begin, kNoTask, stream, cpu, NoteRules::kLost, {end, 0, 0}});
        resume(span->before);
    }
    if (found.empty())
        return;
    // A loss is told of right behind the last event before it, which may have the same time; what
    // goes on right before the event that follows.
    const auto middle = notes.insert(notes.end(), found.begin(), found.end());
    std::inplace_merge(notes.begin(), middle, notes.end(), [](const Note &a, const Note &b) {
        if (a.time != b.time)
            return a.time < b.time;
        const auto order = [](const Note &note) {
            return note.rule == NoteRules::kResume ? 0 : note.rule == NoteRules::kLost ? 2 : 1;
        };
        return order(a) < order(b);
    });
}

void NoteReader::Private::readBlock(StreamIndex stream, const StreamView::Block &block,
                                    EventIndex first, EventIndex last, std::vector<Note> &notes)
{
    const CpuId cpu = index->trace->streams()[stream].cpu;
    std::array<std::span<const std::uint16_t>, kBlockEvents> wanted;
    bool isAny = false;
    for (std::size_t code = 0; code < block.eventDict.size() && code < wanted.size(); ++code) {
        wanted[code] = rules.rulesOf(block.eventDict[code]);
        isAny |= !wanted[code].empty();
    }
    if (!isAny)
        return;
    for (EventIndex at = first; at < last;) {
        const EventIndex stop = std::min(last, walk.open(stream, at));
        walk.read(at, stop);
        for (; at < stop; ++at) {
            const std::size_t inBlock = at - block.first;
            for (const std::uint16_t number : wanted[block.eventCodes[inBlock]]) {
                const auto payload = walk.payload(at);
                if (payload.empty())
                    continue;
                const NoteRule &rule = rules.rule(number);
                if (rule.only && !rule.only->streams[stream].contains(at))
                    continue;
                // A damaged index's times may descend.
                const TimeNs time = notes.empty()
                                        ? block.time(inBlock)
                                        : std::max(block.time(inBlock), notes.back().time);
                // In place: a copy of what was just written in parts waits for all of them.
                Note &note = notes.emplace_back();
                note.time = time;
                note.task = block.task(inBlock);
                note.stream = stream;
                note.cpu = cpu;
                note.rule = number;
                for (std::size_t i = 0; i < rule.fields.size(); ++i) {
                    const NoteField &field = rule.fields[i];
                    if (field.number.isValid() || field.text != nullptr)
                        note.fields[i] = value(rule, field, payload);
                }
            }
        }
    }
}

NoteReader::NoteReader(std::shared_ptr<const IndexSnapshot> index, const NoteRules &rules)
    : d(std::make_unique<Private>(std::move(index), rules))
{}

NoteReader::~NoteReader() = default;

void NoteReader::read(StreamIndex stream, EventIndex first, EventIndex last,
                      std::vector<Note> &notes)
{
    const StreamView &view = d->index->streams[stream];
    for (EventIndex at = first; at < last;) {
        const StreamView::Block block = view.block(at / kBlockEvents);
        const EventIndex end = std::min(
            {last, block.first + block.size(), (at / kBlockEvents + 1) * kBlockEvents});
        if (end <= at) // a damaged index
            break;
        d->readBlock(stream, block, at, end, notes);
        at = end;
    }
    d->addLosses(stream, first, last, notes);
}

} // namespace thresher
