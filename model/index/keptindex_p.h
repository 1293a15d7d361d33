// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/indexbuilder_p.h"
#include "model/index/indexcache_p.h"
#include "model/index/traceindex.h"

#include <filesystem>
#include <optional>
#include <vector>

/// A complete index as a directory of files: what is written at the end, and read at the next
/// start.
namespace thresher {

/// @param directory  where the store's files are.
[[nodiscard]] Manifest makeManifest(const IndexBuilder &builder, const ColumnStore &store,
                                    const IndexSnapshot &snapshot, const FileIdentity &identity,
                                    const std::filesystem::path &directory);
[[nodiscard]] Result<void> writeManifest(const Manifest &manifest,
                                         const std::filesystem::path &directory);

/// Maps an index. nullopt if there is none, or if it is not whole or not this file's: then what is
/// there is removed. O(streams + tasks); does not touch the columns, unless `verifyingThreads` says
/// that many are to compare them with their checksums: 0.2 s for 10⁸ events by two.
[[nodiscard]] std::optional<BuiltIndex>
reopenIndex(const std::filesystem::path &directory, std::shared_ptr<const TraceFile> trace,
            const FileIdentity &identity,
            const std::optional<unsigned> &verifyingThreads = std::nullopt);

/// By name, largest first.
[[nodiscard]] std::vector<ColumnSize> columnSizes(const IndexBuilder &builder, std::size_t streams);

} // namespace thresher
