// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace thresher {

/// A file that is there as a whole or not at all: written without a name where the file system can
/// do that, else under a temporary one in the target's folder, and given its name at the end.
/// Not thread-safe.
class OutputFile
{
public:
    /// Where `path` leads: a link's target is what is replaced, not the link. Refused are devices,
    /// pipes and folders, the file `input` (-1: none), and, without `mayReplace`, whatever exists.
    [[nodiscard]] static Result<OutputFile> create(const std::filesystem::path &path,
                                                   bool mayReplace, int input);
    OutputFile(OutputFile &&other) noexcept;
    OutputFile &operator=(OutputFile &&) = delete;
    OutputFile(const OutputFile &) = delete; // one owner removes once
    OutputFile &operator=(const OutputFile &) = delete;
    /// Removes what was not committed.
    ~OutputFile();

    /// Appends. Fails with NoSpace where the disk is full, a quota or a limit reached.
    [[nodiscard]] Result<void> write(std::span<const std::byte> bytes);
    /// Appends a part of another file, which the file system may share instead of copying it. Fails
    /// with Damaged where that file is shorter.
    [[nodiscard]] Result<void> copy(int from, std::uint64_t offset, std::uint64_t size);
    /// Zeros up to a multiple of `to`.
    [[nodiscard]] Result<void> align(std::uint64_t to);
    /// Overwrites what was written before.
    [[nodiscard]] Result<void> patch(std::uint64_t offset, std::span<const std::byte> bytes);
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    /// All that was written. O(size). Not behind commit().
    [[nodiscard]] Result<std::vector<std::byte>> read() const;
    /// Gives the file its name. Nothing may be written afterwards.
    [[nodiscard]] Result<void> commit();

private:
    OutputFile(std::filesystem::path target, bool mayReplace);
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> linkUnnamed();
    [[nodiscard]] std::filesystem::path temporaryName() const;
    [[nodiscard]] tl::unexpected<Error> failed(int error) const;
    [[nodiscard]] tl::unexpected<Error> exists() const;

    std::filesystem::path m_target;
    bool m_mayReplace = false;
    UniqueFd m_fd;
    std::filesystem::path m_temporary; ///< Empty: it has no name, or its own.
    bool m_isUnnamed = false;
    std::uint64_t m_size = 0;
};

} // namespace thresher
