// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QProxyStyle>

namespace thresher::ui {

/// Fusion, whose check boxes have an outline that is seen in both themes: its own is darker than
/// the window, which in the dark theme is nothing. In dialogs, trees and tables alike.
class CheckBoxStyle final : public QProxyStyle
{
public:
    CheckBoxStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
};

} // namespace thresher::ui
