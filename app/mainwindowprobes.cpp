// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/mainwindow.h"
#include "app/probewindow/probedialog.h"
#include "app/probewindow/recentplaces.h"
#include "app/probewindow/saveset.h"
#include "app/recording/recordingrunner.h"
#include "app/recordinganswer.h"
#include "app/recordwindow/recorddialog.h"
#include "app/recordwindow/recorderlink.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/probeplace.h"
#include "widgets/startpage/startpage.h"

#include <QAction>
#include <QMenu>

/// The probe editor: opened by a key or by what a view names; what was made there is recorded, or
/// goes to the Record window.
namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

const auto kRecentKey = u"probes/recent"_s;

} // namespace

void MainWindow::makeProbeAction(QMenu *menu)
{
    QAction *probe = makeAction(menu, u"probe"_s, tr("&Probe…"), {QKeySequence(tr("Ctrl+Shift+P"))},
                                [this] { showProbeDialog(); });
    connect(m_recording, &RecordingRunner::phaseChanged, probe,
            [this, probe] { probe->setEnabled(!m_recording->isRunning()); });
    connect(m_start, &StartPage::probeRequested, probe, &QAction::trigger);
}

void MainWindow::openProbeEditor(const ProbePlace &place)
{
    if (canChooseWhatIsRecorded())
        showProbeDialog()->choose(place);
}

ProbeDialog *MainWindow::showProbeDialog()
{
    auto *link = new RecorderLink({}, this);
    auto *dialog = new ProbeDialog(
        *link, m_settings.isKept() ? SaveSetDialog::usualFolder() : QString(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // It is used until the dialog is gone.
    connect(dialog, &QObject::destroyed, link, &QObject::deleteLater);
    dialog->setRecent(readRecentPlaces(m_settings.value(kRecentKey).toStringList()));
    connect(dialog, &ProbeDialog::recentChanged, this, [this, dialog] {
        m_settings.setValue(kRecentKey, writtenRecentPlaces(dialog->recent()));
    });
    connect(dialog, &ProbeDialog::recordRequested, this,
            [this, dialog](const capture::InstanceRequest &request) {
                dialog->hide();
                recordOnly(request);
            });
    comeBackIfNothingIsRecorded(*dialog, *m_recording);
    connect(dialog, &ProbeDialog::addRequested, this,
            [this, dialog](const capture::InstanceRequest &request) {
                dialog->accept();
                addToRecording(request);
            });
    link->examine();
    dialog->open();
    return dialog;
}

void MainWindow::addToRecording(const capture::InstanceRequest &request)
{
    RecordDialog *dialog = showRecordDialog();
    // Places in programs are those of this machine's files.
    dialog->record().edit([](capture::RecordingPlan &plan) { plan.launch.host.clear(); });
    dialog->addProbes(request);
}

} // namespace thresher::ui
