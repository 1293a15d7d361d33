// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/eventplaces.h"
#include "model/analysis/marks.h"
#include "model/qt/laneset.h"
#include "widgets/timeline/hovertext.h"

#include <functional>

/// Words for lanes of pairs, counters and texts.
namespace thresher::ui {

/// One line of text of an event: time, name, fields.
using EventLine = std::function<QString(Place)>;
/// What a mark says.
using MarkText = std::function<QString(const Mark &)>;

/// "irq handler", or in a lane below it "CPU 3"; "irq handler CPU 3" if it is pinned alone.
[[nodiscard]] QString eventLaneName(const Lane &lane, const IndexSnapshot &snapshot,
                                    const Analysis &analysis);
/// "1,800,000 kHz".
[[nodiscard]] QString counterValueText(const CounterSpec &spec, std::int64_t value);
/// What stands on a slice of a pair: "irq=24 · 3.2 µs"; without a key the duration alone.
[[nodiscard]] QString pairSliceText(const Analysis &analysis, std::uint32_t pair,
                                    const Slice &slice, const TimeStyle &style);

/// Key, duration, and the events at both ends.
[[nodiscard]] HoverText pairHoverText(const Analysis &analysis, const Lane &lane,
                                      const PlacedSlice &slice, const TimeStyle &style,
                                      const EventLine &eventLine);
/// Value and how long it has held. @param time  of the pointer. Empty: nothing is known there yet.
[[nodiscard]] std::optional<HoverText> counterHoverText(const Analysis &analysis, const Lane &lane,
                                                        TimeNs time, const TimeStyle &style);
/// @param more  texts that lie on the same pixels.
[[nodiscard]] HoverText markHoverText(const Mark &mark, const QString &text, std::uint64_t more,
                                      const TimeStyle &style);

} // namespace thresher::ui
