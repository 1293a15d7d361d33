// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/mainwindow.h"
#include "app/recording/livefigures.h"
#include "app/recording/recordingrunner.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/livebar/livebar.h"
#include "widgets/statusbar/statusstrip.h"

#include <QAction>
#include <QFile>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kAssemblingMs = 200;

QString nameOf(const std::filesystem::path &path)
{
    return QFileInfo(QFile::decodeName(path.c_str())).fileName();
}

bool isFailure(capture::StopReason reason)
{
    return reason == capture::StopReason::NoSpace || reason == capture::StopReason::Disconnected
           || reason == capture::StopReason::Error;
}

} // namespace

void MainWindow::makeRecordingMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Recording"));
    const auto add = [&](const QString &name, const QString &text, const QString &tip,
                         const QList<QKeySequence> &keys, const std::function<void()> &run) {
        QAction *made = makeAction(menu, name, text, keys, run);
        made->setToolTip(tip);
        return made;
    };
    QAction *stop = add(u"stopRecording"_s, tr("&Stop"), tr("Stop recording and keep the trace"),
                        {QKeySequence(tr("Ctrl+."))}, [this] { m_recording->stop(); });
    menu->addSeparator();
    QAction *mark = add(u"markLive"_s, tr("&Write a text into the trace…"),
                        tr("Write a text into the trace"), {QKeySequence(tr("Ctrl+M"))},
                        [this] { m_liveBar->focusMarkField(); });
    QAction *snapshot = add(u"snapshotLive"_s, tr("Keep the kernel's s&napshot"),
                            tr("Have the kernel swap its buffers: what was there stays in the "
                               "snapshot buffer, and tracing goes on"),
                            {}, [this] { takeSnapshot(); });
    m_liveBar->addButton(snapshot, tr("Snapshot"));
    m_liveBar->addButton(stop, tr("■ Stop"));
    connect(m_liveBar, &LiveBar::markRequested, this, &MainWindow::markRecording);
    connect(m_recording, &RecordingRunner::phaseChanged, this, [this, stop, mark, snapshot] {
        const auto phase = m_recording->phase();
        stop->setEnabled(phase == RecordingRunner::Phase::Preparing
                         || phase == RecordingRunner::Phase::Recording);
        mark->setEnabled(phase == RecordingRunner::Phase::Recording);
        snapshot->setEnabled(phase == RecordingRunner::Phase::Recording);
        showRecordingPhase();
    });
    for (QAction *action : {stop, mark, snapshot})
        action->setEnabled(false);
    connectRecording();
}

void MainWindow::connectRecording()
{
    connect(m_recording, &RecordingRunner::ready, this,
            [this](const capture::Ready &ready) { m_liveFigures->begin(ready); });
    connect(m_recording, &RecordingRunner::started, this,
            [this](const capture::Started &started) { m_liveFigures->begin(started); });
    connect(m_recording, &RecordingRunner::progressed, this,
            [this](const capture::RecordProgress &progress) {
                m_liveBar->setFigures(m_liveFigures->figures(progress));
            });
    connect(m_recording, &RecordingRunner::warned, this, [this](const QString &text) {
        m_question = Question::None;
        m_banner->showMessage(Banner::Kind::Note, text);
    });
    connect(m_recording, &RecordingRunner::answered, this,
            [this](const QString &command, const Error *error) {
                if (error != nullptr)
                    showError(*error, {});
                else
                    m_status->say(command == u"marker"_s ? tr("Written into the trace")
                                                         : tr("The kernel keeps a snapshot"));
            });
    connect(m_recording, &RecordingRunner::finished, this, &MainWindow::finishRecording);
    connect(m_recording, &RecordingRunner::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            showError(error, tr("Nothing was recorded."));
        closeIfWaiting();
    });
    connect(&m_assemblingTimer, &QTimer::timeout, this, &MainWindow::showRecordingPhase);
    m_assemblingTimer.setInterval(kAssemblingMs);
}

