// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/program_p.h"
#include "model/filter/taskpass_p.h"
#include "model/filter/textevidence_p.h"
#include "model/index/recordwalk.h"
#include "model/index/traceindex.h"
#include "model/query/blockbits.h"
#include "model/query/narrowselection.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace thresher {

/// Runs a program over blocks. All steps work on the 256 bits of a block at once, and only on the
/// bits that are still open: first those that columns decide; what they leave is decided page by
/// page from the records, dear steps last. One per thread.
class BlockFilter final : public BlockNarrower
{
public:
    /// @param tasks  one for each of the program's task tests; must outlive this.
    BlockFilter(FilterProgram program, std::span<const TaskPass> tasks,
                std::shared_ptr<const IndexSnapshot> snapshot);
    void narrow(StreamIndex stream, std::uint64_t first, std::span<BlockBits> bits,
                const std::stop_token &stop) override;

private:
    /// Of some events: those that pass, and those of which the columns do not know.
    struct Known
    {
        BlockBits yes{};
        BlockBits maybe{};
    };
    /// The events of a block that pass a step, and for which block that was found.
    struct Leaf
    {
        std::uint64_t stamp = 0;
        BlockBits bits{};
    };
    /// What a value's text came to, by the value; some of them.
    struct SymbolCache
    {
        static constexpr std::size_t kSize = 64;
        enum : std::uint8_t { Unknown, Fails, Passes };
        std::array<std::int64_t, kSize> values{};
        std::array<std::uint8_t, kSize> answers{};
    };

    // blockfilter.cpp: columns
    [[nodiscard]] Known columns(std::uint32_t step, const BlockBits &among);
    [[nodiscard]] Known allOf(const FilterStep &step, const BlockBits &among);
    [[nodiscard]] Known anyOf(const FilterStep &step, const BlockBits &among);
    [[nodiscard]] const BlockBits &leaf(std::uint32_t step);
    [[nodiscard]] BlockBits leafBits(const FilterStep &step) const;
    [[nodiscard]] BlockBits byEvent(const PassList &list) const;
    [[nodiscard]] BlockBits byTask(const TaskPass &pass) const;
    [[nodiscard]] BlockBits byTime(const NumberSet &times) const;
    [[nodiscard]] BlockBits withField(const std::vector<std::uint32_t> &tests) const;

    // recordfilter.cpp: records
    void decide(BlockBits maybe, BlockBits &yes);
    [[nodiscard]] BlockBits records(std::uint32_t step, BlockBits among);
    [[nodiscard]] BlockBits byFields(const FilterStep &step, const BlockBits &among);
    [[nodiscard]] BlockBits byText(std::uint32_t test, const BlockBits &among);
    [[nodiscard]] bool passes(std::uint32_t test, std::span<const std::byte> payload);
    [[nodiscard]] bool passesSymbol(std::uint32_t test, std::int64_t value);
    /// What is printed of an event whose record was read.
    [[nodiscard]] std::string_view text(EventIndex event, const Record &record);
    void makePrinter();

    FilterProgram m_program;
    std::span<const TaskPass> m_tasks;
    std::shared_ptr<const IndexSnapshot> m_snapshot;

    StreamIndex m_stream = 0;
    StreamView::Block m_block;
    std::uint64_t m_stamp = 0; ///< Of the block; counts them.
    std::vector<Leaf> m_leaves; ///< [steps]
    std::vector<SymbolCache> m_symbolCaches; ///< [field tests]; empty if there are no symbols.
    std::optional<RecordWalk> m_walk;

    // For printing; made when first needed.
    std::optional<RecordReader> m_followers; ///< Of records that are printed with the next one.
    std::optional<EventPrinter> m_printer;
    std::vector<TextEvidence> m_evidence; ///< [text tests]
    std::vector<bool> m_printsFollower; ///< [event types]
    std::string_view m_text; ///< In the printer: what it printed last, of this event of m_stream:
    std::optional<EventIndex> m_textOf;
};

} // namespace thresher
