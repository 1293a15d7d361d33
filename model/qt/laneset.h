// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <QJsonObject>
#include <QString>

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

/// Which lanes a timeline has, and in which order: what the user has chosen, as data, and the lanes
/// that this makes of a trace.
namespace thresher {

enum class LaneGroup : std::uint8_t { Pinned, Cpus, Tasks };
inline constexpr std::size_t kLaneGroups = 3;

enum class TaskOrder : std::uint8_t {
    RunTime, ///< The longest on a CPU first.
    Name,
    FirstSeen,
    ByPid,
    ByHand, ///< As LaneSet::byHand, then by run time.
};
inline constexpr std::size_t kTaskOrders = 5;

/// What a lane is of.
struct LaneId
{
    bool isTask = false;
    std::uint32_t value = 0; ///< CpuId or TaskId
    friend auto operator<=>(const LaneId &, const LaneId &) = default;
};
[[nodiscard]] constexpr LaneId laneOf(TaskId task)
{
    return {true, static_cast<std::uint32_t>(task)};
}
[[nodiscard]] constexpr LaneId laneOfCpu(CpuId cpu)
{
    return {false, cpu};
}

/// What the user has chosen. A value; what it names but the trace does not have is ignored.
struct LaneSet
{
    bool showsCpus = true;
    bool showsTasks = true;
    bool showsCalls = true; ///< Below a task: its system calls, functions, probes.
    bool isGroupedByProcess = true;
    std::array<bool, kLaneGroups> isFolded{};
    TaskOrder order = TaskOrder::RunTime;
    QString search; ///< Only lanes whose name holds it, in any case, or whose pid it is.
    std::vector<LaneId> pinned; ///< At the top, in this order; not below again.
    std::vector<TaskId> hidden; ///< Ascending.
    std::vector<Pid> foldedProcesses; ///< Ascending.
    std::vector<TaskId> byHand;

    friend bool operator==(const LaneSet &, const LaneSet &) = default;

    [[nodiscard]] bool isPinned(LaneId lane) const;
    void pin(LaneId lane); ///< Behind those that are; does nothing if it is one.
    void unpin(LaneId lane);
    [[nodiscard]] bool isHidden(TaskId task) const;
    void hide(TaskId task); ///< Unpins it, too.
    void unhide(TaskId task);
    [[nodiscard]] bool isProcessFolded(Pid tgid) const;
    void foldProcess(Pid tgid, bool isFolded);
};

/// A line of a timeline.
struct Lane
{
    enum class Kind : std::uint8_t {
        Group, ///< A heading; count of all, and of all that are shown.
        Process, ///< A heading for threads of a process whose first thread has no lane.
        Cpu,
        Task,
        Nested, ///< What a task was in: a depth of its calls. Below the task's lane.
    };
    Kind kind = Kind::Group;
    LaneGroup group = LaneGroup::Cpus; ///< In which it stands.
    TrackClass what = TrackClass::TaskState; ///< Of Nested.
    std::uint8_t indent = 0;
    bool isFoldable = false;
    bool isFolded = false;
    std::uint16_t depth = 0; ///< Of Nested.
    std::uint32_t owner = 0; ///< CpuId, TaskId, or tgid of a process.
    std::uint32_t shown = 0; ///< Of a heading: lanes it has, folded or not,
    std::uint32_t all = 0; ///< and would have if none was hidden or filtered.

    /// Of lanes that can be pinned, moved and hidden; nullopt for others.
    [[nodiscard]] std::optional<LaneId> id() const;
    friend bool operator==(const Lane &, const Lane &) = default;
};

/// The lanes from top to bottom. Tasks are those that the analysis tells of, but the idle one; of
/// each process that has several, the first thread comes first and has the others under it.
/// @param analysis  null: no tasks.
/// O(tracks + tasks · log tasks).
[[nodiscard]] std::vector<Lane> makeLanes(const LaneSet &set, const IndexSnapshot &snapshot,
                                          const Analysis *analysis, const ShowFilter &filter);

/// `set` with a lane moved to before (or behind) another one of its group; unchanged if they are
/// not of one group, or it is no group that has an order. Tasks are then in the order by hand.
/// @param lanes  as makeLanes() gave them.
[[nodiscard]] LaneSet withMovedLane(const LaneSet &set, const std::vector<Lane> &lanes, LaneId lane,
                                    LaneId target, bool isBehind);

/// By name and pid, since ids may be others when the index is built anew. Only what differs from
/// LaneSet().
[[nodiscard]] QJsonObject toJson(const LaneSet &set, const IndexSnapshot &snapshot);
[[nodiscard]] LaneSet laneSetFromJson(const QJsonObject &saved, const IndexSnapshot &snapshot);

} // namespace thresher
