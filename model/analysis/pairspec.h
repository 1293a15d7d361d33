// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filter.h"
#include "model/filter/filtererror.h"
#include "model/index/snapshot.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// Two events that belong together where they agree in their keys; what lasts from the first to the
/// second is a slice. As text:
///
///     NAME: [first] BEGIN [if (FILTER)] -> END [if (FILTER)] [by KEY[, KEY]] [on LANE]
///
/// - BEGIN and END are events: block_rq_issue, or block:block_rq_issue.
/// - A KEY is a field of both, or two fields that are compared, of the begin = of the end; `task`
/// and
///   `cpu` are where the event happened: "dev, sector", "vec, cpu", "pid=task". Without any, all
///   agree.
/// - LANE says where the slices are shown: `task` or `cpu`, those of the begin or of the key; or
/// one
///   of the keys (as the begin has it), with a lane for each value. Without it: as task or cpu are
///   keys; else there is one lane.
/// - Where the begin comes again before its end, it replaces the former one; with `first` it is
///   ignored.
///
/// Names with blanks stand in quotes.
struct PairSpec
{
    struct End
    {
        std::string event;
        std::string filter; ///< Empty: all of the event.
        TextRange eventRange; ///< Within the text that it was read from.
        TextRange filterRange;
    };
    struct Key
    {
        std::string begin;
        std::string end;
        TextRange beginRange;
        TextRange endRange;
    };

    std::string name;
    End begin;
    End end;
    std::vector<Key> keys; ///< Up to kMaxKeys.
    std::string lane;
    bool keepsFirst = false;

    static constexpr std::size_t kMaxKeys = 2;

    /// So that parsePair() gives the same again.
    [[nodiscard]] std::string text() const;
};

/// Reads the text of a pair; no trace is needed. O(length).
[[nodiscard]] FilterResult<PairSpec> parsePair(std::string_view text);

/// What a pair means for one trace.
struct ResolvedPair
{
    const EventFormat *begin = nullptr; ///< Live with the trace.
    const EventFormat *end = nullptr;
    std::shared_ptr<const Filter> beginFilter; ///< Null: none.
    std::shared_ptr<const Filter> endFilter;
};
/// Fails where the trace lacks an event or a field, or a filter makes no sense for it; the range is
/// within the text that parsePair() read.
[[nodiscard]] FilterResult<ResolvedPair> resolvePair(const PairSpec &spec,
                                                     const std::shared_ptr<const TraceFile> &trace);

/// The pairs that are known of the kernel's own events, of which both ends were recorded.
[[nodiscard]] std::vector<PairSpec> builtInPairs(const IndexSnapshot &index);

} // namespace thresher
