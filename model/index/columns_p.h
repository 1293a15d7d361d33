// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/streamview.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The columns that a stream has in the files of an index, and how a StreamView is made of them.
namespace thresher {

/// Columns of a stream, or with kTrackColumns behind: of one of its tracks.
enum class StreamColumn : std::uint8_t {
    Heads,
    Times,
    EventCodes,
    TaskCodes,
    EventDict,
    TaskDict,
    WideTimes,
    Pages,
    Chunks,
    Lost,
};
enum class TrackColumn : std::uint8_t { Heads, Begins, Lengths, Codes, Dict, Wide, Level0 };
enum class TrackKind : std::uint8_t { Running, Irq, Softirq };

inline constexpr std::size_t kStreamColumns = 10;
inline constexpr std::size_t kTrackColumns = 6 + kPyramidLevels;
inline constexpr std::size_t kTracks = 3;
inline constexpr std::size_t kColumns = kStreamColumns + kTracks * kTrackColumns;

/// Number of a column, [0, kColumns).
[[nodiscard]] constexpr std::size_t columnNumber(StreamColumn column)
{
    return static_cast<std::size_t>(column);
}
[[nodiscard]] constexpr std::size_t columnNumber(TrackKind track, TrackColumn column,
                                                 std::size_t level = 0)
{
    return kStreamColumns + static_cast<std::size_t>(track) * kTrackColumns
           + static_cast<std::size_t>(column) + level;
}

/// Bytes of an element.
[[nodiscard]] std::size_t columnWidth(std::size_t column);
/// What it is listed under: "time", "running", … Several columns share a name.
[[nodiscard]] std::string_view columnName(std::size_t column);

/// What a view needs to know besides the bytes.
struct TrackMeta
{
    std::uint64_t size = 0;
    TimeNs end = 0;
};
struct StreamMeta
{
    EventIndex size = 0;
    std::array<TrackMeta, kTracks> tracks{};
};

using ColumnBytes = std::array<std::span<const std::byte>, kColumns>;

/// The view over `columns`, which must be aligned to 8 bytes each.
[[nodiscard]] StreamView makeView(const StreamMeta &meta, const ColumnBytes &columns);

/// The sizes of the columns fit `meta` and each other, as those that a builder wrote.
[[nodiscard]] bool isConsistent(const StreamMeta &meta, const ColumnBytes &columns);

} // namespace thresher
