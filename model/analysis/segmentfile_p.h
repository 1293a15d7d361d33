// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/tracksegment.h"
#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <filesystem>
#include <memory>
#include <span>

namespace thresher {

/// Bytes of it, and what keeps them.
struct MappedPart
{
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> storage;
};

/// The unlinked file that holds the segments of an analysis. Not thread-safe.
class SegmentFile
{
public:
    [[nodiscard]] static Result<SegmentFile> create(const std::filesystem::path &directory);
    /// Writes what `writer` laid out, and clears it.
    [[nodiscard]] Result<std::shared_ptr<const TrackSegment>> add(SegmentWriter &writer);

    /// The same of any bytes, which are then aligned to a page.
    [[nodiscard]] Result<MappedPart> append(std::span<const std::byte> bytes);

private:
    std::filesystem::path m_directory;
    UniqueFd m_fd;
    std::uint64_t m_size = 0;
};

} // namespace thresher
