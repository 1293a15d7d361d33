// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/recordmodel.h"

#include "app/probewindow/probefields.h"
#include "app/recordwindow/kernelfilter.h"
#include "capture/commandtext.h"
#include "capture/eventchoice.h"

#include <QFileInfo>

#include <algorithm>
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
    return m_plan.request.instances.front();
}

void RecordModel::setPlan(capture::RecordingPlan plan)
{
    if (plan.request.instances.empty())
        plan.request.instances.emplace_back().children = false;
    m_plan = std::move(plan);
    m_inputProblems.clear();
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
    edit([&](capture::RecordingPlan &plan) { change(plan.request.instances.front()); });
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
    return QString::fromStdString(capture::whyNot(capabilities(), feature));
}

void RecordModel::addEventProblems(QStringList &problems) const
{
    const auto &request = instance();
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
    if (request.tracer.empty())
        return;
    for (const auto &tracer : capture::tracersOf(capabilities())) {
        if (m_machine && tracer.name == request.tracer && !tracer.whyNot.empty())
            problems += QString::fromStdString(tracer.whyNot);
    }
    if (request.tracer == "function_graph" && request.graphFunctions.empty()
        && request.functions.empty() && problems.isEmpty() && capabilities().functions)
        problems += tr(
            "Say of which functions, or the whole kernel is traced: “*” if you mean it.");
}

void RecordModel::addPlaceProblems(QStringList &problems) const
{
    const auto &request = instance();
    const auto &existing = capabilities().instances;
    if (!request.name.empty()
        && std::find(existing.begin(), existing.end(), request.name) != existing.end())
        problems += tr("There is a tracing instance %1 already.")
                        .arg(QString::fromStdString(request.name));
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
    addEventProblems(problems);
    addPlaceProblems(problems);
    return problems;
}

} // namespace thresher::ui
