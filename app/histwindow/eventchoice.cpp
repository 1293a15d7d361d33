// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/eventchoice.h"

#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>

#include <algorithm>

namespace thresher::ui {

using namespace Qt::StringLiterals;

EventChoice::EventChoice(const QString &name, QWidget *parent)
    : QComboBox(parent)
{
    setObjectName(name);
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(30);
    lineEdit()->setPlaceholderText(tr("part of an event's name"));
    completer()->setCompletionMode(QCompleter::PopupCompletion);
    completer()->setFilterMode(Qt::MatchContains);
    completer()->setMaxVisibleItems(12);
}

void EventChoice::setMachine(const capture::MachineReport &machine)
{
    QStringList names;
    for (const auto &[system, events] : machine.capabilities.events)
        for (const std::string &event : events)
            names << QString::fromStdString(system + ':' + event);
    const QString chosen = event();
    const QSignalBlocker blocker(this);
    clear();
    addItems(names);
    setEditText(chosen);
}

void EventChoice::setEvent(const QString &event)
{
    setEditText(event);
}

std::string EventChoice::format(const capture::MachineReport &machine) const
{
    const QStringList parts = event().split(u':');
    return parts.size() == 2 ? machine.formatOf(parts[0].toStdString(), parts[1].toStdString())
                             : std::string();
}

/// The event's own first.
std::vector<capture::EventField> EventChoice::fields(const capture::MachineReport &machine) const
{
    return capture::parseEventFormat(format(machine)).fields;
}

void fillChoice(QComboBox *box, const QStringList &names, const QString &wanted)
{
    const QString chosen = box->currentText();
    const QSignalBlocker blocker(box);
    box->clear();
    box->addItems(names);
    auto index = names.indexOf(chosen);
    if (index < 0 || (chosen.isEmpty() && !wanted.isEmpty()))
        index = std::max<qsizetype>(names.indexOf(wanted), 0);
    box->setCurrentIndex(names.isEmpty() ? -1 : static_cast<int>(index));
}

} // namespace thresher::ui
