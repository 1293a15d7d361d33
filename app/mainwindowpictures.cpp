// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/mainwindow.h"
#include "app/pictures/picturedialog.h"
#include "app/report/reportdialog.h"
#include "app/workspace.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/statusbar/statusstrip.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QMenu>
#include <QToolBar>
#include <QToolButton>

using namespace Qt::StringLiterals;

// What leaves the window: pictures and reports.
namespace thresher::ui {

void MainWindow::makePictureMenu(QMenu *menu)
{
    QMenu *pictures = menu->addMenu(tr("&Picture"));
    makeAction(pictures, u"copyTimelinePicture"_s, tr("&Copy the timeline"),
               {QKeySequence(tr("Ctrl+Alt+C"))}, [this] { copyPictureOf(PictureWhat::Timeline); });
    makeAction(pictures, u"copyWindowPicture"_s, tr("Copy the whole &window"), {},
               [this] { copyPictureOf(PictureWhat::Window); });
    makeAction(pictures, u"savePicture"_s, tr("&Save picture…"), {QKeySequence(tr("Ctrl+Alt+S"))},
               [this] { askForPicture(); });
    makeAction(menu, u"report"_s, tr("&Bug report…"), {}, [this] { askForReport(); });
}

void MainWindow::addPictureButton(QToolBar *bar)
{
    auto *button = new QToolButton(bar);
    button->setObjectName(u"snapshot"_s);
    button->setText(tr("Snapshot ▾"));
    button->setToolTip(tr("Copy or save what is shown: a picture, or a part of the trace"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::TabFocus);
    auto *menu = new QMenu(button);
    for (const auto &name :
         {u"copyTimelinePicture"_s, u"copyWindowPicture"_s, u"savePicture"_s, u"cut"_s})
        menu->addAction(action(name));
    menu->addSeparator();
    menu->addAction(action(u"report"_s));
    button->setMenu(menu);
    QAction *target = action(u"savePicture"_s);
    const auto sync = [button, target] { button->setEnabled(target->isEnabled()); };
    connect(target, &QAction::changed, button, sync);
    sync();
    bar->addWidget(button);
}

void MainWindow::copyPictureOf(PictureWhat what)
{
    PictureOptions options;
    options.what = what;
    options.colours = what == PictureWhat::Window ? PictureColours::AsShown : PictureColours::Light;
    options.hasCaption = what == PictureWhat::Timeline;
    options.scale = std::max(1, static_cast<int>(devicePixelRatioF()));
    const auto done = copyPicture({m_session.view(), m_workspace->timeline(), this}, options);
    if (!done)
        showError(done.error(), {});
    else
        m_status->say(what == PictureWhat::Window ? tr("Picture of the window copied")
                                                  : tr("Picture of the timeline copied"));
}

void MainWindow::askForPicture()
{
    const QFileInfo trace(m_session.path());
    const QString folder = m_settings.value(u"picture/folder"_s, trace.absolutePath()).toString();
    const QString path = QDir(QFileInfo(folder).isDir() ? folder : QDir::homePath())
                             .filePath(trace.completeBaseName() + u".png"_s);
    auto *dialog = new PictureDialog({m_session.view(), m_workspace->timeline(), this}, m_settings,
                                     path, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &PictureDialog::saved, m_status, [this](const QString &saved) {
        m_status->say(tr("Saved: %1").arg(QDir::toNativeSeparators(saved)));
    });
    connect(dialog, &PictureDialog::copied, m_status,
            [this] { m_status->say(tr("Picture copied")); });
    dialog->open();
}

void MainWindow::askForReport()
{
    // Counts and rows of an index that grows would be of no range in particular.
    if (!m_session.view().snapshot()->isComplete) {
        m_banner->showMessage(
            Banner::Kind::Note,
            tr("The index is not complete yet; a report can be made when it is."));
        return;
    }
    const QFileInfo trace(m_session.path());
    const QString folder = m_settings.value(u"report/folder"_s, trace.absolutePath()).toString();
    const QString path = QDir(QFileInfo(folder).isDir() ? folder : QDir::homePath())
                             .filePath(trace.completeBaseName() + u"-report.zip"_s);
    auto *dialog = new ReportDialog(m_session.view(), path, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ReportDialog::finished, this, [this, dialog] {
        m_settings.setValue(u"report/folder"_s, QFileInfo(dialog->options().path).absolutePath());
    });
    dialog->open();
}

} // namespace thresher::ui
