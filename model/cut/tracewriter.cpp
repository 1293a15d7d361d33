// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/cut/tracewriter_p.h"
#include "model/io/deflater.h"

#include <algorithm>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t kFirstSection = 16; // header_page …
constexpr std::uint16_t kLastSection = 21; // … saved_cmdlines
constexpr std::uint32_t kNoName = 0xffffffffU; // of a section
constexpr std::uint64_t kSectionHead = 16;
constexpr std::uint64_t kMaxTables = 1U << 30U; // of version 6: CPUs times buffers

} // namespace

TraceWriter::TraceWriter(OutputFile &file, const TraceFile &trace, const CutRequest &request,
                         const CutPlan &plan, const CutMetadata &metadata)
    : m_file(file)
    , m_trace(trace)
    , m_request(request)
    , m_plan(plan)
    , m_metadata(metadata)
    , m_bigEndian(trace.metadata().bigEndian)
{}

Result<void> TraceWriter::patch64(std::uint64_t offset, std::uint64_t value)
{
    ByteWriter number(m_bigEndian);
    number.u64(value);
    return m_file.patch(offset, number.bytes());
}

Result<void> TraceWriter::writeHead()
{
    ByteWriter out(m_bigEndian);
    out.text("\x17\x08\x44tracing"sv);
    out.string(isV7() ? "7"sv : "6"sv);
    out.u8(m_bigEndian ? 1 : 0);
    out.u8(m_metadata.longSize());
    out.u32(m_plan.pageSize);
    if (isV7()) {
        out.string(compressionName(m_request.compression));
        out.string(compressionLibrary(m_request.compression));
        m_optionsAt = out.size();
        out.u64(0);
    }
    return m_file.write(out.bytes());
}

Result<void> TraceWriter::begin()
{
    THRESHER_TRY(writeHead());
    for (auto id = kFirstSection; id <= kLastSection; ++id) {
        const auto body = m_metadata.section(id);
        if (isV7())
            THRESHER_TRY(writeSection(id, body, compresses()));
        else
            THRESHER_TRY(m_file.write(body));
    }
    if (!isV7())
        return beginV6();
    for (const RawSection &section : m_metadata.sections())
        THRESHER_TRY(writeSection(section.id, section.body, compresses()));
    return {};
}

Result<void> TraceWriter::writeSection(std::uint16_t id, std::span<const std::byte> body,
                                       bool compress)
{
    if (id != 0)
        m_sections.emplace_back(id, m_file.size());
    std::vector<std::byte> packed;
    std::size_t size = 0;
    if (compress) {
        size = Deflater(m_request.compression).deflate(body, packed);
        if (size == 0)
            return fail(ErrorKind::Io, "There is not enough memory to compress the metadata.");
    }
    ByteWriter head(m_bigEndian);
    head.u16(id);
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
    const auto instances = m_trace.instances();
    if (instances.size() * std::uint64_t{m_metadata.cpuCount()} * 16 > kMaxTables)
        return fail(ErrorKind::Unsupported,
                    "The trace has too many buffers and CPUs for version 6 of the format: choose "
                    "version 7.");
    ByteWriter out(m_bigEndian);
    out.u32(m_metadata.cpuCount());
    out.string("options  ");
    for (const RawOption &option : m_metadata.options())
        out.option(option.id, option.data);
    m_bufferPlacesAt.assign(instances.size(), 0);
    for (std::size_t i = 1; i < instances.size(); ++i) {
        ByteWriter place(m_bigEndian);
        place.u64(0);
        place.string(instances[i].name);
        m_bufferPlacesAt[i] = m_file.size() + out.size() + 6;
        out.option(kBufferOption, place.bytes());
    }
    out.u16(0);
    return m_file.write(out.bytes());
}

Result<void> TraceWriter::beginBuffer(std::size_t instance)
{
    Buffer buffer;
    buffer.instance = instance;
    buffer.offset = m_file.size();
    m_buffers.push_back(buffer);
    ByteWriter out(m_bigEndian);
    if (isV7()) {
        out.u16(kBufferOption);
        out.u16(compresses() ? 1 : 0);
        out.u32(kNoName);
        out.u64(0);
        return m_file.write(out.bytes());
    }
    if (instance != 0)
        THRESHER_TRY(patch64(m_bufferPlacesAt[instance], m_file.size()));
    out.string("flyrecord");
    m_tableAt = m_file.size() + out.size();
    out.zeros(std::size_t{16} * m_metadata.cpuCount());
    const auto clock = '[' + m_trace.instances()[instance].clock + ']';
    out.u64(clock.size());
    out.text(clock);
    return m_file.write(out.bytes());
}

