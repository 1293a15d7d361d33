// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeline/hovertext.h"

#include <QPoint>
#include <QRect>
#include <QSize>

class QPainter;

namespace thresher::ui {

struct Theme;

/// A card that lies beside the pointer and says what is there. Drawn by the widget it lies on, so
/// it never leaves the window and needs none of its own.

/// Where a card goes: right below the pointer, left of or above it where there is no room. Inside
/// `bounds` if it fits at all; never under the pointer.
[[nodiscard]] QRect hoverCardPlace(QSize size, QPoint pointer, QRect bounds);

/// @param bounds  where the card may lie; also limits its width.
void paintHoverCard(QPainter &painter, const HoverText &text, QPoint pointer, QRect bounds,
                    const Theme &theme);

} // namespace thresher::ui
