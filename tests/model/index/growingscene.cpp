// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/index/growingscene.h"

#include "model/base/writeall.h"
#include "model/format/tracewriter.h"
#include "model/io/pagereader.h"
#include "model/io/rawmetadata.h"

#include <fcntl.h>
#include <unistd.h>

#include <QtGlobal>

#include <algorithm>
#include <fstream>

namespace thresher::test {

namespace {

// Aborts a test whose scene cannot be set.
void need(bool isDone)
{
    if (!isDone)
        qFatal("The scene's files cannot be written.");
}

} // namespace

GrowingScene::GrowingScene(const TraceFile &trace, std::filesystem::path folder)
    : m_folder(std::move(folder))
{
    const auto opened = TraceFile::open(write(trace, m_folder / "finished.dat", true));
    need(opened.has_value());
    m_finished = *opened;
    m_written.resize(m_finished->streams().size());
    for (std::size_t i = 0; i < m_written.size(); ++i)
        need(std::ofstream(pathOf(static_cast<StreamIndex>(i))).good());
}

std::filesystem::path GrowingScene::pathOf(StreamIndex stream) const
{
    return m_folder / ("pages." + std::to_string(stream));
}

std::filesystem::path GrowingScene::write(const TraceFile &trace, const std::filesystem::path &path,
                                          bool hasPages)
{
    const auto raw = readRawMetadata(trace);
    need(raw.has_value());
    MetadataTexts texts;
    texts.headerPage = raw->headerPage;
    texts.headerEvent = raw->headerEvent;
    for (const RawFormat &format : raw->formats) {
        if (texts.formats.empty() || texts.formats.back().first != format.system)
            texts.formats.push_back({format.system, {}});
        texts.formats.back().second.push_back(format.text);
    }
    std::string tasks;
    for (const SavedTask &task : trace.metadata().savedTasks)
        tasks += std::to_string(task.pid) + ' ' + task.comm + '\n';
    if (hasPages) // they are known at the end only
        texts.tasks = tasks;
    std::vector<TraceBuffer> buffers;
    for (const Instance &instance : trace.instances())
        buffers.push_back({instance.name, instance.clock, instance.pageSize});
    auto file = OutputFile::create(path, true, -1);
    need(file.has_value());
    TraceHead head;
    head.bigEndian = trace.metadata().bigEndian;
    head.longSize = trace.metadata().longSize;
    head.pageSize = trace.metadata().pageSize;
    head.cpuCount = trace.metadata().cpuCount;
    TraceWriter writer(*file, head, buffers);
    need(writer.begin(texts, {}, {}).has_value());
    for (std::size_t i = 0; hasPages && i < trace.streams().size(); ++i) {
        const StreamInfo &info = trace.streams()[i];
        need(writer.beginStream(info.instance, info.cpu).has_value());
        Diagnostics diagnostics;
        PageRunReader reader(trace, static_cast<StreamIndex>(i), diagnostics);
        for (PageRun run; reader.next(run);)
            need(writer.write(run.bytes).has_value());
    }
    need(writer.finish().has_value() && file->commit().has_value());
    return path;
}

std::vector<std::byte> GrowingScene::head() const
{
    const auto map = MappedFile::open(write(*m_finished, m_folder / "head", false));
    need(map.has_value());
    const auto bytes = (*map)->bytes();
    return {bytes.begin(), bytes.end()};
}

Result<std::shared_ptr<const GrowingTrace>> GrowingScene::open() const
{
    std::vector<GrowingPages> pages;
    for (std::size_t i = 0; i < m_written.size(); ++i) {
        const StreamInfo &info = m_finished->streams()[i];
        pages.push_back(
            {m_finished->instances()[info.instance].name, info.cpu,
             UniqueFd(::open(pathOf(static_cast<StreamIndex>(i)).c_str(), O_RDONLY | O_CLOEXEC))});
        need(pages.back().file.isValid());
    }
    // The order in which files are found is not the trace's.
    std::reverse(pages.begin(), pages.end());
    return GrowingTrace::open(m_folder / "trace.dat", head(), std::move(pages));
}

std::uint64_t GrowingScene::append(StreamIndex stream, std::uint64_t bytes)
{
    const StreamInfo &info = m_finished->streams()[stream];
    std::uint64_t &written = m_written[stream];
    const auto count = std::min(bytes, info.fileBytes - written);
    const UniqueFd fd(::open(pathOf(stream).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    const auto part = m_finished->bytes().subspan(info.fileOffset + written, count);
    need(fd.isValid() && writeAll(fd.get(), part) == count);
    written += count;
    return info.fileBytes - written;
}

void GrowingScene::appendAll()
{
    for (std::size_t i = 0; i < m_written.size(); ++i)
        append(static_cast<StreamIndex>(i), ~std::uint64_t{0});
}

void GrowingScene::cut(StreamIndex stream, std::uint64_t size)
{
    need(::truncate(pathOf(stream).c_str(), static_cast<off_t>(size)) == 0);
}

void GrowingScene::removeFiles()
{
    for (std::size_t i = 0; i < m_written.size(); ++i)
        std::filesystem::remove(pathOf(static_cast<StreamIndex>(i)));
}

} // namespace thresher::test
