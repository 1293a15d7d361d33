// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cut/cutdialog.h"
#include "app/mainwindow.h"
#include "model/qt/numbertext.h"
#include "widgets/statusbar/statusstrip.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

// What leaves the window: parts of the trace.
namespace thresher::ui {

void MainWindow::askForCut()
{
    if (m_session.view().snapshot() == nullptr)
        return;
    const QFileInfo trace(m_session.path());
    const QString folder = m_settings.value(u"cut/folder"_s, trace.absolutePath()).toString();
    const QString path = QDir(QFileInfo(folder).isDir() ? folder : QDir::homePath())
                             .filePath(tr("%1-part.dat").arg(trace.completeBaseName()));
    auto *dialog = new CutDialog(m_session.view(), m_settings, path, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CutDialog::saved, m_status,
            [this](const QString &saved, quint64 events, quint64 bytes) {
                m_status->say(tr("Saved: %1 (%2 events, %3)")
                                  .arg(QDir::toNativeSeparators(saved), groupedNumber(events),
                                       sizeText(bytes)));
            });
    dialog->open();
}

} // namespace thresher::ui
