// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/writeall.h"
#include "model/index/columnstore_p.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>

namespace thresher {

namespace {

constexpr std::uint32_t kNoFile = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kPage = 4096;
/// Address space only. Where that is limited (ulimit -v), less will do.
constexpr std::uint64_t kUsualReserve = std::uint64_t{64} << 20U;
constexpr std::uint64_t kMostReserve = std::uint64_t{64} << 30U;
constexpr std::uint64_t kLeastReserve = std::uint64_t{4} << 20U;
/// Smaller columns share pages: a trace of thousands of CPUs with a few events each stays small.
constexpr std::uint64_t kOwnPages = std::uint64_t{64} << 10U;

constexpr std::uint64_t roundUp(std::uint64_t value, std::uint64_t to)
{
    return (value + to - 1) / to * to;
}

UniqueFd openUnnamed(const std::filesystem::path &directory)
{
    UniqueFd fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (fd.isValid())
        return fd;
    // Not every file system has O_TMPFILE.
    std::string name = (directory / "thresher-XXXXXX").string();
    UniqueFd named(::mkostemp(name.data(), O_CLOEXEC));
    if (named.isValid())
        ::unlink(name.c_str());
    return named;
}

tl::unexpected<Error> failWrite(int errnoValue, const std::filesystem::path &directory)
{
    if (errnoValue == EFBIG) {
        return fail(ErrorKind::NoSpace,
                    "The index cannot be written: a file may not become that large here.",
                    directory.string());
    }
    return failErrno(errnoValue, "The index cannot be written", directory.string());
}

} // namespace

ColumnStore::ColumnStore(std::filesystem::path directory, bool isKept, std::uint32_t groups,
                         std::uint64_t expectedBytes)
    : m_directory(std::move(directory))
    , m_isKept(isKept)
    // Streams are not even, and regions have room to grow.
    , m_reserve(roundUp(
          std::clamp(expectedBytes / std::max(groups, 1U) * 2, kUsualReserve, kMostReserve), kPage))
    , m_current(std::max(groups, 1U), kNoFile)
{}

ColumnStore::~ColumnStore()
{
    for (const auto &file : m_files)
        ::munmap(file->data, file->reserved);
}

std::string ColumnStore::fileName(std::uint32_t file)
{
    return "columns." + std::to_string(file);
}

std::uint32_t ColumnStore::fileCount() const
{
    const std::scoped_lock lock(m_mutex);
    return static_cast<std::uint32_t>(m_files.size());
}

Result<std::uint32_t> ColumnStore::addFile(std::uint64_t atLeast)
{
    const auto number = static_cast<std::uint32_t>(m_files.size());
    auto file = std::make_unique<File>();
    file->fd = m_isKept ? UniqueFd(::open((m_directory / fileName(number)).c_str(),
                                          O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600))
                        : openUnnamed(m_directory);
    if (!file->fd.isValid())
        return failWrite(errno, m_directory);
    atLeast = std::max(roundUp(atLeast, kPage), kLeastReserve);
    std::uint64_t reserve = std::max(atLeast, m_reserve);
    void *data = MAP_FAILED;
    for (; data == MAP_FAILED; reserve = std::max(reserve / 4, atLeast)) {
        data = ::mmap(nullptr, reserve, PROT_READ, MAP_SHARED | MAP_NORESERVE, file->fd.get(), 0);
        if (data != MAP_FAILED)
            break;
        if (errno != ENOMEM || reserve == atLeast)
            return failErrno(errno, "The index cannot be mapped into memory", m_directory.string());
    }
    file->data = static_cast<std::byte *>(data);
    file->reserved = reserve;
    m_files.push_back(std::move(file));
    return number;
}

Result<ColumnPlace> ColumnStore::allocate(std::uint32_t group, std::uint64_t bytes)
{
    if (bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 2)
        return failWrite(EFBIG, m_directory);
    const std::scoped_lock lock(m_mutex);
    std::uint32_t &current = m_current[group % m_current.size()];
    const std::uint64_t align = bytes >= kOwnPages ? kPage : 8;
    if (current == kNoFile
        || roundUp(m_files[current]->used, align) + bytes > m_files[current]->reserved) {
        THRESHER_TRY_ASSIGN(current, addFile(bytes));
    }
    File &file = *m_files[current];
    ColumnPlace place;
    place.file = current;
    place.offset = roundUp(file.used, align);
    place.capacity = bytes;
    place.data = file.data + place.offset;
    file.used = place.offset + bytes;
    return place;
}

Result<void> ColumnStore::write(const ColumnPlace &place, std::uint64_t at,
                                std::span<const std::byte> bytes)
{
    int fd = -1;
    {
        const std::scoped_lock lock(m_mutex);
        fd = m_files[place.file]->fd.get();
    }
    if (writeAllAt(fd, bytes, place.offset + at) < bytes.size())
        return failWrite(errno, m_directory);
    return {};
}

void ColumnStore::closeFiles()
{
    const std::scoped_lock lock(m_mutex);
    for (const auto &file : m_files)
        file->fd = UniqueFd();
}

} // namespace thresher
