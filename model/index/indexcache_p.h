// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/index/manifest_p.h"

#include <filesystem>
#include <optional>
#include <string>

namespace thresher {

/// Of an open trace; nullopt for one in memory, or that has changed while it is open. Reads some
/// 200 KiB of the file.
[[nodiscard]] std::optional<FileIdentity> identify(const TraceFile &trace);

/// The name of the directory of this file's index.
[[nodiscard]] std::string indexName(const FileIdentity &identity);

/// The folder that holds indexes, each in a directory of its own. What is not ours in it is left
/// alone.
class IndexCache
{
public:
    explicit IndexCache(std::filesystem::path directory)
        : m_directory(std::move(directory))
    {}

    /// A directory in which one is being built; it vanishes unless it is kept. Held by a lock, so
    /// that others know whether its builder is alive.
    class Building
    {
    public:
        Building(std::filesystem::path path, UniqueFd lock)
            : m_path(std::move(path))
            , m_lock(std::move(lock))
        {}
        Building(Building &&other) noexcept
            : m_path(std::exchange(other.m_path, {}))
            , m_lock(std::move(other.m_lock))
        {}
        Building &operator=(Building &&) = delete; // each is made once
        Building(const Building &) = delete; // one removes it
        Building &operator=(const Building &) = delete;
        ~Building();

        [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
        /// Renames it to `name`, in place of what was there. Fails with Io.
        [[nodiscard]] Result<std::filesystem::path> keep(const std::string &name);

    private:
        std::filesystem::path m_path; ///< Empty: kept, or moved away.
        UniqueFd m_lock;
    };

    /// Makes the folder, too. Fails with Io, NoSpace: it cannot be written.
    [[nodiscard]] Result<Building> begin(const std::string &name) const;
    /// Removes what builders left behind that are no more, and then the indexes used longest ago
    /// until the folder takes at most `limit` bytes; but never `used`.
    void trim(std::uint64_t limit, const std::string &used) const;
    /// Opens an index's directory: what is read and removed through it is of one index, even if
    /// another process puts a new one into its place meanwhile. Invalid if there is none.
    [[nodiscard]] static UniqueFd open(const std::filesystem::path &index);
    /// Marks an index as used now.
    static void touch(const UniqueFd &index);
    /// Removes it as a whole: nobody finds a part of it.
    static void remove(const std::filesystem::path &index);
    /// Removes it if `index` still is the one that was opened.
    static void remove(const std::filesystem::path &index, const UniqueFd &opened);

    [[nodiscard]] const std::filesystem::path &directory() const { return m_directory; }

private:
    std::filesystem::path m_directory;
};

} // namespace thresher
