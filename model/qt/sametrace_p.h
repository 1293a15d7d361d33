// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/tracefile.h"

namespace thresher {

/// Whether one is the other, or the file that a recording became which was looked at while it
/// grew: times mean the same there, places and ids need not.
[[nodiscard]] inline bool isSameRecording(const TraceFile &one, const TraceFile &other)
{
    const auto id = one.metadata().traceId;
    return &one == &other || (id != 0 && id == other.metadata().traceId);
}

} // namespace thresher
