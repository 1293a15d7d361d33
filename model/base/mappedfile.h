// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

namespace thresher {

/// Owns a file descriptor.
class UniqueFd
{
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd)
        : m_fd(fd)
    {}
    UniqueFd(UniqueFd &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {}
    UniqueFd &operator=(UniqueFd &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    UniqueFd(const UniqueFd &) = delete; // one owner closes once
    UniqueFd &operator=(const UniqueFd &) = delete;
    ~UniqueFd();

    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool isValid() const { return m_fd >= 0; }

private:
    int m_fd = -1;
};

/// A regular file mapped read-only as a whole.
///
/// The file may be cut short, or fail to read, while it is mapped: a process-wide SIGBUS handler
/// maps zero pages in its place (and wasDamaged() turns true), so that readers see damaged data
/// instead of being killed. Faults outside of MappedFiles go on to the previous handler.
class MappedFile
{
public:
    /// Fails for directories, devices, pipes, and what may not be read. An empty file maps to an
    /// empty span.
    [[nodiscard]] static Result<std::shared_ptr<const MappedFile>>
    open(const std::filesystem::path &path);
    /// The same, a relative path being one within the open folder `directory`.
    [[nodiscard]] static Result<std::shared_ptr<const MappedFile>>
    openAt(int directory, const std::filesystem::path &path);

    MappedFile(const MappedFile &) = delete; // the address is registered
    MappedFile &operator=(const MappedFile &) = delete;
    ~MappedFile();

    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }
    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    [[nodiscard]] int fd() const { return m_fd.get(); }
    /// A part of the file could not be read since it was opened. Thread: any.
    [[nodiscard]] bool wasDamaged() const;

private:
    MappedFile(std::filesystem::path path, UniqueFd fd, std::span<const std::byte> bytes);

    std::filesystem::path m_path;
    UniqueFd m_fd;
    std::span<const std::byte> m_bytes;
    std::size_t m_slot = 0; ///< In the signal handler's table.
};

} // namespace thresher
