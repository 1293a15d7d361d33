// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace thresher {

/// Makes texts unreadable, the same one always in the same way, by a key that is forgotten: what it
/// writes can be compared, but not traced back, nor compared between two of these. Without memory,
/// whatever the number of texts. Immutable; any thread.
class Placeholder
{
public:
    Placeholder(); ///< A random key.

    /// Overwrites each part between slashes by as many small letters; slashes, and newlines at the
    /// end, stay. Parts of one or two letters may come to look like others.
    void replace(std::span<std::byte> text) const;
    [[nodiscard]] std::string of(std::string_view text) const;

private:
    std::uint64_t m_key[2];
};

} // namespace thresher
