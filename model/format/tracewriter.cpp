// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/tracewriter.h"

#include "model/format/bytewriter.h"
#include "model/format/deflater.h"

#include <cassert>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr auto kBufferOption = static_cast<std::uint16_t>(OptionId::Buffer);
constexpr std::uint32_t kNoName = 0xffffffffU; // of a section
constexpr std::uint64_t kMaxTables = 1U << 30U; // of version 6: CPUs times buffers

} // namespace

TraceWriter::TraceWriter(OutputFile &file, const TraceHead &head, std::vector<TraceBuffer> buffers)
    : m_file(file)
    , m_head(head)
    , m_buffers(std::move(buffers))
{
    assert(!m_buffers.empty() && m_buffers.front().name.empty());
    assert(isV7() || !compresses());
}

Result<void> TraceWriter::patch64(std::uint64_t offset, std::uint64_t value)
{
    ByteWriter number(m_head.bigEndian);
    number.u64(value);
    return m_file.patch(offset, number.bytes());
}

Result<void> TraceWriter::writeHead()
{
    ByteWriter out(m_head.bigEndian);
    out.text(kTraceDatMagic);
    out.string(isV7() ? "7"sv : "6"sv);
    out.u8(m_head.bigEndian ? 1 : 0);
    out.u8(m_head.longSize);
    out.u32(m_head.pageSize);
    if (isV7()) {
        out.string(compressionName(m_head.compression));
        out.string(compressionLibrary(m_head.compression));
        m_optionsAt = out.size();
        out.u64(0);
    }
    return m_file.write(out.bytes());
}

Result<void> TraceWriter::begin(const MetadataTexts &texts, std::vector<RawOption> options,
                                std::span<const RawSection> sections)
{
    m_options = std::move(options);
    THRESHER_TRY(writeHead());
    for (const OptionId id : kMetadataSections) {
        const auto body = metadataSection(id, texts, m_head.bigEndian);
        if (isV7())
            THRESHER_TRY(writeSection(id, body, compresses()));
        else
            THRESHER_TRY(m_file.write(body));
    }
    if (!isV7())
        return beginV6();
    for (const RawSection &section : sections)
        THRESHER_TRY(writeSection(static_cast<OptionId>(section.id), section.body, compresses()));
    return {};
}

Result<void> TraceWriter::writeSection(OptionId id, std::span<const std::byte> body, bool compress)
{
    if (id != OptionId::Done)
        m_sections.emplace_back(id, m_file.size());
    std::vector<std::byte> packed;
    std::size_t size = 0;
    if (compress) {
        size = Deflater(m_head.compression).deflate(body, packed);
        if (size == 0)
            return fail(ErrorKind::Io, "There is not enough memory to compress the metadata.");
    }
    ByteWriter head(m_head.bigEndian);
    head.u16(static_cast<std::uint16_t>(id));
    head.u16(compress ? 1 : 0);
    head.u32(kNoName);
    head.u64(compress ? size + 8 : body.size());
    if (compress) {
        head.u32(static_cast<std::uint32_t>(size));
        head.u32(static_cast<std::uint32_t>(body.size()));
    }
    THRESHER_TRY(m_file.write(head.bytes()));
    return m_file.write(compress ? packed : body);
}

Result<void> TraceWriter::beginV6()
{
    if (m_buffers.size() * std::uint64_t{m_head.cpuCount} * 16 > kMaxTables)
        return fail(ErrorKind::Unsupported,
                    "The trace has too many buffers and CPUs for version 6 of the format: choose "
                    "version 7.");
    ByteWriter out(m_head.bigEndian);
    out.u32(m_head.cpuCount);
    out.string("options  ");
    for (const RawOption &option : m_options)
        out.option(option.id, option.data);
    m_bufferPlacesAt.assign(m_buffers.size(), 0);
    for (std::size_t i = 1; i < m_buffers.size(); ++i) {
        ByteWriter place(m_head.bigEndian);
        place.u64(0);
        place.string(m_buffers[i].name);
        m_bufferPlacesAt[i] = m_file.size() + out.size() + 6;
        out.option(kBufferOption, place.bytes());
    }
    out.u16(0);
    return m_file.write(out.bytes());
}

