// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace thresher {

/// Files that others append to, mapped read-only behind each other into one range of addresses that
/// stays where it is while they grow: some bytes of ours first, then a window of equal size for
/// each file. Of a window only what sizeOf() says may be read; where a file has become shorter
/// since, that reads as zeros. Immutable; thread-safe.
class GrowingFiles
{
public:
    /// @param head  copied to the begin.
    /// @param files  regular ones, open for reading.
    /// Fails with Io where there is not enough address space.
    [[nodiscard]] static Result<std::shared_ptr<const GrowingFiles>>
    map(std::span<const std::byte> head, std::vector<UniqueFd> files);

    GrowingFiles(const GrowingFiles &) = delete; // what was handed out points into it
    GrowingFiles &operator=(const GrowingFiles &) = delete;
    ~GrowingFiles();

    [[nodiscard]] std::span<const std::byte> bytes() const
    {
        return m_bytes;
    } ///< Head and windows.
    [[nodiscard]] std::size_t count() const { return m_files.size(); }
    [[nodiscard]] std::uint64_t offsetOf(std::size_t file) const; ///< Of its window in bytes().
    /// Bytes of a file that can be read; nothing of a file that is larger than windowSize() beyond.
    [[nodiscard]] std::uint64_t sizeOf(std::size_t file) const;
    [[nodiscard]] std::uint64_t windowSize() const { return m_window; }

private:
    GrowingFiles(std::vector<UniqueFd> files, std::span<const std::byte> bytes, std::uint64_t head,
                 std::uint64_t window);

    std::vector<UniqueFd> m_files;
    std::span<const std::byte> m_bytes;
    std::uint64_t m_head; ///< Where the first window begins.
    std::uint64_t m_window;
    std::size_t m_guard;
};

} // namespace thresher
