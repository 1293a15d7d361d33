// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filter.h"
#include "model/index/traceindex.h"
#include "model/query/rows.h"

#include <memory>
#include <string>
#include <vector>

namespace thresher::test {

/// The complete index of a file of tests/data, kept for the whole test; null if it fails.
[[nodiscard]] std::shared_ptr<const IndexSnapshot> recording(const std::string &name);
/// Of any trace.
[[nodiscard]] std::shared_ptr<const IndexSnapshot>
indexOf(const std::shared_ptr<const TraceFile> &trace);

/// What the engine selects; null, with a warning, if the expression is wrong.
[[nodiscard]] std::shared_ptr<const Selection>
selectBy(const std::shared_ptr<const IndexSnapshot> &snapshot, const std::string &expression,
         const ShowFilter &shown = {}, std::shared_ptr<const Selection> previous = {});
/// The number of events; -1 if the expression is wrong.
[[nodiscard]] std::int64_t countBy(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                   const std::string &expression);

} // namespace thresher::test
