// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/eventtreemodel.h"
#include "capture/eventformat.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QMenu;
class QPlainTextEdit;
class QToolButton;
class QTreeView;
class QTreeWidget;

namespace thresher::ui {

class FilterField;

/// Which events are recorded: a searched tree of them, the globs that were ticked so, and of the
/// one that is chosen its fields, filter and triggers. GUI thread.
class EventsPage final : public QWidget
{
    Q_OBJECT

public:
    /// @param record  outlives it.
    explicit EventsPage(RecordModel &record, QWidget *parent = nullptr);

    [[nodiscard]] QLineEdit *searchField() const { return m_search; }
    [[nodiscard]] QTreeView *tree() const { return m_tree; }
    [[nodiscard]] QTreeWidget *rules() const { return m_rules; }
    [[nodiscard]] FilterField *filterField() const { return m_filter; }
    [[nodiscard]] QLineEdit *triggerField() const { return m_triggers; }
    [[nodiscard]] EventTreeModel *model() const { return m_model; }

Q_SIGNALS:
    void recordRequested(); ///< Return, where there is nothing to tick.
    void left(); ///< Escape.

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeChoice();
    QWidget *makeDetails();
    void makeTriggerMenu();
    void search();
    void tickSearched();
    void refresh();
    void refreshRules();
    void refreshDetails();
    void showEmptyText();
    void choose(const std::string &glob, const QString &title);
    void takeFilter();
    void takeTriggers();
    void removeRule();
    [[nodiscard]] capture::EventRequest *chosenRule(capture::InstanceRequest &request) const;

    RecordModel &m_record;
    EventTreeModel *m_model;
    EventTreeProxy *m_proxy;
    QTimer m_searchTimer; ///< A moment after the last key.
    QLineEdit *m_search = nullptr;
    QLabel *m_hint = nullptr;
    QTreeView *m_tree = nullptr;
    QLabel *m_empty = nullptr;
    QCheckBox *m_tickedOnly = nullptr;
    QTreeWidget *m_rules = nullptr;
    std::string m_chosen; ///< The glob that the details are of; empty: none.
    std::vector<capture::EventField> m_fields; ///< Of what it matches.
    QLabel *m_title = nullptr;
    FilterField *m_filter = nullptr;
    QLabel *m_filterSaid = nullptr;
    QLineEdit *m_triggers = nullptr;
    QToolButton *m_triggerMenu = nullptr;
    QCheckBox *m_triggersOnly = nullptr;
    QPlainTextEdit *m_format = nullptr;
};

} // namespace thresher::ui
