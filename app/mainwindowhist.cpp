// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramdialog.h"
#include "app/histwindow/latencydialog.h"
#include "app/mainwindow.h"
#include "app/recording/recordingrunner.h"
#include "app/recordwindow/recorddialog.h"
#include "app/recordwindow/recorderlink.h"
#include "widgets/diagnostics/banner.h"

#include <QAction>
#include <QMenu>

/// Forms for what the kernel counts and makes by itself: histograms and latency events.
namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

/// Has a form told what this machine has.
template<typename Dialog>
void connectMachine(Dialog *dialog)
{
    auto *link = new RecorderLink({}, dialog);
    QObject::connect(link, &RecorderLink::examined, dialog, &Dialog::setMachine);
    QObject::connect(link, &RecorderLink::failed, dialog,
                     [dialog](RecorderLink::Question, const Error &error) {
                         dialog->showError(QString::fromStdString(error.text()));
                     });
    link->examine();
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
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &HistogramDialog::recordRequested, this, &MainWindow::recordCounts);
    connect(dialog, &HistogramDialog::addRequested, this, &MainWindow::addCounts);
    dialog->choose(event, field);
    connectMachine(dialog);
    dialog->open();
}

void MainWindow::openLatencyEvent(const QString &event)
{
    if (!canChooseWhatIsRecorded())
        return;
    auto *dialog = new LatencyDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &LatencyDialog::recordRequested, this, &MainWindow::recordCounts);
    connect(dialog, &LatencyDialog::addRequested, this, &MainWindow::addCounts);
    dialog->choose(event);
    connectMachine(dialog);
    dialog->open();
}

void MainWindow::recordCounts(const capture::InstanceRequest &request)
{
    capture::RecordingPlan plan;
    plan.request.instances = {request};
    plan.output = usualRecordingFile().toStdString();
    recordAsChosen(plan);
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
