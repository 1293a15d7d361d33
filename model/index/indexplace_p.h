// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/indexcache_p.h"
#include "model/index/traceindex.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace thresher {

class ColumnStore;
class IndexBuilder;

/// Where the columns of one build go.
struct IndexPlace
{
    std::optional<IndexCache::Building> building; ///< None: unlinked files.
    std::filesystem::path directory;
    std::vector<Diagnostic> notes; ///< Why it is not kept, if it is not.
};

/// @param name  of the index in the cache; empty: it cannot be kept.
/// @param expected  bytes that it may take.
[[nodiscard]] IndexPlace chooseIndexPlace(const IndexOptions &options, const std::string &name,
                                          std::uint64_t expected);
/// Puts a finished index where the next start finds it; `place.building` is there. Without that, it
/// is as good for this one.
void keepIndex(IndexPlace &place, const IndexBuilder &builder, const ColumnStore &store,
               const IndexSnapshot &snapshot, const FileIdentity &identity,
               const IndexOptions &options, IndexStatistics &statistics);

[[nodiscard]] std::uint64_t freeBytes(const std::filesystem::path &directory);
/// "12 MB".
[[nodiscard]] std::string megabytes(std::uint64_t bytes);

} // namespace thresher
