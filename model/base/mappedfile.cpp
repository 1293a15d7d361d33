// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/mappedfile.h"

#include "model/base/buserrors_p.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace thresher {

UniqueFd::~UniqueFd()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path &path)
{
    return openAt(AT_FDCWD, path);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::openAt(int directory,
                                                             const std::filesystem::path &path)
{
    // O_NONBLOCK: opening a pipe that nobody writes to must not hang.
    UniqueFd fd(::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.isValid())
        return failErrno(errno, "The file cannot be opened", path.string());
    struct stat status = {};
    if (::fstat(fd.get(), &status) != 0)
        return failErrno(errno, "The file cannot be read", path.string());
    if (S_ISDIR(status.st_mode))
        return fail(ErrorKind::InvalidArgument, "This is a folder, not a file.", path.string());
    if (!S_ISREG(status.st_mode))
        return fail(ErrorKind::InvalidArgument,
                    "This is a device or a pipe. Only files can be opened: save the trace first.",
                    path.string());
    std::span<const std::byte> bytes;
    if (status.st_size > 0) {
        const auto size = static_cast<std::size_t>(status.st_size);
        void *const address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
        if (address == MAP_FAILED)
            return failErrno(errno, "The file cannot be mapped into memory", path.string());
        bytes = {static_cast<const std::byte *>(address), size};
    }
    return std::shared_ptr<const MappedFile>(new MappedFile(path, std::move(fd), bytes));
}

MappedFile::MappedFile(std::filesystem::path path, UniqueFd fd, std::span<const std::byte> bytes)
    : m_path(std::move(path))
    , m_fd(std::move(fd))
    , m_bytes(bytes)
    , m_slot(guardMapping(bytes, m_fd.get()))
{}

MappedFile::~MappedFile()
{
    releaseMapping(m_slot);
    if (!m_bytes.empty())
        ::munmap(const_cast<std::byte *>(m_bytes.data()), m_bytes.size()); // NOLINT
}

bool MappedFile::wasDamaged() const
{
    return wasMappingDamaged(m_slot);
}

} // namespace thresher
