// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/machine.h"
#include "capture/recordrequest.h"

#include <QDialog>

#include <optional>

class QPushButton;

namespace thresher::ui {

/// A form for what the kernel is to count or make by itself. It hides when it asks for a recording,
/// and keeps what it says: whoever shows it decides whether it comes back. GUI thread.
class CountsForm : public QDialog
{
    Q_OBJECT

public:
    virtual void setMachine(const capture::MachineReport &machine) = 0;
    virtual void showError(const QString &text) = 0;

    [[nodiscard]] QPushButton *recordButton() const { return m_record; }
    [[nodiscard]] QPushButton *addButton() const { return m_add; }

Q_SIGNALS:
    /// To be recorded with what else is chosen in the Record window.
    void addRequested(const thresher::capture::InstanceRequest &request);
    /// At once.
    void recordRequested(const thresher::capture::InstanceRequest &request);

protected:
    explicit CountsForm(QWidget *parent);
    /// Below what is in its box layout by then.
    void makeButtons(const QString &recordHelp);
    void setComplete(bool isComplete);
    /// What is recorded; nothing while it makes no sense. @param isAlone  and nothing else is.
    [[nodiscard]] virtual std::optional<capture::InstanceRequest> instance(bool isAlone) const = 0;

private:
    QPushButton *m_add = nullptr;
    QPushButton *m_record = nullptr;
};

} // namespace thresher::ui
