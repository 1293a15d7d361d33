// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/recordmodel.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;

namespace thresher::ui {

/// What is switched on in this machine's tracing, by whomever, to be switched off; what recorders
/// that died have left; and what this kernel can and cannot do. GUI thread.
class MachinePage final : public QWidget
{
    Q_OBJECT

public:
    /// @param record  outlives it.
    explicit MachinePage(RecordModel &record, QWidget *parent = nullptr);

    [[nodiscard]] QLineEdit *hostField() const { return m_host; }
    [[nodiscard]] QTreeWidget *enabledList() const { return m_enabled; }
    [[nodiscard]] QTreeWidget *features() const { return m_features; }
    [[nodiscard]] QPushButton *resetButton() const { return m_reset; }
    [[nodiscard]] QPushButton *cleanUpButton() const { return m_cleanUp; }

Q_SIGNALS:
    /// Of ids in Capabilities::enabled; the user has not confirmed it yet.
    void resetRequested(const QStringList &ids, const QStringList &texts);
    void cleanUpRequested();
    void examineRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showHost();
    void refresh();
    void updateButtons();
    [[nodiscard]] QStringList ticked(int column) const;

    RecordModel &m_record;
    QLineEdit *m_host = nullptr;
    QLabel *m_machine = nullptr;
    QTreeWidget *m_enabled = nullptr;
    QPushButton *m_reset = nullptr;
    QLabel *m_leftovers = nullptr;
    QPushButton *m_cleanUp = nullptr;
    QTreeWidget *m_features = nullptr;
};

} // namespace thresher::ui
