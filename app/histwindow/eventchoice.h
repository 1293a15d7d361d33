// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/eventformat.h"
#include "capture/machine.h"

#include <QComboBox>
#include <QStringList>

#include <vector>

class QLabel;

/// What the forms for histograms and latency events share.
namespace thresher::ui {

/// Chooses one of the machine's events: typing any part of a name searches. GUI thread.
class EventChoice final : public QComboBox
{
    Q_OBJECT

public:
    explicit EventChoice(const QString &name, QWidget *parent = nullptr);

    void setMachine(const capture::MachineReport &machine);
    /// "sched:sched_switch"; what is typed, whether there is such an event or not.
    [[nodiscard]] QString event() const { return currentText().trimmed(); }
    void setEvent(const QString &event);
    /// Of the event; empty while the machine is not known, or where it has none of that name.
    [[nodiscard]] std::vector<capture::EventField>
    fields(const capture::MachineReport &machine) const;
    /// The text of its file `format`; may be empty.
    [[nodiscard]] std::string format(const capture::MachineReport &machine) const;
};

/// Puts names into a box, keeping what is chosen if it is among them; else `wanted`, else the
/// first.
void fillChoice(QComboBox *box, const QStringList &names, const QString &wanted = {});

} // namespace thresher::ui
