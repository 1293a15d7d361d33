// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/strictjson.h"
#include "capture/recordrequest.h"

#include <string>

namespace thresher::capture {

/// Reads a request from a stranger: types, ranges, lengths and characters; whether this kernel can
/// do it is makePlan()'s question. Refuses keys that it does not know. Throws nothing.
///
/// @param path  JSON pointer of it, for refusals.
[[nodiscard]] Checked<RecordRequest> parseRequest(const Json &json, const std::string &path);

/// A list of probes at `key` of a message: the same, but for the lines, which may be none.
[[nodiscard]] std::vector<ProbeRequest> parseProbeRequests(StrictObject &object, const char *key);

} // namespace thresher::capture
