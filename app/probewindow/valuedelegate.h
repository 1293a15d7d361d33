// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QStyledItemDelegate>

namespace thresher::ui {

/// Paints rows of a ValueTreeModel: titles with a line below, formats as what can be chosen,
/// reasons in the colour of what need not be read. Painting only: see CallPane for the choosing.
class ValueDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;
};

} // namespace thresher::ui
