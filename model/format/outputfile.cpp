// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/outputfile.h"

#include "model/base/writeall.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

namespace thresher {

namespace {

constexpr mode_t kMode = 0666; // less the umask
constexpr int kAttempts = 100;
constexpr std::size_t kZeros = 65536;
constexpr std::uint64_t kMaxCopy = 64U << 20U; // at once, so that it can be interrupted

bool isSameFile(const struct stat &a, const struct stat &b)
{
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

} // namespace

OutputFile::OutputFile(std::filesystem::path target, bool mayReplace)
    : m_target(std::move(target))
    , m_mayReplace(mayReplace)
{}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : m_target(std::move(other.m_target))
    , m_mayReplace(other.m_mayReplace)
    , m_fd(std::move(other.m_fd))
    , m_temporary(std::exchange(other.m_temporary, {}))
    , m_isUnnamed(other.m_isUnnamed)
    , m_size(other.m_size)
{}

OutputFile::~OutputFile()
{
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

tl::unexpected<Error> OutputFile::failed(int error) const
{
    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        return fail(ErrorKind::NoSpace,
                    error == EFBIG
                        ? "The file would be larger than the file system or a limit (ulimit -f) "
                          "allows: nothing was left behind. Choose another folder, or raise the "
                          "limit."
                        : "There is not enough room for the file: nothing was left behind. Free "
                          "some, or choose another folder.",
                    m_target.string());
    return failErrno(error, "writing the file", m_target.string());
}

tl::unexpected<Error> OutputFile::exists() const
{
    return fail(ErrorKind::InvalidArgument,
                "The file exists already, and it was not asked to be replaced.", m_target.string());
}

Result<OutputFile> OutputFile::create(const std::filesystem::path &path, bool mayReplace, int input)
{
    const auto refuse = [&](const char *why) {
        return fail(ErrorKind::InvalidArgument, why, path.string());
    };
    if (path.empty() || !path.has_filename())
        return refuse("This is a folder, not the name of a file to write.");
    std::filesystem::path target = path;
    struct stat link = {};
    struct stat status = {};
    const bool isThere = ::stat(path.c_str(), &status) == 0;
    if (!isThere && errno != ENOENT)
        return failErrno(errno, "writing the file", path.string());
    if (::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) {
        if (!isThere)
            return refuse("This is a link to nowhere; give the name of a file.");
        std::error_code error;
        target = std::filesystem::canonical(path, error);
        if (error)
            return failErrno(error.value(), "following the link", path.string());
    }
    OutputFile file(target, mayReplace);
    if (isThere) {
        if (S_ISDIR(status.st_mode))
            return refuse("This is a folder, not the name of a file to write.");
        if (!S_ISREG(status.st_mode))
            return refuse("This is a device or a pipe; a trace.dat is written to a file only.");
        struct stat from = {};
        if (input >= 0 && ::fstat(input, &from) == 0 && isSameFile(status, from))
            return refuse("This is the trace that is being read; give another name.");
        if (!mayReplace)
            return file.exists();
        if (::access(target.c_str(), W_OK) != 0)
            return failErrno(errno, "replacing the file", path.string());
    }
    THRESHER_TRY(file.open());
    return file;
}

std::filesystem::path OutputFile::temporaryName() const
{
    std::random_device random;
    std::array<char, 16> suffix{};
    std::snprintf(suffix.data(), suffix.size(), ".%08x", random());
    // A long name and a suffix may be longer than names can be.
    return m_target.parent_path()
           / ("." + m_target.filename().string().substr(0, 200) + suffix.data());
}

Result<void> OutputFile::open()
{
    const auto folder = m_target.has_parent_path() ? m_target.parent_path()
                                                   : std::filesystem::path(".");
#ifdef O_TMPFILE
    m_fd = UniqueFd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMode));
    if (m_fd.isValid()) {
        m_isUnnamed = true;
        return {};
    }
#endif
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto name = temporaryName();
        m_fd = UniqueFd(::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kMode));
        if (m_fd.isValid()) {
            m_temporary = name;
            return {};
        }
        if (errno != EEXIST)
            break;
    }
    return failed(errno);
}

