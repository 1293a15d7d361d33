// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/caption.h"

#include "model/base/version.h"
#include "model/qt/numbertext.h"
#include "widgets/timeformat.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 14; ///< Left and right.
constexpr int kMarginY = 8;
constexpr double kGap = 22; ///< Between two facts of a line.
constexpr double kLabelGap = 5;
/// Of the range a time in the caption need not tell more apart.
constexpr DurationNs kSteps = 10'000;

QString tr(const char *text, int n = -1)
{
    return QCoreApplication::translate("Caption", text, nullptr, n);
}

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// "0–3, 7"
QString cpuList(const std::vector<CpuId> &cpus)
{
    QStringList parts;
    for (std::size_t i = 0; i < cpus.size();) {
        std::size_t last = i;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1)
            ++last;
        parts += last == i ? QString::number(cpus[i]) : u"%1–%2"_s.arg(cpus[i]).arg(cpus[last]);
        i = last + 1;
    }
    return parts.join(u", "_s);
}

struct Losses
{
    std::uint64_t gaps = 0;
    std::uint64_t events = 0;
    bool isCountWhole = true; ///< Of every gap it is known how many.
};

Losses lossesIn(const IndexSnapshot &snapshot, const ShowFilter &filter, TimeRange range)
{
    Losses losses;
    const auto streams = snapshot.trace->streams();
    for (std::size_t s = 0; s < std::min(streams.size(), snapshot.streams.size()); ++s) {
        const StreamView &stream = snapshot.streams[s];
        if (!filter.showsCpu(streams[s].cpu))
            continue;
        for (const LostSpan &span : stream.lost) {
            const bool isAfter = span.begin >= range.end;
            const bool isBefore = span.end < range.begin && !isOpenEnded(span, stream.size);
            if (isAfter || isBefore)
                continue;
            ++losses.gaps;
            losses.events += span.count > 0 ? static_cast<std::uint64_t>(span.count) : 0;
            losses.isCountWhole = losses.isCountWhole && span.count >= 0;
        }
    }
    return losses;
}

QString lossText(const Losses &losses)
{
    const QString gaps = losses.gaps == 1 ? tr("1 gap")
                                          : tr("%1 gaps").arg(groupedNumber(losses.gaps));
    if (losses.events == 0)
        return tr("%1; it is not known how many events").arg(gaps);
    return losses.isCountWhole
               ? tr("%1 events in %2").arg(groupedNumber(losses.events), gaps)
               : tr("more than %1 events in %2").arg(groupedNumber(losses.events), gaps);
}

void addTimes(std::vector<CaptionFact> &facts, const ViewState &view)
{
    const auto hasEvents = [](const StreamView &stream) { return stream.size > 0; };
    if (std::ranges::none_of(view.snapshot()->streams, hasEvents))
        return; // what the ruler shows means nothing
    const TimeRange range = view.visibleRange();
    const DurationNs step = std::max<DurationNs>(1, range.duration() / kSteps);
    TimeStyle style = timeStyle(view);
    // Digits are cut off, not rounded: 31 s shall not become 30.999 9.
    const auto rounded = [step](TimeNs time) {
        return time < kTimeMax - step ? time + step / 2 : time;
    };
    const auto fromTo = [&](TimeFormat format) {
        style.format = format;
        return u"%1 – %2"_s.arg(formatTime(rounded(range.begin), style, step),
                                formatTimeWithUnit(rounded(range.end), style, step));
    };
    facts.push_back(
        {tr("Time"), u"%1 (%2)"_s.arg(fromTo(TimeFormat::Absolute),
                                      formatDuration(range.duration(), style.isNanoseconds))});
    facts.push_back({tr("Since the trace's begin"), fromTo(TimeFormat::Relative)});
}

void addMachine(std::vector<CaptionFact> &facts, const TraceMetadata &meta)
{
    facts.push_back({tr("Clock"), meta.clockIsNanoseconds
                                      ? fromUtf8(meta.clock)
                                      : tr("%1 (its own ticks)").arg(fromUtf8(meta.clock))});
    if (!meta.kernel.empty())
        facts.push_back({tr("Kernel"), fromUtf8(meta.kernel)});
    if (!meta.host.empty())
        facts.push_back({tr("Host"), fromUtf8(meta.host)});
}

