// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/report/reportmaker.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace thresher::ui {

/// Asks what happened and what the report shall hold, tells how large that is, and makes it.
class ReportDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param view  of a trace; must outlive the dialog.
    /// @param path  that is proposed.
    ReportDialog(ViewState &view, const QString &path, QWidget *parent);

    [[nodiscard]] ReportOptions options() const;

public Q_SLOTS:
    /// Stops a report that is being made; else closes.
    void reject() override;

private:
    /// A part that can be left out.
    struct Part
    {
        QCheckBox *box = nullptr;
        QLabel *size = nullptr;
    };
    Part addPart(const QString &name, const QString &text);
    void makeFields();
    QWidget *makeFieldsPage();
    QWidget *makeDonePage();
    void makeButtons();
    void fieldsChanged();
    void updateSizes();
    void browse();
    void start();
    void setRunning(bool isRunning);
    void finish(const ReportSummary &summary);
    void showProblem(const QString &text);
    [[nodiscard]] TimeRange range() const;
    [[nodiscard]] QString path() const;

    ViewState &m_view;
    ReportMaker m_maker;
    QTimer m_sizesTimer;
    QTimer m_progressTimer;
    TimeRange m_drawnRange; ///< Of m_pictures.
    std::vector<ReportFile> m_pictures;
    QStackedWidget *m_pages = nullptr;
    QWidget *m_fields = nullptr;
    QPlainTextEdit *m_what = nullptr;
    QComboBox *m_range = nullptr;
    Part m_summaryPart;
    Part m_picturesPart;
    Part m_tracePart;
    Part m_eventsPart;
    Part m_sessionPart;
    QCheckBox *m_anonymous = nullptr;
    QLineEdit *m_path = nullptr;
    QLabel *m_note = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_done = nullptr;
    QPushButton *m_create = nullptr;
    QPushButton *m_close = nullptr;
};

} // namespace thresher::ui