Result<void> OutputFile::write(std::span<const std::byte> bytes)
{
    const std::size_t written = writeAll(m_fd.get(), bytes);
    m_size += written;
    if (written == bytes.size())
        return {};
    if (errno == EFAULT) // the mapped trace's bytes are gone
        return fail(ErrorKind::Io, "The trace can no longer be read; was it cut short?",
                    m_target.string());
    return failed(errno);
}

Result<void> OutputFile::copy(int from, std::uint64_t offset, std::uint64_t size)
{
    auto at = static_cast<off_t>(offset);
    while (size > 0) {
        const auto part = std::min<std::uint64_t>(size, kMaxCopy);
        auto copied = ::copy_file_range(from, &at, m_fd.get(), nullptr, part, 0);
        if (copied < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP))
            copied = ::sendfile(m_fd.get(), from, &at, part);
        if (copied < 0) {
            if (errno == EINTR)
                continue;
            return failed(errno);
        }
        if (copied == 0)
            return fail(ErrorKind::Damaged, "A file that is copied from has become shorter.",
                        m_target.string());
        size -= static_cast<std::uint64_t>(copied);
        m_size += static_cast<std::uint64_t>(copied);
    }
    return {};
}

Result<void> OutputFile::align(std::uint64_t to)
{
    static constexpr std::array<std::byte, kZeros> kZero{};
    std::uint64_t missing = (to - m_size % to) % to;
    while (missing > 0) {
        const auto part = std::min<std::uint64_t>(missing, kZero.size());
        THRESHER_TRY(write(std::span(kZero).first(part)));
        missing -= part;
    }
    return {};
}

Result<void> OutputFile::patch(std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (writeAllAt(m_fd.get(), bytes, offset) < bytes.size())
        return failed(errno);
    return {};
}

Result<void> OutputFile::linkUnnamed()
{
    const auto self = "/proc/self/fd/" + std::to_string(m_fd.get());
    const auto linkTo = [&](const std::filesystem::path &name) {
        return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
    };
    if (linkTo(m_target))
        return {};
    if (errno != EEXIST)
        return failed(errno);
    if (!m_mayReplace)
        return exists();
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto name = temporaryName();
        if (linkTo(name)) {
            m_temporary = name;
            break;
        }
        if (errno != EEXIST)
            return failed(errno);
    }
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return failed(errno);
    m_temporary.clear();
    return {};
}

Result<std::vector<std::byte>> OutputFile::read() const
{
    std::vector<std::byte> bytes(m_size);
    for (std::size_t got = 0; got < bytes.size();) {
        const auto n = ::pread(m_fd.get(), bytes.data() + got, bytes.size() - got,
                               static_cast<off_t>(got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return failed(n < 0 ? errno : EIO);
        got += static_cast<std::size_t>(n);
    }
    return bytes;
}

Result<void> OutputFile::commit()
{
    // What a network's file system could not write it says when the file is closed.
    const int copy = ::dup(m_fd.get());
    if (copy < 0 || ::close(copy) != 0)
        return failed(errno);
    if (m_isUnnamed)
        return linkUnnamed();
    if (m_mayReplace) {
        if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
            return failed(errno);
        m_temporary.clear();
        return {};
    }
    // Not by rename(), which replaces what someone else has made since.
    if (::renameat2(AT_FDCWD, m_temporary.c_str(), AT_FDCWD, m_target.c_str(), RENAME_NOREPLACE)
        == 0) {
        m_temporary.clear();
        return {};
    }
    if (errno == EEXIST)
        return exists();
    if (errno != EINVAL && errno != ENOSYS)
        return failed(errno);
    if (::access(m_target.c_str(), F_OK) == 0)
        return exists();
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return failed(errno);
    m_temporary.clear();
    return {};
}

} // namespace thresher
