// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

// The hot loop of PageCursor; included by ringbuffer.h.

namespace thresher {

namespace ringbuffer {

inline constexpr std::uint32_t kHeadSize = 4; // of a record: type_len:5, time_delta:27
inline constexpr std::uint32_t kMaxDataType = 28; // 1 to 28: payload of 4 * type bytes
// Each record's place depends on the size of the one before, so that the processor cannot run
// ahead, and its own prefetching is too late: 18 ns a record without this, 4 with it (10 M records
// of 45 bytes in 450 MB, Sapphire Rapids). Half a page ahead is into the next page, which mostly
// follows.
inline constexpr std::uint32_t kPrefetchAhead = 2048;
inline constexpr std::uint32_t kLongData = 0; // its size stands in the word behind the head

template<bool kSwap>
[[nodiscard]] inline std::uint32_t loadWord(const std::byte *from)
{
    std::uint32_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return kSwap ? __builtin_bswap32(word) : word;
}

/// What a padding, a time extend or an absolute stamp does to the walk.
struct Step
{
    std::uint64_t time = 0;
    std::uint32_t position = 0;
    enum : std::uint8_t { Go, End, Damaged } what = End;
};

/// Passes by value both ways, so that the cursor's address does not escape and its members stay in
/// registers.
[[nodiscard]] Step skipSpecial(const std::byte *page, std::uint32_t position, std::uint32_t end,
                               std::uint64_t time, bool swap, bool bigEndian);

} // namespace ringbuffer

inline PageCursor::PageCursor(std::span<const std::byte> page, const PageLayout &layout)
    : m_page(page.data())
    , m_header(readPageHeader(page, layout))
    , m_time(m_header.time)
    , m_pos(layout.headerSize)
    , m_end(layout.headerSize + m_header.dataSize)
    , m_swap(layout.swap)
    , m_bigEndian(layout.bigEndian)
{}

template<bool kNative>
inline bool PageCursor::nextAs(RawRecord &record)
{
    using namespace ringbuffer;
    for (;;) {
        if (m_end - m_pos < kHeadSize) [[unlikely]]
            return atEnd();
        std::uint32_t head = 0;
        std::uint32_t type = 0;
        std::uint32_t delta = 0;
        if constexpr (kNative) {
            head = loadWord<false>(m_page + m_pos);
            type = head & 31U;
            delta = head >> 5U;
        } else {
            head = m_swap ? loadWord<true>(m_page + m_pos) : loadWord<false>(m_page + m_pos);
            type = m_bigEndian ? head >> 27U : head & 31U;
            delta = m_bigEndian ? head & 0x7ffffffU : head >> 5U;
        }
        const std::uint32_t payload = m_pos + kHeadSize;
        if (type - 1U < kMaxDataType) [[likely]] {
            const std::uint32_t size = type * 4U;
            __builtin_prefetch(m_page + m_pos + kPrefetchAhead);
            if (size > m_end - payload) [[unlikely]]
                return damaged();
            m_time += delta;
            m_pos = payload + size;
            record.time = m_time;
            record.offset = payload;
            record.size = size;
            return true;
        }
        if (type == kLongData) {
            if (m_end - payload < kHeadSize) [[unlikely]]
                return damaged();
            const auto size = kNative  ? loadWord<false>(m_page + payload)
                              : m_swap ? loadWord<true>(m_page + payload)
                                       : loadWord<false>(m_page + payload);
            // The size counts its own word. A record of nothing is a page of zeros, not data.
            if (size <= kHeadSize || size > m_end - payload) [[unlikely]]
                return damaged();
            m_time += delta;
            // The kernel rounds up to whole words, as all heads are aligned; the last one may be
            // short.
            const std::uint32_t padded = (size + 3U) & ~3U;
            m_pos = padded > m_end - payload ? m_end : payload + padded;
            record.time = m_time;
            record.offset = payload + kHeadSize;
            record.size = size - kHeadSize;
            return true;
        }
        const auto step = skipSpecial(m_page, m_pos, m_end, m_time, !kNative && m_swap,
                                      !kNative && m_bigEndian);
        if (step.what == Step::Damaged)
            return damaged();
        m_time = step.time;
        m_pos = step.position;
        if (step.what == Step::End)
            return false;
    }
}

inline bool PageCursor::next(RawRecord &record)
{
    return isNative() ? nextAs<true>(record) : nextAs<false>(record);
}

inline bool PageCursor::atEnd()
{
    // Up to three odd bytes behind the last record are nothing that a kernel writes.
    if (m_pos != m_end)
        m_damaged = true;
    return false;
}

inline bool PageCursor::damaged()
{
    m_damaged = true;
    m_end = m_pos;
    return false;
}

} // namespace thresher
