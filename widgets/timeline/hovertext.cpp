// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/hovertext.h"

#include "model/qt/numbertext.h"
#include "model/query/kernelnames.h"

#include <QCoreApplication>

#include <algorithm>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

/// Slices within a pixel that are looked at; the longest of so many is good enough to name.
constexpr std::uint64_t kSlicesLookedAt = 64;

QString tr(const char *text)
{
    return QCoreApplication::translate("Timeline", text);
}

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

TimeRange around(TimeNs time, DurationNs tolerance)
{
    TimeRange range{kTimeMin, kTimeMax};
    if (time >= kTimeMin + tolerance)
        range.begin = time - tolerance;
    if (time <= kTimeMax - tolerance)
        range.end = time + tolerance;
    return range;
}

bool isShown(const Slice &slice, const TrackView &track, const Selection *selection, bool isTask)
{
    if (slice.value == kNoValue || slice.value == track.idle)
        return false;
    return !isTask || selection == nullptr || selection->filter.showsTask(TaskId{slice.value});
}

/// The longest slice that counts and touches the range.
std::optional<Slice> longestWithin(const TrackView &track, const Selection *selection,
                                   TimeRange range, bool isTask)
{
    std::optional<Slice> longest;
    const std::uint64_t first = track.firstEndingAfter(range.begin);
    for (std::uint64_t i = first; i < std::min(track.size, first + kSlicesLookedAt); ++i) {
        const Slice slice = track.slice(i);
        if (slice.begin > range.end)
            break;
        const auto length = [](const Slice &s) { return TimeRange{s.begin, s.end}.duration(); };
        if (isShown(slice, track, selection, isTask)
            && (!longest || length(slice) > length(*longest)))
            longest = slice;
    }
    return longest;
}

QString durationOf(const Slice &slice, const TimeStyle &style)
{
    return formatDuration(TimeRange{slice.begin, slice.end}.duration(), style.isNanoseconds);
}

QString stretch(const Slice &slice, const TimeStyle &style)
{
    return formatTime(slice.begin, style) + u" – "_s + formatTimeWithUnit(slice.end, style);
}

void addRunning(const IndexSnapshot &snapshot, CpuId cpu, const CpuMoment &moment,
                const TimeStyle &style, HoverText &text)
{
    const QString on = tr("CPU %1").arg(cpu);
    if (!moment.running) {
        text.title = on;
        if (moment.lost && moment.lost->count < 0 && moment.lost->end > moment.lost->begin)
            text.main = tr("not known what ran: events are missing");
        return;
    }
    const Slice &slice = *moment.running;
    const TaskId id{slice.value};
    const QString length = durationOf(slice, style);
    if (slice.value == kNoValue) {
        text.title = on;
        text.main = tr("not known what ran for %1").arg(length);
    } else if (id == kIdleTask) {
        text.title = on;
        text.main = tr("idle for %1").arg(length);
    } else {
        const Task &task = snapshot.tasks->task(id);
        text.title = fromUtf8(snapshot.tasks->nameAt(id, slice.begin));
        text.titleRest = tr("pid %1").arg(task.pid);
        if (task.tgid >= 0 && task.tgid != task.pid)
            text.titleRest += tr(" of process %1").arg(task.tgid);
        text.titleRest += u" · "_s + on;
        text.main = tr("ran %1").arg(length);
    }
    text.details.append(stretch(slice, style));
}

void addLost(const LostSpan &lost, const TimeStyle &style, HoverText &text)
{
    text.lost = lost.count < 0    ? tr("events lost here, it is not known how many")
                : lost.count == 1 ? tr("1 event lost here")
                                  : tr("%1 events lost here")
                                        .arg(groupedNumber(static_cast<std::uint64_t>(lost.count)));
    if (lost.end > lost.begin)
        text.lost += tr(" in %1").arg(
            formatDuration(TimeRange{lost.begin, lost.end}.duration(), style.isNanoseconds));
}

} // namespace

CpuMoment momentNear(const IndexSnapshot &snapshot, const Selection *selection, CpuId cpu,
                     TimeNs time, DurationNs tolerance)
{
    CpuMoment moment = momentAt(snapshot, selection, cpu, time, tolerance);
    const TimeRange near = around(time, tolerance);
    const bool isIdle = !moment.running || TaskId{moment.running->value} == kIdleTask;
    for (const StreamIndex s : snapshot.streamsOf(cpu)) {
        const StreamView &stream = snapshot.streams[s];
        if (isIdle) {
            if (const auto slice = longestWithin(stream.running, selection, near, true))
                moment.running = slice;
        }
        if (!moment.irq)
            moment.irq = longestWithin(stream.irq, selection, near, false);
        if (!moment.softirq)
            moment.softirq = longestWithin(stream.softirq, selection, near, false);
    }
    return moment;
}

HoverText hoverText(const IndexSnapshot &snapshot, CpuId cpu, const CpuMoment &moment,
                    const TimeStyle &style, const QString &eventLine)
{
    HoverText text;
    addRunning(snapshot, cpu, moment, style, text);
    if (moment.irq)
        text.details.append(
            tr("interrupt %1 for %2").arg(moment.irq->value).arg(durationOf(*moment.irq, style)));
    if (moment.softirq) {
        const QString name = fromUtf8(softirqName(moment.softirq->value));
        text.details.append(tr("softirq %1 for %2")
                                .arg(name.isEmpty() ? QString::number(moment.softirq->value) : name,
                                     durationOf(*moment.softirq, style)));
    }
    if (moment.lost)
        addLost(*moment.lost, style, text);
    text.event = eventLine;
    if (moment.eventsWithin > 1)
        text.more = tr("and %1 more events here").arg(groupedNumber(moment.eventsWithin - 1));
    return text;
}

} // namespace thresher::ui
