// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/lists/showlistdelegate.h"

#include "widgets/lists/checkbox.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kPadding = 6;
constexpr int kSwatch = 3;
constexpr int kBarHeight = 8;
constexpr int kBoxGap = 9; ///< Right of the check box.
constexpr int kSwatchGap = 6;
constexpr int kBarWidth = 18; ///< At least.
constexpr int kOnlyWidth = 44;

QRect boxRect(const QRect &cell)
{
    return {cell.left() + kPadding, cell.center().y() - kCheckBoxSize / 2, kCheckBoxSize,
            kCheckBoxSize};
}

int advance(const QFont &font, const QString &text)
{
    return static_cast<int>(std::ceil(QFontMetricsF(font).horizontalAdvance(text))) + 1;
}

} // namespace

ShowListDelegate::ShowListDelegate(ShowListModel &model, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
{}

QRect ShowListDelegate::onlyRect(const QRect &cell)
{
    return {cell.right() - kPadding - kOnlyWidth + 1, cell.top(), kOnlyWidth, cell.height()};
}

bool ShowListDelegate::isLast(const QModelIndex &index) const
{
    return index.column()
           == (m_model.hasTime() ? ShowListModel::TimeColumn : ShowListModel::CountColumn);
}

QSize ShowListDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
}

int ShowListDelegate::nameCellWidth(const QString &name) const
{
    const bool hasSwatch = m_model.kind() == ShowListModel::Kind::Tasks;
    return kPadding + kCheckBoxSize + kBoxGap + (hasSwatch ? kSwatch + kSwatchGap : 0)
           + advance(fonts().ui, name) + kPadding;
}

int ShowListDelegate::cellWidth(const QString &text)
{
    return advance(fonts().small, text) + 2 * kPadding;
}

int ShowListDelegate::valueWidth(const QModelIndex &index) const
{
    return advance(fonts().ui, valueText(index));
}

int ShowListDelegate::lastCellWidth(int valueWidth)
{
    return valueWidth + kBarWidth + 3 * kPadding;
}

QString ShowListDelegate::valueText(const QModelIndex &index) const
{
    if (index.column() == ShowListModel::TimeColumn) {
        const auto time = index.data(ShowListModel::SortRole).toLongLong();
        return time == 0 ? u"–"_s : formatDurationShort(time, m_isNanoseconds);
    }
    return index.data(Qt::DisplayRole).toString();
}

void ShowListDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, theme.selected);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, theme.hovered);
    if (index.column() == ShowListModel::NameColumn) {
        paintName(painter, option, index);
    } else if (isLast(index)) {
        paintValue(painter, option, index);
    } else {
        const bool isText = index.column() == ShowListModel::DetailColumn
                            && m_model.kind() != ShowListModel::Kind::Tasks;
        painter->setFont(fonts().small);
        painter->setPen(theme.secondary);
        const QRect rect = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        const QString text = painter->fontMetrics().elidedText(index.data().toString(),
                                                               Qt::ElideRight, rect.width());
        painter->drawText(
            rect, static_cast<int>(Qt::AlignVCenter | (isText ? Qt::AlignLeft : Qt::AlignRight)),
            text);
    }
}

void ShowListDelegate::paintName(QPainter *painter, const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    const QRect box = boxRect(option.rect);
    const bool isShown = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    paintCheckBox(painter, theme, box, isShown);
    QRect rect = option.rect.adjusted(0, 0, -kPadding, 0);
    rect.setLeft(box.right() + kBoxGap);
    if (m_model.kind() == ShowListModel::Kind::Tasks) {
        const std::string name = index.data(ShowListModel::BareNameRole).toString().toStdString();
        QColor colour = QColor::fromRgb(
            theme.taskColour(name, index.data(ShowListModel::PidRole).toInt()));
        if (!isShown)
            colour.setAlphaF(0.35F);
        painter->fillRect(QRect(rect.left(), rect.top() + 4, kSwatch, rect.height() - 8), colour);
        rect.setLeft(rect.left() + kSwatch + kSwatchGap);
    }
    painter->setFont(fonts().ui);
    painter->setPen(isShown ? theme.text : theme.faint);
    painter->drawText(
        rect, Qt::AlignVCenter | Qt::AlignLeft,
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, rect.width()));
}

void ShowListDelegate::paintValue(QPainter *painter, const QStyleOptionViewItem &option,
                                  const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    const QRect rect = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    const bool isShown
        = index.siblingAtColumn(ShowListModel::NameColumn).data(Qt::CheckStateRole).toInt()
          == Qt::Checked;
    const int room = rect.width() - std::max(m_valueWidth, valueWidth(index)) - kPadding;
    if (room > 8) {
        const double share = index.data(ShowListModel::ShareRole).toDouble();
        QColor colour = theme.density;
        if (m_model.kind() == ShowListModel::Kind::Tasks) {
            const std::string name
                = index.data(ShowListModel::BareNameRole).toString().toStdString();
            colour = QColor::fromRgb(
                theme.taskColour(name, index.data(ShowListModel::PidRole).toInt()));
        }
        if (!isShown)
            colour.setAlphaF(0.25F);
        const int length = share > 0 ? std::max(1, qRound(share * room)) : 0;
        painter->fillRect(
            QRect(rect.left(), rect.center().y() - kBarHeight / 2 + 1, length, kBarHeight), colour);
    }
    const bool isHovered = option.state.testFlag(QStyle::State_MouseOver);
    painter->setFont(isHovered ? fonts().strong : fonts().ui);
    painter->setPen(isHovered ? theme.accent : isShown ? theme.text : theme.faint);
    painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight,
                      isHovered ? tr("only") : valueText(index));
}

bool ShowListDelegate::editorEvent(QEvent *event, QAbstractItemModel *model,
                                   const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::MouseButtonRelease)
        return QStyledItemDelegate::editorEvent(event, model, option, index);
    const auto *mouse = static_cast<QMouseEvent *>(event);
    const QPoint at = mouse->position().toPoint();
    if (mouse->button() != Qt::LeftButton)
        return false;
    if (isLast(index) && onlyRect(option.rect).contains(at)) {
        Q_EMIT onlyClicked(index.data(ShowListModel::KeyRole).toUInt());
        return true;
    }
    // Where our own box is painted, and a little around it.
    if (index.column() == ShowListModel::NameColumn
        && boxRect(option.rect).adjusted(-4, -4, 4, 4).contains(at)) {
        const bool isChecked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        return model->setData(index, isChecked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }
    return false;
}

bool ShowListDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view,
                                 const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const auto text = [&index](int column) {
        return index.siblingAtColumn(column).data().toString();
    };
    QString tip = text(ShowListModel::NameColumn);
    if (!text(ShowListModel::DetailColumn).isEmpty())
        tip += QStringLiteral(" · ") + text(ShowListModel::DetailColumn);
    tip += QStringLiteral(" · ") + tr("%1 events").arg(text(ShowListModel::CountColumn));
    if (m_model.hasTime())
        tip += QStringLiteral(" · ")
               + formatDuration(index.siblingAtColumn(ShowListModel::TimeColumn)
                                    .data(ShowListModel::SortRole)
                                    .toLongLong(),
                                m_isNanoseconds);
    QToolTip::showText(event->globalPos(), tip, view);
    return true;
}

} // namespace thresher::ui
