// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/growingtrace.h"

#include "model/io/tracedatloader_p.h"

#include <algorithm>
#include <utility>

namespace thresher {

GrowingTrace::~GrowingTrace() = default;

Result<std::shared_ptr<const GrowingTrace>> GrowingTrace::open(std::filesystem::path path,
                                                               std::span<const std::byte> head,
                                                               std::vector<GrowingPages> pages)
{
    std::vector<UniqueFd> files;
    files.reserve(pages.size());
    for (GrowingPages &each : pages)
        files.push_back(std::move(each.file));
    THRESHER_TRY_ASSIGN(auto mapped, GrowingFiles::map(head, std::move(files)));
    // What is read of the head points into the mapping, which lives with the trace.
    TraceDatLoader loader(mapped->bytes().first(head.size()));
    THRESHER_TRY(loader.load());
    std::vector<std::pair<StreamInfo, std::size_t>> streams;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        auto info = loader.growingStream(pages[i].instance, pages[i].cpu);
        if (!info)
            return fail(ErrorKind::InvalidArgument,
                        "The recording's head does not know the buffer " + pages[i].instance + '.',
                        path.string());
        info->fileOffset = mapped->offsetOf(i);
        info->fileBytes = mapped->windowSize();
        streams.emplace_back(*std::move(info), i);
    }
    std::stable_sort(streams.begin(), streams.end(), [](const auto &a, const auto &b) {
        return std::pair(a.first.instance, a.first.cpu) < std::pair(b.first.instance, b.first.cpu);
    });
    const std::shared_ptr<GrowingTrace> trace(new GrowingTrace());
    trace->m_path = std::move(path);
    trace->m_bytes = mapped->bytes();
    trace->m_files = std::move(mapped);
    trace->m_buffers = std::move(loader.buffers);
    trace->m_metadata = std::move(loader.metadata);
    trace->m_events = std::move(loader.events);
    trace->m_instances = std::move(loader.instances);
    trace->m_diagnostics = std::move(loader.diagnostics);
    for (auto &[info, file] : streams) {
        trace->m_metadata.cpuCount = std::max(trace->m_metadata.cpuCount, info.cpu + 1);
        trace->m_streams.push_back(std::move(info));
        trace->m_fileOf.push_back(file);
    }
    return trace;
}

std::uint64_t GrowingTrace::pagesOf(StreamIndex stream) const
{
    return m_files->sizeOf(m_fileOf[stream]) / m_streams[stream].layout.pageSize;
}

} // namespace thresher
