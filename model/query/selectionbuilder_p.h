// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/selection.h"

namespace thresher {

/// Fills one StreamSelection: first room for all blocks, then ranges of blocks from any thread
/// (each block once), then the counts.
class SelectionBuilder
{
public:
    /// What a filter says of each event type and each task; shared by all streams. 1: shown.
    struct Shown
    {
        explicit Shown(const ShowFilter &filter, const IndexSnapshot &snapshot);
        std::vector<std::uint8_t> events; ///< [event types]
        std::vector<std::uint8_t> tasks; ///< [tasks]
        std::uint8_t otherEvents = 1; ///< Ids outside.
        std::uint8_t otherTasks = 1;
        bool allEvents = true;
        bool allTasks = true;
    };

    /// @param previous  of the same filter and stream; its whole blocks are taken over. May be
    /// null.
    SelectionBuilder(StreamSelection &selection, const StreamView &stream, const Shown &shown,
                     const StreamSelection *previous);

    [[nodiscard]] std::uint64_t firstBlock() const { return m_first; } ///< That must be filled.
    [[nodiscard]] std::uint64_t blockCount() const { return m_selection->m_bits.size(); }
    void fill(std::uint64_t first, std::uint64_t last); ///< Blocks [first, last).
    /// Those blocks' bits, to be narrowed.
    [[nodiscard]] std::span<StreamSelection::Bits> bits(std::uint64_t first, std::uint64_t last);
    /// Takes over blocks [first, last) from another builder of the same stream.
    void copy(const SelectionBuilder &from, std::uint64_t first, std::uint64_t last);
    void finish();
    [[nodiscard]] static StreamSelection both(const StreamSelection &a, const StreamSelection &b);

private:
    static void count(StreamSelection &selection);
    [[nodiscard]] StreamSelection::Bits bitsOf(const StreamView::Block &block) const;

    StreamSelection *m_selection;
    const StreamView *m_stream;
    const Shown *m_shown;
    std::uint64_t m_first = 0;
};

} // namespace thresher
