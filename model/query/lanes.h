// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"
#include "model/query/rows.h"
#include "model/query/selection.h"

#include <optional>
#include <span>
#include <vector>

/// What a timeline draws, at the resolution it draws it: a range of time in so many pixel columns.
/// Every function here costs O(columns · log n), whatever the number of events, takes no lock, and
/// is thread-safe.
namespace thresher {

/// A range of time cut into columns of equal width. Column x covers
/// [begin + x · duration / columns, begin + (x + 1) · duration / columns).
struct PixelGrid
{
    TimeRange range;
    std::uint32_t columns = 0;

    /// The column that holds `time`, clamped to [0, columns - 1]; exact integers, also where a
    /// column is narrower than 1 ns.
    [[nodiscard]] std::uint32_t columnOf(TimeNs time) const;
    /// Position in columns, with fraction; not clamped.
    [[nodiscard]] double position(TimeNs time) const;
    [[nodiscard]] TimeNs timeOf(double column) const;
};

/// What a track shows in one pixel column.
struct TrackColumn
{
    /// Of what counts (not idle, not hidden): what covers more than half of it, else one that is
    /// there.
    std::uint32_t value = kNoValue;
    /// Share of the column that counted slices cover: 0 none, 65535 all. Never 0 where `value` is
    /// one, however short its slice.
    std::uint16_t covered = 0;
    std::uint16_t flags = 0;
};
inline constexpr std::uint16_t kTrackUnknown = 1; ///< A part is not known (kNoValue slices).
inline constexpr std::uint16_t kTrackHolds = 2; ///< Of findValue(): a slice of that value.

/// Samples a track. Slices and gaps of at least a column are exact to the column. Where eight or
/// more share a column they may be summed from the pyramid, each landing at most three columns
/// beside its true place; none that counts is left out. Unknown slices (kNoValue) much narrower
/// than a column may be.
/// @param hidden  by value: does not count; may be empty. `levels` are then the pyramid made for
/// it.
/// @param out  [grid.columns]
void sampleTrack(const TrackView &track, std::span<const std::span<const PyramidNode>> levels,
                 const std::vector<bool> &hidden, const PixelGrid &grid,
                 std::span<TrackColumn> out);
/// The same, that also appends to `labelled` the slices that count, touch the range and are at
/// least `minimumLabel` columns long within it.
void sampleTrack(const TrackView &track, std::span<const std::span<const PyramidNode>> levels,
                 const std::vector<bool> &hidden, const PixelGrid &grid, std::span<TrackColumn> out,
                 std::vector<Slice> &labelled, double minimumLabel);

/// Flags (kTrackHolds) the columns that slices of one value touch, each from the column of its
/// begin to that of its last ns. Exact, however short a slice is. O(columns · log slices + blocks
/// of slices in the range). @param out  [grid.columns], of which only flags are changed.
void findValue(const TrackView &track, std::uint32_t value, const PixelGrid &grid,
               std::span<TrackColumn> out);

/// Adds the number of (shown) events to each column, saturating. Sums are exact, and so is each
/// count where columns hold less than 64 events (hidden ones counted); where they hold more, an
/// event may be counted up to four columns beside its own.
/// @param selection  null: all events.
void countEvents(const StreamView &stream, const StreamSelection *selection, const PixelGrid &grid,
                 std::span<std::uint32_t> counts);

/// A CPU's lane, all its streams together.
struct CpuLane
{
    std::vector<TrackColumn> running; ///< Values are TaskId; empty if no stream has sched_switch.
    std::vector<TrackColumn> irq; ///< Empty if there is none in the trace's CPU.
    std::vector<TrackColumn> softirq;
    std::vector<std::uint32_t> events; ///< [columns]
    /// [columns], 1: a lost span touches it. One that no event follows, as where the file is cut,
    /// reaches to the end of the trace.
    std::vector<std::uint8_t> lost;
    std::vector<std::uint8_t> pending; ///< [columns], 1: not indexed yet.
    /// Running slices of at least `minimumLabel` columns, within the range, that are shown; for
    /// names.
    std::vector<Slice> labelled;
};

struct LaneRequest
{
    CpuId cpu = 0;
    PixelGrid grid;
    double minimumLabel = 24; ///< Columns.
};

/// Interrupts and softirqs are hidden with the events that tell of their begin, and where only
/// hidden tasks ran.
/// @param selection  null: nothing is hidden. `lane`'s vectors are reused, so that a frame
/// allocates nothing.
void queryCpuLane(const IndexSnapshot &snapshot, const Selection *selection,
                  const LaneRequest &request, CpuLane &lane);

/// Marks the columns in which any CPU has lost events, as CpuLane::lost. @param lost  made
/// grid.columns long.
void queryLost(const IndexSnapshot &snapshot, const PixelGrid &grid,
               std::vector<std::uint8_t> &lost);

/// Counts what a selection has of one CPU in each column, as countEvents(); nothing where the
/// selection is of an older, shorter snapshot.
/// @param counts  made grid.columns long.
void queryMatches(const IndexSnapshot &snapshot, const Selection &matches, CpuId cpu,
                  const PixelGrid &grid, std::vector<std::uint32_t> &counts);
/// The same of all CPUs.
void queryMatches(const IndexSnapshot &snapshot, const Selection &matches, const PixelGrid &grid,
                  std::vector<std::uint32_t> &counts);

/// Events per column over all shown streams, for the overview strip; while the index is being
/// built, the survey's density fills what is not yet known, scaled to the same unit.
struct Overview
{
    std::vector<float> events; ///< [columns] events, estimated where `isEstimate`.
    std::vector<std::uint8_t> lost; ///< [columns]
    std::vector<std::uint8_t> isEstimate; ///< [columns]
};
void queryOverview(const IndexSnapshot &snapshot, const Selection *selection, const PixelGrid &grid,
                   Overview &overview);

/// Share of [begin, end), as far as the trace knows it, that a CPU ran something else than idle
/// (or, with a selection, than hidden tasks), 0–1; nullopt where nothing is known.
[[nodiscard]] std::optional<double> cpuLoad(const IndexSnapshot &snapshot,
                                            const Selection *selection, CpuId cpu, TimeRange range);
[[nodiscard]] std::optional<double> cpuLoad(const IndexSnapshot &snapshot, CpuId cpu,
                                            TimeRange range);

/// What a CPU does at one moment; for the hover text.
struct CpuMoment
{
    std::optional<Slice> running; ///< kNoValue: unknown.
    std::optional<Slice> irq;
    std::optional<Slice> softirq;
    /// That touches [time - tolerance, time + tolerance]; one that no event follows ends with the
    /// trace.
    std::optional<LostSpan> lost;
    std::optional<Place> nearestEvent; ///< Shown, within the tolerance.
    std::uint64_t nearestDistance = 0; ///< ns from there.
    std::uint64_t eventsWithin = 0; ///< Shown events in [time - tolerance, time + tolerance].
};
[[nodiscard]] CpuMoment momentAt(const IndexSnapshot &snapshot, const Selection *selection,
                                 CpuId cpu, TimeNs time, DurationNs tolerance);

/// The next (direction > 0) or previous shown event of a CPU after or before a place; for [ and ].
[[nodiscard]] std::optional<Place> neighbourOnCpu(const IndexSnapshot &snapshot,
                                                  const Selection *selection, CpuId cpu,
                                                  std::optional<Place> from, TimeNs time,
                                                  int direction);

} // namespace thresher
