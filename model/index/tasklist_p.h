// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/tasktable.h"
#include "model/io/tracefile.h"

#include <array>
#include <cstring>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thresher {

/// The kernel's name of a task: at most 15 characters, padded with zeros, so that it compares fast.
struct Comm
{
    std::array<char, 16> text{};

    Comm() = default;
    /// Up to a NUL, if there is one; the rest of more than 15 characters is dropped.
    explicit Comm(std::string_view name);
    [[nodiscard]] std::string_view view() const { return {text.data()}; }
    [[nodiscard]] bool isEmpty() const { return text[0] == '\0'; }
    friend bool operator==(const Comm &a, const Comm &b)
    {
        return std::memcmp(a.text.data(), b.text.data(), sizeof a.text) == 0;
    }
};

/// A task was seen with one name, and no other, from `first` to `last`.
struct NameSpan
{
    Comm comm;
    TimeNs first = 0;
    TimeNs last = 0;
};

/// All tasks as the workers of a build find them. Thread-safe.
class TaskList
{
public:
    /// Begins with the idle task and those saved with the trace, ascending by pid, so that their
    /// ids do not depend on the workers; those that only events know follow as they are met.
    explicit TaskList(const TraceMetadata &metadata);
    /// What was saved is known better now: names and groups as if the list had begun with them.
    /// Tasks keep their ids; new ones follow.
    void addSaved(const TraceMetadata &metadata);

    /// kNoTask for what no kernel gives to a task: negative or above PID_MAX_LIMIT. O(1).
    [[nodiscard]] TaskId idOf(Pid pid);
    [[nodiscard]] std::size_t size() const;

    /// Adds what one worker saw of one stream. Others see the task elsewhere at the same time, so
    /// spans may come in any order, and even contradict each other; the names in between are then
    /// right at the spans' ends.
    void addName(TaskId id, const NameSpan &span);
    /// `tgid` is `parent`'s if `parent` is a task, else `tgid`. What the file saved goes before.
    void setGroup(TaskId id, Pid tgid);
    void setThreadOf(TaskId id, TaskId parent);

    [[nodiscard]] std::vector<Task> tasks() const;

private:
    struct Entry
    {
        Pid pid = 0;
        Pid tgid = -1;
        bool isSaved = false; ///< comm is from the file.
        std::string comm;
        std::vector<NameSpan> names; ///< Ascending; they do not overlap.
    };

    TaskId add(Pid pid);
    TaskId find(Pid pid); ///< Or added; with the lock.

    mutable std::mutex m_mutex;
    std::vector<Entry> m_tasks;
    std::unordered_map<Pid, TaskId> m_byPid;
};

} // namespace thresher
