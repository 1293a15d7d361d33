// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/lists/checkbox.h"

#include "widgets/theme.h"

#include <QPainter>

namespace thresher::ui {

void paintCheckBox(QPainter *painter, const Theme &theme, const QRect &box, bool isChecked)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF outline = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5);
    painter->setPen(QPen(isChecked ? theme.accent : theme.faint, 1));
    painter->setBrush(isChecked ? theme.accent : theme.control);
    painter->drawRoundedRect(outline, 3, 3);
    if (isChecked) {
        painter->setPen(QPen(theme.accentText, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF at = outline.topLeft();
        painter->drawPolyline(
            QPolygonF({at + QPointF(2.8, 6.2), at + QPointF(5.0, 8.6), at + QPointF(9.2, 3.6)}));
    }
    painter->restore();
}

} // namespace thresher::ui
