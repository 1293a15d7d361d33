// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/laneset.h"

namespace thresher {

/// The part of makeLanes() that is about pairs and counters.
class EventLanes
{
public:
    /// What is given outlives it. @param analysis  null: there are none.
    EventLanes(const LaneSet &set, const IndexSnapshot &snapshot, const Analysis *analysis,
               const ShowFilter &filter, std::vector<Lane> &lanes);

    /// Pairs or counters of which something was found, in the order in which they stand.
    [[nodiscard]] std::vector<std::uint32_t> numbersOf(LaneId::Kind kind) const;
    [[nodiscard]] const std::string &name(LaneId::Kind kind, std::uint32_t number) const;
    /// Neither hidden nor left out by the search.
    [[nodiscard]] bool isShown(LaneId::Kind kind, std::uint32_t number) const;

    /// Appends the lane of a pair or counter, and if it is unfolded those of its keys.
    void add(LaneId::Kind kind, std::uint32_t number, LaneGroup group);
    /// Appends what is pinned, if the analysis has it. @returns how many were, 0 or 1.
    std::uint32_t addPinned(const LaneId &lane);

private:
    /// A lane's slices or values.
    struct Source
    {
        LaneId of;
        std::uint32_t owner = 0; ///< Of a pair's track.
        std::int64_t key = 0; ///< Of a counter's series.
    };
    [[nodiscard]] std::vector<Source> sourcesOf(LaneId::Kind kind, std::uint32_t number) const;
    [[nodiscard]] bool isFound(const LaneId &lane) const;
    [[nodiscard]] bool showsSource(const Source &source) const;
    [[nodiscard]] Lane laneOf(const Source &source, std::uint32_t number, LaneGroup group) const;
    void addSource(const Source &source, std::uint32_t number, LaneGroup group,
                   std::uint8_t indent);
    void addDepths(const Lane &lane);

    const LaneSet &m_set;
    const IndexSnapshot &m_snapshot;
    const Analysis *m_analysis;
    const ShowFilter &m_filter;
    std::vector<Lane> &m_lanes;
};

} // namespace thresher
