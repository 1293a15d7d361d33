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
#include <string>
#include <utility>
#include <vector>

/// Which lanes a timeline has, and in which order: what the user has chosen, as data, and the lanes
/// that this makes of a trace.
namespace thresher {

enum class LaneGroup : std::uint8_t { Pinned, Cpus, Tasks, Pairs, Counters, Marks };
inline constexpr std::size_t kLaneGroups = 6;

enum class TaskOrder : std::uint8_t {
    RunTime, ///< The longest on a CPU first.
    Name,
    FirstSeen,
    ByPid,
    ByHand, ///< As LaneSet::byHand, then by run time.
};
inline constexpr std::size_t kTaskOrders = 5;

/// What a lane is of. The same for every analysis of a trace, whatever pairs and counters it looks
/// for.
struct LaneId
{
    enum class Kind : std::uint8_t {
        Cpu,
        Task,
        Pair, ///< Slices of a PairSpec.
        Counter, ///< Values of a CounterSpec.
        Marks, ///< Texts that were written into the trace.
    };
    /// Of pairs and counters: which of their lanes.
    enum class Part : std::uint8_t {
        All, ///< The lane that stands for all of them.
        Cpu, ///< `key` is a CpuId,
        Task, ///< or a TaskId,
        Value, ///< or what the spec's key was,
        Rest, ///< or 0: all further ones share a lane.
    };
    Kind kind = Kind::Cpu;
    Part part = Part::All;
    std::int64_t key = 0; ///< Of CPUs and tasks: the CpuId or TaskId.
    std::string name; ///< Of a pair or counter.

    friend bool operator==(const LaneId &, const LaneId &) = default;
    friend std::strong_ordering operator<=>(const LaneId &, const LaneId &) = default;
};
[[nodiscard]] inline LaneId laneOf(TaskId task)
{
    return {LaneId::Kind::Task, LaneId::Part::All, static_cast<std::int64_t>(task), {}};
}
[[nodiscard]] inline LaneId laneOfCpu(CpuId cpu)
{
    return {LaneId::Kind::Cpu, LaneId::Part::All, cpu, {}};
}
[[nodiscard]] inline LaneId laneOfPair(std::string name)
{
    return {LaneId::Kind::Pair, LaneId::Part::All, 0, std::move(name)};
}
[[nodiscard]] inline LaneId laneOfCounter(std::string name)
{
    return {LaneId::Kind::Counter, LaneId::Part::All, 0, std::move(name)};
}
[[nodiscard]] inline LaneId laneOfMarks()
{
    return {LaneId::Kind::Marks, LaneId::Part::All, 0, {}};
}

/// What the user has chosen. A value; what it names but the trace does not have is ignored.
struct LaneSet
{
    bool showsCpus = true;
    bool showsTasks = true;
    bool showsCalls = true; ///< Below a task: its system calls, functions, probes.
    bool showsPairs = true;
    bool showsCounters = true;
    bool showsMarks = true;
    bool isGroupedByProcess = true;
    std::array<bool, kLaneGroups> isFolded{};
    TaskOrder order = TaskOrder::RunTime;
    QString search; ///< Only lanes whose name holds it, in any case, or whose pid it is.
    std::vector<LaneId> pinned; ///< At the top, in this order; not below again.
    std::vector<LaneId> hidden; ///< Ascending. Not of CPUs, which the filter hides.
    std::vector<Pid> foldedProcesses; ///< Ascending.
    std::vector<LaneId> unfolded; ///< Pairs and counters (Part::All) with a lane for each key.
    std::vector<TaskId> byHand;
    std::vector<LaneId> first; ///< Pairs and counters that stand before the others of their group.

    friend bool operator==(const LaneSet &, const LaneSet &) = default;

