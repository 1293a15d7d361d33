// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/tracedat.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace thresher {

/// Compresses blocks, all by one method; keeps the library's context between calls. Not
/// thread-safe.
class Deflater
{
public:
    explicit Deflater(Compression compression); ///< Not None.
    ~Deflater();
    Deflater(const Deflater &) = delete; // owns a context of the library
    Deflater &operator=(const Deflater &) = delete;

    /// Appends the compressed bytes to `to`. @returns their number; 0: there is no memory.
    [[nodiscard]] std::size_t deflate(std::span<const std::byte> from, std::vector<std::byte> &to);
    /// Appends a stream's pages as chunks of some pages each, with their sizes before them.
    /// @returns their number; 0: there is no memory.
    [[nodiscard]] std::uint32_t deflatePages(std::span<const std::byte> pages,
                                             std::uint32_t pageSize, bool bigEndian,
                                             std::vector<std::byte> &to);

private:
    struct Private;
    Compression m_compression;
    std::unique_ptr<Private> d;
};

/// As the head of a file of version 7 names it: "zstd", "1.5.4".
[[nodiscard]] std::string_view compressionName(Compression compression);
[[nodiscard]] std::string_view compressionLibrary(Compression compression);

} // namespace thresher
