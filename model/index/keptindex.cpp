// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/writeall.h"
#include "model/index/keptindex_p.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <system_error>
#include <thread>

namespace thresher {

namespace fs = std::filesystem;

namespace {

constexpr const char *kManifestName = "manifest";
constexpr std::uint32_t kMaxFiles = 65536;

using Files = std::vector<std::shared_ptr<const MappedFile>>;

std::optional<Manifest> readManifest(const UniqueFd &directory)
{
    const auto file = MappedFile::openAt(directory.get(), kManifestName);
    if (!file)
        return std::nullopt;
    auto manifest = Manifest::parse((*file)->bytes());
    return (*file)->wasDamaged() ? std::nullopt : manifest;
}

// The files of columns, mapped. Empty if they are not as the manifest says.
std::optional<Files> mapFiles(const Manifest &manifest, const UniqueFd &directory)
{
    Files files;
    if (manifest.fileSizes.size() > kMaxFiles)
        return std::nullopt;
    for (std::size_t i = 0; i < manifest.fileSizes.size(); ++i) {
        auto file = MappedFile::openAt(directory.get(),
                                       ColumnStore::fileName(static_cast<std::uint32_t>(i)));
        if (!file || (*file)->bytes().size() != manifest.fileSizes[i])
            return std::nullopt;
        files.push_back(*std::move(file));
    }
    return files;
}

std::optional<std::span<const std::byte>> columnOf(const Manifest::Column &column,
                                                   const Files &files)
{
    if (column.size == 0)
        return std::span<const std::byte>();
    if (column.file >= files.size() || column.offset % 8 != 0)
        return std::nullopt;
    const auto bytes = files[column.file]->bytes();
    if (column.offset > bytes.size() || column.size > bytes.size() - column.offset)
        return std::nullopt;
    return bytes.subspan(column.offset, column.size);
}

std::vector<ColumnSize> sortedSizes(const std::map<std::string_view, std::uint64_t> &byName)
{
    std::vector<ColumnSize> sizes;
    sizes.reserve(byName.size());
    for (const auto &[name, bytes] : byName)
        sizes.push_back({std::string(name), bytes});
    std::stable_sort(sizes.begin(), sizes.end(),
                     [](const ColumnSize &a, const ColumnSize &b) { return a.bytes > b.bytes; });
    return sizes;
}

std::shared_ptr<IndexSnapshot> makeSnapshot(Manifest &&manifest,
                                            std::shared_ptr<const TraceFile> trace, Files files)
{
    auto snapshot = std::make_shared<IndexSnapshot>();
    std::uint64_t events = 0;
    for (const Manifest::Stream &stream : manifest.streams) {
        ColumnBytes columns;
        for (std::size_t i = 0; i < kColumns; ++i) {
            const auto bytes = columnOf(stream.columns[i], files);
            if (!bytes)
                return nullptr;
            columns[i] = *bytes;
        }
        if (!isConsistent(stream.meta, columns))
            return nullptr;
        snapshot->streams.push_back(makeView(stream.meta, columns));
        events += stream.meta.size;
    }
    if (snapshot->streams.size() != trace->streams().size() || events != manifest.eventCount
        || manifest.eventsPerType.size() != trace->events().all().size())
        return nullptr;
    snapshot->id = newSnapshotId();
    snapshot->storage = std::make_shared<Files>(std::move(files));
    snapshot->tasks = std::make_shared<TaskTable>(std::move(manifest.tasks));
    snapshot->range = manifest.range;
    snapshot->frontier = kTimeMax;
    snapshot->isComplete = true;
    snapshot->eventCount = manifest.eventCount;
    snapshot->eventsPerType = std::move(manifest.eventsPerType);
    snapshot->eventsPerTask = std::move(manifest.eventsPerTask);
    snapshot->runtimePerTask = std::move(manifest.runtimePerTask);
    snapshot->lostEvents = manifest.lostEvents;
    snapshot->lostSpans = manifest.lostSpans;
    snapshot->diagnostics = trace->diagnostics();
    snapshot->diagnostics.insert(snapshot->diagnostics.end(), manifest.diagnostics.begin(),
                                 manifest.diagnostics.end());
    snapshot->trace = std::move(trace);
    return snapshot;
}

std::vector<ColumnSize> columnSizes(const Manifest &manifest)
{
    std::map<std::string_view, std::uint64_t> byName;
    for (const Manifest::Stream &stream : manifest.streams) {
        for (std::size_t i = 0; i < kColumns; ++i)
            byName[columnName(i)] += stream.columns[i].size;
    }
    return sortedSizes(byName);
}

// Whether all bytes are those that the manifest has the checksums of. False also if stopped.
bool isIntact(const Manifest &manifest, const Files &files, unsigned threads,
              const std::stop_token &stop)
{
    std::vector<const Manifest::Column *> columns;
    for (const Manifest::Stream &stream : manifest.streams) {
        for (const Manifest::Column &column : stream.columns) {
            if (!column.pieces.empty())
                columns.push_back(&column);
        }
    }
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> intact = true;
    const auto work = [&] {
        for (std::size_t i = next++; i < columns.size() && intact; i = next++) {
            auto bytes = columnOf(*columns[i], files);
            for (const ColumnPiece &piece : columns[i]->pieces) {
                if (!bytes || stop.stop_requested() || piece.bytes > bytes->size()
                    || XXH3_64bits(bytes->data(), piece.bytes) != piece.hash) {
                    intact = false;
                    return;
                }
                bytes = bytes->subspan(piece.bytes);
            }
        }
    };
    {
        std::vector<std::jthread> others;
        try {
            for (unsigned i = 1; i < std::min<std::size_t>(threads, columns.size()); ++i)
                others.emplace_back(work);
        } catch (const std::system_error &) {
            // No thread to be had: those that there are do all.
        }
        work();
    }
    return intact && std::none_of(files.begin(), files.end(), [](const auto &file) {
               return file->wasDamaged();
           });
}

} // namespace

std::vector<ColumnSize> columnSizes(const IndexBuilder &builder, std::size_t streams)
{
    std::map<std::string_view, std::uint64_t> byName;
    for (std::size_t stream = 0; stream < streams; ++stream) {
        for (std::size_t i = 0; i < kColumns; ++i)
            byName[columnName(i)]
                += builder.columns(static_cast<StreamIndex>(stream)).column(i).size;
    }
    return sortedSizes(byName);
}

Manifest makeManifest(const IndexBuilder &builder, const ColumnStore &store,
                      const IndexSnapshot &snapshot, const FileIdentity &identity,
                      const fs::path &directory)
{
    Manifest manifest;
    manifest.identity = identity;
    for (std::uint32_t i = 0; i < store.fileCount(); ++i) {
        struct stat status = {};
        static_cast<void>(::stat((directory / ColumnStore::fileName(i)).c_str(), &status));
        manifest.fileSizes.push_back(static_cast<std::uint64_t>(status.st_size));
    }
    for (std::size_t i = 0; i < snapshot.streams.size(); ++i) {
        const auto index = static_cast<StreamIndex>(i);
        Manifest::Stream &stream = manifest.streams.emplace_back();
        stream.meta = builder.meta(index);
        for (std::size_t number = 0; number < kColumns; ++number) {
            const StreamColumns::Column &column = builder.columns(index).column(number);
            stream.columns[number] = {column.place.file, column.place.offset, column.size,
                                      column.pieces};
        }
    }
    manifest.diagnostics = builder.ownDiagnostics();
    manifest.range = snapshot.range;
    manifest.eventCount = snapshot.eventCount;
    manifest.lostEvents = snapshot.lostEvents;
    manifest.lostSpans = snapshot.lostSpans;
    manifest.eventsPerType = snapshot.eventsPerType;
    manifest.eventsPerTask = snapshot.eventsPerTask;
    manifest.runtimePerTask = snapshot.runtimePerTask;
    const auto tasks = snapshot.tasks->all();
    manifest.tasks.assign(tasks.begin(), tasks.end());
    return manifest;
}

Result<void> writeManifest(const Manifest &manifest, const fs::path &directory)
{
    const auto bytes = manifest.serialize();
    const fs::path path = directory / kManifestName;
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd.isValid())
        return failErrno(errno, "The index cannot be written", path.string());
    if (writeAll(fd.get(), bytes) < bytes.size())
        return failErrno(errno, "The index cannot be written", path.string());
    return {};
}

