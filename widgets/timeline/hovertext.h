// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/lanes.h"
#include "widgets/timeformat.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace thresher::ui {

/// What there is to say about the place under the pointer.
struct HoverText
{
    QString title; ///< The task.
    QString titleRest; ///< "pid 412 · CPU 7"
    QString main; ///< "ran 3.214 ms"
    QStringList details; ///< Interrupts, the stretch's times.
    QString lost; ///< A warning; empty if nothing is lost here.
    QString event; ///< The nearest event's line; empty if there is none near.
    QString more; ///< "and 23 more events here"

    friend bool operator==(const HoverText &, const HoverText &) = default;
};

/// What is drawn within `tolerance` of a time on a CPU: at the time itself if something is there,
/// else the longest slice within the tolerance; a pixel may stand for many. O(log events).
[[nodiscard]] CpuMoment momentNear(const IndexSnapshot &snapshot, const Selection *selection,
                                   CpuId cpu, TimeNs time, DurationNs tolerance);

/// @param eventLine  one line of text of moment.nearestEvent; may be empty.
[[nodiscard]] HoverText hoverText(const IndexSnapshot &snapshot, CpuId cpu, const CpuMoment &moment,
                                  const TimeStyle &style, const QString &eventLine);

} // namespace thresher::ui
