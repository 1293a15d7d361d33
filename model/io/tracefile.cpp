// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/tracefile.h"

#include "model/io/tracedatloader_p.h"

#include <new>
#include <utility>

namespace thresher {

TraceFile::~TraceFile() = default;

TraceDatFile::TraceDatFile(std::filesystem::path path, std::shared_ptr<const MappedFile> map,
                           TraceDatLoader loader)
    : m_buffers(std::move(loader.buffers))
{
    m_path = std::move(path);
    m_map = std::move(map);
    m_bytes = loader.file;
    m_metadata = std::move(loader.metadata);
    m_events = std::move(loader.events);
    m_instances = std::move(loader.instances);
    m_streams = std::move(loader.streams);
    m_diagnostics = std::move(loader.diagnostics);
}

namespace {

Result<std::shared_ptr<const TraceFile>> load(const std::filesystem::path &path,
                                              std::shared_ptr<const MappedFile> map,
                                              std::span<const std::byte> bytes)
{
    try {
        TraceDatLoader loader(bytes);
        if (auto loaded = loader.load(); !loaded) {
            auto error = std::move(loaded).error();
            error.where = path.string();
            return tl::unexpected<Error>(std::move(error));
        }
        return std::make_shared<const TraceDatFile>(path, std::move(map), std::move(loader));
    } catch (const std::bad_alloc &) {
        // All is in proportion to the file, but the machine may not be.
        return fail(ErrorKind::Io, "There is not enough memory to open it.", path.string());
    }
}

} // namespace

Result<std::shared_ptr<const TraceFile>> TraceFile::open(const std::filesystem::path &path)
{
    THRESHER_TRY_ASSIGN(auto map, MappedFile::open(path));
    const auto bytes = map->bytes();
    return load(path, std::move(map), bytes);
}

Result<std::shared_ptr<const TraceFile>> TraceFile::fromBytes(std::span<const std::byte> bytes,
                                                              std::string name)
{
    return load(std::move(name), nullptr, bytes);
}

std::string TraceFile::streamName(StreamIndex stream) const
{
    if (stream >= m_streams.size())
        return {};
    const auto &info = m_streams[stream];
    auto name = "CPU " + std::to_string(info.cpu);
    const auto &instance = m_instances[info.instance].name;
    return instance.empty() ? name : name + " of " + instance;
}

} // namespace thresher