void addShown(std::vector<CaptionFact> &facts, const ViewState &view)
{
    const IndexSnapshot &snapshot = *view.snapshot();
    std::vector<CpuId> cpus = snapshot.cpus();
    const std::size_t all = cpus.size();
    std::erase_if(cpus, [&view](CpuId cpu) { return !view.filter().showsCpu(cpu); });
    const QString shown = cpus.empty() ? tr("none") : cpuList(cpus);
    facts.push_back({tr("CPUs"), cpus.size() == all
                                     ? shown
                                     : tr("%1 (%2 of %3)").arg(shown).arg(cpus.size()).arg(all)});
    const TimeRange range = view.visibleRange();
    const RowOrder rows(view.selectionSnapshot(), view.selection());
    const Row first = rows.lowerBound(range.begin);
    facts.push_back(
        {tr("Events"), groupedNumber(std::max(first, rows.lowerBound(range.end)) - first)});
    const Losses losses = lossesIn(snapshot, view.filter(), range);
    if (losses.gaps > 0)
        facts.push_back({tr("Lost"), lossText(losses), true});
    if (!snapshot.isComplete)
        facts.push_back({tr("Index"), tr("not complete yet: there may be more"), true});
}

void addFilters(std::vector<CaptionFact> &facts, const ViewState &view)
{
    if (!view.condition().empty()) {
        const FilterUse use = view.filterUse();
        const QString how = use.timeline    ? tr("only these are shown")
                            : use.highlight ? tr("these are marked")
                                            : tr("not applied to the timeline");
        facts.push_back(
            {tr("Filter"), u"%1 (%2)"_s.arg(fromUtf8(view.condition()).simplified(), how)});
    }
    const ShowFilter &filter = view.filter();
    QStringList hidden;
    if (!filter.hiddenTasks.empty())
        hidden += tr("%n task(s)", static_cast<int>(filter.hiddenTasks.size()));
    if (filter.hideOtherTasks)
        hidden += tr("tasks not listed");
    if (!filter.hiddenEvents.empty())
        hidden += tr("%n kind(s) of events", static_cast<int>(filter.hiddenEvents.size()));
    if (!hidden.isEmpty())
        facts.push_back({tr("Hidden"), hidden.join(u", "_s)});
}

void addMarkers(std::vector<CaptionFact> &facts, const ViewState &view)
{
    const ViewMarks &marks = view.marks();
    const TimeStyle style = timeStyle(view);
    for (const auto &[marker, name] :
         {std::pair{Marker::A, tr("Marker A")}, std::pair{Marker::B, tr("Marker B")}}) {
        if (const auto time = marks.marker(marker))
            facts.push_back({name, formatTimeWithUnit(*time, style)});
    }
    const auto a = marks.marker(Marker::A);
    const auto b = marks.marker(Marker::B);
    if (a && b)
        facts.push_back(
            {u"B − A"_s,
             (*b < *a ? u"−"_s : QString())
                 + formatDurationExact(TimeRange{std::min(*a, *b), std::max(*a, *b)}.duration(),
                                       style.isNanoseconds)});
}

/// A text of the caption at its place.
struct Piece
{
    enum class Kind : std::uint8_t { Label, Value, Warning };
    QString text;
    double x = 0;
    int line = 0;
    Kind kind = Kind::Value;
};

