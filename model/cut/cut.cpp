// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/cut/cut.h"

#include "model/base/parallel.h"
#include "model/cut/anonymizer_p.h"
#include "model/cut/cutmetadata_p.h"
#include "model/cut/cutplan_p.h"
#include "model/cut/streamcutter_p.h"
#include "model/format/outputfile.h"
#include "model/format/tracewriter.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace thresher {

namespace {

// Of metadata, by zstd; that of events is 3 to 6, if the trace itself does not tell.
constexpr std::uint64_t kTextRatio = 6;
constexpr double kEventRatio = 4;
constexpr std::uint64_t kUsualFormats = 64U << 10U; // of some systems

/// Lets workers hand over what they have made in the order of its numbers. Who is early waits, so
/// that no more is kept than each worker's own.
class InOrder
{
public:
    /// @returns false where the work is to end.
    template<typename Write>
    bool handOver(std::size_t number, const std::stop_token &stop, Write write)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [&] { return m_next == number || m_error; });
        if (m_error || m_next != number)
            return false;
        if (auto written = write(); !written)
            m_error = std::move(written).error();
        ++m_next;
        m_changed.notify_all();
        return !m_error;
    }
    [[nodiscard]] bool hasFailed() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_error.has_value();
    }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::size_t m_next = 0;
    std::optional<Error> m_error;
};

Result<void> writeEvents(const std::shared_ptr<const IndexSnapshot> &snapshot,
                         const CutRequest &request, const CutPlan &plan,
                         const Anonymizer &anonymizer, const std::stop_token &stop,
                         Progress &progress, TraceWriter &writer, CutSummary &summary)
{
    InOrder order;
    std::optional<std::size_t> openPart;
    const auto write = [&](std::size_t part, const BatchOutput &output) -> Result<void> {
        if (openPart != part) {
            const auto &info = snapshot->trace->streams()[plan.parts[part].stream];
            THRESHER_TRY(writer.beginStream(info.instance, info.cpu));
            openPart = part;
        }
        writer.addChunks(output.chunks);
        for (const auto &piece : output.pieces)
            THRESHER_TRY(writer.write(output.bytes(piece)));
        return {};
    };
    runJobs(plan.batches.size(), stop, [&] {
        return [&,
                cutter = std::make_shared<StreamCutter>(snapshot, plan, anonymizer,
                                                        request.compression),
                output = BatchOutput()](std::size_t number) mutable {
            if (order.hasFailed())
                return;
            const auto &batch = plan.batches[number];
            output.clear();
            const auto cut = cutter->cut(batch, stop, output);
            order.handOver(number, stop, [&]() -> Result<void> {
                if (!cut || stop.stop_requested())
                    return cut;
                summary.copiedPages += output.copiedPages;
                summary.writtenPages += output.writtenPages;
                summary.lostSpans += output.lostSpans;
                progress.advance(batch.lastPage - batch.firstPage);
                return write(batch.part, output);
            });
        };
    });
    if (order.error())
        return tl::unexpected<Error>(*order.error());
    return {};
}

std::vector<TraceBuffer> buffersOf(const TraceFile &trace)
{
    std::vector<TraceBuffer> buffers;
    for (const Instance &instance : trace.instances())
        buffers.push_back({instance.name, instance.clock, instance.pageSize});
    if (buffers.empty())
        buffers.emplace_back();
    return buffers;
}

} // namespace

Result<CutSummary> cutTrace(const std::shared_ptr<const IndexSnapshot> &snapshot,
                            const CutRequest &request, const std::stop_token &stop,
                            Progress &progress)
{
    const auto &trace = *snapshot->trace;
    THRESHER_TRY_ASSIGN(const CutPlan plan, planCut(*snapshot, request));
    progress.setTotal(plan.pages + 1);
    const MappedFile *const input = trace.mappedFile();
    THRESHER_TRY_ASSIGN(OutputFile file, OutputFile::create(request.path, request.mayReplace,
                                                            input != nullptr ? input->fd() : -1));
    THRESHER_TRY_ASSIGN(RawMetadata raw, readRawMetadata(trace));
    const Anonymizer anonymizer(*snapshot, request.anonymise);
    const CutMetadata metadata(*snapshot, request, plan, anonymizer, std::move(raw));
    CutSummary summary;
    TraceWriter writer(file,
                       {.version = request.version,
                        .bigEndian = trace.metadata().bigEndian,
                        .longSize = metadata.longSize(),
                        .pageSize = plan.pageSize,
                        .compression = request.compression,
                        .cpuCount = metadata.cpuCount()},
                       buffersOf(trace));
    THRESHER_TRY(writer.begin(metadata.texts(), metadata.options(), metadata.sections()));
    THRESHER_TRY(writeEvents(snapshot, request, plan, anonymizer, stop, progress, writer, summary));
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "The cut was cancelled; no file was left behind.");
    THRESHER_TRY(writer.finish());
    if (input != nullptr && input->wasDamaged())
        return fail(ErrorKind::Damaged,
                    "The trace could not be read to its end: it was cut short, or its disk fails. "
                    "Nothing was written.",
                    trace.path().string());
    THRESHER_TRY(file.commit());
    progress.advance(1);
    summary.events = plan.events;
    summary.bytes = file.size();
    summary.range = plan.range;
    summary.streams = static_cast<std::uint32_t>(plan.parts.size());
    summary.notes = metadata.notes();
    return summary;
}

CutEstimate estimateCut(const IndexSnapshot &snapshot, const CutRequest &request)
{
    CutEstimate estimate;
    estimate.isReady = !request.range.isEmpty() && isKnown(snapshot, request);
    const auto &trace = *snapshot.trace;
    double pages = 0;
    double compressed = 0; // of the same pages, as they are in the trace
    for (std::size_t i = 0; i < snapshot.streams.size(); ++i) {
        const auto part = partOf(snapshot, request, static_cast<StreamIndex>(i));
        const auto &view = snapshot.streams[i];
        if (part.events == 0 || view.size == 0)
            continue;
        estimate.events += part.events;
        const double share = static_cast<double>(part.events) / static_cast<double>(view.size);
        const auto &info = trace.streams()[i];
        const double bytes = static_cast<double>(view.pages.size()) * info.layout.pageSize * share;
        pages += std::max<double>(bytes, info.layout.pageSize);
        compressed += info.compression == Compression::None
                          ? bytes / kEventRatio
                          : static_cast<double>(info.fileBytes) * share;
    }
    const auto &metadata = trace.metadata();
    const auto texts = metadata.kallsyms.size() + metadata.printkFormats.size() + kUsualFormats
                       + metadata.savedTasks.size() * 20;
    const bool compresses = request.compression != Compression::None;
    estimate.bytes = static_cast<std::uint64_t>(compresses ? compressed : pages)
                     + (compresses ? texts / kTextRatio : texts);
    return estimate;
}

} // namespace thresher