std::optional<BuiltIndex> reopenIndex(const fs::path &directory,
                                      std::shared_ptr<const TraceFile> trace,
                                      const FileIdentity &identity,
                                      const std::optional<unsigned> &verifyingThreads)
{
    const UniqueFd opened = IndexCache::open(directory);
    if (!opened.isValid())
        return std::nullopt;
    BuiltIndex built;
    auto manifest = readManifest(opened);
    if (manifest && manifest->identity == identity) {
        auto files = mapFiles(*manifest, opened);
        built.statistics.columns = columnSizes(*manifest);
        if (files && (!verifyingThreads || isIntact(*manifest, *files, *verifyingThreads, {})))
            built.snapshot = makeSnapshot(*std::move(manifest), std::move(trace),
                                          *std::move(files));
    }
    if (!built.snapshot) {
        IndexCache::remove(directory, opened);
        return std::nullopt;
    }
    IndexCache::touch(opened);
    built.statistics.wasReopened = true;
    built.statistics.directory = directory;
    return built;
}

Result<bool> verifyIndex(const fs::path &directory, std::stop_token stop)
{
    const UniqueFd opened = IndexCache::open(directory);
    if (!opened.isValid())
        return fail(ErrorKind::Io, "There is no index.", directory.string());
    const auto manifest = readManifest(opened);
    const auto files = manifest ? mapFiles(*manifest, opened) : std::nullopt;
    // One thread: this is for the background.
    const bool intact = files && isIntact(*manifest, *files, 1, stop);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    if (!intact)
        IndexCache::remove(directory, opened);
    return intact;
}

} // namespace thresher