Result<void> TraceWriter::endBuffer()
{
    THRESHER_TRY(endStream());
    if (!isV7() || m_buffers.empty())
        return {};
    const auto begin = m_buffers.back().offset;
    return patch64(begin + kSectionHead - 8, m_file.size() - begin - kSectionHead);
}

// Those without events as well: the part shows which buffers there were.
Result<void> TraceWriter::beginBuffersUpTo(std::size_t instance)
{
    for (auto next = m_buffers.size(); next <= instance; ++next) {
        THRESHER_TRY(endBuffer());
        THRESHER_TRY(beginBuffer(next));
    }
    return {};
}

Result<void> TraceWriter::beginStream(const StreamPart &part)
{
    const auto &info = m_trace.streams()[part.stream];
    THRESHER_TRY(beginBuffersUpTo(info.instance));
    THRESHER_TRY(m_file.align(part.layout.pageSize));
    m_buffers.back().streams.push_back({info.cpu, m_file.size(), 0});
    m_isStreamOpen = true;
    m_chunks = 0;
    if (!compresses())
        return {};
    ByteWriter count(m_bigEndian);
    count.u32(0);
    return m_file.write(count.bytes());
}

Result<void> TraceWriter::endStream()
{
    if (!m_isStreamOpen)
        return {};
    m_isStreamOpen = false;
    auto &stream = m_buffers.back().streams.back();
    stream.size = m_file.size() - stream.offset;
    if (compresses()) {
        stream.size -= 4; // trace-cmd does not count the number of chunks
        ByteWriter count(m_bigEndian);
        count.u32(m_chunks);
        return m_file.patch(stream.offset, count.bytes());
    }
    if (isV7())
        return {};
    const auto entry = m_tableAt + std::uint64_t{16} * stream.cpu;
    THRESHER_TRY(patch64(entry, stream.offset));
    return patch64(entry + 8, stream.size);
}

Result<void> TraceWriter::add(std::size_t batch, const BatchOutput &output)
{
    const auto part = m_plan.batches[batch].part;
    if (!m_isStreamOpen || part != m_openPart) {
        THRESHER_TRY(endStream());
        THRESHER_TRY(beginStream(m_plan.parts[part]));
        m_openPart = part;
    }
    m_chunks += output.chunks;
    for (const auto &piece : output.pieces)
        THRESHER_TRY(m_file.write(output.bytes(piece)));
    return {};
}

std::vector<std::byte> TraceWriter::describe(const Buffer &buffer) const
{
    const auto &instance = m_trace.instances()[buffer.instance];
    ByteWriter out(m_bigEndian);
    out.u64(buffer.offset);
    out.string(instance.name);
    out.string(instance.clock);
    out.u32(instance.pageSize);
    out.u32(static_cast<std::uint32_t>(buffer.streams.size()));
    for (const Stream &stream : buffer.streams) {
        out.u32(stream.cpu);
        out.u64(stream.offset);
        out.u64(stream.size);
    }
    return {out.bytes().begin(), out.bytes().end()};
}

Result<void> TraceWriter::finishV7()
{
    ByteWriter options(m_bigEndian);
    for (const auto &[id, offset] : m_sections) {
        ByteWriter place(m_bigEndian);
        place.u64(offset);
        options.option(id, place.bytes());
    }
    for (const RawOption &option : m_metadata.options())
        options.option(option.id, option.data);
    for (const Buffer &buffer : m_buffers)
        options.option(kBufferOption, describe(buffer));
    ByteWriter next(m_bigEndian);
    next.u64(0);
    options.option(0, next.bytes());
    THRESHER_TRY(patch64(m_optionsAt, m_file.size()));
    return writeSection(0, options.bytes(), false);
}

Result<void> TraceWriter::finish()
{
    THRESHER_TRY(endStream());
    if (!m_trace.instances().empty())
        THRESHER_TRY(beginBuffersUpTo(m_trace.instances().size() - 1));
    THRESHER_TRY(endBuffer());
    return isV7() ? finishV7() : Result<void>();
}

} // namespace thresher
