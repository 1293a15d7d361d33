// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/functionlistmodel.h"
#include "app/recordwindow/recordmodel.h"

#include <QTimer>
#include <QWidget>

#include <array>
#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QListWidget;
class QSpinBox;

namespace thresher::ui {

/// The tracer, what is its own, the functions it sees, and options of the kernel's tracing. GUI
/// thread.
class TracerPage final : public QWidget
{
    Q_OBJECT

public:
    /// @param record  outlives it.
    explicit TracerPage(RecordModel &record, QWidget *parent = nullptr);

    void setFunctions(std::vector<std::string> names);
    [[nodiscard]] QComboBox *tracerBox() const { return m_tracer; }
    [[nodiscard]] QLineEdit *functionSearch() const { return m_search; }
    [[nodiscard]] QListView *functionList() const { return m_functions; }
    [[nodiscard]] QLineEdit *graphField() const { return m_lists[kGraph].field; }
    [[nodiscard]] QListWidget *options() const { return m_options; }

Q_SIGNALS:
    void recordRequested();
    /// It was looked at, and functions were not told yet.
    void functionsWanted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    using Globs = std::vector<std::string>;
    struct List
    {
        Globs capture::InstanceRequest::*globs = nullptr;
        QLineEdit *field = nullptr;
    };
    static constexpr std::size_t kGraph = 0;

    QWidget *makeChoice();
    QWidget *makeFunctions();
    QWidget *makeOptions();
    void refresh();
    void refreshTracers();
    void refreshTracerItems();
    /// Why a setting that the kernel has only once cannot be made here: another buffer has it.
    [[nodiscard]] QString
    whyTaken(const std::function<bool(const capture::InstanceRequest &)> &isSet) const;
    void makeOptionItems();
    void refreshOptions();
    void takeList(const List &list);
    void addFunction(const std::string &name);
    void countFunctions();

    RecordModel &m_record;
    FunctionListModel *m_model;
    QTimer m_searchTimer;
    QComboBox *m_tracer = nullptr;
    QLabel *m_said = nullptr;
    QSpinBox *m_depth = nullptr;
    QSpinBox *m_threshold = nullptr;
    std::array<List, 4> m_lists;
    std::size_t m_target = 0; ///< The list that functions are added to.
    QLineEdit *m_search = nullptr;
    QLabel *m_count = nullptr;
    QListView *m_functions = nullptr;
    QListWidget *m_options = nullptr;
};

} // namespace thresher::ui
