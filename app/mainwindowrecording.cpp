// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramspane.h"
#include "app/mainwindow.h"
#include "app/recording/livefeed.h"
#include "app/recording/livefigures.h"
#include "app/recording/livefollower.h"
#include "app/recording/recordingrunner.h"
#include "app/workspace.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/livebar/livebar.h"
#include "widgets/livebar/ringpage.h"
#include "widgets/statusbar/statusstrip.h"

#include <QAction>
#include <QFile>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

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
    menu->addAction(action(u"record"_s));
    makeHistogramActions(menu);
    menu->addSeparator();
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
    QAction *ring = add(u"readRings"_s, tr("Show what the ring &holds"),
                        tr("Read what the ring holds now, and show it; it goes into the trace, and "
                           "recording goes on"),
                        {}, [this] { readRings(); });
    menu->addSeparator();
    QAction *follow = add(u"followLive"_s, tr("&Follow"),
                          tr("Scroll with what arrives; looking at something else ends that"),
                          {QKeySequence(tr("Ctrl+End"))}, [this] {
                              m_follower->setFollowing(action(u"followLive"_s)->isChecked());
                          });
    QAction *pause = add(u"pauseLive"_s, tr("&Pause the view"),
                         tr("Show nothing new for now; recording goes on"), {},
                         [this] { pauseLive(action(u"pauseLive"_s)->isChecked()); });
    for (QAction *each : {follow, pause}) {
        each->setCheckable(true);
        each->setEnabled(false);
    }
    m_liveBar->addButton(follow, tr("Follow"));
    m_liveBar->addButton(pause, tr("Pause"));
    m_liveBar->addButton(ring, tr("Show now"));
    m_liveBar->addButton(snapshot, tr("Snapshot"));
    m_liveBar->addButton(stop, tr("■ Stop"));
    m_ring->addButton(ring, tr("Show what it holds now"));
    m_ring->addButton(stop, tr("■ Stop and show"));
    connect(m_liveBar, &LiveBar::markRequested, this, &MainWindow::markRecording);
    connect(m_recording, &RecordingRunner::phaseChanged, this, [this, stop, mark, snapshot, ring] {
        const auto phase = m_recording->phase();
        stop->setEnabled(phase == RecordingRunner::Phase::Preparing
                         || phase == RecordingRunner::Phase::Recording);
        mark->setEnabled(phase == RecordingRunner::Phase::Recording);
        snapshot->setEnabled(phase == RecordingRunner::Phase::Recording);
        ring->setEnabled(phase == RecordingRunner::Phase::Recording);
        ring->setVisible(isRing());
        showRecordingPhase();
    });
    for (QAction *action : {stop, mark, snapshot, ring})
        action->setEnabled(false);
    ring->setVisible(false);
    connectRecording();
    connectLive();
}

