// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/explain.h"
#include "widgets/timeline/hovertext.h"

#include <QString>

#include <vector>

/// What a task did and why, in words.
namespace thresher::ui {

/// For the card at the pointer.
[[nodiscard]] HoverText storyText(const Analysis &analysis, const SliceStory &story,
                                  const TimeStyle &style);

/// A line of an answer to "why?".
struct WhyLine
{
    QString label; ///< "woken by"; empty: goes on with the line before.
    QString text;
    std::optional<Place> event; ///< That tells so.
};
/// What happened in the slice, who woke the task, behind whom it waited, and who had woken the
/// wakers.
[[nodiscard]] std::vector<WhyLine> whyLines(const Analysis &analysis, const SliceStory &story,
                                            const std::vector<WakeLink> &chain,
                                            const TimeStyle &style);

/// "ksoftirqd/3 (CPU 1)", "interrupt 33 (CPU 1, while bash ran)"
[[nodiscard]] QString wakerText(const Analysis &analysis, const Wakeup &wakeup);
/// "bash 412"
[[nodiscard]] QString taskText(const Analysis &analysis, TaskId task, TimeNs time);

} // namespace thresher::ui
