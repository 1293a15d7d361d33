// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What MainWindow does with session files: saving, finding their recordings, opening them.
#include "app/mainwindow.h"
#include "app/workspace.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/statusbar/statusstrip.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

struct Found
{
    SessionFile session;
    SessionTrace trace;
};

QString sessionFilter()
{
    return MainWindow::tr("Sessions (*.thresher);;All files (*)");
}

} // namespace

void MainWindow::askToSaveSession()
{
    const QFileInfo trace(m_session.path());
    auto *dialog = new QFileDialog(this, tr("Save the session"), trace.absolutePath(),
                                   sessionFilter());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"thresher"_s);
    dialog->selectFile(trace.completeBaseName() + u".thresher"_s);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::saveSession);
    dialog->open();
}

void MainWindow::saveSession(const QString &path)
{
    if (!m_session.view().snapshot())
        return;
    SessionFile session;
    session.setTrace(m_session.path(), path);
    session.view = m_session.view().save();
    session.window = m_workspace->saveLayout();
    m_sessionJob.start(
        [session, path, trace = m_session.view().snapshot()->trace](
            const std::stop_token &, Progress &) mutable -> Result<void> {
            session.identity = identityOf(*trace);
            return session.write(path);
        },
        [this, path](const Result<void> &written) {
            if (written)
                m_status->say(tr("Session saved as %1").arg(QFileInfo(path).fileName()));
            else
                showError(written.error(), {});
        });
}

void MainWindow::askForSession()
{
    auto *dialog = new QFileDialog(this, tr("Open a session"),
                                   QFileInfo(m_session.path()).absolutePath(), sessionFilter());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openFile);
    dialog->open();
}

void MainWindow::openSession(const QString &path)
{
    m_banner->dismiss();
    m_question = Question::None;
    m_sessionJob.start(
        [path](const std::stop_token &, Progress &) -> Result<Found> {
            THRESHER_TRY_ASSIGN(SessionFile session, SessionFile::read(path));
            SessionTrace trace = findTrace(session, path);
            return Found{std::move(session), std::move(trace)};
        },
        [this, path](Result<Found> found) {
            if (found)
                takeSession(path, std::move(found->session), found->trace);
            else
                showError(found.error(), {});
        });
}

void MainWindow::takeSession(const QString &path, SessionFile session, const SessionTrace &trace)
{
    m_waiting = {path, std::move(session), trace.path};
    const QString name = QFileInfo(path).fileName();
    if (trace.isSame) {
        openWaiting();
    } else if (trace.path.isEmpty()) {
        m_question = Question::FindTrace;
        m_banner->showQuestion(Banner::Kind::Note,
                               tr("“%1” is of the recording “%2”, which is neither beside it nor "
                                  "where it was.")
                                   .arg(name, m_waiting.session.traceName),
                               tr("Choose it…"));
    } else {
        m_question = Question::OpenOther;
        m_banner->showQuestion(Banner::Kind::Note,
                               tr("“%1” is another recording than the one that “%2” was saved "
                                  "with: what is marked may mean nothing there.")
                                   .arg(QFileInfo(trace.path).fileName(), name),
                               tr("Open it anyway"));
    }
}

void MainWindow::answerSession(Question question)
{
    if (question == Question::OpenOther) {
        openWaiting();
        return;
    }
    auto *dialog = new QFileDialog(this, tr("Choose “%1”").arg(m_waiting.session.traceName),
                                   QFileInfo(m_waiting.path).absolutePath(),
                                   tr("Recordings of trace-cmd (*.dat trace.dat*);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::chooseSessionTrace);
    dialog->open();
}

void MainWindow::chooseSessionTrace(const QString &trace)
{
    m_banner->dismiss();
    m_sessionJob.start(
        [session = m_waiting.session, trace](const std::stop_token &, Progress &) {
            return isTraceOf(session, trace);
        },
        [this, trace](bool isSame) {
            takeSession(m_waiting.path, m_waiting.session, {trace, isSame});
        });
}

void MainWindow::openWaiting()
{
    saveView();
    m_banner->dismiss();
    m_opening = std::move(m_waiting);
    m_waiting = {};
    m_session.open(QFileInfo(m_opening.trace).absoluteFilePath());
}

/// As the session has it, or as it was left.
void MainWindow::restoreOpened()
{
    const WaitingSession opening = std::exchange(m_opening, {});
    if (opening.trace.isEmpty()) {
        m_session.view().restore(m_settings.viewOf(m_session.path()));
        return;
    }
    m_session.view().restore(opening.session.view);
    m_workspace->restoreLayout(opening.session.window);
    m_status->say(tr("Session %1 opened").arg(QFileInfo(opening.path).fileName()));
}

} // namespace thresher::ui
