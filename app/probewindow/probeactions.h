// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordrequest.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;

namespace thresher::ui {

class ProbeChecker;
class ProbeLinesPane;

/// The buttons below the probe editor: keeps the pane's probes as a set, has them checked, and
/// hands them on. Before a hot function is armed it is measured, and the user asked. GUI thread.
class ProbeActions final : public QWidget
{
    Q_OBJECT

public:
    /// Both outlive it. @param folder  of the user's sets; empty: nothing can be kept.
    ProbeActions(ProbeLinesPane &lines, ProbeChecker &checker, QString folder,
                 QWidget *parent = nullptr);

    [[nodiscard]] QPushButton *saveButton() const { return m_save; }
    [[nodiscard]] QPushButton *checkButton() const { return m_check; }
    [[nodiscard]] QPushButton *addButton() const { return m_add; }
    [[nodiscard]] QPushButton *recordButton() const { return m_record; }
    [[nodiscard]] QString commandText() const;
    /// What the command is of, in the place of the lines: with what is no part of them, or a call
    /// in the place of lines. Until it is told anew.
    void setShownRequest(const capture::InstanceRequest &request);

Q_SIGNALS:
    void addRequested(const std::vector<thresher::capture::ProbeRequest> &probes);
    void recordRequested(const std::vector<thresher::capture::ProbeRequest> &probes);
    void setSaved(const QString &file);

private:
    void refresh();
    void saveSet();
    void record();
    void recordIfCool();

    ProbeLinesPane &m_lines;
    ProbeChecker &m_checker;
    QString m_folder;
    QPushButton *m_save;
    QLabel *m_command;
    QPushButton *m_check;
    QPushButton *m_add;
    QPushButton *m_record;
    std::optional<capture::InstanceRequest> m_shown;
    std::vector<capture::ProbeRequest> m_armed; ///< What "Arm and record" was pressed for.
    bool m_isArming = false; ///< A measurement is on its way, then it is recorded.
};

} // namespace thresher::ui
