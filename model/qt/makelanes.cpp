// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/eventlanes_p.h"

#include <algorithm>
#include <array>

namespace thresher {

namespace {

/// What nests deeper than this has no lane: nobody reads a hundred lines of one task.
constexpr std::uint16_t kMostDepths = 16;
constexpr std::array kNested{TrackClass::Syscall, TrackClass::Call, TrackClass::Probe};

/// A task that has a lane, with what it is sorted by.
struct Candidate
{
    TaskId task{};
    Pid process = -1; ///< Its tgid, or, if that is not known, -1: alone.
    DurationNs runTime = 0;
    TimeNs firstSeen = kTimeMax;
    std::uint32_t byHand = ~0U; ///< Its place there.
};

/// Threads of one process, or one task alone.
struct Unit
{
    Pid process = -1;
    Candidate key; ///< Of the whole: least place and time, sum of run times, first thread.
    std::vector<Candidate> threads;
};

class Maker
{
public:
    Maker(const LaneSet &set, const IndexSnapshot &snapshot, const Analysis *analysis,
          const ShowFilter &filter, std::uint64_t texts)
        : m_set(set)
        , m_snapshot(snapshot)
        , m_analysis(analysis)
        , m_filter(filter)
        , m_texts(texts)
    {
        bool isNumber = false;
        m_searchedPid = set.search.toInt(&isNumber);
        if (!isNumber)
            m_searchedPid = -1;
    }

    std::vector<Lane> make()
    {
        findTasks();
        addPinned();
        if (m_set.showsCpus)
            addCpus();
        if (m_set.showsMarks && m_texts > 0)
            addMarks();
        if (m_set.showsCounters)
            addEventLanes(LaneId::Kind::Counter, LaneGroup::Counters);
        if (m_set.showsPairs)
            addEventLanes(LaneId::Kind::Pair, LaneGroup::Pairs);
        if (m_set.showsTasks && m_analysis != nullptr && !m_isCandidate.empty())
            addTasks();
        return std::move(m_lanes);
    }

private:
    const Task &task(TaskId id) const { return m_snapshot.tasks->task(id); }

    void findTasks()
    {
        if (m_analysis == nullptr)
            return;
        std::vector<TimeNs> firstSeen(m_snapshot.tasks->size(), kTimeMax);
        for (const TrackSummary &track : m_analysis->tracks) {
            const std::uint32_t owner = track.key.owner;
            if (track.key.what == TrackClass::Pair || owner == 0 || owner >= firstSeen.size())
                continue; // of a CPU, of idle, or of a task that this snapshot does not have yet
            firstSeen[owner] = std::min(firstSeen[owner], track.range.begin);
        }
        m_isCandidate.assign(firstSeen.size(), false);
        for (std::uint32_t id = 1; id < firstSeen.size(); ++id) {
            if (firstSeen[id] == kTimeMax)
                continue;
            m_isCandidate[id] = true;
            Candidate candidate;
            candidate.task = TaskId{id};
            candidate.process = m_set.isGroupedByProcess ? task(TaskId{id}).tgid : -1;
            candidate.firstSeen = firstSeen[id];
            if (id < m_snapshot.runtimePerTask.size())
                candidate.runTime = m_snapshot.runtimePerTask[id];
            m_candidates.push_back(candidate);
        }
        if (m_candidates.empty())
            m_isCandidate.clear();
    }

    bool isFound(TaskId id) const
    {
        if (m_set.search.isEmpty() || task(id).pid == m_searchedPid
            || (m_searchedPid >= 0 && task(id).tgid == m_searchedPid))
            return true;
        const std::string_view name = m_snapshot.tasks->name(id);
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()))
            .contains(m_set.search, Qt::CaseInsensitive);
    }
    bool isFoundCpu(CpuId cpu) const
    {
        return m_set.search.isEmpty()
               || QStringLiteral("CPU %1").arg(cpu).contains(m_set.search, Qt::CaseInsensitive);
    }

    std::size_t addGroup(LaneGroup group)
    {
        Lane lane;
        lane.group = group;
        lane.isFoldable = true;
        lane.isFolded = m_set.isFolded[static_cast<std::size_t>(group)];
        m_lanes.push_back(lane);
        return m_lanes.size() - 1;
    }

