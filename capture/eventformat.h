// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// A field of an event, as far as a filter and its writer are concerned.
struct EventField
{
    enum class Kind : std::uint8_t {
        Number,
        Text, ///< Compared by ==, != and ~.
        CpuMask, ///< Compared with CPUS{…}.
        Other, ///< An array: the kernel does not filter by it.
    };
    std::string type; ///< "pid_t", "char[16]"
    std::string name;
    Kind kind = Kind::Number;
    bool isCommon = false; ///< Of all events.
};

struct EventFormat
{
    std::vector<EventField> fields; ///< The event's own first.
    std::string print; ///< `print fmt`, without these words.
};

/// Reads an event's `format` file, as far as it can be read. O(text). Thread: any. Fails: never.
[[nodiscard]] EventFormat parseEventFormat(std::string_view text);

} // namespace thresher::capture
