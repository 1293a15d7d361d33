// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/eventformat.h"
#include "capture/probes/probespec.h"

#include <vector>

namespace thresher::ui {

/// What a filter of the probe's event may use, by the line alone. Empty where the kernel decides
/// which there are, or of which kind. O(arguments).
[[nodiscard]] std::vector<capture::EventField> fieldsOf(const capture::ProbeSpec &spec);

} // namespace thresher::ui
