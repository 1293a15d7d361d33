// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/eventfinder_p.h"
#include "model/analysis/interrupts_p.h"
#include "model/analysis/latency.h"
#include "model/analysis/lostspans_p.h"
#include "model/query/lanes.h"

#include <unordered_map>
#include <vector>

namespace thresher {

/// A is to be listed before b: it is longer, or as long and earlier.
[[nodiscard]] bool isWorse(const LatencyRow &a, const LatencyRow &b);

/// Some measurements, summed. One per thread; merged in the end.
class LatencySum
{
public:
    /// @param keep  durations that it may keep one by one; see Distribution.
    LatencySum(const LatencyRequest &request, TimeRange range, std::uint64_t keep);

    void add(const LatencyRow &row);
    void addUnfinished() { ++m_unfinished; }
    void addBegunBefore() { ++m_begunBefore; }
    void merge(const LatencySum &other);
    /// Moves all into a result.
    void finish(LatencyResult &result) &&;

private:
    [[nodiscard]] LatencyGroup &group(std::uint32_t key);
    void list(const LatencyRow &row);
    void keepLess();

    const LatencyRequest *m_request;
    PixelGrid m_grid;
    std::uint64_t m_keep = 0;
    std::uint64_t m_kept = 0;
    bool m_countsInClasses = false;
    std::vector<LatencyGroup> m_groups;
    std::unordered_map<std::uint32_t, std::size_t> m_byKey;
    std::size_t m_lastGroup = 0; ///< Many follow each other.
    std::vector<LatencyRow> m_worst; ///< A heap, the least bad in front.
    std::vector<LatencyColumn> m_columns;
    std::uint64_t m_lost = 0;
    std::uint64_t m_unfinished = 0;
    std::uint64_t m_begunBefore = 0;
    std::uint64_t m_endedBehind = 0;
};

/// Slices [first, last) of a part of a track, of which those that begin there are measured.
struct LatencyPiece
{
    std::uint32_t source = 0; ///< Segment, or StreamIndex of interrupts.
    std::uint32_t entry = 0; ///< Of the segment.
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// What the measurements of one request are made from. Immutable.
class LatencyScan
{
public:
    LatencyScan(const Analysis &analysis, const LatencyRequest &request);

    [[nodiscard]] TimeRange range() const { return m_range; }
    /// In the order of time, each of at most `slices`. O(tracks · segments).
    [[nodiscard]] std::vector<LatencyPiece> pieces(std::uint64_t slices) const;
    void measure(const LatencyPiece &piece, LatencySum &sum) const;

private:
    void addPieces(LatencyPiece piece, const TrackView &track, std::uint64_t slices,
                   std::vector<LatencyPiece> &pieces) const;
    void measureStates(const LatencyPiece &piece, LatencySum &sum) const;
    void measureInterrupts(const LatencyPiece &piece, LatencySum &sum) const;
    void measureTracks(const LatencyPiece &piece, LatencySum &sum) const;

    [[nodiscard]] TaskId runningAt(CpuId cpu, TimeNs time) const;
    [[nodiscard]] bool isWanted(std::uint32_t value) const; ///< Of tracks.
    [[nodiscard]] bool isFinished(const LatencyRow &row) const;
    [[nodiscard]] TimeNs firstEvent(const LatencyRow &row) const;
    [[nodiscard]] bool shows(const LatencyRow &row) const;

    const Analysis &m_analysis;
    const LatencyRequest &m_request;
    const IndexSnapshot &m_index;
    TimeRange m_range;
    LostPlaces m_lost;
    EventFinder m_finder;
    EventTypes m_beginTypes;
    EventTypes m_endTypes; ///< Of calls.
    Interrupts m_interrupts;
    const Selection *m_selection = nullptr; ///< Null: of no concern.
};

} // namespace thresher
