// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <string>

namespace thresher::capture {

/// Whether a glob (* ? and :) names this event: "SYSTEM:EVENT", or one name, which may be the
/// system's or the event's. What the recorder does with a request, so that the client can show it.
[[nodiscard]] bool matchesEvent(const std::string &glob, const std::string &system,
                                const std::string &event);

} // namespace thresher::capture
