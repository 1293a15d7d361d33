// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordrequest.h"

#include <QDialog>

#include <vector>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace thresher::ui {

/// Keeps probes as a set of the user's own: asks for its name and what it is for. GUI thread.
class SaveSetDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param folder  of the user's sets; made when there is none. Empty: nothing can be kept.
    SaveSetDialog(std::vector<capture::ProbeRequest> probes, QString folder,
                  QWidget *parent = nullptr);
    /// That of capture::findProbeSets().
    [[nodiscard]] static QString usualFolder();

    [[nodiscard]] QLineEdit *nameField() const { return m_name; }
    [[nodiscard]] QLineEdit *titleField() const { return m_title; }
    [[nodiscard]] QPlainTextEdit *helpField() const { return m_help; }
    [[nodiscard]] QPushButton *saveButton() const { return m_save; }
    [[nodiscard]] QString problemText() const;

Q_SIGNALS:
    void saved(const QString &file);

private:
    [[nodiscard]] QString file() const;
    void refresh();
    void save();

    std::vector<capture::ProbeRequest> m_probes;
    QString m_folder;
    QLineEdit *m_name;
    QLineEdit *m_title;
    QPlainTextEdit *m_help;
    QLabel *m_problem;
    QPushButton *m_save;
};

} // namespace thresher::ui
