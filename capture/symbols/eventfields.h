// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// capture/eventformat.h has an EventField, too, and programs hold both: without a namespace of its
/// own the code of their vectors would be one symbol.
inline namespace symbols {

/// A field of a tracepoint, as an event probe takes it.
struct EventField
{
    std::string name;
    std::string type; ///< As the kernel writes it: "char[16]", "__data_loc char[]".
    std::uint32_t offset = 0; ///< Bytes, in the event.
    std::uint32_t size = 0; ///< Bytes.
    bool isSigned = false;
    bool isCommon = false; ///< Every event has it.
    /// What stands behind "NAME=" in an event probe: "$prev_pid:s32"; empty: it cannot be had.
    std::string fetch;
};

} // namespace symbols

/// Those of the text of a tracefs file "format", in order. Lines that make no sense are left out.
[[nodiscard]] std::vector<EventField> eventFieldsOf(std::string_view format);

} // namespace thresher::capture
