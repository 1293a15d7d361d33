// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/columns_p.h"
#include "model/index/snapshot.h"
#include "model/index/streamcolumns_p.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace thresher {

/// Which file an index is of. Two files that agree in all of it are taken for the same.
struct FileIdentity
{
    std::uint64_t size = 0;
    std::int64_t modified = 0; ///< ns since 1970
    std::array<std::uint64_t, 2> hash{}; ///< Of head, tail and samples between.

    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;
};

/// All of an index but the columns themselves: the file "manifest".
///
/// {magic, version, byte order mark, size of the rest, XXH3 of the rest}, then the rest, in this
/// machine's byte order: an index never leaves the machine. Parsing trusts nothing, but the
/// checksum makes it unlikely that there is something to find.
struct Manifest
{
    static constexpr std::uint32_t kVersion = 2; ///< Of everything in an index's directory.

    struct Column
    {
        std::uint32_t file = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::vector<ColumnPiece> pieces; ///< Sum of bytes: size.
    };
    struct Stream
    {
        StreamMeta meta;
        std::array<Column, kColumns> columns;
    };

    FileIdentity identity;
    std::vector<std::uint64_t> fileSizes; ///< Of columns.0, columns.1, …
    std::vector<Stream> streams;
    std::vector<Diagnostic> diagnostics; ///< Of building.
    TimeRange range;
    std::uint64_t eventCount = 0;
    std::uint64_t lostEvents = 0;
    std::uint64_t lostSpans = 0;
    std::vector<std::uint64_t> eventsPerType;
    std::vector<std::uint64_t> eventsPerTask;
    std::vector<DurationNs> runtimePerTask;
    std::vector<Task> tasks;

    /// O(size).
    [[nodiscard]] std::vector<std::byte> serialize() const;
    /// nullopt for anything that serialize() would not have written. O(size); allocates no more
    /// than some times the size of `bytes`.
    [[nodiscard]] static std::optional<Manifest> parse(std::span<const std::byte> bytes);
};

} // namespace thresher
