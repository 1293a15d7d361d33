// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"

#include <random>

namespace thresher::capture {

/// A probe of any kind with anything that a line can say.
[[nodiscard]] ProbeSpec randomProbe(std::mt19937 &random);

} // namespace thresher::capture
