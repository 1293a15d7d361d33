// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/taskstate.h"
#include "model/analysis/trackkey.h"
#include "model/index/snapshot.h"
#include "model/io/eventcatalog.h"
#include "model/io/fieldsymbols.h"
#include "model/query/selection.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

/// What analyses need to know of events, read from the records: by rules, in parallel over the
/// streams, merged by time.
namespace thresher {

/// An event that a rule asked for.
struct Note
{
    TimeNs time = 0;
    TaskId task{}; ///< That ran.
    StreamIndex stream = 0;
    CpuId cpu = 0; ///< Of the stream.
    std::uint16_t rule = 0;
    std::array<std::int64_t, 3> fields{}; ///< As NoteField says; 0 where the event has no such.
};
static_assert(sizeof(Note) == 48);

/// Of what a task did that ran when the event happened: of idle tasks, their CPU.
[[nodiscard]] inline std::uint32_t ownerOf(const Note &note)
{
    return note.task == kIdleTask ? ownerOfCpu(note.cpu) : ownerOfTask(note.task);
}

/// What to read of an event.
struct NoteField
{
    enum class As : std::uint8_t {
        Number,
        Task, ///< The TaskId of the pid; kNoTask if the trace does not know it.
        State, ///< TaskState of a prev_state, as the event prints it.
        Text, ///< A hash of the string; for keys.
    };
    FieldReader number;
    FieldReader minus; ///< Is subtracted, if valid.
    const EventField *text = nullptr; ///< Of As::Text.
    As as = As::Number;
};

class NoteConsumer;

/// One kind of event for one consumer.
struct NoteRule
{
    EventTypeId event{};
    NoteConsumer *consumer = nullptr;
    std::uint16_t what = 0; ///< The consumer's own number for it.
    std::array<NoteField, 3> fields;
    std::shared_ptr<const Selection> only; ///< What it selects of the event; null: all.
};

/// Gets its notes in the order of time.
class NoteConsumer
{
public:
    NoteConsumer() = default;
    NoteConsumer(const NoteConsumer &) = delete; // rules point to it
    NoteConsumer &operator=(const NoteConsumer &) = delete;
    virtual ~NoteConsumer() = default;

    virtual void take(const Note &note, const NoteRule &rule) = 0;
    /// Events of a stream are missing in [range.begin, range.end); called at its begin.
    virtual void lose(StreamIndex stream, TimeRange range) = 0;
    /// A stream begins, or goes on behind a loss, and `note.task` runs on its CPU.
    virtual void resume(const Note &note) = 0;
    /// Nothing follows; what is open ends at `end`.
    virtual void finish(TimeNs end) = 0;
};

/// The rules of all consumers. Immutable once the pass has begun.
class NoteRules
{
public:
    explicit NoteRules(const IndexSnapshot &index);

    /// Asks for `system`:`name`, with up to three of its fields, written "field", "field:task",
    /// "field:state", "field:text", or "field-other" for their difference; an empty one is none.
    /// @returns false, and adds nothing, if the trace has no event of it or it lacks one of the
    /// fields.
    bool add(NoteConsumer *consumer, std::uint16_t what, std::string_view system,
             std::string_view name, std::array<std::string_view, 3> fields);
    bool add(NoteConsumer *consumer, std::uint16_t what, const EventFormat &format,
             std::array<std::string_view, 3> fields, std::shared_ptr<const Selection> only = {});

    [[nodiscard]] bool isEmpty() const { return m_rules.empty(); }
    [[nodiscard]] const NoteRule &rule(std::uint16_t number) const { return m_rules[number]; }
    /// Numbers of the rules for an event. O(1).
    [[nodiscard]] std::span<const std::uint16_t> rulesOf(EventTypeId event) const;
    [[nodiscard]] TaskId taskOf(std::int64_t pid) const
    {
        return pid >= 0 && static_cast<std::uint64_t>(pid) < m_byPid.size()
                   ? m_byPid[static_cast<std::size_t>(pid)]
                   : kNoTask;
    }
    /// What a prev_state is, of an event that prints it so.
    [[nodiscard]] TaskState stateOf(EventTypeId event, std::int64_t prevState) const;

    static constexpr std::uint16_t kLost = 0xffff; ///< As Note::rule: fields[0] is the end.
    static constexpr std::uint16_t kResume = 0xfffe;

private:
    const IndexSnapshot &m_index;
    std::vector<NoteRule> m_rules;
    std::vector<std::vector<std::uint16_t>> m_byEvent; ///< [event types]
    std::vector<TaskId> m_byPid;
    std::unordered_map<std::uint16_t, FieldSymbols> m_states; ///< By event.
};

/// What the letter of a state, as events print it ("R+", "D", "S|K"), means.
[[nodiscard]] TaskState taskStateOf(std::string_view letters);
/// The same of the bits of a kernel since 4.14, for events that print no letter.
[[nodiscard]] TaskState taskStateOf(std::int64_t prevState);

/// Reads the notes of a stretch of one stream. One per thread.
class NoteReader
{
public:
    NoteReader(std::shared_ptr<const IndexSnapshot> index, const NoteRules &rules);
    ~NoteReader();
    NoteReader(const NoteReader &) = delete; // owns pages
    NoteReader &operator=(const NoteReader &) = delete;

    /// Appends the notes of events [first, last), with the losses before them and, if `last` is the
    /// stream's size, behind them.
    void read(StreamIndex stream, EventIndex first, EventIndex last, std::vector<Note> &notes);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Merges the notes of several streams, each in the order of time; equal times by stream. O(notes
/// · log streams). @param take  called as take(const Note &).
template<typename Take>
void mergeNotes(std::span<const std::vector<Note>> streams, Take &&take)
{
    struct Head
    {
        const Note *at = nullptr;
        const Note *end = nullptr;
        std::size_t stream = 0;
    };
    const auto before = [](const Head &a, const Head &b) {
        return a.at->time != b.at->time ? a.at->time < b.at->time : a.stream < b.stream;
    };
    std::vector<Head> heap;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        if (!streams[i].empty())
            heap.push_back({streams[i].data(), streams[i].data() + streams[i].size(), i});
    }
    std::sort(heap.begin(), heap.end(), before);
    const auto siftDown = [&heap, &before] {
        const Head head = heap[0];
        std::size_t hole = 0;
        for (;;) {
            std::size_t child = 2 * hole + 1;
            if (child >= heap.size())
                break;
            if (child + 1 < heap.size() && before(heap[child + 1], heap[child]))
                ++child;
            if (!before(heap[child], head))
                break;
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = head;
    };
    while (!heap.empty()) {
        // As long as none of the others is before it: many events of a stream follow each other.
        Head head = heap[0];
        const bool hasRight = heap.size() > 2 && before(heap[2], heap[1]);
        const Head *const next = heap.size() > 1 ? &heap[hasRight ? 2 : 1] : nullptr;
        do
            take(*head.at++);
        while (head.at != head.end && (next == nullptr || before(head, *next)));
        if (head.at == head.end) {
            heap[0] = heap.back();
            heap.pop_back();
        } else {
            heap[0] = head;
        }
        if (!heap.empty())
            siftDown();
    }
}

} // namespace thresher
