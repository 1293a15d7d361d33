// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/tracefile.h"

#include <cstdint>
#include <optional>
#include <string>

namespace thresher {

/// What tells one recording from another, wherever it lies and however it came there: as an index
/// knows its file, but for the time of modification, which a copy changes.
struct TraceIdentity
{
    std::uint64_t size = 0; ///< Bytes.
    std::string hash; ///< Of head, tail and samples between; 32 hexadecimal digits.
    friend bool operator==(const TraceIdentity &, const TraceIdentity &) = default;
};

/// Reads some 200 kB of the file. nullopt: it was changed meanwhile, or cannot be read. Thread:
/// any.
[[nodiscard]] std::optional<TraceIdentity> identityOf(const TraceFile &trace);

} // namespace thresher
