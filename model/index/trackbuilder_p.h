// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/columns_p.h"
#include "model/index/pyramid.h"
#include "model/index/streamcolumns_p.h"

#include <array>

namespace thresher {

/// Makes the columns and the pyramid of a track from slices that arrive one after the other. Keeps
/// the block that is open; a few KiB.
class TrackBuilder
{
public:
    explicit TrackBuilder(TrackKind kind)
        : m_kind(kind)
    {}

    /// For contiguous tracks: ends the current slice at `begin`, and begins one of `value`. `begin`
    /// must not be before the current one's. @returns the ended slice's length, 0 if there was
    /// none.
    std::uint64_t open(TimeNs begin, std::uint32_t value, Staging &staging);
    /// For the others: a whole slice, that begins where the last one ended, or later.
    void add(const Slice &slice, Staging &staging);

    [[nodiscard]] std::uint64_t size() const { return m_size; }
    /// Of the current slice of a contiguous track; kNoValue if there is none.
    [[nodiscard]] std::uint32_t currentValue() const
    {
        return m_used == 0 ? kNoValue : m_dict[m_codes[m_used - 1]];
    }
    [[nodiscard]] TimeNs currentBegin() const { return m_used == 0 ? 0 : m_begins[m_used - 1]; }

    /// Ends the current slice of a contiguous track, which is the last, and stages the open block
    /// for good. @returns as open().
    std::uint64_t finish(TimeNs end, Staging &staging);
    /// Stages the open block as it is, for readers, if it is not what they have: behind
    /// Staging::endFinal().
    void stageTail(TimeNs end, Staging &staging);

private:
    [[nodiscard]] std::size_t column(TrackColumn which, std::size_t level = 0) const
    {
        return columnNumber(m_kind, which, level);
    }
    void append(TimeNs begin, TimeNs end, std::uint32_t value);
    std::uint64_t endCurrent(TimeNs end, Staging &staging);
    void sum(std::uint32_t value, std::uint64_t ns, Staging &staging);
    [[nodiscard]] std::uint8_t codeOf(std::uint32_t value);
    [[nodiscard]] bool isWide() const;
    void stageBlock(Staging &staging);
    void closeBlock(Staging &staging);

    static constexpr std::size_t kSlots = 512; // twice the dictionary: always free ones

    TrackKind m_kind;
    std::uint64_t m_size = 0;
    std::uint64_t m_staged = 0; ///< Slices that readers have.
    std::uint64_t m_dictBefore = 0; ///< Of the blocks before the open one.
    std::uint32_t m_wideBefore = 0;
    std::uint32_t m_used = 0; ///< Slices of the open block.
    std::uint32_t m_dictUsed = 0;
    bool m_hasLong = false; ///< A slice of the open block has a length of more than 32 bits.
    std::array<TimeNs, kBlockSlices> m_begins{};
    std::array<TimeNs, kBlockSlices> m_ends{};
    std::array<std::uint8_t, kBlockSlices> m_codes{};
    std::array<std::uint32_t, kBlockSlices> m_dict{};
    std::array<std::uint16_t, kSlots> m_slots{}; ///< Hash of a value → its code + 1.
    PyramidBuilder m_pyramid;
};

} // namespace thresher
