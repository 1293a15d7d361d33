// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/statenames.h"

#include "model/analysis/probevalue.h"
#include "model/analysis/syscallvalue.h"

#include <QCoreApplication>

namespace thresher::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Timeline", text);
}

QString nameOf(const std::vector<TrackName> &names, std::uint32_t value)
{
    return value < names.size() ? QString::fromStdString(names[value].name)
                                : QString::number(value);
}

} // namespace

QString stateName(TaskState state)
{
    switch (state) {
    case TaskState::New:
        return tr("new");
    case TaskState::Running:
        return tr("running");
    case TaskState::Runnable:
        return tr("waiting");
    case TaskState::Preempted:
        return tr("preempted");
    case TaskState::Blocked:
        return tr("blocked (D)");
    case TaskState::Sleeping:
        return tr("sleeping");
    case TaskState::Stopped:
        return tr("stopped");
    case TaskState::Dead:
        return tr("exited");
    }
    return tr("not known");
}

QString sliceName(const Analysis &analysis, TrackClass what, std::uint32_t value)
{
    switch (what) {
    case TrackClass::Call:
        return nameOf(analysis.functions, value);
    case TrackClass::Probe:
        return nameOf(analysis.probes, ProbeValue{value}.number());
    case TrackClass::Syscall:
        return QString::fromStdString(syscallName(analysis, value))
               + (SyscallValue{value}.isFailed() ? tr(" failed") : QString());
    case TrackClass::TaskState:
        return stateName(static_cast<TaskState>(value));
    case TrackClass::Pair:
        break;
    }
    return QString::number(value);
}

QString trackName(TrackClass what)
{
    switch (what) {
    case TrackClass::Syscall:
        return tr("system calls");
    case TrackClass::Call:
        return tr("functions");
    case TrackClass::Probe:
        return tr("probes");
    case TrackClass::TaskState:
    case TrackClass::Pair:
        break;
    }
    return {};
}

} // namespace thresher::ui
