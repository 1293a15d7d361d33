// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/formattext.h"
#include "model/io/eventcatalog.h"

#include <optional>
#include <string_view>

/// The text of events/SYSTEM/EVENT/format files, read line by line.
namespace thresher::formattext {

/// One "field:" line. nullopt if it has no name, offset or size, or those are out of any
/// proportion.
[[nodiscard]] std::optional<EventField> parseField(std::string_view line);

/// Name, ID and fields; `system`, `id` and `text` are left to the caller.
[[nodiscard]] std::optional<EventFormat> parse(std::string_view text);

} // namespace thresher::formattext
