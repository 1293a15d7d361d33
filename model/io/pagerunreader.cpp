// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/io/chunkwalk_p.h"
#include "model/io/inflater_p.h"
#include "model/io/pagereader.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace thresher {

namespace {

constexpr std::uint64_t kRunBytes = 1U << 20U;

// Maps the pages of a run in one call instead of in a fault for each few of them. Only advice.
void populate(std::span<const std::byte> bytes)
{
#ifdef MADV_POPULATE_READ
    static const auto kMask = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)) - 1;
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    const auto end = begin + bytes.size();
    auto *const from = const_cast<std::byte *>(bytes.data()) - (begin & kMask); // NOLINT
    ::madvise(from, end - (begin & ~kMask), MADV_POPULATE_READ);
#else
    static_cast<void>(bytes);
#endif
}

} // namespace

struct PageRunReader::Private
{
    const TraceFile &trace;
    StreamIndex stream;
    const StreamInfo info;
    Diagnostics &diagnostics;

    // Uncompressed
    std::uint64_t position = 0; // within the stream
    bool reportedTail = false;

    // Compressed
    ChunkWalk walk;
    Inflater inflater;
    std::unique_ptr<std::byte[]> buffer;
    std::size_t bufferSize = 0;
    std::uint64_t consumed = 0; // file position behind the last run
    bool atEnd = false;
    bool isChunkMissing = false; // the last one before `consumed` or the end

    Private(const TraceFile &file, StreamIndex index, Diagnostics &where)
        : trace(file)
        , stream(index)
        , info(index < file.streams().size() ? file.streams()[index] : StreamInfo())
        , diagnostics(where)
        , walk(file.bytes(), info.fileOffset,
               info.compression == Compression::None ? 0 : info.fileBytes,
               file.metadata().bigEndian, info.layout.pageSize)
        , inflater(info.compression)
        , consumed(info.fileOffset)
    {}

    void report(Severity severity, std::string what, std::uint64_t offset, std::uint64_t bytes)
    {
        Diagnostic diagnostic;
        diagnostic.severity = severity;
        diagnostic.what = std::move(what);
        diagnostic.section = trace.streamName(stream);
        diagnostic.offset = static_cast<std::int64_t>(offset);
        diagnostic.bytes = bytes;
        diagnostic.stream = stream;
        diagnostics.add(std::move(diagnostic));
    }

    bool nextPlain(PageRun &run)
    {
        const std::uint64_t pageSize = info.layout.pageSize;
        const auto whole = info.fileBytes / pageSize * pageSize;
        if (position >= whole) {
            if (whole < info.fileBytes && !reportedTail)
                report(Severity::DataLoss,
                       "This CPU's events end within a page; that page is left out.",
                       info.fileOffset + whole, info.fileBytes - whole);
            reportedTail = true;
            return false;
        }
        const auto size = std::min(whole - position, std::max(kRunBytes, pageSize));
        run.bytes = slice(trace.bytes(), info.fileOffset + position, size);
        run.firstPage = position / pageSize;
        run.fileOffset = info.fileOffset + position;
        run.fileBytes = size;
        run.chunk.reset();
        position += size;
        if (trace.mappedFile() != nullptr)
            populate(run.bytes);
        return true;
    }

    bool nextChunk(PageRun &run)
    {
        Chunk chunk;
        while (walk.next(chunk)) {
            const auto size = inflateInto(chunk);
            const std::uint64_t pageSize = info.layout.pageSize;
            const auto whole = size / pageSize * pageSize;
            if (size < chunk.size)
                report(Severity::DataLoss,
                       "A chunk of this CPU's events does not inflate as a whole.",
                       chunk.fileOffset, chunk.compressedSize);
            else if (whole < size)
                report(Severity::DataLoss,
                       "A chunk of this CPU's events ends within a page; that page is left out.",
                       chunk.fileOffset, chunk.compressedSize);
            isChunkMissing = whole < chunk.size;
            if (whole == 0)
                continue;
            run.bytes = {buffer.get(), whole};
            run.firstPage = chunk.firstPage;
            run.fileOffset = chunk.fileOffset;
            run.fileBytes = walk.position() - consumed;
            run.chunk = chunk;
            consumed = walk.position();
            return true;
        }
        if (walk.damage() != nullptr && !atEnd)
            report(Severity::DataLoss, std::string(walk.damage()) + " What follows is missing.",
                   walk.position(), info.fileOffset + info.fileBytes - walk.position());
        atEnd = true;
        return false;
    }

    // @returns how many bytes of the buffer are the chunk's.
    std::size_t inflateInto(const Chunk &chunk)
    {
        if (bufferSize < chunk.size) {
            buffer = std::make_unique_for_overwrite<std::byte[]>(chunk.size);
            bufferSize = chunk.size;
        }
        const auto compressed = slice(trace.bytes(), chunk.fileOffset, chunk.compressedSize);
        return inflater.inflate(compressed, {buffer.get(), chunk.size}).value_or(0);
    }
};

bool PageRunReader::isCutShort() const
{
    const bool hasOddTail = d->info.compression == Compression::None
                            && d->info.fileBytes % d->info.layout.pageSize != 0;
    return d->info.isCut || hasOddTail || d->walk.damage() != nullptr || d->isChunkMissing;
}

PageRunReader::PageRunReader(const TraceFile &trace, StreamIndex stream, Diagnostics &diagnostics)
    : d(std::make_unique<Private>(trace, stream, diagnostics))
{}

PageRunReader::~PageRunReader() = default;

bool PageRunReader::next(PageRun &run)
{
    return d->info.compression == Compression::None ? d->nextPlain(run) : d->nextChunk(run);
}

} // namespace thresher
