// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/eventcatalog.h"

#include <cstdint>
#include <string>

namespace thresher {

/// A part of what an event prints, as far as it can be told without a record: from parts one after
/// the other it follows what an event cannot print.
struct TextPart
{
    enum class Kind : std::uint8_t {
        Text, ///< `text`, as it is.
        Letters, ///< Of `text`, any number in any order: numbers, names of flags.
        /// What readString() gives of `field`, perhaps cut at its end, perhaps with blanks around
        /// it; escaped where it is not printable.
        String,
        Anything,
    };
    Kind kind = Kind::Anything;
    std::string text;
    const EventField *field = nullptr; ///< Lives with the trace.
};

} // namespace thresher
