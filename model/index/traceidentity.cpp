// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/traceidentity.h"

#include "model/index/indexcache_p.h"

namespace thresher {

std::optional<TraceIdentity> identityOf(const TraceFile &trace)
{
    const auto identity = identify(trace);
    if (!identity)
        return std::nullopt;
    TraceIdentity result{identity->size, {}};
    for (const std::uint64_t half : identity->hash) {
        for (int shift = 60; shift >= 0; shift -= 4)
            result.hash += "0123456789abcdef"[half >> static_cast<unsigned>(shift) & 15U];
    }
    return result;
}

} // namespace thresher
