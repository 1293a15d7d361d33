// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"
#include "widgets/theme.h"

#include <QString>

#include <vector>

class QPainter;
class QRectF;

/// What a picture says of itself, below it: whoever gets it has no window to ask.
namespace thresher::ui {

struct CaptionFact
{
    QString label; ///< "Kernel"; may be empty.
    QString value;
    bool isWarning = false; ///< Lost events.
};

/// File, time range (of the clock, and since the trace's begin), clock, machine, CPUs, events and
/// losses in the range, filter, what is hidden, and this program's version. Empty without a trace.
/// O(streams · log n + losses).
[[nodiscard]] std::vector<CaptionFact> captionFacts(const ViewState &view);

/// "File: x.dat. Clock: local. …", for a picture's metadata and for those who cannot see it.
[[nodiscard]] QString captionText(const std::vector<CaptionFact> &facts);

/// Height of the facts one after the other, broken into lines at `width`; logical pixels. Needs a
/// QGuiApplication.
[[nodiscard]] int captionHeight(const std::vector<CaptionFact> &facts, int width);
/// What does not fit the rectangle is left out, line by line, which the last one says by "…".
void paintCaption(QPainter &painter, const std::vector<CaptionFact> &facts, QRect rect,
                  const Theme &theme);

} // namespace thresher::ui
