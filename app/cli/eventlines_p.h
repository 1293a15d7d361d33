// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/io/eventprinter.h"
#include "model/query/rows.h"

#include <cstdio>
#include <stop_token>

namespace thresher {

/// Rows to be printed: [first, last) of an order.
struct LineRequest
{
    RowOrder order;
    Row first = 0;
    Row last = 0;
    EventPrinter::LineOptions options;
    std::stop_token stop = {}; ///< Printing ends early, without an error.
    Row batchRows = 8192; ///< That a thread prints at once: a megabyte of text or so.
};

/// Prints the rows as trace-cmd report does, with a line before an event that follows lost ones, on
/// several threads where there are many. Fails where `to` does (a closed pipe is no error).
[[nodiscard]] Result<void> printLines(const LineRequest &request, unsigned threads, std::FILE *to);

} // namespace thresher
