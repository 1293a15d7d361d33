// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace thresher {

/// Where a run of bytes lies that only grows up to its capacity.
struct ColumnPlace
{
    std::uint32_t file = 0;
    std::uint64_t offset = 0; ///< In the file; a multiple of 8, of 4096 for large ones.
    std::uint64_t capacity = 0;
    const std::byte *data
        = nullptr; ///< Where it is mapped. Readable as far as it has been written.
};

/// The files that hold the columns of an index while it is built, and the memory they are mapped
/// to.
///
/// Written by plain writes, since the page cache takes those faster than stores into a shared
/// writable mapping, and since a full disk is then an error and not a signal. Read through a
/// mapping that is larger than the file, so that a view stays where it is while the file grows
/// behind it.
///
/// A few files hold the columns of all streams: thousands of streams must not need thousands of
/// descriptors and mappings each. More than one, since the kernel lets one thread at a time write
/// to a file. What a file has been promised but not got yet is a hole and takes no disk space.
///
/// Thread-safe.
class ColumnStore
{
public:
    /// @param directory  must exist.
    /// @param isKept  files named "columns.N" there; else files without a name, that vanish with
    /// the last of us who has them open.
    /// @param groups  of files that do not get in each other's way, > 0.
    /// @param expectedBytes  of all columns, roughly: files that are mapped too small are more
    /// files.
    ColumnStore(std::filesystem::path directory, bool isKept, std::uint32_t groups,
                std::uint64_t expectedBytes = 0);
    ~ColumnStore(); ///< Unmaps: nothing may point into it any more.
    ColumnStore(const ColumnStore &) = delete; // views point into it
    ColumnStore &operator=(const ColumnStore &) = delete;

    /// Room for `bytes` in a file of `group` (any number). Fails with Io or NoSpace.
    [[nodiscard]] Result<ColumnPlace> allocate(std::uint32_t group, std::uint64_t bytes);
    /// Writes at `place.data + at`, within its capacity. Fails with Io or NoSpace.
    [[nodiscard]] Result<void> write(const ColumnPlace &place, std::uint64_t at,
                                     std::span<const std::byte> bytes);
    /// No more is written. What is mapped stays.
    void closeFiles();
    [[nodiscard]] std::uint32_t fileCount() const;
    [[nodiscard]] static std::string fileName(std::uint32_t file);

private:
    struct File
    {
        UniqueFd fd;
        std::byte *data = nullptr;
        std::uint64_t reserved = 0;
        std::uint64_t used = 0;
    };

    [[nodiscard]] Result<std::uint32_t> addFile(std::uint64_t atLeast);

    std::filesystem::path m_directory;
    bool m_isKept;
    std::uint64_t m_reserve; ///< Bytes of address space for each file.
    mutable std::mutex m_mutex;
    std::vector<std::unique_ptr<File>> m_files; ///< Each stays where it is.
    std::vector<std::uint32_t> m_current; ///< [groups] the file that a group fills.
};

} // namespace thresher
