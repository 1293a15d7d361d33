// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/tracefs.h"

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace thresher::capture {

/// A folder of plain files that looks like tracefs, with as much of the kernel's behaviour as the
/// recorder counts on: instances come filled and go as a whole, lists take and lose lines, choices
/// have brackets, dynamic events appear in all instances and cannot go while they are enabled, what
/// is wrong is refused with an entry in error_log. Its whole state is in the files, so that another
/// process can go on where one was killed. One CPU's raw pages are a plain file.
class FakeTracefs final : public Tracefs
{
public:
    /// Builds a new tree at `folder`, which is emptied.
    static void build(const std::filesystem::path &folder);
    /// Goes on with a tree that build() made.
    explicit FakeTracefs(const std::filesystem::path &folder);

    struct Written
    {
        std::string path;
        std::string text;
    };
    /// All that was written, made and removed ("mkdir", "rmdir" being the text), in this order.
    [[nodiscard]] std::vector<Written> log() const;

    [[nodiscard]] Result<void> write(const std::string &path, std::string_view text,
                                     Write how) override;
    [[nodiscard]] Result<void> makeInstance(const std::string &name) override;
    [[nodiscard]] Result<void> removeInstance(const std::string &name) override;

    /// How often a probe on `symbol` is hit each time it is enabled, and missed.
    void setHits(const std::string &symbol, std::uint64_t hits, std::uint64_t misses = 0);

    /// Every path with its text, for comparing. Folders have none.
    [[nodiscard]] static std::map<std::string, std::string>
    contents(const std::filesystem::path &folder);

    [[nodiscard]] const std::filesystem::path &folder() const { return m_folder; }

private:
    [[nodiscard]] Result<void> apply(const std::string &path, std::string_view text, Write how);
    [[nodiscard]] Result<void> refuseWith(const std::string &path, const std::string &message,
                                          std::string_view text, std::size_t caret);

    [[nodiscard]] Result<void> changeProbes(std::string_view command);
    void onEnabled(const std::string &path);
    void writeProfiles();

    struct Counted
    {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
    };
    std::map<std::string, Counted> m_hits; ///< By symbol.
    std::map<std::string, Counted> m_counts; ///< By "GROUP/EVENT".
    std::filesystem::path m_folder;
    mutable std::mutex m_mutex;
    std::vector<Written> m_log;
};

/// A sub-buffer of 4096 bytes that can be told from others.
[[nodiscard]] std::string fakePage(unsigned number);

/// The whole of a file; empty if it is not there.
[[nodiscard]] std::string readFile(const std::filesystem::path &path);
void writeFile(const std::filesystem::path &path, std::string_view text);

} // namespace thresher::capture
