// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/columns_p.h"
#include "model/index/columnstore_p.h"

#include <array>
#include <cstring>
#include <vector>

namespace thresher {

/// What a worker has decoded and not written yet, of all columns of one stream. Reused for the
/// next.
class Staging
{
public:
    /// Appends elements that will not change any more; only before endFinal().
    template<typename T>
    void append(std::size_t column, std::span<const T> values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto bytes = std::as_bytes(values);
        m_bytes[column].insert(m_bytes[column].end(), bytes.begin(), bytes.end());
    }
    template<typename T>
    void append(std::size_t column, const T &value)
    {
        append(column, std::span<const T>(&value, 1));
    }
    /// What is appended from now on belongs to blocks that are still open: it is written, so that
    /// readers see it, and written again, longer, the next time.
    void endFinal();
    void clear();

    [[nodiscard]] std::span<const std::byte> all(std::size_t column) const
    {
        return m_bytes[column];
    }
    [[nodiscard]] std::size_t finalSize(std::size_t column) const { return m_final[column]; }

private:
    std::array<std::vector<std::byte>, kColumns> m_bytes;
    std::array<std::size_t, kColumns> m_final{};
};

/// The checksum of a run of a column's bytes. On disk as it is.
struct ColumnPiece
{
    std::uint64_t bytes = 0;
    std::uint64_t hash = 0; ///< XXH3, 64 bits.
};
static_assert(sizeof(ColumnPiece) == 16);

/// The columns of one stream as they are in a ColumnStore. Not thread-safe.
class StreamColumns
{
public:
    /// Writes what is staged. A column that outgrows its place moves to a larger one; what readers
    /// have of the old one stays.
    /// @param group  see ColumnStore.
    /// @param growth  how much there will be in the end by how much there is now: 1 at the end.
    [[nodiscard]] Result<void> flush(ColumnStore &store, std::uint32_t group,
                                     const Staging &staging, double growth);

    struct Column
    {
        ColumnPlace place;
        std::uint64_t finalSize = 0; ///< Bytes that stay as they are.
        std::uint64_t size = 0; ///< Bytes, with those of open blocks.
        std::vector<ColumnPiece> pieces; ///< Of the final ones.
    };
    [[nodiscard]] const Column &column(std::size_t number) const { return m_columns[number]; }
    [[nodiscard]] ColumnBytes bytes() const;

private:
    [[nodiscard]] Result<void> flushWhole(ColumnStore &store, std::uint32_t group,
                                          const Staging &staging);
    [[nodiscard]] static Result<void> flushColumn(ColumnStore &store, std::uint32_t group,
                                                  Column &column, std::span<const std::byte> all,
                                                  double growth);
    void addPieces(const Staging &staging);

    std::array<Column, kColumns> m_columns;
    bool m_isPlaced = false;
};

} // namespace thresher
