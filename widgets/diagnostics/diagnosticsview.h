// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/diagnosticsmodel.h"
#include "model/qt/viewstate.h"

#include <QWidget>

class QLabel;
class QTreeView;

namespace thresher::ui {

/// What is wrong with the trace that is shown: the diagnostics of its snapshot, and notes of the
/// window. A row that concerns a stretch of time goes there when activated. GUI thread.
class DiagnosticsView final : public QWidget
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit DiagnosticsView(ViewState &view, QWidget *parent = nullptr);

    /// Something that the program, not the trace, has to say; kept until another trace is shown.
    void addNote(Diagnostic note);
    [[nodiscard]] const DiagnosticsModel &model() const { return *m_model; }
    [[nodiscard]] QTreeView *list() const { return m_list; }
    /// "Diagnostics", or "Diagnostics · 3".
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void titleChanged(const QString &title);

private:
    void update();
    /// Brings what a row is about into view; of a row that counts several losses the next one.
    void showPlace(int row);
    void copyRows();
    void hideEmptyColumns();

    ViewState &m_view;
    DiagnosticsModel *m_model = nullptr;
    QTreeView *m_list = nullptr;
    QLabel *m_empty = nullptr;
    std::vector<Diagnostic> m_notes;
    int m_shownRow = -1; ///< Shown last, and the begin of the loss that was.
    TimeNs m_shownLoss = 0;
    std::shared_ptr<const TraceFile> m_trace; ///< What the notes are about.
};

} // namespace thresher::ui
