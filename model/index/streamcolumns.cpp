// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/streamcolumns_p.h"

#include <xxhash.h>

#include <algorithm>

namespace thresher {

void Staging::endFinal()
{
    for (std::size_t i = 0; i < kColumns; ++i)
        m_final[i] = m_bytes[i].size();
}

void Staging::clear()
{
    for (auto &bytes : m_bytes)
        bytes.clear();
    m_final = {};
}

Result<void> StreamColumns::flush(ColumnStore &store, std::uint32_t group, const Staging &staging,
                                  double growth)
{
    if (!m_isPlaced && growth <= 1) {
        THRESHER_TRY(flushWhole(store, group, staging));
    } else {
        for (std::size_t i = 0; i < kColumns; ++i) {
            if (!staging.all(i).empty())
                THRESHER_TRY(flushColumn(store, group, m_columns[i], staging.all(i), growth));
        }
    }
    m_isPlaced = true;
    addPieces(staging);
    return {};
}

// A stream that is read in one go, as most are where there are thousands: one write, no gaps.
Result<void> StreamColumns::flushWhole(ColumnStore &store, std::uint32_t group,
                                       const Staging &staging)
{
    std::vector<std::byte> together;
    for (std::size_t i = 0; i < kColumns; ++i) {
        const auto all = staging.all(i);
        m_columns[i].place.offset = together.size();
        m_columns[i].place.capacity = all.size();
        m_columns[i].size = all.size();
        together.insert(together.end(), all.begin(), all.end());
        together.resize((together.size() + 7) / 8 * 8);
    }
    if (together.empty())
        return {};
    THRESHER_TRY_ASSIGN(const ColumnPlace place, store.allocate(group, together.size()));
    THRESHER_TRY(store.write(place, 0, together));
    for (Column &column : m_columns) {
        column.place.file = place.file;
        column.place.data = place.data + column.place.offset;
        column.place.offset += place.offset;
    }
    return {};
}

Result<void> StreamColumns::flushColumn(ColumnStore &store, std::uint32_t group, Column &column,
                                        std::span<const std::byte> all, double growth)
{
    const std::uint64_t needed = column.finalSize + all.size();
    if (needed > column.place.capacity) {
        // The estimate is from the stream's begin, and streams are not even; it must not come to
        // moving a column again and again.
        const double least = column.place.capacity == 0 ? 1.25 : 2.0;
        const double wanted = static_cast<double>(needed) * std::max(growth * 1.25, least);
        const auto capacity = growth <= 1 ? needed
                                          : static_cast<std::uint64_t>(std::min(wanted, 1e18));
        THRESHER_TRY_ASSIGN(const ColumnPlace place,
                            store.allocate(group, std::max((capacity + 7) / 8 * 8, needed)));
        if (column.finalSize > 0)
            THRESHER_TRY(store.write(place, 0, {column.place.data, column.finalSize}));
        column.place = place;
    }
    THRESHER_TRY(store.write(column.place, column.finalSize, all));
    column.size = needed;
    return {};
}

void StreamColumns::addPieces(const Staging &staging)
{
    for (std::size_t i = 0; i < kColumns; ++i) {
        const std::size_t size = staging.finalSize(i);
        if (size == 0)
            continue;
        m_columns[i].pieces.push_back({size, XXH3_64bits(staging.all(i).data(), size)});
        m_columns[i].finalSize += size;
    }
}

ColumnBytes StreamColumns::bytes() const
{
    ColumnBytes bytes;
    for (std::size_t i = 0; i < kColumns; ++i) {
        if (m_columns[i].size > 0)
            bytes[i] = {m_columns[i].place.data, m_columns[i].size};
    }
    return bytes;
}

} // namespace thresher
