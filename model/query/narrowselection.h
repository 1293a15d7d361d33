// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/selection.h"

#include <functional>
#include <memory>
#include <span>
#include <string>

namespace thresher {

/// Decides about events that the lists show. Each thread has one of its own.
class BlockNarrower
{
public:
    virtual ~BlockNarrower() = default;
    /// Clears the bits of events that are not to be shown.
    /// @param first  number of the stream's block that bits[0] is of. May return early when asked
    /// to stop.
    virtual void narrow(StreamIndex stream, std::uint64_t first,
                        std::span<StreamSelection::Bits> bits, const std::stop_token &stop)
        = 0;
};

/// A selection by lists and by something else.
struct NarrowRequest
{
    ShowFilter filter;
    std::string expression; ///< Names what the narrowers ask for, without ambiguity.
    /// Called on each thread. The narrowers must not outlive the call of selectNarrowed().
    std::function<std::unique_ptr<BlockNarrower>()> makeNarrower;
    /// Blocks of a job: some ms of work at most, since that is how soon it can be cancelled, and
    /// how finely it is shared out.
    std::uint64_t jobBlocks = 1024;
    /// Selections of the events from the begin up to Selection::decidedBefore, while the rest is
    /// being decided: the first one within 100 ms, then ever more rarely, at most two a second.
    /// Called from any of the threads, never concurrently. May be empty.
    std::function<void(std::shared_ptr<const Selection>)> onPartial;
};

/// As selectEvents(), for events that the lists and the narrowers show. Decides in the order of
/// time, over all streams. @param previous  is extended if it is of the same filter and expression;
/// the caller must know that its blocks would be decided the same now.
[[nodiscard]] Result<std::shared_ptr<const Selection>>
selectNarrowed(const IndexSnapshot &snapshot, const NarrowRequest &request,
               std::shared_ptr<const Selection> previous, const std::stop_token &stop,
               Progress &progress);

} // namespace thresher
