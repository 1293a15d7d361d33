// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"
#include "widgets/eventtable/eventcolumns.h"

#include <QFrame>

#include <memory>
#include <vector>

class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace thresher::ui {

/// A popup to tick the event table's columns: the fixed ones, then each event's fields, with a
/// search. Fields of one name share a column. Takes effect at once. Deletes itself when closed.
class ColumnChooser final : public QFrame
{
    Q_OBJECT

public:
    /// @param snapshot  offers the fields of the events it has; may be null.
    ColumnChooser(std::vector<EventColumn> shown, const TimeStyle &style,
                  const std::shared_ptr<const IndexSnapshot> &snapshot, QWidget *parent);

    /// Opens it with its top right corner there, moved so that it is wholly on the screen.
    void popupAt(const QPoint &topRight);

Q_SIGNALS:
    /// New columns are last, before the info column if that is last.
    void chosen(const std::vector<thresher::ui::EventColumn> &columns);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void fill(const TimeStyle &style, const std::shared_ptr<const IndexSnapshot> &snapshot);
    void search(const QString &text);
    void toggled(QTreeWidgetItem *item);
    void reset();
    void syncChecks();
    [[nodiscard]] bool isShown(const QString &id) const;

    std::vector<EventColumn> m_shown;
    QLineEdit *m_search = nullptr;
    QTreeWidget *m_tree = nullptr;
};

} // namespace thresher::ui