Result<void> TraceWriter::beginBuffer(std::size_t buffer)
{
    m_written.push_back({m_file.size(), {}});
    ByteWriter out(m_head.bigEndian);
    if (isV7()) {
        out.u16(kBufferOption);
        out.u16(compresses() ? 1 : 0);
        out.u32(kNoName);
        out.u64(0);
        return m_file.write(out.bytes());
    }
    if (buffer != 0)
        THRESHER_TRY(patch64(m_bufferPlacesAt[buffer], m_file.size()));
    out.string("flyrecord");
    m_tableAt = m_file.size() + out.size();
    out.zeros(std::size_t{16} * m_head.cpuCount);
    const auto clock = '[' + m_buffers[buffer].clock + ']';
    out.u64(clock.size());
    out.text(clock);
    return m_file.write(out.bytes());
}

Result<void> TraceWriter::endBuffer()
{
    THRESHER_TRY(endStream());
    if (!isV7() || m_written.empty())
        return {};
    const auto begin = m_written.back().offset;
    return patch64(begin + kSectionHeaderSize - 8, m_file.size() - begin - kSectionHeaderSize);
}

Result<void> TraceWriter::beginBuffersUpTo(std::size_t buffer)
{
    for (auto next = m_written.size(); next <= buffer; ++next) {
        THRESHER_TRY(endBuffer());
        THRESHER_TRY(beginBuffer(next));
    }
    return {};
}

Result<void> TraceWriter::beginStream(std::size_t buffer, CpuId cpu)
{
    assert(buffer < m_buffers.size() && cpu < m_head.cpuCount);
    assert(m_written.empty() || buffer + 1 >= m_written.size());
    THRESHER_TRY(endStream());
    THRESHER_TRY(beginBuffersUpTo(buffer));
    THRESHER_TRY(m_file.align(isV7() ? m_buffers[buffer].pageSize : m_head.pageSize));
    m_written.back().streams.push_back({cpu, m_file.size(), 0});
    m_isStreamOpen = true;
    m_chunks = 0;
    if (!compresses())
        return {};
    ByteWriter count(m_head.bigEndian);
    count.u32(0);
    return m_file.write(count.bytes());
}

Result<void> TraceWriter::endStream()
{
    if (!m_isStreamOpen)
        return {};
    m_isStreamOpen = false;
    auto &stream = m_written.back().streams.back();
    stream.size = m_file.size() - stream.offset;
    if (compresses()) {
        stream.size -= 4; // trace-cmd does not count the number of chunks
        ByteWriter count(m_head.bigEndian);
        count.u32(m_chunks);
        return m_file.patch(stream.offset, count.bytes());
    }
    if (isV7())
        return {};
    const auto entry = m_tableAt + std::uint64_t{16} * stream.cpu;
    THRESHER_TRY(patch64(entry, stream.offset));
    return patch64(entry + 8, stream.size);
}

std::vector<std::byte> TraceWriter::describe(std::size_t buffer) const
{
    const auto &info = m_buffers[buffer];
    ByteWriter out(m_head.bigEndian);
    out.u64(m_written[buffer].offset);
    out.string(info.name);
    out.string(info.clock);
    out.u32(info.pageSize);
    out.u32(static_cast<std::uint32_t>(m_written[buffer].streams.size()));
    for (const Stream &stream : m_written[buffer].streams) {
        out.u32(stream.cpu);
        out.u64(stream.offset);
        out.u64(stream.size);
    }
    return {out.bytes().begin(), out.bytes().end()};
}

Result<void> TraceWriter::finishV7()
{
    ByteWriter options(m_head.bigEndian);
    for (const auto &[id, offset] : m_sections) {
        ByteWriter place(m_head.bigEndian);
        place.u64(offset);
        options.option(static_cast<std::uint16_t>(id), place.bytes());
    }
    for (const RawOption &option : m_options)
        options.option(option.id, option.data);
    for (std::size_t i = 0; i < m_written.size(); ++i)
        options.option(kBufferOption, describe(i));
    ByteWriter next(m_head.bigEndian);
    next.u64(0);
    options.option(0, next.bytes());
    THRESHER_TRY(patch64(m_optionsAt, m_file.size()));
    return writeSection(OptionId::Done, options.bytes(), false);
}

Result<void> TraceWriter::finish()
{
    THRESHER_TRY(endStream());
    THRESHER_TRY(beginBuffersUpTo(m_buffers.size() - 1));
    THRESHER_TRY(endBuffer());
    return isV7() ? finishV7() : Result<void>();
}

} // namespace thresher
