// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/eventtext.h"

#include "model/qt/numbertext.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Timeline", text);
}

QString stretch(TimeNs begin, TimeNs end, const TimeStyle &style)
{
    return formatTime(begin, style) + u" – "_s + formatTimeWithUnit(end, style);
}

QString kindText(MarkKind kind)
{
    switch (kind) {
    case MarkKind::Console:
        return tr("the kernel's log");
    case MarkKind::Marker:
        return tr("trace_marker");
    case MarkKind::Printk:
        break;
    }
    return tr("trace_printk()");
}

} // namespace

QString eventLaneName(const Lane &lane, const IndexSnapshot &snapshot, const Analysis &analysis)
{
    if (lane.kind == Lane::Kind::Marks)
        return tr("texts");
    const QString name = QString::fromStdString(lane.of.name);
    const QString key = laneKeyText(lane.of, snapshot, analysis);
    if (key.isEmpty())
        return name;
    return lane.indent > 0 ? key : name + u' ' + key;
}

QString counterValueText(const CounterSpec &spec, std::int64_t value)
{
    const auto size = value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                                : static_cast<std::uint64_t>(value);
    const QString number = (value < 0 ? u"−"_s : QString()) + groupedNumber(size);
    return spec.unit.empty() ? number : number + u' ' + QString::fromStdString(spec.unit);
}

QString pairSliceText(const Analysis &analysis, std::uint32_t pair, const Slice &slice,
                      const TimeStyle &style)
{
    const QString length = formatDuration(TimeRange{slice.begin, slice.end}.duration(),
                                          style.isNanoseconds);
    const QString key = QString::fromStdString(pairValueText(analysis, pair, slice.value));
    return key.isEmpty() ? length : key + u" · "_s + length;
}

HoverText pairHoverText(const Analysis &analysis, const Lane &lane, const PlacedSlice &slice,
                        const TimeStyle &style, const EventLine &eventLine)
{
    HoverText text;
    text.title = QString::fromStdString(lane.of.name);
    QStringList rest;
    const QString key = QString::fromStdString(
        pairValueText(analysis, lane.number, slice.slice.value));
    const QString of = laneKeyText(lane.of, *analysis.index, analysis);
    for (const QString &part : {key, of}) {
        if (!part.isEmpty() && !rest.contains(part))
            rest += part;
    }
    text.titleRest = rest.join(u" · "_s);
    text.main = formatDuration(TimeRange{slice.slice.begin, slice.slice.end}.duration(),
                               style.isNanoseconds);
    text.details.append(stretch(slice.slice.begin, slice.slice.end, style));
    const PairPlaces places = pairPlaces(analysis, lane.number, slice);
    if (eventLine) {
        if (places.begin)
            text.details.append(tr("from %1").arg(eventLine(*places.begin)));
        if (places.end)
            text.details.append(tr("to %1").arg(eventLine(*places.end)));
    }
    return text;
}

std::optional<HoverText> counterHoverText(const Analysis &analysis, const Lane &lane, TimeNs time,
                                          const TimeStyle &style)
{
    if (lane.number >= analysis.counters.size())
        return std::nullopt;
    const CounterSummary &counter = analysis.counters[lane.number];
    HoverText text;
    text.title = QString::fromStdString(counter.spec.name);
    text.titleRest = laneKeyText(lane.of, *analysis.index, analysis);
    if (lane.isSum) {
        CounterColumn now;
        sampleCounters(analysis, lane.number, {{time, time + 1}, 1}, std::span(&now, 1));
        if (!now.isKnown)
            return std::nullopt;
        text.titleRest = tr("%1 series").arg(groupedNumber(counter.series.size()));
        text.main = now.min == now.max ? counterValueText(counter.spec, now.min)
                                       : tr("%1 to %2")
                                             .arg(counterValueText(counter.spec, now.min),
                                                  counterValueText(counter.spec, now.max));
        return text;
    }
    const CounterKey key{lane.number, lane.key};
    const auto sample = sampleBefore(analysis, key, time);
    if (!sample)
        return std::nullopt;
    text.main = counterValueText(counter.spec, sample->value);
    text.details.append(
        tr("for %1, since %2")
            .arg(formatDuration(TimeRange{sample->time, time}.duration(), style.isNanoseconds),
                 formatTimeWithUnit(sample->time, style)));
    if (const auto next = sampleAfter(analysis, key, time))
        text.details.append(
            tr("then %1, in %2")
                .arg(counterValueText(counter.spec, next->value),
                     formatDuration(TimeRange{time, next->time}.duration(), style.isNanoseconds)));
    return text;
}

HoverText markHoverText(const Mark &mark, const QString &text, std::uint64_t more,
                        const TimeStyle &style)
{
    HoverText hover;
    hover.title = kindText(mark.kind);
    hover.titleRest = formatTimeWithUnit(mark.time, style);
    hover.main = text;
    if (more > 0)
        hover.more = tr("and %1 more texts here").arg(groupedNumber(more));
    return hover;
}

} // namespace thresher::ui
