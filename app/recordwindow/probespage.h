// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/recordmodel.h"

#include <QWidget>

#include <vector>

class QPushButton;

namespace thresher::ui {

class ProbeChecker;
class ProbeLinesPane;
class ProbeSetsPane;

/// Probes of the recording: their lines, filters and triggers, and sets of them to add. GUI thread.
class ProbesPage final : public QWidget
{
    Q_OBJECT

public:
    explicit ProbesPage(RecordModel &record, QWidget *parent = nullptr);

    /// Has a recorder asked about the lines; without one they are only parsed. Once.
    void setChecker(ProbeChecker *checker);
    void addProbes(const std::vector<capture::ProbeRequest> &probes);

    [[nodiscard]] ProbeLinesPane *lines() const { return m_lines; }
    [[nodiscard]] ProbeSetsPane *sets() const { return m_sets; }
    [[nodiscard]] QPushButton *checkButton() const { return m_check; }
    [[nodiscard]] QPushButton *editorButton() const { return m_editor; }

Q_SIGNALS:
    void editorRequested(); ///< For one more probe.

private:
    void refresh();
    void updateButtons();

    RecordModel &m_record;
    ProbeChecker *m_checker = nullptr;
    ProbeLinesPane *m_lines;
    ProbeSetsPane *m_sets;
    QPushButton *m_editor;
    QPushButton *m_check;
};

} // namespace thresher::ui
