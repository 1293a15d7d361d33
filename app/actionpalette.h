// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QFrame>

class QAction;
class QLineEdit;
class QMenuBar;
class QStandardItemModel;
class QSortFilterProxyModel;
class QTreeView;

namespace thresher::ui {

/// Every action of a menu bar by name: type some of its words, Enter does it. What cannot be done
/// now is listed, but grey. A popup that deletes itself. GUI thread.
class ActionPalette final : public QFrame
{
    Q_OBJECT

public:
    ActionPalette(QMenuBar &menus, QWidget *parent);

    /// In the upper middle of a window.
    void showOver(const QWidget &window);
    [[nodiscard]] QLineEdit *field() const { return m_field; }
    [[nodiscard]] QTreeView *list() const { return m_list; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter(const QString &text);
    void selectFirst();
    void run(const QModelIndex &index);

    QLineEdit *m_field = nullptr;
    QTreeView *m_list = nullptr;
    QStandardItemModel *m_model = nullptr;
    QSortFilterProxyModel *m_proxy = nullptr;
};

} // namespace thresher::ui
