// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/assemble.h"

#include "capture/protocol.h"
#include "capture/recordedmetadata_p.h"
#include "capture/tornpage.h"
#include "model/base/bytes.h"
#include "model/format/deflater.h"
#include "model/format/outputfile.h"
#include "model/format/tracewriter.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace thresher::capture {

namespace {

constexpr std::uint64_t kStep = 16U << 20U; // copied between two looks at the stop token

/// Reads up to bytes.size() at `offset`; less only at the file's end.
Result<std::size_t> readAt(const UniqueFd &file, std::span<std::byte> bytes, std::uint64_t offset,
                           const std::filesystem::path &path)
{
    std::size_t got = 0;
    while (got < bytes.size()) {
        const auto n = ::pread(file.get(), bytes.data() + got, bytes.size() - got,
                               static_cast<off_t>(offset + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failErrno(errno, "reading the recording", path.string());
        if (n == 0)
            break;
        got += static_cast<std::size_t>(n);
    }
    return got;
}

/// Puts the streams into the trace, one after the other.
class StreamWriter
{
public:
    StreamWriter(TraceWriter &writer, const TraceHead &head, const std::stop_token &stop,
                 Progress &progress, AssembledTrace &trace)
        : m_writer(writer)
        , m_head(head)
        , m_stop(stop)
        , m_progress(progress)
        , m_trace(trace)
    {
        if (head.compression != Compression::None)
            m_deflater.emplace(head.compression);
    }

    /// @param layout  of the file's pages.
    Result<void> add(const PagesFile &file, std::size_t buffer, const PageLayout &layout)
    {
        const UniqueFd from(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!from.isValid())
            return failErrno(errno, "reading the recording", file.path.string());
        const auto tornSize = file.size % layout.pageSize;
        const auto whole = file.size - tornSize;
        std::vector<std::byte> torn(tornSize);
        THRESHER_TRY(readAt(from, torn, whole, file.path));
        const auto repaired = repairedPage(torn, layout);
        if (whole == 0 && repaired.empty()) {
            m_trace.lostTornBytes += tornSize;
            return {};
        }
        THRESHER_TRY(m_writer.beginStream(buffer, file.cpu));
        // Version 6 has one size for all pages: smaller ones are filled up with nothing.
        const bool isAsItIs = !m_deflater
                              && (m_head.version == 7 || layout.pageSize == m_head.pageSize);
        for (std::uint64_t at = 0; at < whole; at += stepOf(layout)) {
            if (m_stop.stop_requested())
                return fail(ErrorKind::Cancelled, "Making the trace was cancelled.");
            const auto size = std::min(stepOf(layout), whole - at);
            if (isAsItIs)
                THRESHER_TRY(m_writer.copy(from.get(), at, size));
            else
                THRESHER_TRY(convert(from, at, size, file.path, layout));
            m_progress.advance(size);
        }
        m_trace.pages += whole / layout.pageSize;
        if (repaired.empty()) {
            m_trace.lostTornBytes += tornSize;
            return {};
        }
        ++m_trace.pages;
        ++m_trace.tornPages;
        return put(repaired, layout);
    }

private:
    static std::uint64_t stepOf(const PageLayout &layout)
    {
        return std::max<std::uint64_t>(kStep / layout.pageSize, 1) * layout.pageSize;
    }

    Result<void> convert(const UniqueFd &from, std::uint64_t offset, std::uint64_t size,
                         const std::filesystem::path &path, const PageLayout &layout)
    {
        m_pages.resize(size);
        THRESHER_TRY_ASSIGN(const auto got, readAt(from, m_pages, offset, path));
        if (got < size)
            return fail(ErrorKind::Damaged, "A file of the recording has become shorter.",
                        path.string());
        return put(m_pages, layout);
    }

    Result<void> put(std::span<const std::byte> pages, const PageLayout &layout)
    {
        if (m_deflater) {
            m_made.clear();
            const auto chunks = m_deflater->deflatePages(pages, layout.pageSize, layout.bigEndian,
                                                         m_made);
            if (chunks == 0)
                return fail(ErrorKind::Io, "There is not enough memory to compress the events.");
            m_writer.addChunks(chunks);
            return m_writer.write(m_made);
        }
        if (m_head.version == 7 || layout.pageSize == m_head.pageSize)
            return m_writer.write(pages);
        const auto count = pages.size() / layout.pageSize;
        m_made.assign(count * m_head.pageSize, std::byte{0});
        for (std::size_t i = 0; i < count; ++i)
            std::copy_n(pages.begin() + static_cast<std::ptrdiff_t>(i * layout.pageSize),
                        layout.pageSize,
                        m_made.begin() + static_cast<std::ptrdiff_t>(i * m_head.pageSize));
        return m_writer.write(m_made);
    }

    TraceWriter &m_writer;
    const TraceHead &m_head;
    const std::stop_token &m_stop;
    Progress &m_progress;
    AssembledTrace &m_trace;
    std::optional<Deflater> m_deflater;
    std::vector<std::byte> m_pages;
    std::vector<std::byte> m_made;
};

/// A latency tracer's report is text, for which a trace with events has no place.
Result<void> writeLatencyReports(const RecordingContents &contents, const AssembleRequest &request,
                                 AssembledTrace &trace)
{
    for (const auto &[key, text] : contents.blobs) {
        const auto &[name, instance, cpu] = key;
        if (name != blob::kLatencyTrace || text.empty())
            continue;
        auto path = request.output;
        path += ".latency-" + std::to_string(instance) + ".txt";
        THRESHER_TRY_ASSIGN(OutputFile file, OutputFile::create(path, request.mayReplace, -1));
        THRESHER_TRY(file.write(asBytes(text)));
        THRESHER_TRY(file.commit());
        trace.notes.push_back("The latency tracer's report is in " + path.string() + '.');
    }
    return {};
}

} // namespace

Result<AssembledTrace> assembleTrace(const RecordingContents &contents,
                                     const AssembleRequest &request, const std::stop_token &stop,
                                     Progress &progress)
{
    const RecordedMetadata metadata(contents);
    const RecordingSettings settings = contents.settings.value_or(RecordingSettings{});
    const TraceHead head{
        .version = request.version.value_or(settings.version),
        .bigEndian = metadata.bigEndian(),
        .longSize = metadata.longSize(),
        .pageSize = metadata.pageSize(),
        .compression = request.version == 6 ? Compression::None
                                            : request.compression.value_or(settings.compression),
        .cpuCount = metadata.cpuCount(),
    };
    std::uint64_t bytes = 0;
    for (const PagesFile &file : contents.pages)
        bytes += file.size;
    progress.setTotal(bytes + 1);

    THRESHER_TRY_ASSIGN(OutputFile file,
                        OutputFile::create(request.output, request.mayReplace, -1));
    AssembledTrace trace;
    trace.path = request.output;
    trace.notes = metadata.notes();
    TraceWriter writer(file, head, metadata.buffers());
    THRESHER_TRY(writer.begin(metadata.texts(), metadata.options(), {}));
    StreamWriter streams(writer, head, stop, progress, trace);
    for (std::size_t buffer = 0; buffer < metadata.buffers().size(); ++buffer) {
        for (const PagesFile &pages : contents.pages) {
            if (metadata.bufferOf(pages.instance) == buffer)
                THRESHER_TRY(streams.add(pages, buffer, metadata.layoutOf(pages.instance)));
        }
    }
    THRESHER_TRY(writer.finish());
    THRESHER_TRY(writeLatencyReports(contents, request, trace));
    THRESHER_TRY(file.commit());
    progress.advance(1);
    trace.bytes = file.size();
    return trace;
}

} // namespace thresher::capture
