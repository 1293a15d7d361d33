// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/recordmodel.h"
#include "app/recordwindow/setupfiles.h"

#include <QDialog>

#include <optional>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QToolButton;

namespace thresher::ui {

class Banner;
class BufferBar;
class EventsPage;
class HowPage;
class MachinePage;
class ProbesPage;
class TracerPage;

/// Chooses what is recorded, and how. It asks for what it wants to know of the machine by signals,
/// is told by set…(), and tells what was chosen by recordRequested(): it records nothing itself.
/// GUI thread.
class RecordDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param folder  of the user's own templates; empty: none.
    /// @param file  where the recording goes, unless the user says otherwise.
    RecordDialog(const QString &folder, const QString &file, QWidget *parent = nullptr);
    ~RecordDialog() override;

    void setMachine(const capture::MachineReport &report);
    void setFunctions(std::vector<std::string> names);
    void setMeasured(const capture::Measured &measured);
    /// Adds what a probe editor has made, and shows it.
    void addProbes(const capture::InstanceRequest &request);
    /// Something that was asked for has failed.
    void showError(const QString &text);
    void setBusy(bool isBusy);

    [[nodiscard]] RecordModel &record() { return m_record; }
    [[nodiscard]] BufferBar *buffers() const { return m_buffers; }
    [[nodiscard]] EventsPage *events() const { return m_events; }
    [[nodiscard]] TracerPage *tracer() const { return m_tracer; }
    [[nodiscard]] HowPage *how() const { return m_how; }
    [[nodiscard]] ProbesPage *probes() const { return m_probes; }
    [[nodiscard]] MachinePage *machine() const { return m_machinePage; }
    [[nodiscard]] QTabWidget *tabs() const { return m_tabs; }
    [[nodiscard]] QListWidget *templates() const { return m_templates; }
    [[nodiscard]] QPushButton *recordButton() const { return m_start; }
    [[nodiscard]] QPushButton *measureButton() const { return m_measure; }
    [[nodiscard]] QString commandText() const;
    [[nodiscard]] QString estimateText() const;
    [[nodiscard]] QString problemText() const;
    [[nodiscard]] Banner *banner() const { return m_banner; }

Q_SIGNALS:
    /// The plan is complete, as far as can be known here. The dialog has closed itself.
    void recordRequested(const thresher::capture::RecordingPlan &plan);
    void measureRequested(const thresher::capture::RecordRequest &request);
    void functionsRequested();
    void probeEditorRequested();
    void hostChosen(const QString &host); ///< Empty: this machine.
    void examineRequested();
    void unlockRequested(); ///< By a password.
    void resetRequested(const QStringList &ids);
    void cleanUpRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *makeTemplates();
    QWidget *makeCommand();
    QWidget *makeButtons();
    void connectPages();
    void fillTemplates(const QString &selected);
    void applyTemplate(int row);
    void leaveOutUnknown();
    void saveTemplate();
    void removeTemplate();
    void refresh();
    void followHost();
    void start();
    void measure();
    void confirmReset(const QStringList &ids, const QStringList &texts);

    RecordModel m_record;
    SetupFiles m_files;
    QString m_file;
    std::vector<capture::RecordSetup> m_setups; ///< As the list has them.
    Banner *m_banner = nullptr;
    QListWidget *m_templates = nullptr;
    QPushButton *m_removeTemplate = nullptr;
    QTabWidget *m_tabs = nullptr;
    BufferBar *m_buffers = nullptr;
    EventsPage *m_events = nullptr;
    TracerPage *m_tracer = nullptr;
    HowPage *m_how = nullptr;
    ProbesPage *m_probes = nullptr;
    MachinePage *m_machinePage = nullptr;
    QToolButton *m_asTraceCmd = nullptr;
    QPlainTextEdit *m_command = nullptr;
    QLabel *m_cannot = nullptr;
    QLabel *m_estimate = nullptr;
    std::optional<capture::RecordRequest> m_measured; ///< What the estimate is of.
    QLabel *m_problem = nullptr;
    QPushButton *m_measure = nullptr;
    QPushButton *m_start = nullptr;
    QStringList m_leftOut; ///< What of the template this kernel lacks.
    std::string m_host; ///< That whose machine is shown.
    bool m_isBusy = false;
};

} // namespace thresher::ui
