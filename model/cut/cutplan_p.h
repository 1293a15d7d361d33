// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/cut/cut.h"

#include <cstdint>
#include <vector>

namespace thresher {

/// What is kept of one stream.
struct StreamPart
{
    StreamIndex stream = 0;
    EventIndex begin = 0; ///< Of the range; what was lost from here on is told.
    EventIndex first = 0; ///< That is kept.
    EventIndex last = 0; ///< Behind it.
    EventIndex end = 0; ///< Of the range; what was lost just before this event is told, too.
    const StreamSelection *selection = nullptr; ///< Null: all of them.
    std::uint64_t events = 0;
    std::size_t firstPage = 0; ///< Positions in StreamView::pages.
    std::size_t lastPage = 0;
    PageLayout layout; ///< Of what is written.
};

/// Some pages of a stream: what one worker does at once.
struct CutBatch
{
    std::size_t part = 0; ///< Position in CutPlan::parts.
    std::size_t firstPage = 0; ///< Positions in StreamView::pages.
    std::size_t lastPage = 0;
};

struct CutPlan
{
    std::vector<StreamPart> parts; ///< Those with events, as TraceFile::streams().
    std::vector<CutBatch> batches; ///< In the order in which they are written.
    std::vector<bool> isTypeKept; ///< By EventTypeId.
    std::uint64_t events = 0;
    std::uint64_t pages = 0;
    TimeRange range;
    std::uint32_t pageSize = 4096; ///< Of the file.
};

/// Fails with InvalidArgument where the request makes no sense for the snapshot.
[[nodiscard]] Result<CutPlan> planCut(const IndexSnapshot &snapshot, const CutRequest &request);
/// Of one stream; no events: nothing. O(log events).
[[nodiscard]] StreamPart partOf(const IndexSnapshot &snapshot, const CutRequest &request,
                                StreamIndex stream);
/// All of the range is known.
[[nodiscard]] bool isKnown(const IndexSnapshot &snapshot, const CutRequest &request);

} // namespace thresher
