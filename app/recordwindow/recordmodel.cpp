// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/recordmodel.h"

#include "app/probewindow/probefields.h"
#include "app/recordwindow/kernelfilter.h"
#include "capture/commandtext.h"
#include "capture/eventchoice.h"

#include <QFileInfo>

#include <algorithm>
#include <set>
#include <utility>

using namespace Qt::StringLiterals;

namespace thresher::ui {

RecordModel::RecordModel(QObject *parent)
    : QObject(parent)
{
    m_plan.request.instances.emplace_back().children = false;
}

const capture::InstanceRequest &RecordModel::instance() const
{
    return m_plan.request.instances[m_chosen];
}

QString RecordModel::titleOf(std::size_t index) const
{
    const std::string &name = m_plan.request.instances[index].name;
    return name.empty() ? tr("main") : QString::fromStdString(name);
}

void RecordModel::chooseInstance(std::size_t index)
{
    if (std::exchange(m_chosen, index) == index)
        return;
    m_inputProblems.clear();
    Q_EMIT instanceChosen();
    Q_EMIT changed();
}

QString RecordModel::whyNotAdd() const
{
    if (const QString reason = whyNot("instances"); !reason.isEmpty())
        return reason;
    return instanceCount() < capture::kMostInstances
               ? QString()
               : tr("There are %1 buffers, which is the most.").arg(capture::kMostInstances);
}

void RecordModel::addInstance()
{
    auto &instances = m_plan.request.instances;
    const capture::InstanceRequest &like = instance();
    capture::InstanceRequest added;
    added.clock = like.clock; // or their times could not be compared
    added.cpus = like.cpus;
    added.pids = like.pids;
    added.command = like.command;
    added.children = like.children;
    const auto isTaken = [&](const std::string &name) {
        const auto &existing = capabilities().instances;
        return otherInstance([&](const auto &each) { return each.name == name; })
               || like.name == name
               || std::find(existing.begin(), existing.end(), name) != existing.end();
    };
    for (std::size_t number = instances.size() + 1; added.name.empty() || isTaken(added.name);
         ++number)
        added.name = "buffer" + std::to_string(number);
    instances.push_back(std::move(added));
    chooseInstance(instances.size() - 1);
}

void RecordModel::removeInstance()
{
    auto &instances = m_plan.request.instances;
    instances.erase(instances.begin() + static_cast<std::ptrdiff_t>(m_chosen));
    m_chosen = std::min(m_chosen, instances.size() - 1);
    m_inputProblems.clear();
    Q_EMIT instanceChosen();
    Q_EMIT changed();
}

std::optional<std::size_t>
RecordModel::otherInstance(const std::function<bool(const capture::InstanceRequest &)> &isSo) const
{
    const auto &instances = m_plan.request.instances;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        if (i != m_chosen && isSo(instances[i]))
            return i;
    }
    return std::nullopt;
}

void RecordModel::setPlan(capture::RecordingPlan plan)
{
    if (plan.request.instances.empty())
        plan.request.instances.emplace_back().children = false;
    m_plan = std::move(plan);
    m_chosen = 0;
    m_inputProblems.clear();
    Q_EMIT instanceChosen();
    Q_EMIT changed();
}

void RecordModel::setInputProblems(const QStringList &problems)
{
    if (std::exchange(m_inputProblems, problems) != problems)
        Q_EMIT changed();
}

void RecordModel::edit(const std::function<void(capture::RecordingPlan &)> &change)
{
    const auto before = capture::recordWords(m_plan);
    const bool hadCommand = m_plan.command.has_value();
    change(m_plan);
    if (capture::recordWords(m_plan) != before || m_plan.command.has_value() != hadCommand)
        Q_EMIT changed();
}

void RecordModel::editInstance(const std::function<void(capture::InstanceRequest &)> &change)
{
    edit([&](capture::RecordingPlan &plan) { change(plan.request.instances[m_chosen]); });
}

void RecordModel::setMachine(capture::MachineReport machine)
{
    m_machine = std::move(machine);
    Q_EMIT machineChanged();
    Q_EMIT changed();
}

void RecordModel::forgetMachine()
{
    m_machine.reset();
    Q_EMIT machineChanged();
    Q_EMIT changed();
}

const capture::Capabilities &RecordModel::capabilities() const
{
    static const capture::Capabilities kNone;
    return m_machine ? m_machine->capabilities : kNone;
}

bool RecordModel::hasEvents() const
{
    return !capabilities().events.empty();
}

QString RecordModel::whyNot(std::string_view feature) const
{
    return knowsKernel() ? QString::fromStdString(capture::whyNot(capabilities(), feature))
                         : QString();
}

