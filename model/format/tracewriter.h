// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/base/types.h"
#include "model/format/metadatasections.h"
#include "model/format/outputfile.h"
#include "model/format/tracedat.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace thresher {

/// What a trace.dat's head says.
struct TraceHead
{
    int version = 7; ///< 6 or 7.
    bool bigEndian = false;
    std::uint8_t longSize = 8; ///< 4 or 8.
    std::uint32_t pageSize = 4096; ///< Version 6 has this one for all buffers.
    Compression compression = Compression::None; ///< Version 6 has None only.
    std::uint32_t cpuCount = 1; ///< Of the machine; no stream is of a CPU beyond.
};

/// A buffer instance. The first one is the top buffer, whose name is empty.
struct TraceBuffer
{
    std::string name;
    std::string clock;
    std::uint32_t pageSize = 4096;
};

/// Puts a trace.dat together: begin(), then the streams in order of their buffers, then finish().
/// Not thread-safe.
class TraceWriter
{
public:
    /// `file` must outlive the writer. At least the top buffer.
    TraceWriter(OutputFile &file, const TraceHead &head, std::vector<TraceBuffer> buffers);

    /// All that stands before the pages. `options` are those of both versions, ended by nothing;
    /// `sections` are further ones of version 7.
    [[nodiscard]] Result<void> begin(const MetadataTexts &texts, std::vector<RawOption> options,
                                     std::span<const RawSection> sections);
    /// From here on pages are of this CPU. `buffer` is not below that of the stream before.
    [[nodiscard]] Result<void> beginStream(std::size_t buffer, CpuId cpu);
    /// Whole pages; of a compressed file chunks, each with its two sizes before it.
    [[nodiscard]] Result<void> write(std::span<const std::byte> bytes)
    {
        return m_file.write(bytes);
    }
    /// Whole pages that lie in a file, uncompressed; see OutputFile::copy().
    [[nodiscard]] Result<void> copy(int from, std::uint64_t offset, std::uint64_t size)
    {
        return m_file.copy(from, offset, size);
    }
    /// Of a compressed file: so many of the stream's chunks were written.
    void addChunks(std::uint32_t chunks) { m_chunks += chunks; }
    /// Buffers without a stream are there as well: the file shows which there were.
    [[nodiscard]] Result<void> finish();

private:
    struct Stream
    {
        CpuId cpu = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };
    struct Written
    {
        std::uint64_t offset = 0; ///< Version 7: of its section; 6: of its options.
        std::vector<Stream> streams;
    };

    [[nodiscard]] bool isV7() const { return m_head.version == 7; }
    [[nodiscard]] bool compresses() const { return m_head.compression != Compression::None; }
    [[nodiscard]] Result<void> writeHead();
    [[nodiscard]] Result<void> writeSection(OptionId id, std::span<const std::byte> body,
                                            bool compress);
    [[nodiscard]] Result<void> beginV6();
    [[nodiscard]] Result<void> beginBuffer(std::size_t buffer);
    [[nodiscard]] Result<void> endBuffer();
    [[nodiscard]] Result<void> beginBuffersUpTo(std::size_t buffer);
    [[nodiscard]] Result<void> endStream();
    [[nodiscard]] Result<void> finishV7();
    [[nodiscard]] Result<void> patch64(std::uint64_t offset, std::uint64_t value);
    [[nodiscard]] std::vector<std::byte> describe(std::size_t buffer) const;

    OutputFile &m_file;
    const TraceHead m_head;
    const std::vector<TraceBuffer> m_buffers;
    std::vector<RawOption> m_options;

    std::uint64_t m_optionsAt = 0; ///< Version 7: where the place of the options is told.
    std::vector<std::pair<OptionId, std::uint64_t>> m_sections; ///< Version 7: id, place.
    std::vector<std::uint64_t> m_bufferPlacesAt; ///< Version 6: by buffer.
    std::uint64_t m_tableAt = 0; ///< Version 6: of the open buffer's CPUs.
    std::vector<Written> m_written; ///< By buffer; the last one is open.
    std::uint32_t m_chunks = 0; ///< Of the open stream.
    bool m_isStreamOpen = false;
};

} // namespace thresher
