// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/measureoptions_p.h"
#include "model/analysis/statistics.h"

#include <string>

namespace thresher {

enum class StatsBy : std::uint8_t { Task, Cpu, Event };

/// What statistics are written as; `other` is of the range to compare with, null if there is none.
[[nodiscard]] std::string statsText(const Measured &measured, StatsBy by, const Statistics &one,
                                    const Statistics *other);
[[nodiscard]] std::string statsCsv(const Measured &measured, StatsBy by, const Statistics &one,
                                   const Statistics *other);
[[nodiscard]] std::string statsJson(const Measured &measured, StatsBy by, const Statistics &one,
                                    const Statistics *other);

} // namespace thresher
