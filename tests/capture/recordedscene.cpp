// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/capture/recordedscene.h"

#include "capture/protocol.h"
#include "model/base/bytes.h"
#include "model/base/diagnostics.h"
#include "model/io/pagereader.h"
#include "model/io/rawmetadata.h"

#include <unistd.h>

namespace thresher::test {

using namespace capture;

StreamPages pagesOf(const std::shared_ptr<const TraceFile> &trace)
{
    StreamPages pages;
    Diagnostics diagnostics;
    for (StreamIndex i = 0; i < trace->streams().size(); ++i) {
        const StreamInfo &info = trace->streams()[i];
        auto &bytes = pages[{trace->instances()[info.instance].name, info.cpu}];
        PageRunReader reader(*trace, i, diagnostics);
        PageRun run;
        while (reader.next(run))
            bytes.insert(bytes.end(), run.bytes.begin(), run.bytes.end());
    }
    return pages;
}

std::vector<SentBlob> blobsOf(const TraceFile &trace)
{
    std::vector<SentBlob> blobs;
    const auto raw = readRawMetadata(trace);
    if (!raw)
        return blobs;
    const auto add = [&](std::string_view name, std::string_view bytes, std::uint16_t instance = 0,
                         CpuId cpu = 0) {
        if (!bytes.empty())
            blobs.push_back({std::string(name), instance, cpu, std::string(bytes)});
    };
    add(blob::kHeaderEvent, raw->headerEvent);
    add(blob::kKallsyms, raw->kallsyms);
    add(blob::kPrintkFormats, raw->printkFormats);
    add(blob::kUname, trace.metadata().uname);
    for (const RawFormat &format : raw->formats) {
        // "name: sched_switch\n…"
        const auto name = format.text.substr(6, format.text.find('\n') - 6);
        add(std::string(blob::kFormatPrefix) + format.system + '/' + std::string(name),
            format.text);
    }
    std::string tasks;
    for (const SavedTask &task : trace.metadata().savedTasks)
        tasks += std::to_string(task.pid) + ' ' + task.comm + '\n';
    add(blob::kSavedCmdlines, tasks);
    for (std::size_t i = 0; i < trace.instances().size(); ++i) {
        const Instance &instance = trace.instances()[i];
        const auto number = static_cast<std::uint16_t>(i);
        add(blob::kHeaderPage, raw->headerPage, number);
        add(blob::kTraceClock, "uptime [" + instance.clock + "] perf", number);
        for (const CpuStat &stat : instance.cpuStats)
            add(blob::kStats, stat.text, number, stat.cpu);
    }
    return blobs;
}

RecordingSettings settingsFor(const TraceFile &trace, const std::filesystem::path &output,
                              int version, Compression compression)
{
    RecordingSettings settings;
    settings.output = output;
    settings.version = version;
    settings.compression = compression;
    settings.cpuCount = trace.metadata().cpuCount;
    settings.traceId = 77;
    for (const Instance &instance : trace.instances())
        settings.instances.push_back({instance.name, instance.clock, instance.pageSize});
    return settings;
}

std::filesystem::path leaveRecording(const std::shared_ptr<const TraceFile> &trace,
                                     const RecordingSettings &settings)
{
    auto folder = RecordingFolder::create(settings.output);
    if (!folder)
        return {};
    for (const SentBlob &each : blobsOf(*trace)) {
        if (!folder->keepBlob(each.name, asBytes(each.bytes), each.instance, each.cpu))
            return {};
    }
    if (!folder->keepSettings(settings))
        return {};
    const auto pages = pagesOf(trace);
    for (std::size_t i = 0; i < trace->instances().size(); ++i) {
        for (const auto &[key, bytes] : pages) {
            if (key.first != trace->instances()[i].name)
                continue;
            auto file = folder->createPages(static_cast<std::uint16_t>(i), key.second);
            if (!file
                || ::write(file->get(), bytes.data(), bytes.size())
                       != static_cast<ssize_t>(bytes.size()))
                return {};
        }
    }
    return folder->path();
}

} // namespace thresher::test
