// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/cut/anonymizer_p.h"
#include "model/cut/cutplan_p.h"
#include "model/format/deflater.h"
#include "model/io/pagereader.h"

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace thresher {

class PageEncoder;

/// What is written of a batch: pieces of the trace itself, and of bytes that were made.
struct BatchOutput
{
    struct Piece
    {
        const std::byte *mapped = nullptr; ///< In the trace; null: in `made`.
        std::size_t begin = 0; ///< In `made`.
        std::size_t size = 0;
    };
    std::vector<Piece> pieces; ///< One after the other.
    std::vector<std::byte> made;
    std::uint32_t chunks = 0; ///< Of compressed output.
    std::uint64_t copiedPages = 0;
    std::uint64_t writtenPages = 0;
    std::uint64_t lostSpans = 0;

    [[nodiscard]] std::span<const std::byte> bytes(const Piece &piece) const
    {
        return {piece.mapped != nullptr ? piece.mapped : made.data() + piece.begin, piece.size};
    }
    void clear();
};

/// Makes the pages of one batch after the other. One per thread.
class StreamCutter
{
public:
    StreamCutter(std::shared_ptr<const IndexSnapshot> snapshot, const CutPlan &plan,
                 const Anonymizer &anonymizer, Compression compression);

    /// Fails where the pages do not hold what the index says; is incomplete, without an error, when
    /// asked to stop.
    [[nodiscard]] Result<void> cut(const CutBatch &batch, const std::stop_token &stop,
                                   BatchOutput &output);

private:
    struct Page
    {
        std::span<const std::byte> bytes;
        EventIndex begin = 0; ///< Its events.
        EventIndex end = 0;
    };

    /// What was lost between the kept event before and another one.
    struct Loss
    {
        bool isTold = false;
        std::int64_t count = 0; ///< -1: not known.
        std::size_t next = 0; ///< Position in StreamView::lost behind it.
    };

    void begin(const StreamPart &part, const CutBatch &batch);
    void addPage(const StreamPart &part, const Page &page, PageEncoder &encoder,
                 BatchOutput &output);
    [[nodiscard]] bool isWhole(const StreamPart &part, const Page &page);
    void encode(const StreamPart &part, const Page &page, PageEncoder &encoder,
                BatchOutput &output);
    void copy(const Page &page, PageEncoder &encoder, BatchOutput &output);
    void addLossBehind(const StreamPart &part, PageEncoder &encoder, BatchOutput &output);
    [[nodiscard]] Loss lossBefore(EventIndex event) const;
    void tellMade(BatchOutput &output);
    [[nodiscard]] Result<void> compress(std::uint32_t pageSize, BatchOutput &output);
    [[nodiscard]] tl::unexpected<Error> changed(StreamIndex stream) const;

    std::shared_ptr<const IndexSnapshot> m_snapshot;
    const CutPlan &m_plan;
    const Anonymizer &m_anonymizer;
    Anonymizer::Records m_records;
    PageReader m_reader;
    Compression m_compression;
    std::optional<Deflater> m_deflater;
    std::vector<std::byte> m_pages; ///< That are being compressed.
    bool m_mayPointIntoTrace = false;

    const StreamView *m_view = nullptr; ///< Of the batch.
    std::uint64_t m_lastTime = 0; ///< Of the last record kept, as it was recorded.
    std::size_t m_nextLoss = 0; ///< Position in StreamView::lost of the first not told yet.
    std::size_t m_toldMade = 0; ///< Of BatchOutput::made, what is in a piece.
    bool m_isDamaged = false;
};

} // namespace thresher
