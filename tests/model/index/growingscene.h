// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/growingtrace.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace thresher::test {

/// Plays a recorder: a finished trace's pages arrive, step by step, in files of a folder.
class GrowingScene
{
public:
    /// @param trace  its pages are what arrives.
    /// @param folder  empty, for the files.
    GrowingScene(const TraceFile &trace, std::filesystem::path folder);

    /// What the recording becomes: an uncompressed file of version 7.
    [[nodiscard]] const std::shared_ptr<const TraceFile> &finished() const { return m_finished; }

    [[nodiscard]] Result<std::shared_ptr<const GrowingTrace>> open() const;
    /// Appends bytes of a stream; fewer at its end. @returns how many are left.
    std::uint64_t append(StreamIndex stream, std::uint64_t bytes);
    void appendAll();
    void cut(StreamIndex stream, std::uint64_t size);
    /// Removes all files, as at the end of a recording.
    void removeFiles();
    /// The finished trace's head, without pages.
    [[nodiscard]] std::vector<std::byte> head() const;

private:
    [[nodiscard]] static std::filesystem::path
    write(const TraceFile &trace, const std::filesystem::path &path, bool hasPages);
    [[nodiscard]] std::filesystem::path pathOf(StreamIndex stream) const;

    std::filesystem::path m_folder;
    std::shared_ptr<const TraceFile> m_finished;
    std::vector<std::uint64_t> m_written;
};

} // namespace thresher::test