QStringList RecordModel::eventProblems(const capture::InstanceRequest &request) const
{
    QStringList problems;
    if (request.events.empty() && request.probes.empty() && request.latencies.empty()
        && request.histograms.empty() && request.tracer.empty())
        problems += tr("Choose what to record: a template, events, probes, or a tracer.");
    for (const capture::EventRequest &rule : request.events) {
        const QString match = QString::fromStdString(rule.match);
        if (hasEvents() && capture::countMatching(rule.match, capabilities().events) == 0)
            problems += tr("This kernel has no event %1.").arg(match);
        else if (rule.filter.empty())
            continue;
        else if (const auto error = checkKernelFilter(rule.filter, fieldsOf(m_machine, rule.match)))
            problems
                += tr("The filter of %1: %2").arg(match, QString::fromStdString(error->text()));
    }
    for (const capture::ProbeRequest &probe : request.probes) {
        if (const auto spec = capture::parseProbe(probe.line); !spec)
            problems += tr("The probe “%1”: %2")
                            .arg(QString::fromStdString(probe.line),
                                 QString::fromStdString(spec.error().text));
        else if (spec->isUnresolved() && !m_plan.launch.host.empty())
            problems += tr("Of a program on another machine the place must be an offset in its "
                           "file, not the symbol %1.")
                            .arg(QString::fromStdString(spec->symbol));
        else if (const auto error = checkKernelFilter(probe.filter, fieldsOf(*spec)))
            problems += tr("The filter of the probe “%1”: %2")
                            .arg(QString::fromStdString(probe.line),
                                 QString::fromStdString(error->text()));
    }
    return problems;
}

QStringList RecordModel::tracerProblems(const capture::InstanceRequest &request) const
{
    QStringList problems;
    for (const auto &tracer : capture::tracersOf(capabilities())) {
        if (knowsKernel() && tracer.name == request.tracer && !tracer.whyNot.empty())
            problems += QString::fromStdString(tracer.whyNot);
    }
    if (request.tracer == "function_graph" && request.graphFunctions.empty()
        && request.functions.empty() && problems.isEmpty() && capabilities().functions)
        problems += tr(
            "Say of which functions, or the whole kernel is traced: “*” if you mean it.");
    return problems;
}

void RecordModel::addInstanceProblems(QStringList &problems) const
{
    for (std::size_t i = 0; i < instanceCount(); ++i) {
        const auto &request = m_plan.request.instances[i];
        for (const QString &problem : eventProblems(request) + tracerProblems(request))
            problems += instanceCount() == 1 ? problem
                                             : tr("Buffer %1: %2").arg(titleOf(i), problem);
    }
}

void RecordModel::addNameProblems(QStringList &problems) const
{
    const auto &existing = capabilities().instances;
    std::set<std::string> names;
    for (std::size_t i = 0; i < instanceCount(); ++i) {
        const std::string &name = m_plan.request.instances[i].name;
        const QString text = QString::fromStdString(name);
        if (name.empty() && i > 0)
            problems += tr("Give the buffer a name: only the first can do without.");
        else if (!name.empty() && !names.insert(name).second)
            problems += tr("Two buffers are called %1.").arg(text);
        else if (std::find(existing.begin(), existing.end(), name) != existing.end())
            problems += tr("There is a tracing instance %1 already.").arg(text);
    }
}

void RecordModel::addPlaceProblems(QStringList &problems) const
{
    if (m_plan.command && !m_plan.launch.host.empty())
        problems += tr("A command runs on this machine: on another one record all of it, or some "
                       "of its processes.");
    if (m_plan.command && m_plan.command->words.empty())
        problems += tr("Say which command is to run.");
    const QString path = QString::fromStdString(m_plan.output.string());
    const QFileInfo file(path);
    if (path.isEmpty())
        problems += tr("Say into which file.");
    else if (file.isDir())
        problems += tr("%1 is a folder.").arg(path);
    else if (!QFileInfo(file.absolutePath()).isDir())
        problems += tr("There is no folder %1.").arg(file.absolutePath());
    else if (!QFileInfo(file.absolutePath()).isWritable())
        problems += tr("You may not write to %1.").arg(file.absolutePath());
    else if (file.exists() && !m_plan.mayReplace)
        problems
            += tr("%1 exists: choose another name, or let it be replaced.").arg(file.fileName());
}

QStringList RecordModel::problems() const
{
    QStringList problems = m_inputProblems;
    if (m_machine && !capabilities().tracefsMounted && capabilities().root)
        problems += QString::fromStdString(capture::obstaclesOf(capabilities()).front());
    addInstanceProblems(problems);
    addNameProblems(problems);
    addPlaceProblems(problems);
    return problems;
}

} // namespace thresher::ui
