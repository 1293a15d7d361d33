// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/checkboxstyle.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QStyleOption>

namespace thresher::ui {

CheckBoxStyle::CheckBoxStyle()
    : QProxyStyle(QStringLiteral("Fusion"))
{}

void CheckBoxStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option,
                                  QPainter *painter, const QWidget *widget) const
{
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    // Views come here, too: their element is drawn as this one.
    if (element != PE_IndicatorCheckBox || widget == nullptr)
        return;
    painter->save();
    painter->setPen(Theme::of(widget).faint);
    painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    painter->restore();
}

} // namespace thresher::ui
