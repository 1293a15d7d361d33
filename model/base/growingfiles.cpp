// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/growingfiles.h"

#include "model/base/buserrors_p.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace thresher {

namespace {

/// Address space only. Of 128 TiB that a process has on x86-64, and 256 on arm64.
constexpr std::uint64_t kMostAddresses = std::uint64_t{8} << 40U;
constexpr std::uint64_t kMostWindow = std::uint64_t{64} << 30U;
constexpr std::uint64_t kLeastWindow = std::uint64_t{16} << 20U;
/// Windows begin at multiples of it, whatever the machine's page size.
constexpr std::uint64_t kAlign = std::uint64_t{64} << 10U;

constexpr std::uint64_t roundUp(std::uint64_t value)
{
    return (value + kAlign - 1) / kAlign * kAlign;
}

} // namespace

Result<std::shared_ptr<const GrowingFiles>> GrowingFiles::map(std::span<const std::byte> head,
                                                              std::vector<UniqueFd> files)
{
    const std::uint64_t headSize = roundUp(std::max<std::uint64_t>(head.size(), 1));
    const auto count = std::max<std::uint64_t>(files.size(), 1);
    auto window = std::clamp(kMostAddresses / count, kLeastWindow, kMostWindow) / kAlign * kAlign;
    void *address = MAP_FAILED;
    // Where address space is limited (ulimit -v), less will do.
    for (;; window = window / 4 / kAlign * kAlign) {
        address = ::mmap(nullptr, headSize + count * window, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (address != MAP_FAILED)
            break;
        if (errno != ENOMEM || window / 4 < kLeastWindow)
            return failErrno(errno, "The recording cannot be mapped into memory");
    }
    auto *const begin = static_cast<std::byte *>(address);
    const auto giveUp = [&](int error) {
        ::munmap(address, headSize + count * window);
        return failErrno(error, "The recording cannot be mapped into memory");
    };
    if (::mprotect(begin, headSize, PROT_READ | PROT_WRITE) != 0)
        return giveUp(errno);
    if (!head.empty())
        std::memcpy(begin, head.data(), head.size());
    ::mprotect(begin, headSize, PROT_READ);
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (::mmap(begin + headSize + i * window, window, PROT_READ, MAP_SHARED | MAP_FIXED,
                   files[i].get(), 0)
            == MAP_FAILED)
            return giveUp(errno);
    }
    return std::shared_ptr<const GrowingFiles>(
        new GrowingFiles(std::move(files), {begin, headSize + count * window}, headSize, window));
}

GrowingFiles::GrowingFiles(std::vector<UniqueFd> files, std::span<const std::byte> bytes,
                           std::uint64_t head, std::uint64_t window)
    : m_files(std::move(files))
    , m_bytes(bytes)
    , m_head(head)
    , m_window(window)
    , m_guard(guardMapping(bytes, -1))
{}

GrowingFiles::~GrowingFiles()
{
    releaseMapping(m_guard);
    ::munmap(const_cast<std::byte *>(m_bytes.data()), m_bytes.size()); // NOLINT
}

std::uint64_t GrowingFiles::offsetOf(std::size_t file) const
{
    return m_head + file * m_window;
}

std::uint64_t GrowingFiles::sizeOf(std::size_t file) const
{
    struct stat status = {};
    if (::fstat(m_files[file].get(), &status) != 0 || status.st_size <= 0)
        return 0;
    return std::min(static_cast<std::uint64_t>(status.st_size), m_window);
}

} // namespace thresher