    void addTask(TaskId id, LaneGroup group, std::uint8_t indent, bool isFoldable, bool isFolded)
    {
        Lane lane;
        lane.kind = Lane::Kind::Task;
        lane.group = group;
        lane.owner = static_cast<std::uint32_t>(id);
        lane.indent = indent;
        lane.isFoldable = isFoldable;
        lane.isFolded = isFolded;
        m_lanes.push_back(lane);
        if (!m_set.showsCalls || m_analysis == nullptr)
            return;
        std::uint16_t left = kMostDepths;
        for (const TrackClass what : kNested) {
            const auto depths = std::min(left, m_analysis->depths(what, 0, ownerOfTask(id)));
            left = static_cast<std::uint16_t>(left - depths);
            for (std::uint16_t depth = 0; depth < depths; ++depth) {
                Lane nested = lane;
                nested.kind = Lane::Kind::Nested;
                nested.isFoldable = nested.isFolded = false;
                nested.what = what;
                nested.depth = depth;
                m_lanes.push_back(nested);
            }
        }
    }

    void addCpu(CpuId cpu, LaneGroup group)
    {
        Lane lane;
        lane.kind = Lane::Kind::Cpu;
        lane.group = group;
        lane.owner = cpu;
        m_lanes.push_back(lane);
    }

    void addMarksLane(LaneGroup group)
    {
        Lane lane;
        lane.kind = Lane::Kind::Marks;
        lane.group = group;
        m_lanes.push_back(lane);
    }

    /// @returns how many lanes of it there are: 0 or 1.
    std::uint32_t addPinned(const LaneId &lane)
    {
        const auto value = static_cast<std::uint32_t>(lane.key);
        switch (lane.kind) {
        case LaneId::Kind::Task:
            if (value >= m_isCandidate.size() || !m_isCandidate[value])
                return 0;
            addTask(TaskId{value}, LaneGroup::Pinned, 0, false, false);
            return 1;
        case LaneId::Kind::Cpu:
            if (!std::ranges::binary_search(m_snapshot.cpus(), value))
                return 0;
            addCpu(value, LaneGroup::Pinned);
            return 1;
        case LaneId::Kind::Marks:
            if (m_texts == 0)
                return 0;
            addMarksLane(LaneGroup::Pinned);
            return 1;
        case LaneId::Kind::Pair:
        case LaneId::Kind::Counter:
            return m_events.addPinned(lane);
        }
        return 0;
    }

    void addPinned()
    {
        if (m_set.pinned.empty())
            return;
        const std::size_t heading = addGroup(LaneGroup::Pinned);
        std::uint32_t shown = 0;
        for (const LaneId &lane : m_set.pinned)
            shown += addPinned(lane);
        m_lanes[heading].shown = m_lanes[heading].all = shown;
        if (shown == 0)
            m_lanes.clear();
        else if (m_lanes[heading].isFolded)
            m_lanes.resize(heading + 1);
    }