/// Sets facts one after the other; breaks lines between them, and inside at blanks.
class Flow
{
public:
    explicit Flow(int width)
        : m_width(std::max(1, width))
        , m_metrics(fonts().small)
    {}
    void add(const CaptionFact &fact)
    {
        const double label = m_metrics.horizontalAdvance(fact.label)
                             + (fact.label.isEmpty() ? 0 : kLabelGap);
        const double whole = label + m_metrics.horizontalAdvance(fact.value);
        if (m_x > 0 && m_x + kGap + whole > m_width)
            newLine();
        else if (m_x > 0)
            m_x += kGap;
        if (!fact.label.isEmpty()) {
            m_pieces.push_back({fact.label, m_x, m_line, Piece::Kind::Label});
            m_x += label;
        }
        addValue(fact.value, fact.isWarning ? Piece::Kind::Warning : Piece::Kind::Value);
    }
    [[nodiscard]] const std::vector<Piece> &pieces() const { return m_pieces; }
    [[nodiscard]] int lines() const { return m_pieces.empty() ? 0 : m_line + 1; }

private:
    void newLine()
    {
        m_x = 0;
        ++m_line;
    }
    void addValue(QString rest, Piece::Kind kind)
    {
        while (!rest.isEmpty()) {
            qsizetype fitting = rest.size();
            if (m_x + m_metrics.horizontalAdvance(rest) > m_width) {
                fitting = 0;
                double used = m_x;
                while (fitting < rest.size()
                       && (used += m_metrics.horizontalAdvance(rest[fitting])) <= m_width)
                    ++fitting;
                const qsizetype blank = rest.lastIndexOf(u' ', fitting);
                fitting = std::max<qsizetype>(1, blank > 0 ? blank : fitting);
            }
            const QString part = rest.left(fitting);
            m_pieces.push_back({part, m_x, m_line, kind});
            m_x += m_metrics.horizontalAdvance(part);
            rest = rest.mid(fitting).trimmed();
            if (!rest.isEmpty())
                newLine();
        }
    }

    double m_width;
    QFontMetricsF m_metrics;
    double m_x = 0;
    int m_line = 0;
    std::vector<Piece> m_pieces;
};

Flow flowOf(const std::vector<CaptionFact> &facts, int width)
{
    Flow flow(width - 2 * kMargin);
    for (const CaptionFact &fact : facts)
        flow.add(fact);
    return flow;
}

int lineHeight()
{
    return static_cast<int>(std::ceil(QFontMetricsF(fonts().small).height())) + 3;
}

} // namespace

std::vector<CaptionFact> captionFacts(const ViewState &view)
{
    std::vector<CaptionFact> facts;
    const auto &snapshot = view.snapshot();
    if (!snapshot)
        return facts;
    const auto &path = snapshot->trace->path();
    facts.push_back({tr("File"), fromUtf8(path.filename().string())});
    addTimes(facts, view);
    addShown(facts, view);
    addMachine(facts, snapshot->trace->metadata());
    addFilters(facts, view);
    addMarkers(facts, view);
    facts.push_back({{}, u"Thresher "_s + fromUtf8(version())});
    return facts;
}

QString captionText(const std::vector<CaptionFact> &facts)
{
    QString text;
    for (const CaptionFact &fact : facts) {
        text += text.isEmpty() ? QString() : u". "_s;
        text += fact.label.isEmpty() ? fact.value : fact.label + u": "_s + fact.value;
    }
    return text;
}

int captionHeight(const std::vector<CaptionFact> &facts, int width)
{
    const int lines = flowOf(facts, width).lines();
    return lines == 0 ? 0 : lines * lineHeight() + 2 * kMarginY;
}

void paintCaption(QPainter &painter, const std::vector<CaptionFact> &facts, QRect rect,
                  const Theme &theme)
{
    painter.fillRect(rect, theme.panel);
    painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), theme.line);
    const Flow flow = flowOf(facts, rect.width());
    const int lines = std::min(flow.lines(), (rect.height() - 2 * kMarginY) / lineHeight());
    painter.setFont(fonts().small);
    const double ascent = QFontMetricsF(fonts().small).ascent();
    double end = 0;
    for (const Piece &piece : flow.pieces()) {
        if (piece.line >= lines)
            continue;
        painter.setPen(piece.kind == Piece::Kind::Label     ? theme.secondary
                       : piece.kind == Piece::Kind::Warning ? theme.bad
                                                            : theme.text);
        const QPointF at(rect.left() + kMargin + piece.x,
                         rect.top() + kMarginY + piece.line * lineHeight() + ascent);
        painter.drawText(at, piece.text);
        if (piece.line == lines - 1)
            end = at.x() + QFontMetricsF(fonts().small).horizontalAdvance(piece.text);
    }
    if (lines > 0 && lines < flow.lines())
        painter.drawText(QPointF(end, rect.top() + kMarginY + (lines - 1) * lineHeight() + ascent),
                         u"…"_s);
}

} // namespace thresher::ui