void MainWindow::startRecording(capture::RecordingPlan plan)
{
    if (m_recording->isRunning()) {
        m_question = Question::None;
        m_banner->showMessage(Banner::Kind::Note, tr("Something is being recorded already: stop "
                                                     "that first."));
        return;
    }
    m_banner->dismiss();
    m_question = Question::None;
    m_liveBar->setFigures({});
    m_recording->start(std::move(plan));
}

bool MainWindow::isRecording() const
{
    return m_recording->isRunning();
}

void MainWindow::showRecordingPhase()
{
    using Phase = RecordingRunner::Phase;
    const auto phase = m_recording->phase();
    QString text;
    switch (phase) {
    case Phase::Idle:
        break;
    case Phase::Preparing:
        text = tr("Preparing…");
        break;
    case Phase::Recording:
        text = tr("Recording");
        break;
    case Phase::Stopping:
        text = tr("Stopping…");
        break;
    case Phase::Assembling:
        text = tr("Making %1, %2 %")
                   .arg(nameOf(m_recording->plan().output))
                   .arg(static_cast<int>(100 * m_recording->assembledFraction()));
        break;
    }
    m_liveBar->setState(text, phase == Phase::Recording);
    m_liveBar->setVisible(phase != Phase::Idle);
    if (phase == Phase::Assembling)
        m_assemblingTimer.start();
    else
        m_assemblingTimer.stop();
}

void MainWindow::markRecording(const QString &text)
{
    if (const auto sent = m_recording->mark(0, text); !sent)
        showError(sent.error(), {});
}

void MainWindow::takeSnapshot()
{
    const auto instances = m_recording->plan().request.instances.size();
    for (std::size_t i = 0; i < instances; ++i) {
        if (const auto sent = m_recording->snapshot(static_cast<std::uint16_t>(i)); !sent)
            return showError(sent.error(), {});
    }
}

void MainWindow::finishRecording(const capture::RecordingResult &result)
{
    if (result.trace)
        openFile(QFile::decodeName(result.trace->path.c_str()));
    QStringList notes;
    if (isFailure(result.stopped.reason) && !result.stopped.text.empty())
        notes += QString::fromStdString(result.stopped.text);
    if (result.trace) {
        for (const std::string &note : result.trace->notes)
            notes += QString::fromStdString(note);
    }
    if (result.failure) {
        notes += QString::fromStdString(result.failure->text());
        notes += tr("What was recorded is kept in %1. To make a trace of it, perhaps on another "
                    "disk: thresher recover %1 -o FILE")
                     .arg(QFile::decodeName(result.folder.c_str()));
    }
    if (!notes.isEmpty()) {
        m_question = Question::None;
        m_banner->showMessage(result.failure || isFailure(result.stopped.reason)
                                  ? Banner::Kind::Error
                                  : Banner::Kind::Note,
                              notes.join(u' '));
    }
    closeIfWaiting();
}

/// @returns whether the window must stay for now.
bool MainWindow::askBeforeClosing()
{
    if (!m_recording->isRunning())
        return false;
    if (m_closesWhenRecorded || findChild<QMessageBox *>(u"closeWhileRecording"_s) != nullptr)
        return true;
    auto *box = new QMessageBox(QMessageBox::Question, tr("A recording is running"),
                                tr("Stop recording and keep the trace?"), QMessageBox::NoButton,
                                this);
    box->setObjectName(u"closeWhileRecording"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(
        tr("The window closes when %1 is complete.").arg(nameOf(m_recording->plan().output)));
    QPushButton *stop = box->addButton(tr("&Stop and keep"), QMessageBox::AcceptRole);
    box->addButton(tr("&Go on recording"), QMessageBox::RejectRole);
    box->setDefaultButton(stop);
    connect(box, &QMessageBox::accepted, this, [this] {
        m_closesWhenRecorded = true;
        m_recording->stop();
        closeIfWaiting();
    });
    box->open();
    return true;
}

void MainWindow::closeIfWaiting()
{
    if (m_closesWhenRecorded && !m_recording->isRunning())
        close();
}

} // namespace thresher::ui
