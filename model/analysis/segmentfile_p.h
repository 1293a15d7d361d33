// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/tracksegment.h"
#include "model/base/mappedfile.h"
#include "model/base/result.h"
#include "model/index/keptfile.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace thresher {

/// Bytes of it, and what keeps them.
struct MappedPart
{
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> storage;
};

/// Where bytes lie in the file, and their checksum (XXH3).
struct FilePiece
{
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t hash = 0;
};

/// The file that holds the segments of an analysis: unlinked, or one that may be kept. Not
/// thread-safe.
class SegmentFile
{
public:
    /// @param draft  nullopt: an unlinked file. @param temporary  where that is, also if the draft
    /// cannot be written to the end: then it is given up. Empty: $TMPDIR.
    [[nodiscard]] static Result<SegmentFile> create(std::optional<KeptFile::Draft> draft,
                                                    const std::filesystem::path &temporary);
    /// Writes what `writer` laid out, and clears it.
    [[nodiscard]] Result<std::shared_ptr<const TrackSegment>> add(SegmentWriter &writer);

    /// The same of any bytes, which are then aligned to a page.
    [[nodiscard]] Result<MappedPart> append(std::span<const std::byte> bytes);
    /// What was appended last. Of use as long as isDraft().
    [[nodiscard]] const FilePiece &lastPiece() const { return m_last; }
    /// All that was appended is in a file that can be kept.
    [[nodiscard]] bool isDraft() const { return m_draft.has_value(); }
    /// Appends the tables that say what lies where, and keeps the file. Only of a draft; fails as
    /// that.
    [[nodiscard]] Result<void> keep(std::span<const std::byte> tables, std::uint64_t limitBytes);

private:
    [[nodiscard]] Result<void> openTemporary();
    [[nodiscard]] Result<void> write(std::span<const std::byte> bytes, std::uint64_t at) const;
    [[nodiscard]] int fd() const { return m_draft ? m_draft->fd() : m_temporary.get(); }

    std::filesystem::path m_directory;
    std::optional<KeptFile::Draft> m_draft;
    UniqueFd m_temporary;
    std::uint64_t m_size = 0;
    FilePiece m_last;
};

/// The tables of a kept file; empty if it has none.
[[nodiscard]] std::span<const std::byte> tablesOf(std::span<const std::byte> file);

} // namespace thresher
