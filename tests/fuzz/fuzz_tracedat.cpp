// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/io/eventprinter.h"
#include "model/io/pagereader.h"
#include "model/io/tracefile.h"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Any bytes as a trace.dat: opened, read to the end, looked into, and in part printed.
namespace {

using namespace thresher;

constexpr std::size_t kPrintedEach = 50; // records of a stream
constexpr std::uint64_t kReadEach = 4U << 20U; // bytes of a stream, so that no input takes long

void printSome(EventPrinter &printer, const TraceFile &trace, StreamIndex stream,
               std::span<const std::byte> page)
{
    const auto &info = trace.streams()[stream];
    PageCursor cursor(page, info.layout);
    RawRecord raw;
    Record previous;
    for (std::size_t i = 0; i < kPrintedEach && cursor.next(raw); ++i) {
        Record record;
        record.time = info.clock.apply(raw.time);
        record.stream = stream;
        record.cpu = info.cpu;
        record.payload = page.subspan(raw.offset, raw.size);
        record.event = trace.events().unknownEvent();
        if (raw.size >= 2)
            record.event = trace.events().fromKernelId(
                loadNumber<std::uint16_t>(record.payload.data(), info.layout.swap));
        if (i > 0) {
            static_cast<void>(printer.line(previous, &record, {.latency = i % 2 == 0}));
            static_cast<void>(printer.isLeaf(previous, record));
        }
        static_cast<void>(printer.info(record));
        static_cast<void>(printer.stack(record));
        for (const auto &field : trace.events().event(record.event).fields)
            static_cast<void>(printer.fieldText(record, field));
        previous = record;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::span bytes(reinterpret_cast<const std::byte *>(data), size);
    const auto opened = TraceFile::fromBytes(bytes, "fuzz");
    if (!opened)
        return 0;
    const auto &trace = *opened;
    EventPrinter printer(trace);
    PageReader pages(trace);
    Diagnostics diagnostics;
    static_cast<void>(surveyStreams(*trace, 5, {}));
    for (StreamIndex stream = 0; stream < trace->streams().size(); ++stream) {
        const std::size_t pageSize = trace->streams()[stream].layout.pageSize;
        PageRunReader reader(*trace, stream, diagnostics);
        std::vector<Chunk> chunks;
        std::uint64_t read = 0;
        for (PageRun run; read < kReadEach && reader.next(run); read += run.bytes.size()) {
            printSome(printer, *trace, stream, run.bytes.first(pageSize));
            if (run.chunk)
                chunks.push_back(*run.chunk);
            static_cast<void>(pages.page(stream, chunks, run.firstPage));
            static_cast<void>(pages.fileOffset(stream, chunks, run.firstPage));
        }
    }
    return 0;
}
