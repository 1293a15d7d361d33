// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/taskstory.h"

#include "model/query/kernelnames.h"
#include "widgets/timeline/statenames.h"

#include <QCoreApplication>

#include <algorithm>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kMostOccupants = 8; ///< That are told one by one.

QString tr(const char *text)
{
    return QCoreApplication::translate("Timeline", text);
}

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

class Words
{
public:
    Words(const Analysis &analysis, const SliceStory &story, const TimeStyle &style)
        : m_analysis(analysis)
        , m_story(story)
        , m_slice(story.slice.slice)
        , m_style(style)
    {}

    [[nodiscard]] QString length(DurationNs duration) const
    {
        return formatDuration(duration, m_style.isNanoseconds);
    }

    /// "waited 1.2 ms for CPU 3"
    [[nodiscard]] QString what() const
    {
        const QString long_ = length(TimeRange{m_slice.begin, m_slice.end}.duration());
        if (!m_story.isKnown)
            return tr("not known what it did for %1").arg(long_);
        switch (m_story.state) {
        case TaskState::Running:
            return tr("ran %1 on CPU %2").arg(long_).arg(m_story.slice.cpu);
        case TaskState::Runnable:
            return m_story.ranNext ? tr("waited %1 for CPU %2").arg(long_).arg(m_story.ranNext->cpu)
                                   : tr("waited %1 for a CPU").arg(long_);
        case TaskState::Preempted:
            return tr("preempted for %1").arg(long_);
        case TaskState::Blocked:
            return tr("blocked (D) for %1").arg(long_);
        case TaskState::Sleeping:
            return tr("slept %1").arg(long_);
        case TaskState::Stopped:
            return tr("stopped for %1").arg(long_);
        case TaskState::New:
            return tr("made, but not woken for %1").arg(long_);
        case TaskState::Dead:
            break;
        }
        return tr("exited");
    }

    /// "bash 412 (prio 20)"; empty if it was not preempted.
    [[nodiscard]] QString preemptor() const
    {
        if (m_story.preemptedBy == kNoTask)
            return {};
        QString who = taskText(m_analysis, m_story.preemptedBy, m_slice.begin);
        if (m_story.preemptorPrio)
            who += tr(" (prio %1)").arg(*m_story.preemptorPrio);
        return who;
    }

    [[nodiscard]] QString occupant(const Occupant &occupant) const
    {
        const QString who = occupant.task == kNoTask
                                ? tr("not known who")
                                : taskText(m_analysis, occupant.task, m_slice.begin);
        return who + u"  "_s + length(occupant.time)
               + (occupant.stretches > 1 ? tr(" in %1 stretches").arg(occupant.stretches)
                                         : QString());
    }

    /// What followed a stretch of running.
    [[nodiscard]] QString then() const
    {
        if (m_story.state != TaskState::Running || !m_story.isKnown)
            return {};
        const TrackKey key{TrackClass::TaskState, 0, ownerOfTask(m_story.task), 0};
        const auto next = sliceAt(m_analysis, key, m_slice.end);
        if (!next || next->slice.value == kNoValue || next->slice.begin < m_slice.end)
            return {};
        return tr("then %1").arg(stateName(static_cast<TaskState>(next->slice.value)));
    }

    [[nodiscard]] QString stretch() const
    {
        return formatTime(m_slice.begin, m_style) + u" – "_s
               + formatTimeWithUnit(m_slice.end, m_style);
    }

    [[nodiscard]] QString waker() const
    {
        if (!m_story.wakeup)
            return {};
        return wakerText(m_analysis, *m_story.wakeup);
    }

private:
    const Analysis &m_analysis;
    const SliceStory &m_story;
    const Slice m_slice;
    const TimeStyle &m_style;
};

void addChain(const Analysis &analysis, const std::vector<WakeLink> &chain, const TimeStyle &style,
              std::vector<WhyLine> &lines)
{
    bool isFirst = true;
    for (const WakeLink &link : chain) {
        QString text = taskText(analysis, link.task, link.at);
        if (link.wakeup)
            text = tr("%1 was woken by %2 at %3")
                       .arg(text, wakerText(analysis, *link.wakeup),
                            formatTimeWithUnit(link.wakeup->time, style));
        else
            text = tr("%1: no wakeup of it is in the trace").arg(text);
        if (link.isUncertain)
            text += tr(" — events are lost in between");
        lines.push_back({isFirst ? tr("chain of wakers") : QString(), text,
                         link.wakeup ? std::optional(link.wakeup->event) : std::nullopt});
        isFirst = false;
    }
}

} // namespace

