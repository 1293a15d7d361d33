// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/valuedelegate.h"

#include "app/probewindow/valuetreemodel.h"
#include "widgets/theme.h"

#include <QAbstractItemView>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kRow = 25;
constexpr int kHeadingRow = 30;
constexpr int kInset = 2;

void paintFormat(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    const Theme &theme = Theme::of(option.widget);
    const bool isTicked
        = index.siblingAtColumn(ValueTreeModel::Value).data(Qt::CheckStateRole).toInt()
          == Qt::Checked;
    const bool canChoose = index.data(ValueTreeModel::FormatsRole).toStringList().size() > 1;
    const bool isHovered = option.state.testFlag(QStyle::State_MouseOver);
    const QString whyNot = index.data(ValueTreeModel::WhyNotRole).toString();
    QRect room = option.rect.adjusted(kInset, kInset, -kInset, -kInset);
    if (canChoose && (isTicked || isHovered)) {
        painter.setPen(theme.line);
        painter.setBrush(theme.control);
        painter.drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    room.adjust(8, 0, -8, 0);
    if (canChoose) {
        painter.setFont(fonts().small);
        painter.setPen(isTicked ? theme.secondary : theme.faint);
        painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter, u"▾"_s);
        room.setRight(room.right() - 14);
    }
    const QFont font = whyNot.isEmpty() ? fonts().mono : fonts().small;
    painter.setFont(font);
    painter.setPen(isTicked ? theme.text : theme.faint);
    painter.drawText(
        room, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, room.width()));
}

} // namespace

void ValueDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    if (index.data(ValueTreeModel::HeadingRole).toBool()) {
        const bool isTop = !index.parent().isValid();
        painter->save();
        painter->setFont(isTop ? fonts().heading : fonts().small);
        painter->setPen(theme.secondary);
        painter->drawText(option.rect.adjusted(2, 0, 0, -4), Qt::AlignLeft | Qt::AlignBottom,
                          index.data().toString());
        if (isTop) {
            painter->setPen(theme.line);
            painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        }
        painter->restore();
        return;
    }
    if (index.column() == ValueTreeModel::Format) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.selected);
        paintFormat(*painter, option, index);
        painter->restore();
        return;
    }
    QStyleOptionViewItem shown = option;
    const bool isImpossible = !index.data(ValueTreeModel::WhyNotRole).toString().isEmpty();
    const QColor colour = isImpossible                              ? theme.faint
                          : index.column() == ValueTreeModel::Value ? theme.text
                                                                    : theme.secondary;
    shown.palette.setColor(QPalette::Text, colour);
    shown.palette.setColor(QPalette::HighlightedText, colour);
    QStyledItemDelegate::paint(painter, shown, index);
}

QSize ValueDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const bool isTop = index.data(ValueTreeModel::HeadingRole).toBool()
                       && !index.parent().isValid();
    return {QStyledItemDelegate::sizeHint(option, index).width(), isTop ? kHeadingRow : kRow};
}

} // namespace thresher::ui
