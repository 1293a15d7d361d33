// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/machine.h"
#include "capture/recordingsession.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <functional>
#include <optional>

namespace thresher::ui {

/// The recording that is being put together in the Record window, and what is known of the machine.
/// Every part of the window shows and changes this, and listens to changed(). Has one instance
/// (buffer), at least, of which one is chosen: that is shown and edited. GUI thread.
class RecordModel final : public QObject
{
    Q_OBJECT

public:
    explicit RecordModel(QObject *parent = nullptr);

    [[nodiscard]] const capture::RecordingPlan &plan() const { return m_plan; }
    /// That which is chosen.
    [[nodiscard]] const capture::InstanceRequest &instance() const;
    [[nodiscard]] std::size_t instanceCount() const { return m_plan.request.instances.size(); }
    [[nodiscard]] std::size_t chosenInstance() const { return m_chosen; }
    /// What the user calls it: its name, or "main" for one that has none.
    [[nodiscard]] QString titleOf(std::size_t index) const;
    /// @param index  below instanceCount()
    void chooseInstance(std::size_t index);
    /// One more, which becomes the chosen one: for the same tasks, CPUs and clock as that which was
    /// chosen, and yet without anything to record. @pre whyNotAdd() is empty.
    void addInstance();
    /// Takes the chosen one away. @pre there is another one.
    void removeInstance();
    [[nodiscard]] QString whyNotAdd() const; ///< Empty: there may be one more.
    /// Another instance than the chosen one of which this is true.
    [[nodiscard]] std::optional<std::size_t>
    otherInstance(const std::function<bool(const capture::InstanceRequest &)> &isSo) const;
    /// Chooses the first.
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
    /// What this kernel can do is known: it was looked at, by root. Else nothing is forbidden for
    /// its sake; the recorder judges in the end.
    [[nodiscard]] bool knowsKernel() const { return capabilities().root; }
    /// Why a feature is not available; empty if it is, or if that is not known.
    [[nodiscard]] QString whyNot(std::string_view feature) const;

    /// What is written somewhere and makes no sense: it is not in the plan, which is not recorded
    /// then. Forgotten by setPlan().
    void setInputProblems(const QStringList &problems);
    [[nodiscard]] const QStringList &inputProblems() const { return m_inputProblems; }
    /// What keeps it from being recorded: sentences, the most important first.
    [[nodiscard]] QStringList problems() const;

Q_SIGNALS:
    void changed();
    /// Another instance is chosen, or its number is another one: what was half written is of no
    /// account any longer. Comes before changed().
    void instanceChosen();
    void machineChanged();

private:
    [[nodiscard]] QStringList eventProblems(const capture::InstanceRequest &request) const;
    [[nodiscard]] QStringList tracerProblems(const capture::InstanceRequest &request) const;
    void addInstanceProblems(QStringList &problems) const;
    void addNameProblems(QStringList &problems) const;
    void addPlaceProblems(QStringList &problems) const;

    capture::RecordingPlan m_plan;
    std::size_t m_chosen = 0; ///< Of the plan's instances.
    QStringList m_inputProblems;
    std::optional<capture::MachineReport> m_machine;
};

} // namespace thresher::ui
