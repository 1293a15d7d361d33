// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"

/// The events that slices of pairs and values of counters come from.
namespace thresher {

/// An event of a type at exactly `time`: one on `cpu` if there is one, else on any CPU.
/// O(streams · log events).
[[nodiscard]] std::optional<Place> eventPlace(const IndexSnapshot &index, EventTypeId type,
                                              TimeNs time, std::optional<CpuId> cpu);

struct PairPlaces
{
    std::optional<Place> begin;
    std::optional<Place> end;
};
/// The events that a pair's slice lasts from and to. @param pair  in Analysis::pairs.
[[nodiscard]] PairPlaces pairPlaces(const Analysis &analysis, std::uint32_t pair,
                                    const PlacedSlice &slice);

/// What a pair's slices have as their value, as text: "irq=24", "bash-412". Empty if there is no
/// key, or none that 31 bits hold (see TrackClass::Pair): an address, a text.
[[nodiscard]] std::string pairValueText(const Analysis &analysis, std::uint32_t pair,
                                        std::uint32_t value);

} // namespace thresher
