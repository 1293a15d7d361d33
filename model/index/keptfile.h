// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/index/snapshot.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace thresher {

/// A further file in the directory that an index is kept in: what was worked out of the index and
/// should not have to be again. It goes with the index: is found by the same identity, counts for
/// the folder's limit, and is removed with it. Where the index is not kept it cannot be either.
class KeptFile
{
public:
    /// A file of `index`, which is complete. @param cache  as IndexOptions::cacheDirectory.
    /// nullopt if the trace is not a file, or has changed since it was opened. Reads some 200 KiB
    /// of it; O(tasks + streams).
    [[nodiscard]] static std::optional<KeptFile> of(std::shared_ptr<const IndexSnapshot> index,
                                                    std::filesystem::path cache, std::string name);

    /// Tells the index from all others: of other traces, and of this one if its tasks have other
    /// ids. Whoever reads the file compares it: another process may have built the index anew.
    using Fingerprint = std::array<std::uint64_t, 2>;
    [[nodiscard]] const Fingerprint &fingerprint() const { return m_fingerprint; }

    /// Null if there is none. Not trustworthy: its bytes may be any.
    [[nodiscard]] std::shared_ptr<const MappedFile> open() const;

    /// One that is being written, under a temporary name; it vanishes unless it is kept.
    class Draft
    {
    public:
        ~Draft();
        Draft(Draft &&other) noexcept;
        Draft &operator=(Draft &&) = delete; // made once
        Draft(const Draft &) = delete; // one removes it
        Draft &operator=(const Draft &) = delete;
        /// Empty; to be read and written.
        [[nodiscard]] int fd() const;
        /// Puts it into its place at once, instead of one that is there, and trims the folder to
        /// `limitBytes`. Fails with Io, also if the index is not kept any more or the trace has
        /// changed; what is open of it remains usable.
        [[nodiscard]] Result<void> keep(std::uint64_t limitBytes);

    private:
        friend class KeptFile;
        struct Private;
        explicit Draft(std::unique_ptr<Private> d);
        std::unique_ptr<Private> d;
    };
    /// Fails with Io or NoSpace, also if the index is not kept.
    [[nodiscard]] Result<Draft> begin() const;
    /// Removes a file that turned out to be damaged, unless there is another one in its place.
    void remove(const MappedFile &opened) const;

private:
    KeptFile() = default;

    std::shared_ptr<const IndexSnapshot> m_index;
    std::filesystem::path m_cache;
    std::string m_indexName;
    std::string m_name;
    Fingerprint m_fingerprint{};
};

} // namespace thresher
