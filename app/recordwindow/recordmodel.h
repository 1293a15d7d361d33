// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/machine.h"
#include "capture/recordingsession.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace thresher::ui {

/// The recording that is being put together in the Record window, and what is known of the machine.
/// Every part of the window shows and changes this, and listens to changed(). Has one instance, at
/// least; the window edits the first. GUI thread.
class RecordModel final : public QObject
{
    Q_OBJECT

public:
    explicit RecordModel(QObject *parent = nullptr);

    [[nodiscard]] const capture::RecordingPlan &plan() const { return m_plan; }
    [[nodiscard]] const capture::InstanceRequest &instance() const;
    void setPlan(capture::RecordingPlan plan);
    /// Changes it, and tells if that made a difference to what the command line says.
    void edit(const std::function<void(capture::RecordingPlan &)> &change);
    void editInstance(const std::function<void(capture::InstanceRequest &)> &change);

    /// None until the machine was looked at.
    [[nodiscard]] const std::optional<capture::MachineReport> &machine() const { return m_machine; }
    void setMachine(capture::MachineReport machine);
    void forgetMachine(); ///< It is another one now.
    /// Empty while it is not known.
    [[nodiscard]] const capture::Capabilities &capabilities() const;
    /// The machine's events are known: what is not among them cannot be recorded.
    [[nodiscard]] bool hasEvents() const;
    /// Why a feature is not available; empty if it is, or if nothing is known yet.
    [[nodiscard]] QString whyNot(std::string_view feature) const;

    /// What is written somewhere and makes no sense: it is not in the plan, which is not recorded
    /// then. Forgotten by setPlan().
    void setInputProblems(const QStringList &problems);
    [[nodiscard]] const QStringList &inputProblems() const { return m_inputProblems; }
    /// What keeps it from being recorded: sentences, the most important first.
    [[nodiscard]] QStringList problems() const;

Q_SIGNALS:
    void changed();
    void machineChanged();

private:
    void addEventProblems(QStringList &problems) const;
    void addPlaceProblems(QStringList &problems) const;

    capture::RecordingPlan m_plan;
    QStringList m_inputProblems;
    std::optional<capture::MachineReport> m_machine;
};

} // namespace thresher::ui
