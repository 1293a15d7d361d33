// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/ringbuffer.h"

#include <cstddef>
#include <span>
#include <vector>

namespace thresher::capture {

/// Makes a whole page of the first bytes of one: its head says only those events that are there as
/// a whole. That events were lost before it stays told, their number does not, since it stood at
/// the page's end. Empty if there is no whole event. O(bytes).
[[nodiscard]] std::vector<std::byte> repairedPage(std::span<const std::byte> torn,
                                                  const PageLayout &layout);

} // namespace thresher::capture
