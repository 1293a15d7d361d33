// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/io/naivereader.h"

#include "model/base/bytes.h"

#include <optional>

namespace thresher::test {

namespace {

void readPage(const TraceFile &trace, StreamIndex stream, std::span<const std::byte> page,
              std::uint64_t number, std::int64_t fileOffset, std::vector<NaiveRecord> &records)
{
    const auto &info = trace.streams()[stream];
    const auto swap = needsSwap(trace.metadata().bigEndian);
    PageCursor cursor(page, info.layout);
    bool isFirst = true;
    for (RawRecord raw; cursor.next(raw); isFirst = false) {
        NaiveRecord record;
        record.time = info.clock.apply(raw.time);
        record.stream = stream;
        record.cpu = info.cpu;
        const auto payload = page.subspan(raw.offset, raw.size);
        record.payload.assign(payload.begin(), payload.end());
        if (payload.size() >= 2)
            record.event = trace.events().fromKernelId(
                loadNumber<std::uint16_t>(payload.data(), swap));
        else
            record.event = trace.events().unknownEvent();
        if (payload.size() >= 8)
            record.pid = static_cast<Pid>(loadNumber<std::uint32_t>(payload.data() + 4, swap));
        record.fileOffset = fileOffset;
        record.offsetInPage = raw.offset;
        record.page = number;
        record.index = records.size();
        record.lostBefore = isFirst && cursor.header().lostBefore;
        record.lostCount = record.lostBefore ? cursor.header().lostCount : -1;
        records.push_back(std::move(record));
    }
}

} // namespace

Record NaiveRecord::record() const
{
    return {time, stream, cpu, event, pid, payload, fileOffset, offsetInPage};
}

std::vector<std::vector<NaiveRecord>> readStreams(const TraceFile &trace, Diagnostics *diagnostics)
{
    Diagnostics unused;
    std::vector<std::vector<NaiveRecord>> streams(trace.streams().size());
    for (StreamIndex stream = 0; stream < streams.size(); ++stream) {
        const std::size_t pageSize = trace.streams()[stream].layout.pageSize;
        PageRunReader reader(trace, stream, diagnostics ? *diagnostics : unused);
        for (PageRun run; reader.next(run);) {
            for (std::size_t at = 0; at + pageSize <= run.bytes.size(); at += pageSize)
                readPage(trace, stream, run.bytes.subspan(at, pageSize),
                         run.firstPage + at / pageSize,
                         static_cast<std::int64_t>(run.fileOffset + (run.chunk ? 0 : at)),
                         streams[stream]);
        }
    }
    return streams;
}

std::vector<NaiveRecord> readMerged(const TraceFile &trace, Diagnostics *diagnostics)
{
    auto streams = readStreams(trace, diagnostics);
    std::vector<std::size_t> next(streams.size(), 0);
    std::vector<NaiveRecord> merged;
    for (;;) {
        std::optional<std::size_t> earliest;
        for (std::size_t i = 0; i < streams.size(); ++i) {
            if (next[i] == streams[i].size())
                continue;
            if (!earliest || streams[i][next[i]].time < streams[*earliest][next[*earliest]].time)
                earliest = i;
        }
        if (!earliest)
            return merged;
        merged.push_back(std::move(streams[*earliest][next[*earliest]++]));
    }
}

std::vector<std::string> reportLines(const std::shared_ptr<const TraceFile> &trace,
                                     EventPrinter::LineOptions options)
{
    EventPrinter printer(trace);
    const auto records = readMerged(*trace);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto record = records[i].record();
        const auto next = i + 1 < records.size() ? std::optional(records[i + 1].record())
                                                 : std::nullopt;
        const Record *const following = next ? &*next : nullptr;
        if (records[i].lostBefore)
            lines.push_back(EventPrinter::lostLine(record.cpu, records[i].lostCount));
        lines.push_back(printer.line(record, following, options));
        if (following != nullptr && printer.isLeaf(record, *following))
            ++i;
    }
    return lines;
}

} // namespace thresher::test