    [[nodiscard]] bool isPinned(const LaneId &lane) const;
    void pin(const LaneId &lane); ///< Behind those that are; does nothing if it is one.
    void unpin(const LaneId &lane);
    [[nodiscard]] bool isHidden(const LaneId &lane) const;
    void hide(const LaneId &lane); ///< Unpins it, too.
    void unhide(const LaneId &lane);
    [[nodiscard]] bool isProcessFolded(Pid tgid) const;
    void foldProcess(Pid tgid, bool isFolded);
    [[nodiscard]] bool isUnfolded(const LaneId &lane) const;
    void setUnfolded(const LaneId &lane, bool isUnfolded);
};

/// A line of a timeline.
struct Lane
{
    enum class Kind : std::uint8_t {
        Group, ///< A heading; count of all, and of all that are shown.
        Process, ///< A heading for threads of a process whose first thread has no lane.
        Cpu,
        Task,
        Nested, ///< A further depth of a task's calls, or of a pair. Below their lane.
        Pair,
        Counter,
        Marks,
    };
    Kind kind = Kind::Group;
    LaneGroup group = LaneGroup::Cpus; ///< In which it stands.
    TrackClass what = TrackClass::TaskState; ///< Of Nested and Pair.
    std::uint8_t indent = 0;
    bool isFoldable = false;
    bool isFolded = false;
    bool isSum = false; ///< Of all lanes of a pair or counter, or of this depth and all below.
    std::uint16_t depth = 0; ///< Of Nested.
    std::uint32_t owner = 0; ///< CpuId, TaskId, or tgid of a process; of a pair TrackKey::owner.
    std::uint32_t number = 0; ///< In Analysis::pairs or counters.
    std::uint32_t shown = 0; ///< Of a heading: lanes it has, folded or not,
    std::uint32_t all = 0; ///< and would have if none was hidden or filtered.
    std::int64_t key = 0; ///< Of a counter that is no sum: CounterKey::key.
    LaneId of; ///< Of a pair or counter.

    /// Of lanes that can be pinned, moved and hidden; nullopt for others.
    [[nodiscard]] std::optional<LaneId> id() const;
    /// It shows slices of a pair.
    [[nodiscard]] bool isOfPair() const
    {
        return what == TrackClass::Pair && (kind == Kind::Pair || kind == Kind::Nested);
    }
    /// It shows what a task did.
    [[nodiscard]] bool isOfTask() const
    {
        return kind == Kind::Task || (kind == Kind::Nested && what != TrackClass::Pair);
    }
    friend bool operator==(const Lane &, const Lane &) = default;
};

/// The tracks of slices that a lane shows, as [first, second]; of others none are found. Those of a
/// lane that is a sum may be many.
[[nodiscard]] std::pair<TrackKey, TrackKey> tracksOf(const Lane &lane);
/// Which of a pair's or counter's lanes: "CPU 3", "bash-412", "dev=8388608"; empty: all of them.
[[nodiscard]] QString laneKeyText(const LaneId &lane, const IndexSnapshot &snapshot,
                                  const Analysis &analysis);

/// The lanes from top to bottom: what is pinned, CPUs, texts, counters, pairs, tasks. Tasks are
/// those that the analysis tells of, but the idle one; of each process that has several, the first
/// thread comes first and has the others under it. A pair or counter of which anything was found
/// has one lane, which can be unfolded to one for each of its keys.
/// @param analysis  null: only CPUs and texts. @param texts  how many there are.
/// O(tracks + tasks · log tasks).
[[nodiscard]] std::vector<Lane> makeLanes(const LaneSet &set, const IndexSnapshot &snapshot,
                                          const Analysis *analysis, const ShowFilter &filter,
                                          std::uint64_t texts = 0);

/// `set` with a lane moved to before (or behind) another one of its group; unchanged if they are
/// not of one group, or it is no group that has an order. Tasks are then in the order by hand. A
/// lane of one key stays with its pair or counter.
/// @param lanes  as makeLanes() gave them.
[[nodiscard]] LaneSet withMovedLane(const LaneSet &set, const std::vector<Lane> &lanes,
                                    const LaneId &lane, const LaneId &target, bool isBehind);

/// By name and pid, since ids may be others when the index is built anew. Only what differs from
/// LaneSet().
[[nodiscard]] QJsonObject toJson(const LaneSet &set, const IndexSnapshot &snapshot);
[[nodiscard]] LaneSet laneSetFromJson(const QJsonObject &saved, const IndexSnapshot &snapshot);

} // namespace thresher
