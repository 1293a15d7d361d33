// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"
#include "model/qt/laneset.h"

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

/// Where lanes lie. Pure; logical pixels, unless it says device pixels.
namespace thresher::ui {

inline constexpr int kLabelWidth
    = 150; ///< The column of names, left of all lanes and the overview.
inline constexpr int kRulerHeight = 28;
inline constexpr int kGroupHeight = 22; ///< The line above a group of lanes.
inline constexpr int kLaneHeight = 24;
inline constexpr int kLeastLaneHeight = 9;
inline constexpr int kLargestLaneHeight = 60;

inline constexpr int kNestedHeight = 15; ///< Of what a task was in, below it.

struct LaneRow
{
    CpuId cpu = 0; ///< Of a CPU's lane.
    int top = 0; ///< From the content's top.
    int height = 0;
    std::size_t number = 0; ///< Among the lanes, or the headings; 0 for the topmost.
    Lane lane; ///< What it is of.
    bool isOdd = false; ///< Every second one, with what is nested in it.

    [[nodiscard]] bool isCpu() const { return lane.kind == Lane::Kind::Cpu; }
    friend bool operator==(const LaneRow &, const LaneRow &) = default;
};

/// Lanes under headings, one below the other. The content may be higher than the view, which then
/// scrolls. Cheap to copy, and to compare with a copy, however many lanes there are.
class LaneLayout
{
public:
    LaneLayout();
    /// A heading and a lane for each CPU. @param cpus  in the order in which they are shown.
    LaneLayout(std::span<const CpuId> cpus, int laneHeight);
    /// @param taskHeight  of tasks' lanes.
    LaneLayout(const std::vector<Lane> &lanes, int laneHeight, int taskHeight);

    /// All but headings.
    [[nodiscard]] std::span<const LaneRow> rows() const { return m_content->rows; }
    [[nodiscard]] std::span<const LaneRow> headings() const { return m_content->headings; }
    [[nodiscard]] std::size_t cpuRows() const { return m_content->cpuRows; }
    [[nodiscard]] int laneHeight() const { return m_laneHeight; }
    [[nodiscard]] int contentHeight() const { return m_content->height; }
    /// The rows that touch [top, top + height) of the content, as [first, last). O(log lanes).
    [[nodiscard]] std::pair<std::size_t, std::size_t> rowsWithin(int top, int height) const;
    /// The same of headings.
    [[nodiscard]] std::pair<std::size_t, std::size_t> headingsWithin(int top, int height) const;
    /// The row at a content's y; null above, in headings and below. O(log lanes).
    [[nodiscard]] const LaneRow *rowAt(int y) const;
    [[nodiscard]] const LaneRow *headingAt(int y) const;
    /// The CPU's first lane; null if it has none. O(lanes).
    [[nodiscard]] const LaneRow *rowOf(CpuId cpu) const;
    /// The same of any lane, without what is nested in it. O(lanes).
    [[nodiscard]] const LaneRow *rowOf(const LaneId &lane) const;

    friend bool operator==(const LaneLayout &a, const LaneLayout &b)
    {
        return a.m_laneHeight == b.m_laneHeight
               && (a.m_content == b.m_content || *a.m_content == *b.m_content);
    }

private:
    struct Content
    {
        std::vector<LaneRow> rows;
        std::vector<LaneRow> headings;
        std::size_t cpuRows = 0;
        int height = kGroupHeight;
        friend bool operator==(const Content &, const Content &) = default;
    };
    void lay(const std::vector<Lane> &lanes, int taskHeight);

    std::shared_ptr<const Content> m_content; ///< Never null.
    int m_laneHeight = kLaneHeight;
};

/// The height at which `lanes` lanes with their group line fill `viewHeight`: between
/// kLeastLaneHeight and `largest`.
[[nodiscard]] int fittingLaneHeight(std::size_t lanes, int viewHeight, int largest = kLaneHeight);

/// A stripe of a lane, from the lane's top; device pixels.
struct Stripe
{
    int top = 0;
    int height = 0;
    friend bool operator==(const Stripe &, const Stripe &) = default;
};

/// How a lane is divided: interrupts in two thin stripes at the top, then the task that runs, at
/// the bottom ticks where events are. They never overlap, so that none hides another.
struct LaneStripes
{
    Stripe irq;
    Stripe softirq;
    Stripe running;
    Stripe ticks;
    Stripe density; ///< Of events, in a lane that has no slices: instead of all of the above.
    Stripe whole; ///< All but the gap between lanes.
};

/// @param height  of the lane in device pixels, > 0.
/// @param hasInterrupts  else the stripes of irq and softirq are empty, and what runs gets their
/// room.
[[nodiscard]] LaneStripes laneStripes(int height, bool hasInterrupts);

/// How a task's lane is divided.
struct TaskStripes
{
    Stripe state;
    Stripe lost; ///< Where events are missing on any CPU: at the bottom.
    Stripe whole; ///< All but the gap between lanes.
};

/// @param height  of the lane in device pixels, > 0.
[[nodiscard]] TaskStripes taskStripes(int height);

} // namespace thresher::ui
