// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/showlistmodel.h"

#include <QStyledItemDelegate>

namespace thresher::ui {

/// Paints a row of a ShowList: check box, name, and in the last column a bar of its share with the
/// number. On the row under the pointer it offers "only" instead of the number.
class ShowListDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit ShowListDelegate(ShowListModel &model, QObject *parent = nullptr);

    void setNanoseconds(bool isNanoseconds) { m_isNanoseconds = isNanoseconds; }
    /// Of the texts beside the bars, which take what is left of the last column.
    void setValueWidth(int width) { m_valueWidth = width; }
    /// That a cell needs in the name's column; in one between name and last column.
    [[nodiscard]] int nameCellWidth(const QString &name) const;
    [[nodiscard]] static int cellWidth(const QString &text);
    /// Of the last column's text; of that column, with bars, where texts are so wide.
    [[nodiscard]] int valueWidth(const QModelIndex &index) const;
    [[nodiscard]] static int lastCellWidth(int valueWidth);
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

    /// Where "only" is, in a cell of the last column.
    [[nodiscard]] static QRect onlyRect(const QRect &cell);

Q_SIGNALS:
    void onlyClicked(quint32 key);

private:
    void paintName(QPainter *painter, const QStyleOptionViewItem &option,
                   const QModelIndex &index) const;
    void paintValue(QPainter *painter, const QStyleOptionViewItem &option,
                    const QModelIndex &index) const;
    [[nodiscard]] bool isLast(const QModelIndex &index) const;
    [[nodiscard]] QString valueText(const QModelIndex &index) const;

    ShowListModel &m_model;
    bool m_isNanoseconds = true;
    int m_valueWidth = 0;
};

} // namespace thresher::ui
