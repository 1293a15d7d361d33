// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstddef>
#include <limits>
#include <span>

/// Reading mapped bytes whose file has been cut short, or cannot be read, gives zeros instead of a
/// signal: a process-wide SIGBUS handler maps zero pages there. Faults elsewhere go on to the
/// previous handler. Thread: any.
namespace thresher {

/// What guardMapping() gives where there is nothing to guard, or no room (for 512) left.
inline constexpr std::size_t kNoMapping = std::numeric_limits<std::size_t>::max();

/// @param bytes  mapped; may be empty. Guarded until releaseMapping(), which comes before they are
/// unmapped.
/// @param fd  of the one file that is mapped there, so that all behind its end is given up at once;
/// -1: several files, or ones that grow. Open until then.
[[nodiscard]] std::size_t guardMapping(std::span<const std::byte> bytes, int fd);
void releaseMapping(std::size_t mapping);
/// Zeros had to be given.
[[nodiscard]] bool wasMappingDamaged(std::size_t mapping);

} // namespace thresher
