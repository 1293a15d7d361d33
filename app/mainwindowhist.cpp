// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramdialog.h"
#include "app/histwindow/latencydialog.h"
#include "app/mainwindow.h"
#include "app/recording/recordingrunner.h"
#include "app/recordinganswer.h"
#include "app/recordwindow/recorddialog.h"
#include "app/recordwindow/recorderlink.h"
#include "widgets/diagnostics/banner.h"

#include <QAction>
#include <QMenu>

/// Forms for what the kernel counts and makes by itself: histograms and latency events.
namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

/// Has a form told what this machine has, and shows it.
void showForm(CountsForm *form, RecordingRunner &runner)
{
    form->setAttribute(Qt::WA_DeleteOnClose);
    auto *link = new RecorderLink({}, form);
    QObject::connect(link, &RecorderLink::examined, form, &CountsForm::setMachine);
    QObject::connect(link, &RecorderLink::failed, form,
                     [form](RecorderLink::Question, const Error &error) {
                         form->showError(QString::fromStdString(error.text()));
                     });
    comeBackIfNothingIsRecorded(*form, runner);
    link->examine();
    form->open();
}

} // namespace

void MainWindow::makeHistogramActions(QMenu *menu)
{
    QAction *count = makeAction(menu, u"countByField"_s, tr("&Count by field…"), {},
                                [this] { openHistogram({}, {}); });
    QAction *latency = makeAction(menu, u"latencyEvent"_s, tr("Make a &latency event…"), {},
                                  [this] { openLatencyEvent({}); });
    connect(m_recording, &RecordingRunner::phaseChanged, this, [this, count, latency] {
        for (QAction *action : {count, latency})
            action->setEnabled(!m_recording->isRunning());
    });
}

/// What is recorded is chosen before; says so.
bool MainWindow::canChooseWhatIsRecorded()
{
    if (m_recording->isRunning())
        m_banner->showMessage(Banner::Kind::Note,
                              tr("This can be chosen when the recording has ended."));
    return !m_recording->isRunning();
}

void MainWindow::openHistogram(const QString &event, const QString &field)
{
    if (!canChooseWhatIsRecorded())
        return;
    auto *dialog = new HistogramDialog(this);
    connect(dialog, &HistogramDialog::recordRequested, this, &MainWindow::recordOnly);
    connect(dialog, &HistogramDialog::addRequested, this, &MainWindow::addCounts);
    dialog->choose(event, field);
    showForm(dialog, *m_recording);
}

void MainWindow::openLatencyEvent(const QString &event)
{
    if (!canChooseWhatIsRecorded())
        return;
    auto *dialog = new LatencyDialog(this);
    connect(dialog, &LatencyDialog::recordRequested, this, &MainWindow::recordOnly);
    connect(dialog, &LatencyDialog::addRequested, this, &MainWindow::addCounts);
    dialog->choose(event);
    showForm(dialog, *m_recording);
}

void MainWindow::addCounts(const capture::InstanceRequest &request)
{
    RecordDialog *dialog = showRecordDialog();
    dialog->record().edit([](capture::RecordingPlan &plan) { plan.launch.host.clear(); });
    dialog->record().editInstance([&](capture::InstanceRequest &instance) {
        instance.latencies.insert(instance.latencies.end(), request.latencies.begin(),
                                  request.latencies.end());
        instance.histograms.insert(instance.histograms.end(), request.histograms.begin(),
                                   request.histograms.end());
    });
}

} // namespace thresher::ui
