// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/keptfile.h"

#include "model/index/indexcache_p.h"
#include "model/index/tables.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstdio>

namespace thresher {

namespace {

KeptFile::Fingerprint fingerprintOf(const FileIdentity &identity, const IndexSnapshot &index)
{
    TableWriter all;
    all.number(identity);
    all.number(Manifest::kVersion);
    all.number(index.eventCount);
    for (const StreamView &stream : index.streams)
        all.number(stream.size);
    for (const Task &task : index.tasks->all())
        all.number(task.pid);
    const auto bytes = all.take();
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.low64, hash.high64};
}

} // namespace

std::optional<KeptFile> KeptFile::of(std::shared_ptr<const IndexSnapshot> index,
                                     std::filesystem::path cache, std::string name)
{
    const auto identity = identify(*index->trace);
    if (!identity)
        return std::nullopt;
    KeptFile file;
    file.m_fingerprint = fingerprintOf(*identity, *index);
    file.m_indexName = indexName(*identity);
    file.m_index = std::move(index);
    file.m_cache = std::move(cache);
    file.m_name = std::move(name);
    return file;
}

std::shared_ptr<const MappedFile> KeptFile::open() const
{
    const UniqueFd directory = IndexCache::open(m_cache / m_indexName);
    if (!directory.isValid())
        return nullptr;
    auto file = MappedFile::openAt(directory.get(), m_name);
    return file ? *std::move(file) : nullptr;
}

struct KeptFile::Draft::Private
{
    KeptFile file;
    IndexCache::Building building; ///< Holds the file, and a lock that tells that we are alive.
    UniqueFd fd;
};

KeptFile::Draft::Draft(std::unique_ptr<Private> draft)
    : d(std::move(draft))
{}

KeptFile::Draft::Draft(Draft &&other) noexcept = default;
KeptFile::Draft::~Draft() = default;

int KeptFile::Draft::fd() const
{
    return d->fd.get();
}

Result<void> KeptFile::Draft::keep(std::uint64_t limitBytes)
{
    const KeptFile &file = d->file;
    const auto identity = identify(*file.m_index->trace);
    if (!identity || indexName(*identity) != file.m_indexName)
        return fail(ErrorKind::Io, "The trace has changed.", file.m_index->trace->path().string());
    // Into the directory that is open: an index that is removed meanwhile takes the file with it.
    const auto place = file.m_cache / file.m_indexName;
    const UniqueFd directory = IndexCache::open(place);
    if (!directory.isValid()
        || ::renameat(AT_FDCWD, (d->building.path() / file.m_name).c_str(), directory.get(),
                      file.m_name.c_str())
               != 0)
        return failErrno(errno, "The file cannot be put beside the index", place.string());
    IndexCache(file.m_cache).trim(limitBytes, file.m_indexName);
    return {};
}

Result<KeptFile::Draft> KeptFile::begin() const
{
    if (!IndexCache::open(m_cache / m_indexName).isValid())
        return fail(ErrorKind::Io, "The index is not kept.", (m_cache / m_indexName).string());
    THRESHER_TRY_ASSIGN(auto building, IndexCache(m_cache).begin(m_indexName));
    const auto path = building.path() / m_name;
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd.isValid())
        return failErrno(errno, "The file cannot be made", path.string());
    return Draft(std::make_unique<Draft::Private>(
        Draft::Private{*this, std::move(building), std::move(fd)}));
}

void KeptFile::remove(const MappedFile &opened) const
{
    const UniqueFd directory = IndexCache::open(m_cache / m_indexName);
    struct stat ours = {};
    struct stat there = {};
    if (directory.isValid() && ::fstat(opened.fd(), &ours) == 0
        && ::fstatat(directory.get(), m_name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0
        && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
        ::unlinkat(directory.get(), m_name.c_str(), 0);
}

} // namespace thresher