QString taskText(const Analysis &analysis, TaskId task, TimeNs time)
{
    const TaskTable &tasks = *analysis.index->tasks;
    if (task == kIdleTask)
        return tr("idle");
    return fromUtf8(tasks.nameAt(task, time)) + u' ' + QString::number(tasks.task(task).pid);
}

QString wakerText(const Analysis &analysis, const Wakeup &wakeup)
{
    const QString whom = taskText(analysis, wakeup.waker, wakeup.time);
    if (wakeup.context == Wakeup::Context::Task)
        return tr("%1 (CPU %2)").arg(whom).arg(wakeup.cpu);
    QString what = tr("interrupt %1").arg(wakeup.vector);
    if (wakeup.context == Wakeup::Context::Softirq) {
        const QString name = fromUtf8(softirqName(wakeup.vector));
        what = tr("softirq %1").arg(name.isEmpty() ? QString::number(wakeup.vector) : name);
    }
    return wakeup.waker == kIdleTask
               ? tr("%1 (CPU %2, idle)").arg(what).arg(wakeup.cpu)
               : tr("%1 (CPU %2, while %3 ran)").arg(what).arg(wakeup.cpu).arg(whom);
}

HoverText storyText(const Analysis &analysis, const SliceStory &story, const TimeStyle &style)
{
    const Words words(analysis, story, style);
    const TaskTable &tasks = *analysis.index->tasks;
    const Task &task = tasks.task(story.task);
    HoverText text;
    text.title = fromUtf8(tasks.nameAt(story.task, story.slice.slice.begin));
    text.titleRest = tr("pid %1").arg(task.pid);
    if (task.tgid >= 0 && task.tgid != task.pid)
        text.titleRest += tr(" of process %1").arg(task.tgid);
    if (story.prio)
        text.titleRest += tr(" · prio %1").arg(*story.prio);
    text.main = words.what();
    if (const QString then = words.then(); !then.isEmpty())
        text.main += u", "_s + then;
    if (const QString by = words.preemptor(); !by.isEmpty())
        text.details.append(tr("preempted by %1").arg(by));
    if (const QString waker = words.waker(); !waker.isEmpty())
        text.details.append(tr("woken by %1").arg(waker));
    if (story.ranNext && story.state == TaskState::Preempted)
        text.details.append(tr("ran next on CPU %1").arg(story.ranNext->cpu));
    if (!story.behind.empty())
        text.details.append(tr("meanwhile %1").arg(words.occupant(story.behind.front())));
    text.details.append(words.stretch());
    if (story.touchesLoss)
        text.lost = tr("events are lost within: it may have been otherwise");
    return text;
}

std::vector<WhyLine> whyLines(const Analysis &analysis, const SliceStory &story,
                              const std::vector<WakeLink> &chain, const TimeStyle &style)
{
    const Words words(analysis, story, style);
    std::vector<WhyLine> lines;
    lines.push_back(
        {taskText(analysis, story.task, story.slice.slice.begin), words.what(), story.beginEvent});
    lines.push_back({{}, words.stretch(), {}});
    if (const QString by = words.preemptor(); !by.isEmpty())
        lines.push_back({tr("preempted by"), by, story.beginEvent});
    if (const QString waker = words.waker(); !waker.isEmpty())
        lines.push_back({tr("woken by"), waker, story.wakeup->event});
    for (std::size_t i = 0; i < std::min(story.behind.size(), kMostOccupants); ++i)
        lines.push_back(
            {i == 0 ? tr("waited behind") : QString(), words.occupant(story.behind[i]), {}});
    if (story.behind.size() > kMostOccupants)
        lines.push_back({{}, tr("and %1 more").arg(story.behind.size() - kMostOccupants), {}});
    if (story.ranNext)
        lines.push_back({tr("ran next"),
                         tr("on CPU %1 at %2")
                             .arg(story.ranNext->cpu)
                             .arg(formatTimeWithUnit(story.ranNext->slice.begin, style)),
                         {}});
    if (story.touchesLoss)
        lines.push_back(
            {tr("careful"), tr("events are lost within: it may have been otherwise"), {}});
    addChain(analysis, chain, style, lines);
    return lines;
}

} // namespace thresher::ui
