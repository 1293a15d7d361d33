// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/cut/pageencoder_p.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace thresher {

namespace {

constexpr std::uint32_t kLostFlag = 1U << 31U;
constexpr std::uint32_t kLostCountFlag = 1U << 30U;
constexpr std::uint32_t kTimeExtend = 30;
constexpr std::uint32_t kTimeStamp = 31;
constexpr std::uint32_t kWord = 4;
constexpr std::uint32_t kMaxShortData = ringbuffer::kMaxDataType * kWord;
constexpr std::uint64_t kDeltaBits = 27;
constexpr std::uint64_t kMaxDelta = 1ULL << kDeltaBits; // of a record's head
constexpr std::uint64_t kMaxWide = 1ULL << 59U; // of a time extend, and of an absolute stamp

} // namespace

PageEncoder::PageEncoder(const PageLayout &layout, std::vector<std::byte> &pages)
    : m_layout(layout)
    , m_pages(pages)
{}

void PageEncoder::word(std::uint32_t value)
{
    if (m_layout.swap)
        value = byteSwapped(value);
    std::memcpy(m_pages.data() + m_page + m_position, &value, sizeof value);
    m_position += kWord;
}

void PageEncoder::head(std::uint32_t type, std::uint32_t delta)
{
    word(m_layout.bigEndian ? type << kDeltaBits | delta : delta << 5U | type);
}

void PageEncoder::longNumber(std::size_t at, std::uint64_t value)
{
    std::byte *const to = m_pages.data() + m_page + at;
    if (longSize() == 8) {
        const auto number = m_layout.swap ? byteSwapped(value) : value;
        std::memcpy(to, &number, sizeof number);
    } else {
        auto number = static_cast<std::uint32_t>(value);
        number = m_layout.swap ? byteSwapped(number) : number;
        std::memcpy(to, &number, sizeof number);
    }
}

void PageEncoder::begin(std::uint64_t time)
{
    m_page = m_pages.size();
    m_pages.resize(m_page + m_layout.pageSize);
    const auto stamp = m_layout.swap ? byteSwapped(time) : time;
    std::memcpy(m_pages.data() + m_page, &stamp, sizeof stamp);
    m_position = m_layout.headerSize;
    m_end = m_layout.pageSize;
    m_time = time;
    m_isFirstAfterLoss = m_isLossPending;
    m_isLossPending = false;
    // The number stands behind the data.
    if (m_isFirstAfterLoss && m_lossCount > 0)
        m_end -= longSize();
}

void PageEncoder::flush()
{
    if (m_position == 0)
        return;
    std::uint32_t commit = m_position - m_layout.headerSize;
    const bool hasCount = m_isFirstAfterLoss && m_lossCount > 0
                          && m_layout.pageSize - m_position >= longSize();
    if (m_isFirstAfterLoss)
        commit |= kLostFlag;
    if (hasCount) {
        commit |= kLostCountFlag;
        longNumber(m_position, static_cast<std::uint64_t>(m_lossCount));
    }
    longNumber(sizeof(std::uint64_t), commit);
    m_position = 0;
}

void PageEncoder::lose(std::int64_t count)
{
    flush();
    m_isLossPending = true;
    m_lossCount = longSize() == 4 && count > 0xffffffffLL ? -1 : count;
}

void PageEncoder::addEmptyPage(std::uint64_t time)
{
    flush();
    begin(time);
    flush();
}

std::span<std::byte> PageEncoder::add(std::uint64_t time, std::span<const std::byte> payload,
                                      bool isLong)
{
    if (payload.empty())
        return {};
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(payload.size(), 1U << 30U));
    const std::uint32_t padded = (size + kWord - 1) & ~(kWord - 1);
    isLong = isLong || padded != size || size > kMaxShortData;
    const std::uint32_t needed = kWord + (isLong ? kWord : 0) + padded;
    const std::uint64_t delta = time - m_time; // wraps where time goes back
    const bool isBack = time < m_time;
    const bool isFar = isBack || delta >= kMaxDelta;
    // An absolute stamp has no more than 59 bits, of which the upper ones are the last time's.
    const bool isTold = isBack ? time / kMaxWide == m_time / kMaxWide : delta < kMaxWide;
    if (m_position != 0 && (!isTold || needed + (isFar ? 2 * kWord : 0) > m_end - m_position))
        flush();
    if (m_position == 0) {
        if (needed > m_layout.pageSize - m_layout.headerSize)
            return {};
        begin(time);
        m_end = std::max(m_end, m_position + needed); // rather the record than the number lost
    } else if (isFar) {
        const std::uint64_t wide = isBack ? time % kMaxWide : delta;
        head(isBack ? kTimeStamp : kTimeExtend, static_cast<std::uint32_t>(wide % kMaxDelta));
        word(static_cast<std::uint32_t>(wide >> kDeltaBits));
        m_time = time;
    }
    head(isLong ? 0 : padded / kWord, static_cast<std::uint32_t>(time - m_time));
    if (isLong)
        word(padded + kWord);
    m_time = time;
    assert(m_position + padded <= m_layout.pageSize);
    std::byte *const to = m_pages.data() + m_page + m_position;
    std::memcpy(to, payload.data(), size);
    m_position += padded;
    return {to, size};
}

} // namespace thresher
