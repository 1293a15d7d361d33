// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/datatablemodel.h"
#include "model/qt/viewstate.h"

#include <QStyledItemDelegate>

namespace thresher::ui {

/// Paints cells of a DataTableModel: numbers with units on the right, over a bar; tasks with their
/// colour; what is doubtful marked. The whole text as a tool tip where it is cut.
class DataTableDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// @param view, model  outlive it.
    DataTableDelegate(const ViewState &view, const DataTableModel &model, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

private:
    [[nodiscard]] QString textOf(const QModelIndex &index) const;
    [[nodiscard]] QRgb swatchOf(const QModelIndex &index) const; ///< 0: none.

    const ViewState &m_view;
    const DataTableModel &m_model;
};

} // namespace thresher::ui
