// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/bytes.h"
#include "model/io/pagereader.h"

#include <cstdint>
#include <optional>
#include <span>

namespace thresher {

/// Walks the heads of a compressed stream's chunks: {u32 count, count × {u32 compressed size, u32
/// size, bytes}}. Inflates nothing. Each step is O(1) and touches one place of the file.
class ChunkWalk
{
public:
    static constexpr std::uint32_t kHeadSize = 8;
    static constexpr std::uint32_t kMaxSize = 64U << 20U; ///< Of one inflated chunk.

    /// @param file  all of it; `offset` and `size` say where the stream lies, and are inside.
    ChunkWalk(std::span<const std::byte> file, std::uint64_t offset, std::uint64_t size,
              bool bigEndian, std::uint32_t pageSize)
        : m_file(file.first(offset + size))
        , m_position(offset)
        , m_pageSize(pageSize)
        , m_swap(needsSwap(bigEndian))
    {
        if (size < 4) {
            m_damage = size == 0 ? nullptr : "The file ends before this CPU's first chunk.";
            return;
        }
        m_left = number(offset);
        m_position += 4;
    }

    /// @returns false at the end, or where the sizes make no sense (damage() says why).
    [[nodiscard]] bool next(Chunk &chunk)
    {
        if (m_left == 0)
            return false;
        if (m_file.size() - m_position < kHeadSize)
            return stop("The file ends between two chunks of this CPU.");
        const auto compressed = number(m_position);
        const auto size = number(m_position + 4);
        if (!isPlausible(compressed, size, m_pageSize))
            return stop("The sizes of a chunk cannot be.");
        if (compressed > m_file.size() - m_position - kHeadSize)
            return stop("The file ends within a chunk of this CPU, or its size is wrong.");
        chunk.fileOffset = m_position + kHeadSize;
        chunk.firstPage = m_page;
        chunk.compressedSize = compressed;
        chunk.size = size;
        m_position = chunk.fileOffset + compressed;
        m_page += (std::uint64_t{size} + m_pageSize - 1) / m_pageSize;
        --m_left;
        return true;
    }

    /// Whether a chunk can have these sizes: text of kernel records hardly shrinks to a thousandth,
    /// but some empty pages do. What a file claims beyond that is not inflated.
    [[nodiscard]] static bool isPlausible(std::uint32_t compressed, std::uint32_t size,
                                          std::uint32_t pageSize)
    {
        return compressed > 0 && size > 0 && size <= kMaxSize
               && size <= std::uint64_t{16} * pageSize + std::uint64_t{compressed} * 1024;
    }

    [[nodiscard]] std::uint64_t position() const { return m_position; }
    [[nodiscard]] std::uint32_t left() const { return m_left; } ///< Chunks that are still to come.
    [[nodiscard]] const char *damage() const { return m_damage; } ///< A sentence, or null.

private:
    [[nodiscard]] std::uint32_t number(std::uint64_t offset) const
    {
        return loadNumber<std::uint32_t>(m_file.data() + offset, m_swap);
    }
    bool stop(const char *why)
    {
        m_damage = why;
        m_left = 0;
        return false;
    }

    std::span<const std::byte> m_file;
    std::uint64_t m_position = 0;
    std::uint64_t m_page = 0;
    std::uint32_t m_left = 0;
    std::uint32_t m_pageSize = 4096;
    bool m_swap = false;
    const char *m_damage = nullptr;
};

} // namespace thresher
