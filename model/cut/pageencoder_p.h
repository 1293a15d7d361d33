// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/ringbuffer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace thresher {

/// Writes records into pages of a ring buffer, as the kernel does. Source: kernel/trace/
/// ring_buffer.c, `header_event`. Not thread-safe.
class PageEncoder
{
public:
    /// @param layout  of the pages that are made.
    /// @param pages  where they are appended, whole ones.
    PageEncoder(const PageLayout &layout, std::vector<std::byte> &pages);

    /// Appends a record, on a new page where this one has no room for it, or cannot tell its time.
    /// @param isLong  its size stands in a word of its own, whatever the size (kernels of machines
    /// that need aligned data write all so).
    /// @returns its payload on the page, valid until the next call; empty: no page can hold it.
    [[nodiscard]] std::span<std::byte> add(std::uint64_t time, std::span<const std::byte> payload,
                                           bool isLong);
    /// Events were lost here: the page ends, and the next one says so. count < 0: not known.
    void lose(std::int64_t count);
    /// A page without events, which says what was lost behind the last one.
    void addEmptyPage(std::uint64_t time);
    /// Ends the page, if one is open.
    void flush();

private:
    void begin(std::uint64_t time);
    void head(std::uint32_t type, std::uint32_t delta);
    void word(std::uint32_t value);
    void longNumber(std::size_t at, std::uint64_t value);
    [[nodiscard]] std::uint32_t longSize() const { return m_layout.headerSize - 8; }

    PageLayout m_layout;
    std::vector<std::byte> &m_pages;
    std::size_t m_page = 0; ///< Where the open one begins in m_pages.
    std::uint32_t m_position = 0; ///< In the open page; 0: none is open.
    std::uint32_t m_end = 0; ///< Of what may be written.
    std::uint64_t m_time = 0;
    bool m_isLossPending = false;
    bool m_isFirstAfterLoss = false; ///< The open page says that events were lost before.
    std::int64_t m_lossCount = -1;
};

} // namespace thresher
