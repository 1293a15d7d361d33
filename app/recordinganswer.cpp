// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordinganswer.h"

#include "app/recording/recordingrunner.h"

#include <QDialog>
#include <QMessageBox>

namespace thresher::ui {

void comeBackIfNothingIsRecorded(QDialog &dialog, RecordingRunner &runner)
{
    QObject::connect(&runner, &RecordingRunner::ready, &dialog, &QDialog::accept);
    QObject::connect(&runner, &RecordingRunner::failed, &dialog, [&dialog](const Error &error) {
        dialog.open();
        if (error.kind == ErrorKind::Cancelled)
            return;
        auto *box = new QMessageBox(QMessageBox::Warning, QDialog::tr("Nothing was recorded"),
                                    QString::fromStdString(error.text()), QMessageBox::Ok, &dialog);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
}

} // namespace thresher::ui
