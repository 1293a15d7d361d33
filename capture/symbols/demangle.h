// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <string>
#include <string_view>

namespace thresher::capture {

/// The name as the program's source has it: of C++ ("ns::f(int)") and of Rust ("core::fmt::write",
/// whose hash is left out; both of its manglings). Whatever is not mangled, not understood, longer
/// than 4 KiB, or would say more than 64 KiB, is returned as it is. Any thread.
[[nodiscard]] std::string demangled(std::string_view name);

} // namespace thresher::capture
