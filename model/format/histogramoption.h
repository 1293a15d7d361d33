// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/tracedat.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace thresher {

/// An option of our own, of both versions: what the histograms of an event had counted when
/// recording ended. trace-cmd and KernelShark pass over options that they do not know.
inline constexpr auto kHistogramOption = static_cast<OptionId>(0x5448);

/// Its data: three texts, a NUL behind each.
struct KeptHistograms
{
    std::string instance; ///< Of the buffer; empty: the top one.
    std::string event; ///< "sched/sched_switch"
    std::string text; ///< Of its file `hist`, as the kernel wrote it.
    friend bool operator==(const KeptHistograms &, const KeptHistograms &) = default;
};
[[nodiscard]] std::vector<std::byte> histogramOptionData(const KeptHistograms &kept);
/// Nothing where it makes no sense.
[[nodiscard]] std::optional<KeptHistograms> parseHistogramOption(std::span<const std::byte> data);

} // namespace thresher