    void addMarks()
    {
        const std::size_t heading = addGroup(LaneGroup::Marks);
        m_lanes[heading].shown = m_lanes[heading].all = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(m_texts, 0xffffffffU));
        if (!m_lanes[heading].isFolded && !m_set.isPinned(laneOfMarks())
            && !m_set.isHidden(laneOfMarks()))
            addMarksLane(LaneGroup::Marks);
    }

    void addEventLanes(LaneId::Kind kind, LaneGroup group)
    {
        const auto numbers = m_events.numbersOf(kind);
        if (numbers.empty())
            return;
        const std::size_t heading = addGroup(group);
        m_lanes[heading].all = static_cast<std::uint32_t>(numbers.size());
        for (const std::uint32_t number : numbers) {
            if (!m_events.isShown(kind, number))
                continue;
            ++m_lanes[heading].shown;
            LaneId of = laneOfPair(m_events.name(kind, number));
            of.kind = kind;
            if (!m_lanes[heading].isFolded && !m_set.isPinned(of))
                m_events.add(kind, number, group);
        }
    }

    void addCpus()
    {
        const std::size_t heading = addGroup(LaneGroup::Cpus);
        for (const CpuId cpu : m_snapshot.cpus()) {
            ++m_lanes[heading].all;
            const bool isElsewhere = m_set.isPinned(laneOfCpu(cpu));
            if (!m_filter.showsCpu(cpu) || !isFoundCpu(cpu))
                continue;
            ++m_lanes[heading].shown;
            if (!m_lanes[heading].isFolded && !isElsewhere)
                addCpu(cpu, LaneGroup::Cpus);
        }
    }

    void addTasks()
    {
        const std::size_t heading = addGroup(LaneGroup::Tasks);
        m_lanes[heading].all = static_cast<std::uint32_t>(m_candidates.size());
        std::vector<std::uint32_t> byHand;
        if (m_set.order == TaskOrder::ByHand) {
            byHand.assign(m_isCandidate.size(), ~0U);
            for (std::uint32_t i = 0; i < m_set.byHand.size(); ++i) {
                if (toIndex(m_set.byHand[i]) < byHand.size())
                    byHand[toIndex(m_set.byHand[i])] = i;
            }
        }
        std::vector<Candidate> shown;
        for (Candidate candidate : m_candidates) {
            if (m_set.isHidden(laneOf(candidate.task)) || !m_filter.showsTask(candidate.task)
                || !isFound(candidate.task))
                continue;
            ++m_lanes[heading].shown;
            if (m_set.isPinned(laneOf(candidate.task)))
                continue;
            if (!byHand.empty())
                candidate.byHand = byHand[toIndex(candidate.task)];
            shown.push_back(candidate);
        }
        if (m_lanes[heading].isFolded)
            return;
        for (const Unit &unit : unitsOf(std::move(shown)))
            addUnit(unit);
    }

    std::vector<Unit> unitsOf(std::vector<Candidate> shown)
    {
        std::ranges::stable_sort(shown, {}, &Candidate::process);
        std::vector<Unit> units;
        for (const Candidate &candidate : shown) {
            if (units.empty() || candidate.process < 0 || units.back().process != candidate.process)
                units.push_back({candidate.process, candidate, {}});
            Unit &unit = units.back();
            unit.threads.push_back(candidate);
            if (unit.threads.size() == 1)
                continue;
            unit.key.runTime += candidate.runTime;
            unit.key.firstSeen = std::min(unit.key.firstSeen, candidate.firstSeen);
            unit.key.byHand = std::min(unit.key.byHand, candidate.byHand);
            if (task(candidate.task).pid == unit.process)
                unit.key.task = candidate.task;
        }
        const auto before = [this](const Candidate &a, const Candidate &b) { return less(a, b); };
        for (Unit &unit : units) {
            std::ranges::sort(unit.threads, [&](const Candidate &a, const Candidate &b) {
                const bool aLeads = task(a.task).pid == unit.process;
                const bool bLeads = task(b.task).pid == unit.process;
                return aLeads != bLeads ? aLeads : before(a, b);
            });
        }
        std::ranges::sort(units,
                          [&before](const Unit &a, const Unit &b) { return before(a.key, b.key); });
        return units;
    }

    bool less(const Candidate &a, const Candidate &b) const
    {
        switch (m_set.order) {
        case TaskOrder::ByHand:
            if (a.byHand != b.byHand)
                return a.byHand < b.byHand;
            [[fallthrough]];
        case TaskOrder::RunTime:
            if (a.runTime != b.runTime)
                return a.runTime > b.runTime;
            break;
        case TaskOrder::Name:
            if (const auto order = m_snapshot.tasks->name(a.task)
                                   <=> m_snapshot.tasks->name(b.task);
                order != 0)
                return order < 0;
            break;
        case TaskOrder::FirstSeen:
            if (a.firstSeen != b.firstSeen)
                return a.firstSeen < b.firstSeen;
            break;
        case TaskOrder::ByPid:
            break;
        }
        return task(a.task).pid < task(b.task).pid;
    }

    void addUnit(const Unit &unit)
    {
        const bool isTree = unit.threads.size() > 1;
        const bool isFolded = isTree && m_set.isProcessFolded(unit.process);
        const bool isLed = task(unit.threads.front().task).pid == unit.process;
        if (isTree && !isLed) {
            Lane lane;
            lane.kind = Lane::Kind::Process;
            lane.group = LaneGroup::Tasks;
            lane.owner = static_cast<std::uint32_t>(unit.process);
            lane.isFoldable = true;
            lane.isFolded = isFolded;
            lane.shown = lane.all = static_cast<std::uint32_t>(unit.threads.size());
            m_lanes.push_back(lane);
        }
        for (std::size_t i = 0; i < unit.threads.size(); ++i) {
            const bool isFirst = isLed && i == 0;
            if (isFolded && !isFirst)
                break;
            addTask(unit.threads[i].task, LaneGroup::Tasks, isTree && !isFirst ? 1 : 0,
                    isTree && isFirst, isFolded);
        }
    }

    const LaneSet &m_set;
    const IndexSnapshot &m_snapshot;
    const Analysis *m_analysis;
    const ShowFilter &m_filter;
    std::uint64_t m_texts = 0;
    Pid m_searchedPid = -1;
    std::vector<bool> m_isCandidate; ///< [tasks]; empty if there is none.
    std::vector<Candidate> m_candidates;
    std::vector<Lane> m_lanes;
    EventLanes m_events{m_set, m_snapshot, m_analysis, m_filter, m_lanes};
};

} // namespace

std::vector<Lane> makeLanes(const LaneSet &set, const IndexSnapshot &snapshot,
                            const Analysis *analysis, const ShowFilter &filter, std::uint64_t texts)
{
    return Maker(set, snapshot, analysis, filter, texts).make();
}

} // namespace thresher
