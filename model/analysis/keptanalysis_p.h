// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysisspecs_p.h"
#include "model/analysis/segmentfile_p.h"

#include <memory>
#include <vector>

/// An analysis as a file beside the index: where its tables lie, the segments as they are mapped,
/// each aligned to a page, and the tables, which say what lies where.
namespace thresher {

/// Of everything in the file, and of what consumers find: raise it for every change of either.
inline constexpr std::uint32_t kKeptAnalysisVersion = 2;

/// What an analysis was reopened from.
struct KeptAnalysis
{
    KeptFile place;
    std::shared_ptr<const MappedFile> file;
    std::vector<FilePiece> pieces; ///< All segments.
};

/// The place of an index' analysis in `cache`; nullopt where there cannot be one.
[[nodiscard]] std::optional<KeptFile> keptPlace(const std::shared_ptr<const IndexSnapshot> &index,
                                                const std::filesystem::path &cache);

/// The tables of a complete analysis whose segments are in a file. O(tracks · segments).
/// @param segments, counterSegments  where those of the analysis are, one each.
[[nodiscard]] std::vector<std::byte> serializeAnalysis(const Analysis &analysis,
                                                       const AnalysisSpecs &specs,
                                                       const KeptFile::Fingerprint &fingerprint,
                                                       std::span<const FilePiece> segments,
                                                       std::span<const FilePiece> counterSegments);

/// Maps what is kept. Null if there is nothing, or it is not whole, not of this index, or was made
/// with other pairs or counters. Reads the tables only, unless `verify`. O(tracks · segments).
[[nodiscard]] std::shared_ptr<const Analysis>
reopenAnalysis(const std::shared_ptr<const IndexSnapshot> &index, const KeptFile &place,
               const AnalysisSpecs &specs, bool verify, const std::stop_token &stop);

} // namespace thresher
