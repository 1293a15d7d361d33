// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/tables/datatabledelegate.h"

#include "widgets/tables/datatableview.h"
#include "widgets/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QToolTip>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kPadding = 8; ///< As the header's.
constexpr int kSwatch = 3;
constexpr int kSwatchGap = 6;
constexpr int kBarInset = 4;

CellUnit unitOf(const QModelIndex &index)
{
    return static_cast<CellUnit>(index.data(DataTableModel::UnitRole).toInt());
}

} // namespace

DataTableDelegate::DataTableDelegate(const ViewState &view, const DataTableModel &model,
                                     QObject *parent)
    : QStyledItemDelegate(parent)
    , m_view(view)
    , m_model(model)
{}

QString DataTableDelegate::textOf(const QModelIndex &index) const
{
    return cellText(index.data(DataTableModel::ValueRole), unitOf(index),
                    index.data(DataTableModel::DifferenceRole).toBool(), timeStyle(m_view));
}

QRgb DataTableDelegate::swatchOf(const QModelIndex &index) const
{
    const auto *sorted = qobject_cast<const QSortFilterProxyModel *>(index.model());
    const DataRow *row = m_model.row(sorted ? sorted->mapToSource(index).row() : index.row());
    if (!row || !row->task || !m_view.snapshot())
        return 0;
    const Task &task = m_view.snapshot()->tasks->task(*row->task);
    return Theme::of(qobject_cast<const QWidget *>(parent())).taskColour(task.comm, task.pid);
}

void DataTableDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                              const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    const CellUnit unit = unitOf(index);
    const bool isText = unit == CellUnit::Text;
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, theme.selected);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, theme.hovered);
    else if (index.row() % 2 == 1)
        painter->fillRect(option.rect, theme.oddRow);
    QRect rect = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    const bool isTaskCell = isText
                            && m_model.table().columns[static_cast<std::size_t>(index.column())].key
                                   == u"task";
    if (const QRgb colour = isTaskCell ? swatchOf(index) : 0; colour != 0) {
        painter->fillRect(
            QRect(rect.left(), rect.top() + kBarInset, kSwatch, rect.height() - 2 * kBarInset),
            QColor(colour));
        rect.setLeft(rect.left() + kSwatch + kSwatchGap);
    }
    if (const QVariant bar = index.data(DataTableModel::BarRole); bar.isValid()) {
        QColor colour = theme.accent;
        colour.setAlphaF(theme.isDark ? 0.34F : 0.20F);
        const int width = std::max(1, static_cast<int>(bar.toDouble() * rect.width()));
        painter->fillRect(
            QRect(rect.left(), rect.top() + kBarInset, width, rect.height() - 2 * kBarInset),
            colour);
    }
    QString text = textOf(index);
    const bool isDoubtful = index.data(DataTableModel::DoubtfulRole).toBool();
    if (isDoubtful && index.column() == 0)
        text = u"⚠ "_s + text;
    painter->setFont(isText ? fonts().ui : fonts().mono);
    const bool isKnown = index.data(DataTableModel::ValueRole).isValid();
    painter->setPen(isDoubtful && index.column() == 0 ? theme.warning
                    : isKnown                         ? theme.text
                                                      : theme.faint);
    painter->drawText(
        rect, static_cast<int>(Qt::AlignVCenter | (isText ? Qt::AlignLeft : Qt::AlignRight)),
        painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    painter->restore();
}

QSize DataTableDelegate::sizeHint(const QStyleOptionViewItem &option,
                                  const QModelIndex &index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
}

bool DataTableDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view,
                                  const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const CellUnit unit = unitOf(index);
    QString text = textOf(index);
    if (unit == CellUnit::Duration && index.data(DataTableModel::ValueRole).isValid())
        text = formatDurationExact(index.data(DataTableModel::ValueRole).toLongLong(),
                                   timeStyle(m_view).isNanoseconds);
    const QString tip = index.data(Qt::ToolTipRole).toString();
    QToolTip::showText(event->globalPos(), tip.isEmpty() ? text : text + u'\n' + tip, view,
                       view->visualRect(index));
    return true;
}

} // namespace thresher::ui
