// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"
#include "capture/symbols/functiondescription.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

/// Ways from a fetch argument back to the value that it is.
namespace thresher::capture {

/// Calls `visit` with values ("dentry", "dentry->d_name.name") that may be what `source` fetches,
/// until it returns true: the value itself, and of its members those on the way of the source's
/// offsets. @returns whether it did.
bool visitValues(const DescribedValue &root, const TypeSource *types, const FetchSource &source,
                 const std::function<bool(const std::string &value)> &visit);

} // namespace thresher::capture
