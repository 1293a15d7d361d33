// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "model/cut/cut.h"
#include "model/qt/viewstate.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QWidget;

namespace thresher::ui {

class Settings;

/// Asks which part of the trace is to be written where, tells how much that is, and writes it in
/// the background. It stays open until that is done; an error is told in it. Choices are kept.
class CutDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param path  that is proposed.
    CutDialog(ViewState &view, Settings &settings, const QString &path, QWidget *parent);

    /// What the fields say.
    [[nodiscard]] CutRequest request() const;
    [[nodiscard]] QString path() const;
    [[nodiscard]] bool isWriting() const { return m_job.isRunning(); }

    /// While it writes: stops that. Else closes.
    void reject() override;

Q_SIGNALS:
    void saved(const QString &path, quint64 events, quint64 bytes);

private:
    void makeFields();
    void makeRanges();
    void makeLayout();
    void restore();
    void keep() const;
    void refresh();
    void browse();
    void save();
    void finish(const Result<CutSummary> &result);
    void tell(const QString &text, bool isProblem);
    [[nodiscard]] std::shared_ptr<const IndexSnapshot> snapshot() const;

    ViewState &m_view;
    Settings &m_settings;
    QTimer m_progressTimer;
    QWidget *m_fields = nullptr;
    QComboBox *m_range = nullptr;
    QComboBox *m_events = nullptr;
    QComboBox *m_format = nullptr;
    QCheckBox *m_names = nullptr;
    QCheckBox *m_strings = nullptr;
    QLineEdit *m_path = nullptr;
    QLabel *m_estimate = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_note = nullptr;
    QPushButton *m_save = nullptr;
    JobRunner m_job; // the last, so that it ends before what it uses
};

} // namespace thresher::ui
