// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/tornpage.h"

#include "model/base/bytes.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace thresher::capture {

namespace {

constexpr std::size_t kTimeSize = 8;
constexpr std::uint64_t kMissedEvents = std::uint64_t{1} << 31U;

template<typename T>
void store(std::span<std::byte> page, T value, bool swap)
{
    if (swap)
        value = byteSwapped(value);
    std::memcpy(page.data() + kTimeSize, &value, sizeof(value));
}

} // namespace

std::vector<std::byte> repairedPage(std::span<const std::byte> torn, const PageLayout &layout)
{
    if (torn.size() <= layout.headerSize)
        return {};
    PageCursor cursor(torn, layout);
    const PageHeader header = cursor.header();
    std::vector<std::byte> page(layout.pageSize);
    if (!header.isDamaged) { // what is missing was never filled
        std::copy(torn.begin(), torn.end(), page.begin());
        return page;
    }
    RawRecord record;
    std::uint32_t end = layout.headerSize;
    while (cursor.next(record))
        end = record.offset + record.size;
    if (end == layout.headerSize)
        return {};
    std::copy_n(torn.begin(), end, page.begin());
    const bool lostBefore = header.lostBefore;
    const std::uint64_t commit = (end - layout.headerSize) | (lostBefore ? kMissedEvents : 0);
    if (layout.headerSize == kTimeSize + sizeof(std::uint64_t))
        store(std::span(page), commit, layout.swap);
    else
        store(std::span(page), static_cast<std::uint32_t>(commit), layout.swap);
    return page;
}

} // namespace thresher::capture