void MainWindow::connectRecording()
{
    connect(m_recording, &RecordingRunner::ready, this,
            [this](const capture::Ready &ready, const std::filesystem::path &folder) {
                m_liveFigures->begin(ready);
                m_counts->clear();
                m_feed->start(folder, QFile::decodeName(m_recording->plan().output.c_str()));
            });
    connect(m_recording, &RecordingRunner::started, this,
            [this](const capture::Started &started) { m_liveFigures->begin(started); });
    connect(m_recording, &RecordingRunner::counted, this,
            [this](std::uint16_t instance, const std::string &event, const std::string &text) {
                // Another trace may have been opened meanwhile.
                if (m_session.isLive())
                    m_workspace->histograms()->take(instance, event, text);
                else if (m_feed->isRunning() && !m_session.isIndexing())
                    showCounts(instance, event, text);
            });
    connect(m_recording, &RecordingRunner::progressed, this,
            [this](const capture::RecordProgress &progress) {
                const LiveFigures figures = m_liveFigures->figures(progress);
                m_liveBar->setFigures(figures);
                if (m_pages->currentWidget() == m_ring)
                    m_ring->setGauges(figures.cpus);
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
                    m_status->say(command == u"marker"_s     ? tr("Written into the trace")
                                  : command == u"snapshot"_s ? tr("The kernel keeps a snapshot")
                                                             : tr("What the ring held was read"));
            });
    connect(m_recording, &RecordingRunner::finished, this, &MainWindow::finishRecording);
    connect(m_recording, &RecordingRunner::failed, this, [this](const Error &error) {
        m_feed->abandon();
        const bool isTold = error.kind != ErrorKind::Cancelled;
        if (isTold)
            m_closesWhenRecorded = false; // there is something to read first
        endLive();
        if (!m_session.view().snapshot())
            showPage();
        if (isTold)
            showError(error, tr("Nothing was recorded."));
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
    m_recorded.clear();
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
        text = m_isLivePaused ? tr("Recording, view paused") : tr("Recording");
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
    // In the end it stays until the trace is opened.
    if (phase != Phase::Idle && !m_session.view().snapshot()
        && isRing() != (m_pages->currentWidget() == m_ring))
        showPage();
    if (phase == Phase::Assembling)
        m_assemblingTimer.start();
    else
        m_assemblingTimer.stop();
}

void MainWindow::markRecording(const QString &text)
{
    if (const auto sent = m_recording->mark(text); !sent)
        showError(sent.error(), {});
}

/// Whether nothing will be read before the recording's end.
bool MainWindow::isRing() const
{
    const auto &instances = m_recording->plan().request.instances;
    return m_recording->isRunning()
           && std::all_of(instances.begin(), instances.end(),
                          [](const capture::InstanceRequest &each) {
                              return each.mode == capture::BufferMode::Ring;
                          });
}

/// There may be no events at all: what is counted is all that there is to see then.
void MainWindow::showCounts(std::uint16_t instance, const std::string &event,
                            const std::string &text)
{
    // As when the first events come: what was looked at before makes room.
    if (m_session.view().snapshot() && !isRing()) {
        saveView();
        m_session.close();
    }
    m_counts->take(instance, event, text);
}

void MainWindow::readRings()
{
    if (const auto sent = m_recording->readRings(); !sent)
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

void MainWindow::connectLive()
{
    connect(m_feed, &LiveFeed::arrived, this, &MainWindow::showLive);
    connect(m_counts, &HistogramsPane::filled, this, [this] {
        if (!m_session.view().snapshot())
            showPage();
    });
    connect(m_feed, &LiveFeed::finished, this, [this](const BuiltIndex &built) {
        const bool isShown = m_session.isLive();
        if (isShown) {
            m_workspace->events()->expectSameTrace();
            m_session.finishLive(built);
            m_workspace->histograms()->showTrace(built.snapshot->trace);
        }
        endLive();
        if (!isShown && !m_recorded.isEmpty()) // it was over before there was anything to see
            offerRecorded();
    });
    connect(m_feed, &LiveFeed::failed, this, [this](const Error &error) {
        endLive();
        if (error.kind != ErrorKind::Cancelled)
            showError(error, tr("What is being recorded cannot be shown; the recording itself goes "
                                "on."));
        if (!m_recording->isRunning() && !m_recorded.isEmpty())
            offerRecorded();
    });
    connect(m_follower, &LiveFollower::followingChanged, this,
            [this](bool isFollowing) { action(u"followLive"_s)->setChecked(isFollowing); });
    connect(&m_session, &TraceSession::liveOpened, this, [this] {
        m_workspace->histograms()->clear();
        m_counts->clear();
        showPage();
        for (const auto &name : {u"followLive"_s, u"pauseLive"_s})
            action(name)->setEnabled(true);
        m_workspace->events()->setFocus();
    });
    // Another trace was opened meanwhile: what is recorded is not shown until it is complete.
    connect(&m_session, &TraceSession::opened, this, [this] {
        m_counts->clear();
        m_feed->abandon();
        endLive();
    });
}

void MainWindow::showLive(const std::shared_ptr<const IndexSnapshot> &snapshot)
{
    // A file is being opened: if that works, the feed ends; else the next snapshot is shown.
    if (m_session.isIndexing() && !m_session.view().snapshot())
        return;
    if (m_isLivePaused) {
        m_paused = snapshot;
        return;
    }
    if (!m_session.isLive())
        saveView();
    m_follower->notice();
    m_session.showLive(
        QFileInfo(QFile::decodeName(m_recording->plan().output.c_str())).absoluteFilePath(),
        snapshot);
}

void MainWindow::pauseLive(bool isPaused)
{
    m_isLivePaused = isPaused;
    action(u"pauseLive"_s)->setChecked(isPaused);
    if (const auto arrived = std::exchange(m_paused, nullptr); arrived && !isPaused)
        showLive(arrived);
    showRecordingPhase();
}

void MainWindow::endLive()
{
    if (!m_session.isLive())
        m_paused.reset(); // something else is shown by now
    pauseLive(false);
    m_follower->end();
    for (const auto &name : {u"followLive"_s, u"pauseLive"_s})
        action(name)->setEnabled(false);
    updateActions();
    closeIfWaiting();
}

void MainWindow::openRecorded()
{
    // Not openFile(): what the recording's end has to say stays.
    saveView();
    m_session.open(std::exchange(m_recorded, {}));
}

bool MainWindow::isLiveBusy() const
{
    return m_recording->isRunning() || m_feed->isRunning();
}

void MainWindow::finishRecording(const capture::RecordingResult &result)
{
    QStringList notes;
    if (isFailure(result.stopped.reason) && !result.stopped.text.empty())
        notes += QString::fromStdString(result.stopped.text);
    if (result.trace) {
        for (const std::string &note : result.trace->notes)
            notes += QString::fromStdString(note);
    }
    if (result.failure) {
        m_closesWhenRecorded = false; // there is something to read first
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
    if (result.trace)
        showRecorded(QFile::decodeName(result.trace->path.c_str()));
    else {
        m_feed->abandon(); // what is shown stays: it may be all that there will be
        endLive();
        if (!m_session.view().snapshot())
            showPage();
    }
    closeIfWaiting();
}

void MainWindow::showRecorded(const QString &path)
{
    m_recorded = QFileInfo(path).absoluteFilePath();
    m_settings.addRecentFile(m_recorded);
    updateRecent();
    if (m_closesWhenRecorded)
        m_feed->abandon(); // nobody will look
    else if (m_feed->isRunning())
        m_feed->finish(m_recorded);
    else
        offerRecorded();
}

/// Opens the trace that was recorded last, unless another one is looked at.
void MainWindow::offerRecorded()
{
    if (!m_session.view().snapshot() || m_session.isLive())
        return openRecorded();
    m_question = Question::OpenRecorded;
    m_banner->showQuestion(Banner::Kind::Note,
                           tr("%1 is recorded.").arg(QFileInfo(m_recorded).fileName()), tr("Open"));
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
