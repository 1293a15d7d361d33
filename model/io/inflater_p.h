// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/tracefile.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace thresher {

/// Inflates blocks of a trace, all of one compression. Keeps the library's context between calls.
/// Not thread-safe.
class Inflater
{
public:
    explicit Inflater(Compression compression);
    ~Inflater();
    Inflater(const Inflater &) = delete; // owns a context of the library
    Inflater &operator=(const Inflater &) = delete;

    /// @returns how many bytes of `to` were written; nullopt where `from` is damaged or is more
    /// than `to` can take. Never writes outside `to`.
    [[nodiscard]] std::optional<std::size_t> inflate(std::span<const std::byte> from,
                                                     std::span<std::byte> to);

private:
    struct Private;
    Compression m_compression;
    std::unique_ptr<Private> d;
};

} // namespace thresher
