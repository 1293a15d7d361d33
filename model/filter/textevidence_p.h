// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/textmatch.h"
#include "model/io/eventprinter.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace thresher {

/// Finds events whose printed text cannot hold a given pattern, without printing them.
///
/// From the outline of what an event type prints follows whether the pattern can come from its
/// constants, numbers and names alone, with but a letter or two of its string fields. If not,
/// three letters of it, one after the other, lie in one of those fields; a record that has no such
/// three is done. Not thread-safe: one per thread.
class TextEvidence
{
public:
    /// @param pattern  an empty one is held by all.
    TextEvidence(const TextPattern &pattern, bool bigEndian);

    /// False: EventPrinter::info() does not hold the pattern. O(record's strings).
    [[nodiscard]] bool mayHold(EventTypeId event, std::span<const std::byte> payload,
                               EventPrinter &printer);

private:
    enum class How : std::uint8_t { NotKnown, Never, ByStrings, Print };
    struct OfType
    {
        How how = How::NotKnown;
        std::vector<const EventField *> strings;
    };

    [[nodiscard]] OfType study(const std::vector<TextPart> &parts) const;
    [[nodiscard]] bool canHold(const std::vector<TextPart> &parts, std::size_t ofStrings) const;
    [[nodiscard]] std::uint64_t walk(std::uint64_t reached, std::string_view text) const;
    [[nodiscard]] std::uint64_t repeat(std::uint64_t reached, std::string_view letters) const;
    [[nodiscard]] bool hasFragment(std::string_view text) const;

    std::size_t m_size; ///< Of a longer pattern, of the begin.
    bool m_bigEndian;
    std::size_t m_fragment = 0; ///< Letters of a fragment.
    std::array<std::uint64_t, 256> m_at{}; ///< Where a letter fits the pattern, as bits.
    std::vector<OfType> m_types; ///< [event types met]
};

} // namespace thresher
