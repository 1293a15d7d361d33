// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/query/rows.h"

#include <cstdio>
#include <stop_token>
#include <string>

/// What the commands print, for others that write it.
namespace thresher {

/// As `thresher info`, but the file is named without its folders.
[[nodiscard]] std::string infoText(const IndexSnapshot &snapshot);

/// Rows [first, last) as `thresher events`, on several threads. Fails where `to` does, and with
/// Cancelled.
[[nodiscard]] Result<void> writeEventLines(const RowOrder &order, Row first, Row last,
                                           std::FILE *to, const std::stop_token &stop);

} // namespace thresher
