// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/io/chunkwalk_p.h"
#include "model/io/inflater_p.h"
#include "model/io/pagereader.h"

#include <algorithm>

namespace thresher {

namespace {

// How far behind a place in a compressed stream the next chunk's head is looked for.
constexpr std::uint64_t kSearchBytes = 1U << 20U;

std::optional<TimeNs> firstTime(std::span<const std::byte> pages, const StreamInfo &info)
{
    const std::size_t pageSize = info.layout.pageSize;
    for (std::size_t at = 0; pages.size() - at >= pageSize; at += pageSize) {
        PageCursor cursor(pages.subspan(at, pageSize), info.layout);
        RawRecord record;
        if (cursor.next(record))
            return info.clock.apply(record.time);
    }
    return std::nullopt;
}

// Looks into one stream at evenly spread places.
class Surveyor
{
public:
    Surveyor(const TraceFile &trace, const StreamInfo &info)
        : m_trace(trace)
        , m_info(info)
        , m_inflater(info.compression)
    {}

    StreamSurvey run(std::uint32_t samples, const std::stop_token &stop)
    {
        StreamSurvey survey;
        survey.fileBytes = m_info.fileBytes;
        std::uint64_t last = ~std::uint64_t{0};
        for (std::uint32_t i = 0; i < samples && !stop.stop_requested(); ++i) {
            // The last place is the last page's, so that the trace's end is known.
            const auto share = samples == 1
                                   ? 0
                                   : m_info.fileBytes / (samples - 1) * i
                                         + m_info.fileBytes % (samples - 1) * i / (samples - 1);
            const auto sample = m_info.compression == Compression::None ? plain(share)
                                                                        : chunk(share);
            if (!sample || sample->bytesBefore == last)
                continue;
            last = sample->bytesBefore;
            survey.samples.push_back(*sample);
        }
        std::stable_sort(
            survey.samples.begin(), survey.samples.end(),
            [](const auto &a, const auto &b) { return a.bytesBefore < b.bytesBefore; });
        TimeNs latest = kTimeMin;
        for (auto &sample : survey.samples)
            latest = sample.time = std::max(sample.time, latest);
        return survey;
    }

private:
    using Sample = StreamSurvey::Sample;

    [[nodiscard]] std::optional<Sample> plain(std::uint64_t near) const
    {
        const std::uint64_t pageSize = m_info.layout.pageSize;
        const auto pages = m_info.fileBytes / pageSize;
        if (pages == 0)
            return std::nullopt;
        const auto page = std::min(near / pageSize, pages - 1);
        const auto time = firstTime(
            slice(m_trace.bytes(), m_info.fileOffset + page * pageSize, pageSize), m_info);
        return time ? std::optional(Sample{*time, page * pageSize}) : std::nullopt;
    }

    std::optional<Sample> chunk(std::uint64_t near)
    {
        Chunk found;
        if (near == 0) {
            ChunkWalk walk(m_trace.bytes(), m_info.fileOffset, m_info.fileBytes,
                           m_trace.metadata().bigEndian, m_info.layout.pageSize);
            if (!walk.next(found))
                return std::nullopt;
        } else if (!search(near, found)) {
            return std::nullopt;
        }
        if (m_buffer.size() < found.size)
            m_buffer.resize(found.size);
        const auto size = m_inflater.inflate(
            slice(m_trace.bytes(), found.fileOffset, found.compressedSize),
            std::span(m_buffer).first(found.size));
        const auto time = firstTime(std::span(m_buffer).first(size.value_or(0)), m_info);
        if (!time)
            return std::nullopt;
        return Sample{*time, found.fileOffset - m_info.fileOffset};
    }

    // Chunks are a chain, and following it from the begin reads the whole file. So guess: a place
    // where a plausible chunk begins, which leads to another one, or to the stream's end. Wrong
    // guesses that inflate to pages with times are as good as impossible.
    bool search(std::uint64_t near, Chunk &found) const
    {
        const auto stream = slice(m_trace.bytes(), m_info.fileOffset, m_info.fileBytes);
        const std::uint64_t end = stream.size();
        if (near < end && end - near > kSearchBytes / 8)
            return searchIn(stream, near, std::min(near + kSearchBytes, end), found);
        // The last chunk: begin some way before the end, further away if need be, and follow.
        for (std::uint64_t back = 4096;; back *= 4) {
            const auto from = end - std::min(back, end);
            if (searchIn(stream, from, end, found)) {
                goToLast(stream, found);
                return true;
            }
            if (from == 0 || back > kSearchBytes)
                return false;
        }
    }

    bool searchIn(std::span<const std::byte> stream, std::uint64_t from, std::uint64_t to,
                  Chunk &found) const
    {
        for (auto at = from; at + ChunkWalk::kHeadSize < to; ++at) {
            if (leadsOn(stream, at)) {
                setChunk(stream, at, found);
                return true;
            }
        }
        return false;
    }

    void goToLast(std::span<const std::byte> stream, Chunk &found) const
    {
        for (;;) {
            const auto next = found.fileOffset - m_info.fileOffset + found.compressedSize;
            if (next + ChunkWalk::kHeadSize >= stream.size() || !isHead(stream, next))
                return;
            setChunk(stream, next, found);
        }
    }

    void setChunk(std::span<const std::byte> stream, std::uint64_t at, Chunk &chunk) const
    {
        chunk.fileOffset = m_info.fileOffset + at + ChunkWalk::kHeadSize;
        chunk.compressedSize = word(stream, at);
        chunk.size = word(stream, at + 4);
    }

    [[nodiscard]] std::uint32_t word(std::span<const std::byte> stream, std::uint64_t at) const
    {
        return loadNumber<std::uint32_t>(stream.data() + at, m_info.layout.swap);
    }

    [[nodiscard]] bool isHead(std::span<const std::byte> stream, std::uint64_t at) const
    {
        const auto compressed = word(stream, at);
        const auto size = word(stream, at + 4);
        if (!ChunkWalk::isPlausible(compressed, size, m_info.layout.pageSize)
            || size % m_info.layout.pageSize != 0
            || compressed > stream.size() - at - ChunkWalk::kHeadSize)
            return false;
        const auto data = stream.subspan(at + ChunkWalk::kHeadSize);
        if (m_info.compression == Compression::Zstd)
            return data.size() >= 4
                   && loadNumber<std::uint32_t>(data.data(), needsSwap(false)) == 0xFD2FB528U;
        return data.size() >= 2 && data[0] == std::byte{0x78};
    }

    [[nodiscard]] bool leadsOn(std::span<const std::byte> stream, std::uint64_t at) const
    {
        if (!isHead(stream, at))
            return false;
        const auto next = at + ChunkWalk::kHeadSize + word(stream, at);
        return stream.size() - next < ChunkWalk::kHeadSize
               || (next + ChunkWalk::kHeadSize < stream.size() && isHead(stream, next));
    }

    const TraceFile &m_trace;
    const StreamInfo &m_info;
    Inflater m_inflater;
    std::vector<std::byte> m_buffer;
};

} // namespace

std::vector<StreamSurvey> surveyStreams(const TraceFile &trace, std::uint32_t samplesEach,
                                        std::stop_token stop)
{
    const auto token = std::move(stop);
    std::vector<StreamSurvey> surveys;
    surveys.reserve(trace.streams().size());
    for (const auto &info : trace.streams())
        surveys.push_back(Surveyor(trace, info).run(samplesEach, token));
    return surveys;
}

} // namespace thresher
