// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/columns_p.h"

namespace thresher {

namespace {

template<typename T>
std::span<const T> as(std::span<const std::byte> bytes)
{
    // The builder wrote objects of this trivial type there; the file is mapped aligned.
    return {reinterpret_cast<const T *>(bytes.data()), bytes.size() / sizeof(T)};
}

TrackView makeTrack(const TrackMeta &meta, TrackKind kind, const ColumnBytes &columns)
{
    const auto column = [&](TrackColumn which, std::size_t level = 0) {
        return columns[columnNumber(kind, which, level)];
    };
    TrackView track;
    track.size = meta.size;
    track.end = meta.end;
    track.isContiguous = kind == TrackKind::Running;
    if (kind == TrackKind::Running)
        track.idle = static_cast<std::uint32_t>(kIdleTask);
    track.heads = as<SliceBlockHead>(column(TrackColumn::Heads));
    track.begins = as<std::uint32_t>(column(TrackColumn::Begins));
    track.lengths = as<std::uint32_t>(column(TrackColumn::Lengths));
    track.codes = as<std::uint8_t>(column(TrackColumn::Codes));
    track.dict = as<std::uint32_t>(column(TrackColumn::Dict));
    track.wide = as<TimeNs>(column(TrackColumn::Wide));
    for (std::size_t level = 0; level < kPyramidLevels; ++level)
        track.levels[level] = as<PyramidNode>(column(TrackColumn::Level0, level));
    return track;
}

bool isConsistentTrack(const TrackMeta &meta, const TrackView &track)
{
    const std::uint64_t blocks = meta.size / kBlockSlices + (meta.size % kBlockSlices != 0);
    if (track.heads.size() != blocks || track.begins.size() != meta.size
        || track.codes.size() != meta.size
        || track.lengths.size() != (track.isContiguous ? 0 : meta.size))
        return false;
    std::uint64_t most = meta.size / kPyramidLeaf;
    for (const auto &level : track.levels) {
        if (level.size() > most)
            return false;
        most /= kPyramidFan;
    }
    return true;
}

} // namespace

std::size_t columnWidth(std::size_t column)
{
    if (column < kStreamColumns) {
        switch (StreamColumn{static_cast<std::uint8_t>(column)}) {
        case StreamColumn::Heads:
            return sizeof(BlockHead);
        case StreamColumn::Times:
            return sizeof(std::uint32_t);
        case StreamColumn::EventCodes:
        case StreamColumn::TaskCodes:
            return 1;
        case StreamColumn::EventDict:
            return sizeof(EventTypeId);
        case StreamColumn::TaskDict:
            return sizeof(TaskId);
        case StreamColumn::WideTimes:
            return sizeof(TimeNs);
        case StreamColumn::Pages:
            return sizeof(PageEntry);
        case StreamColumn::Chunks:
            return sizeof(Chunk);
        case StreamColumn::Lost:
            return sizeof(LostSpan);
        }
    }
    switch (TrackColumn{static_cast<std::uint8_t>((column - kStreamColumns) % kTrackColumns)}) {
    case TrackColumn::Heads:
        return sizeof(SliceBlockHead);
    case TrackColumn::Begins:
    case TrackColumn::Lengths:
    case TrackColumn::Dict:
        return sizeof(std::uint32_t);
    case TrackColumn::Codes:
        return 1;
    case TrackColumn::Wide:
        return sizeof(TimeNs);
    case TrackColumn::Level0:
        break;
    }
    return sizeof(PyramidNode);
}

std::string_view columnName(std::size_t column)
{
    if (column < kStreamColumns) {
        switch (StreamColumn{static_cast<std::uint8_t>(column)}) {
        case StreamColumn::Heads:
            return "blocks";
        case StreamColumn::Times:
        case StreamColumn::WideTimes:
            return "time";
        case StreamColumn::EventCodes:
        case StreamColumn::EventDict:
            return "event";
        case StreamColumn::TaskCodes:
        case StreamColumn::TaskDict:
            return "task";
        case StreamColumn::Pages:
        case StreamColumn::Chunks:
            return "pages";
        case StreamColumn::Lost:
            return "lost";
        }
    }
    constexpr std::array<std::string_view, kTracks> kNames{"running", "irq", "softirq"};
    return kNames.at((column - kStreamColumns) / kTrackColumns);
}

StreamView makeView(const StreamMeta &meta, const ColumnBytes &columns)
{
    const auto column = [&](StreamColumn which) { return columns[columnNumber(which)]; };
    StreamView view;
    view.size = meta.size;
    view.heads = as<BlockHead>(column(StreamColumn::Heads));
    view.times = as<std::uint32_t>(column(StreamColumn::Times));
    view.eventCodes = as<std::uint8_t>(column(StreamColumn::EventCodes));
    view.taskCodes = as<std::uint8_t>(column(StreamColumn::TaskCodes));
    view.eventDict = as<EventTypeId>(column(StreamColumn::EventDict));
    view.taskDict = as<TaskId>(column(StreamColumn::TaskDict));
    view.wideTimes = as<TimeNs>(column(StreamColumn::WideTimes));
    view.pages = as<PageEntry>(column(StreamColumn::Pages));
    view.chunks = as<Chunk>(column(StreamColumn::Chunks));
    view.lost = as<LostSpan>(column(StreamColumn::Lost));
    view.running = makeTrack(meta.tracks[0], TrackKind::Running, columns);
    view.irq = makeTrack(meta.tracks[1], TrackKind::Irq, columns);
    view.softirq = makeTrack(meta.tracks[2], TrackKind::Softirq, columns);
    return view;
}

bool isConsistent(const StreamMeta &meta, const ColumnBytes &columns)
{
    for (std::size_t i = 0; i < kColumns; ++i) {
        if (columns[i].size() % columnWidth(i) != 0)
            return false;
    }
    const StreamView view = makeView(meta, columns);
    const std::uint64_t blocks = meta.size / kBlockEvents + (meta.size % kBlockEvents != 0);
    return view.heads.size() == blocks && view.times.size() == meta.size
           && view.eventCodes.size() == meta.size && view.taskCodes.size() == meta.size
           && isConsistentTrack(meta.tracks[0], view.running)
           && isConsistentTrack(meta.tracks[1], view.irq)
           && isConsistentTrack(meta.tracks[2], view.softirq);
}

} // namespace thresher
