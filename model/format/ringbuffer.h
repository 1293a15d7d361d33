// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <bit>
#include <cstring>
#include <span>

/// Pages ("sub-buffers") of the kernel's ring buffer, as in per_cpu/cpuN/trace_pipe_raw and
/// trace.dat. Source: kernel/trace/ring_buffer.c, include/linux/ring_buffer.h; `header_page` and
/// `header_event`.
namespace thresher {

/// How a trace's pages are laid out; from header_page and the file's head.
struct PageLayout
{
    std::uint32_t pageSize = 4096; ///< Bytes of a sub-buffer, a power of two in [4096, 1 MiB·64].
    std::uint32_t headerSize = 16; ///< u64 time + commit (long of the kernel): 16 or 12.
    bool swap = false; ///< The file's endianness is not this machine's.
    bool bigEndian = false; ///< Also swaps type_len and time_delta within an event's head.

    friend bool operator==(const PageLayout &, const PageLayout &) = default;
};

/// A page's head.
struct PageHeader
{
    std::uint64_t time = 0; ///< Of the first event, before its delta; raw clock ticks.
    std::uint32_t dataSize = 0; ///< Bytes of events after the head, never beyond the page.
    bool isDamaged = false; ///< The commit field claims more than a page holds.
    bool lostBefore = false; ///< Events were lost between the previous page and this one.
    std::int64_t lostCount = -1; ///< How many; -1 where the kernel did not say.
};

/// @param page  at least layout.headerSize bytes, else a damaged, empty header is returned.
/// O(1), any thread.
[[nodiscard]] PageHeader readPageHeader(std::span<const std::byte> page, const PageLayout &layout);

/// One record of a page.
struct RawRecord
{
    std::uint64_t time = 0; ///< Raw clock ticks.
    std::uint32_t offset = 0; ///< Of the payload, in the page.
    std::uint32_t size = 0; ///< Bytes of payload; the first is common_type's.
};

/// Walks the data records of one page, in order; time extends, absolute stamps and padding are
/// folded into the times. Never reads outside the page. Not thread-safe; cheap to make (one per
/// page).
///
/// The hot loop of everything: inlined, one branch per record in the common case.
class PageCursor
{
public:
    PageCursor(std::span<const std::byte> page, const PageLayout &layout);

    [[nodiscard]] const PageHeader &header() const { return m_header; }
    /// @returns false at the page's end, or where the data stops making sense (isDamaged()).
    [[nodiscard]] bool next(RawRecord &record);
    /// As next(), compiled for one case: nextAs<true>() where isNative(), nextAs<false>() for any
    /// page. For loops that decide once per page, or per stream, instead of once per record.
    template<bool kNative>
    [[nodiscard]] bool nextAs(RawRecord &record);
    /// The page is of this machine's endianness, and that is little.
    [[nodiscard]] bool isNative() const { return !m_swap && !m_bigEndian; }
    [[nodiscard]] bool isDamaged() const { return m_damaged; }
    /// Offset in the page of the next record's head; where it stopped making sense, if it did.
    [[nodiscard]] std::uint32_t position() const { return m_pos; }

private:
    bool atEnd();
    bool damaged();

    const std::byte *m_page = nullptr;
    PageHeader m_header;
    std::uint64_t m_time = 0;
    std::uint32_t m_pos = 0;
    std::uint32_t m_end = 0;
    bool m_swap = false;
    bool m_bigEndian = false;
    bool m_damaged = false;
};

} // namespace thresher

#include "model/format/ringbuffer_inl.h"
