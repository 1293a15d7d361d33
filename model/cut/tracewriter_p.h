// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/cut/cutmetadata_p.h"
#include "model/cut/outputfile_p.h"
#include "model/cut/streamcutter_p.h"

#include <cstdint>
#include <vector>

namespace thresher {

/// Puts a trace.dat together: begin(), then add() for all batches in their order, then finish().
/// Not thread-safe.
class TraceWriter
{
public:
    /// All must outlive the writer.
    TraceWriter(OutputFile &file, const TraceFile &trace, const CutRequest &request,
                const CutPlan &plan, const CutMetadata &metadata);

    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> add(std::size_t batch, const BatchOutput &output);
    [[nodiscard]] Result<void> finish();

private:
    struct Stream
    {
        CpuId cpu = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };
    struct Buffer
    {
        std::size_t instance = 0;
        std::uint64_t offset = 0; ///< Version 7: of its section; 6: of its options.
        std::vector<Stream> streams;
    };

    [[nodiscard]] bool isV7() const { return m_request.version == 7; }
    [[nodiscard]] bool compresses() const { return m_request.compression != Compression::None; }
    [[nodiscard]] Result<void> writeHead();
    [[nodiscard]] Result<void> writeSection(std::uint16_t id, std::span<const std::byte> body,
                                            bool compress);
    [[nodiscard]] Result<void> beginV6();
    [[nodiscard]] Result<void> beginBuffer(std::size_t instance);
    [[nodiscard]] Result<void> endBuffer();
    [[nodiscard]] Result<void> beginBuffersUpTo(std::size_t instance);
    [[nodiscard]] Result<void> beginStream(const StreamPart &part);
    [[nodiscard]] Result<void> endStream();
    [[nodiscard]] Result<void> finishV7();
    [[nodiscard]] Result<void> patch64(std::uint64_t offset, std::uint64_t value);
    [[nodiscard]] std::vector<std::byte> describe(const Buffer &buffer) const;

    OutputFile &m_file;
    const TraceFile &m_trace;
    const CutRequest &m_request;
    const CutPlan &m_plan;
    const CutMetadata &m_metadata;
    bool m_bigEndian;

    std::uint64_t m_optionsAt = 0; ///< Version 7: where the place of the options is told.
    std::vector<std::pair<std::uint16_t, std::uint64_t>> m_sections; ///< Version 7: id, place.
    std::vector<std::uint64_t> m_bufferPlacesAt; ///< Version 6: by instance.
    std::uint64_t m_tableAt = 0; ///< Version 6: of the open buffer's CPUs.
    std::vector<Buffer> m_buffers; ///< The last one is open.
    std::uint32_t m_chunks = 0; ///< Of the open stream.
    bool m_isStreamOpen = false;
    std::size_t m_openPart = 0;
};

} // namespace thresher
