// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/indexbuilder_p.h"

namespace thresher {

/// A stream while an IndexBuilder reads it.
struct IndexBuilder::Stream
{
    Stream(const TraceFile &trace, StreamIndex index, const Decoding &decoding, TimeNs traceBegin,
           Diagnostics &diagnostics)
        : number(index)
        , builder(trace, index, decoding, traceBegin, diagnostics)
    {}

    const StreamIndex number;
    // Of whoever has taken it.
    StreamBuilder builder;
    std::unique_ptr<PageRunReader> reader;
    PageRun rest; ///< Pages of the reader's last run that did not fit the slice.
    std::uint64_t bytesRead = 0; ///< Of the file.
    std::uint64_t pages = 0; ///< Read of a trace that grows.
    // Of everyone, under the mutex.
    StreamView view;
    TimeNs reached = kTimeMin; ///< Everything before this time is in the view.
    bool isDone = false;
    TimeRange range; ///< Of its events; if it has any.
    std::uint64_t lostEvents = 0;
    std::uint64_t lostSpans = 0;
};

} // namespace thresher
