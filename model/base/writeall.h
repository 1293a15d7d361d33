// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace thresher {

/// Writes at the file's position, again after a signal and where the kernel takes a part only.
/// @returns how many bytes were written; if not all, errno tells why (ENOSPC if nothing was taken).
/// Thread: any.
[[nodiscard]] std::size_t writeAll(int fd, std::span<const std::byte> bytes);
/// The same at `offset`; the position stays.
[[nodiscard]] std::size_t writeAllAt(int fd, std::span<const std::byte> bytes,
                                     std::uint64_t offset);

} // namespace thresher
