// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/index/indexcache_p.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <utility>

namespace thresher {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kEnds = std::uint64_t{64} << 10U; // hashed of head and tail each
constexpr std::uint64_t kSample = 4096;
constexpr std::uint64_t kSamples = 16;
constexpr std::size_t kNameLength = 32; // hexadecimal digits
constexpr std::string_view kBuilding = ".building-";
constexpr std::time_t kGrace = 10; // seconds that a builder has to lock what it has made

std::string hex(std::uint64_t value)
{
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4U)
        *digit = "0123456789abcdef"[value & 15U];
    return text;
}

bool isIndexName(std::string_view name)
{
    return name.size() == kNameLength
           && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool isBuildingName(std::string_view name)
{
    return name.size() > kNameLength && isIndexName(name.substr(0, kNameLength))
           && name.substr(kNameLength).starts_with(kBuilding);
}

// Nobody is building in it any more.
bool isAbandoned(const fs::path &path)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status = {};
    if (!fd.isValid() || ::fstat(fd.get(), &status) != 0)
        return false;
    return std::time(nullptr) - status.st_mtime > kGrace
           && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
}

struct Kept
{
    fs::path path;
    std::int64_t used = 0; // ns
    std::uint64_t bytes = 0;
};

std::int64_t nanoseconds(const struct timespec &time)
{
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

bool isSame(const struct stat &status, const UniqueFd &opened)
{
    struct stat other = {};
    return ::fstat(opened.get(), &other) == 0 && status.st_dev == other.st_dev
           && status.st_ino == other.st_ino;
}

// Renames a directory of the cache to a name of those that are being built, which trim() removes if
// we do not come to it. Empty: it cannot be, or is not there.
fs::path moveAside(const fs::path &index)
{
    static std::atomic<unsigned> number = 0;
    std::error_code error;
    for (int attempt = 0; attempt < 10; ++attempt) { // a dead process of our pid may have left some
        fs::path aside = index;
        aside += std::string(kBuilding) + std::to_string(::getpid()) + "-old"
                 + std::to_string(number.fetch_add(1));
        fs::rename(index, aside, error);
        if (!error)
            return aside;
        if (error != std::errc::directory_not_empty && error != std::errc::file_exists)
            break;
    }
    return {};
}

Kept measure(const fs::path &path)
{
    Kept kept{path, 0, 0};
    struct stat status = {};
    // Of an index that lacks it: as old as can be.
    if (::stat((path / "manifest").c_str(), &status) == 0)
        kept.used = nanoseconds(status.st_mtim);
    std::error_code error;
    for (fs::directory_iterator file(path, error); !error && file != fs::directory_iterator();
         file.increment(error)) {
        if (::lstat(file->path().c_str(), &status) == 0)
            kept.bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
    return kept;
}

} // namespace

std::optional<FileIdentity> identify(const TraceFile &trace)
{
    const MappedFile *const file = trace.mappedFile();
    struct stat status = {};
    if (file == nullptr || file->wasDamaged() || ::fstat(file->fd(), &status) != 0)
        return std::nullopt;
    const auto bytes = trace.bytes();
    if (static_cast<std::uint64_t>(status.st_size) != bytes.size())
        return std::nullopt;
    FileIdentity identity;
    identity.size = bytes.size();
    identity.modified = nanoseconds(status.st_mtim);
    std::vector<std::byte> parts;
    const auto add = [&parts](std::span<const std::byte> part) {
        parts.insert(parts.end(), part.begin(), part.end());
    };
    add(slice(bytes, 0, kEnds));
    for (std::uint64_t i = 1; i <= kSamples; ++i)
        add(slice(bytes, bytes.size() / (kSamples + 1) * i, kSample));
    add(bytes.last(std::min<std::size_t>(kEnds, bytes.size())));
    const XXH128_hash_t hash = XXH3_128bits(parts.data(), parts.size());
    identity.hash = {hash.low64, hash.high64};
    if (file->wasDamaged())
        return std::nullopt;
    return identity;
}

std::string indexName(const FileIdentity &identity)
{
    const XXH128_hash_t hash = XXH3_128bits_withSeed(&identity, sizeof identity,
                                                     Manifest::kVersion);
    return hex(hash.high64) + hex(hash.low64);
}

IndexCache::Building::~Building()
{
    if (!m_path.empty())
        remove(m_path);
}

Result<fs::path> IndexCache::Building::keep(const std::string &name)
{
    const fs::path target = m_path.parent_path() / name;
    // What is there is as good, but ours is newer. Others may be doing the same: at no moment is
    // there none because of us.
    int error = 0;
    for (int attempt = 0; attempt < 20; ++attempt) {
        if (attempt > 0 && error == EINVAL)
            remove(target); // this file system cannot exchange
        if (::rename(m_path.c_str(), target.c_str()) == 0) {
            m_path.clear();
            return target;
        }
        error = errno;
        if (error != ENOTEMPTY && error != EEXIST)
            break;
        if (::renameat2(AT_FDCWD, m_path.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
            remove(std::exchange(m_path, {}));
            return target;
        }
        error = errno;
        if (error != EINVAL && error != ENOENT)
            break;
    }
    return failErrno(error, "The index cannot be put into its place", target.string());
}

Result<IndexCache::Building> IndexCache::begin(const std::string &name) const
{
    std::error_code error;
    fs::create_directories(m_directory, error);
    if (error)
        return failErrno(error.value(), "The folder for indexes cannot be made",
                         m_directory.string());
    // Our pid tells processes apart, and the number threads that build the same.
    std::string path = (m_directory
                        / (name + std::string(kBuilding) + std::to_string(::getpid()) + "-XXXXXX"))
                           .string();
    if (::mkdtemp(path.data()) == nullptr)
        return failErrno(errno, "The folder for indexes cannot be written to",
                         m_directory.string());
    UniqueFd lock(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.isValid())
        ::flock(lock.get(), LOCK_EX | LOCK_NB);
    return Building(path, std::move(lock));
}

void IndexCache::trim(std::uint64_t limit, const std::string &used) const
{
    std::vector<Kept> all;
    std::uint64_t sum = 0;
    std::error_code error;
    for (fs::directory_iterator entry(m_directory, error);
         !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        std::error_code ignored;
        if (!fs::is_directory(entry->symlink_status(ignored)))
            continue;
        if (isBuildingName(name) && isAbandoned(entry->path())) {
            remove(entry->path());
        } else if (isIndexName(name)) {
            Kept kept = measure(entry->path());
            sum += kept.bytes;
            if (name != used)
                all.push_back(std::move(kept));
        }
    }
    std::sort(all.begin(), all.end(), [](const Kept &a, const Kept &b) { return a.used < b.used; });
    for (const Kept &kept : all) {
        if (sum <= limit)
            return;
        remove(kept.path);
        sum -= kept.bytes;
    }
}

UniqueFd IndexCache::open(const fs::path &index)
{
    return UniqueFd(::open(index.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

void IndexCache::touch(const UniqueFd &index)
{
    // Where it cannot be written it is not trimmed either.
    static_cast<void>(::utimensat(index.get(), "manifest", nullptr, 0));
}

void IndexCache::remove(const fs::path &index)
{
    std::error_code ignored;
    const fs::path aside = moveAside(index);
    if (!aside.empty())
        fs::remove_all(aside, ignored);
}

void IndexCache::remove(const fs::path &index, const UniqueFd &opened)
{
    struct stat status = {};
    if (::stat(index.c_str(), &status) != 0 || !isSame(status, opened))
        return;
    const fs::path aside = moveAside(index);
    if (aside.empty() || ::stat(aside.c_str(), &status) != 0)
        return;
    // Another one came in between: it goes back, unless there is an even newer one.
    if (!isSame(status, opened)
        && ::renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, index.c_str(), RENAME_NOREPLACE) == 0)
        return;
    std::error_code ignored;
    fs::remove_all(aside, ignored);
}

} // namespace thresher
