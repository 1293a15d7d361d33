// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/histogramoption.h"
#include "model/io/tracefile.h"

#include <vector>

namespace thresher {

/// What the kernel's histograms had counted, as it is kept with a trace, in the file's order; those
/// that are damaged are left out. They count the whole recording, whatever part of it the trace is.
/// Reads the metadata once more: O(metadata), as readRawMetadata(). Fails as that does.
[[nodiscard]] Result<std::vector<KeptHistograms>> readKeptHistograms(const TraceFile &trace);

} // namespace thresher
