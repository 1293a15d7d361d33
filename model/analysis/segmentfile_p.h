// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/tracksegment.h"
#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <filesystem>

namespace thresher {

/// The unlinked file that holds the segments of an analysis. Not thread-safe.
class SegmentFile
{
public:
    [[nodiscard]] static Result<SegmentFile> create(const std::filesystem::path &directory);
    /// Writes what `writer` laid out, and clears it.
    [[nodiscard]] Result<std::shared_ptr<const TrackSegment>> add(SegmentWriter &writer);

private:
    std::filesystem::path m_directory;
    UniqueFd m_fd;
    std::uint64_t m_size = 0;
};

} // namespace thresher
