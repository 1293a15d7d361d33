// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/ringbuffer.h"

#include "model/base/bytes.h"

namespace thresher {

namespace {

// The commit field: bytes of data, and two flags of the reader's that took the page out.
constexpr std::uint32_t kCommitMask = (1U << 27U) - 1U;
constexpr std::uint32_t kLostFlag = 1U << 31U;
constexpr std::uint32_t kLostCountFlag = 1U << 30U;

constexpr std::uint32_t kPadding = 29;
constexpr std::uint32_t kTimeExtend = 30;
constexpr std::uint64_t kStampTopBits = 0xf8ULL << 56U; // that an absolute stamp does not carry

} // namespace

PageHeader readPageHeader(std::span<const std::byte> page, const PageLayout &layout)
{
    PageHeader header;
    if (layout.headerSize < 12 || page.size() < layout.headerSize) {
        header.isDamaged = true;
        return header;
    }
    header.time = loadNumber<std::uint64_t>(page.data(), layout.swap);
    const bool longIs8 = layout.headerSize >= 16;
    const auto commit = longIs8 ? static_cast<std::uint32_t>(
                            loadNumber<std::uint64_t>(page.data() + 8, layout.swap))
                                : loadNumber<std::uint32_t>(page.data() + 8, layout.swap);
    const auto room = static_cast<std::uint32_t>(page.size()) - layout.headerSize;
    header.dataSize = commit & kCommitMask;
    if (header.dataSize > room) {
        header.dataSize = room;
        header.isDamaged = true;
    }
    if ((commit & kLostFlag) == 0)
        return header;
    header.lostBefore = true;
    const std::uint32_t longSize = longIs8 ? 8 : 4;
    if ((commit & kLostCountFlag) != 0 && room - header.dataSize >= longSize) {
        const std::byte *const from = page.data() + layout.headerSize + header.dataSize;
        const auto count = longIs8 ? loadNumber<std::uint64_t>(from, layout.swap)
                                   : loadNumber<std::uint32_t>(from, layout.swap);
        // A count that no machine can reach is damage, and none at all says nothing.
        if (count > 0 && count < (1ULL << 48U))
            header.lostCount = static_cast<std::int64_t>(count);
    }
    return header;
}

ringbuffer::Step ringbuffer::skipSpecial(const std::byte *page, std::uint32_t position,
                                         std::uint32_t end, std::uint64_t time, bool swap,
                                         bool bigEndian)
{
    const auto head = loadNumber<std::uint32_t>(page + position, swap);
    const std::uint32_t type = bigEndian ? head >> 27U : head & 31U;
    const std::uint64_t delta = bigEndian ? head & 0x7ffffffU : head >> 5U;
    const std::uint32_t behind = position + kHeadSize;
    if (type == kPadding && delta == 0)
        return {time, end, Step::End}; // nothing more on this page
    if (end - behind < 4)
        return {time, position, Step::Damaged};
    const auto word = loadNumber<std::uint32_t>(page + behind, swap);
    if (type == kPadding) {
        // A discarded record: the word says how much to skip, itself included. Its delta counts.
        if (word < 4 || word > end - behind)
            return {time, position, Step::Damaged};
        return {time + delta, behind + word, Step::Go};
    }
    const std::uint64_t wide = (static_cast<std::uint64_t>(word) << 27U) + delta;
    if (type == kTimeExtend)
        return {time + wide, behind + 4, Step::Go};
    return {wide | (time & kStampTopBits), behind + 4, Step::Go};
}

} // namespace thresher
