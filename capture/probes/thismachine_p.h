// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"

#include <string>

namespace thresher::capture {

/// The C library that this program runs on, which nearly all others do, too.
[[nodiscard]] Result<std::string> libcPath();

} // namespace thresher::capture
