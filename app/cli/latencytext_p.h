// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/measureoptions_p.h"
#include "model/analysis/latency.h"

#include <string>

namespace thresher {

/// How a result is to be written.
struct LatencyText
{
    std::string_view kind; ///< Its word.
    std::string pair; ///< The name of a pair; empty: of another kind.
    bool json = false;
    bool csv = false;
    bool histogram = false;
    bool isLimited = false; ///< The number of rows was given.
};
[[nodiscard]] std::string latencyText(const Measured &measured, const LatencyResult &result,
                                      const LatencyText &how);

} // namespace thresher
