// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/mainwindow.h"
#include "app/probewindow/probechecker.h"
#include "app/probewindow/probedialog.h"
#include "app/probewindow/saveset.h"
#include "app/recording/recordingrunner.h"
#include "app/recordwindow/probespage.h"
#include "app/recordwindow/recorddialog.h"
#include "app/recordwindow/recorderlink.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/startpage/startpage.h"

#include <QAction>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QPushButton>

/// The Record window: what it wants to know, it is told by a recorder; what was chosen is recorded.
namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::uint32_t kMeasureMs = 1000;
const auto kFolderKey = u"record/folder"_s;

void connectLink(RecordDialog *dialog, RecorderLink *link)
{
    using Question = RecorderLink::Question;
    QObject::connect(link, &RecorderLink::examined, dialog, &RecordDialog::setMachine);
    QObject::connect(link, &RecorderLink::functionsTold, dialog, &RecordDialog::setFunctions);
    QObject::connect(link, &RecorderLink::measured, dialog, &RecordDialog::setMeasured);
    QObject::connect(link, &RecorderLink::failed, dialog, [dialog](Question, const Error &error) {
        dialog->showError(QString::fromStdString(error.text()));
    });
    QObject::connect(link, &RecorderLink::busyChanged, dialog,
                     [dialog, link] { dialog->setBusy(link->isBusy()); });
    QObject::connect(dialog, &RecordDialog::examineRequested, link, &RecorderLink::examine);
    QObject::connect(dialog, &RecordDialog::unlockRequested, link, &RecorderLink::unlock);
    QObject::connect(dialog, &RecordDialog::hostChosen, link,
                     [link](const QString &host) { link->useHost(host.toStdString()); });
    QObject::connect(dialog, &RecordDialog::functionsRequested, link, &RecorderLink::askFunctions);
    QObject::connect(dialog, &RecordDialog::cleanUpRequested, link, &RecorderLink::cleanUp);
    QObject::connect(
        dialog, &RecordDialog::measureRequested, link,
        [link](const capture::RecordRequest &request) { link->measure(request, kMeasureMs); });
    QObject::connect(dialog, &RecordDialog::resetRequested, link, [link](const QStringList &ids) {
        std::vector<std::string> items;
        for (const QString &id : ids)
            items.push_back(id.toStdString());
        link->reset(items);
    });
}

/// A probe editor over the Record window, which gets what is made there.
void openEditor(RecordDialog *record, const QString &setsFolder)
{
    auto *link = new RecorderLink({}, record);
    auto *editor = new ProbeDialog(*link, setsFolder, record);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(editor, &QObject::destroyed, link, &QObject::deleteLater);
    const auto add = [record, editor](const capture::InstanceRequest &request) {
        editor->accept();
        record->addProbes(request);
    };
    QObject::connect(editor, &ProbeDialog::addRequested, record, add);
    QObject::connect(editor, &ProbeDialog::recordRequested, record,
                     [record, add](const capture::InstanceRequest &request) {
                         add(request);
                         record->recordButton()->click();
                     });
    link->examine();
    editor->open();
}

} // namespace

void MainWindow::makeRecordAction(QMenu *menu)
{
    QAction *record = makeAction(menu, u"record"_s, tr("&Record…"), {QKeySequence(tr("Ctrl+R"))},
                                 [this] { showRecordDialog(); });
    connect(m_recording, &RecordingRunner::phaseChanged, record,
            [this, record] { record->setEnabled(!m_recording->isRunning()); });
    connect(m_start, &StartPage::recordRequested, record, &QAction::trigger);
}

/// A name that is free, in the folder of the last one.
QString MainWindow::usualRecordingFile() const
{
    const QString folder = m_settings.value(kFolderKey, QDir::homePath()).toString();
    return (QFileInfo(folder).isWritable() ? folder : QDir::homePath())
           + QDateTime::currentDateTime().toString(u"'/trace-'yyyy-MM-dd-HHmmss'.dat'"_s);
}

void MainWindow::recordAsChosen(const capture::RecordingPlan &plan)
{
    m_settings.setValue(kFolderKey,
                        QFileInfo(QString::fromStdString(plan.output.string())).absolutePath());
    startRecording(plan);
}

void MainWindow::recordOnly(const capture::InstanceRequest &request)
{
    capture::RecordingPlan plan;
    plan.request.instances = {request};
    plan.output = usualRecordingFile().toStdString();
    recordAsChosen(plan);
}

RecordDialog *MainWindow::showRecordDialog()
{
    auto *dialog = new RecordDialog(m_settings.isKept() ? SetupFiles::usualFolder() : QString(),
                                    usualRecordingFile(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    capture::LaunchOptions how;
    how.host = dialog->record().plan().launch.host; // of the last recording
    auto *link = new RecorderLink(how, dialog);
    connectLink(dialog, link);
    connect(dialog, &RecordDialog::probeEditorRequested, this, [this, dialog] {
        openEditor(dialog, m_settings.isKept() ? SaveSetDialog::usualFolder() : QString());
    });
    dialog->probes()->setChecker(new ProbeChecker(*dialog->probes()->lines(), *link, dialog));
    connect(dialog, &RecordDialog::recordRequested, this, &MainWindow::recordAsChosen);
    link->examine();
    dialog->open();
    return dialog;
}

} // namespace thresher::ui
