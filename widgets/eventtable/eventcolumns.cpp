// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/eventcolumns.h"

#include "model/qt/numbertext.h"

#include <QCoreApplication>
#include <QJsonObject>

#include <array>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

using Kind = EventColumn::Kind;

struct KindInfo
{
    Kind kind;
    const char *id;
    const char *title;
    int width;
    bool isRight;
    bool isMono;
};

// clang-format off
constexpr std::array kKinds{
    KindInfo{Kind::Time, "time", QT_TRANSLATE_NOOP("EventColumn", "Time"), 148, false, true},
    KindInfo{Kind::Delta, "delta", QT_TRANSLATE_NOOP("EventColumn", "Δ"), 92, true, true},
    KindInfo{Kind::Cpu, "cpu", QT_TRANSLATE_NOOP("EventColumn", "CPU"), 48, true, true},
    KindInfo{Kind::Task, "task", QT_TRANSLATE_NOOP("EventColumn", "Task"), 148, false, false},
    KindInfo{Kind::Pid, "pid", QT_TRANSLATE_NOOP("EventColumn", "PID"), 66, true, true},
    KindInfo{Kind::Event, "event", QT_TRANSLATE_NOOP("EventColumn", "Event"), 180, false, false},
    KindInfo{Kind::Info, "info", QT_TRANSLATE_NOOP("EventColumn", "Info"), 200, false, true},
    KindInfo{Kind::RowNumber, "row", QT_TRANSLATE_NOOP("EventColumn", "Row"), 92, true, true},
    KindInfo{Kind::AbsoluteTime, "absolute", QT_TRANSLATE_NOOP("EventColumn", "Absolute time"), 148, false, true},
    KindInfo{Kind::RelativeTime, "relative", QT_TRANSLATE_NOOP("EventColumn", "Since begin"), 148, false, true},
    KindInfo{Kind::SinceCurrent, "since", QT_TRANSLATE_NOOP("EventColumn", "Since current"), 120, true, true},
    KindInfo{Kind::Buffer, "buffer", QT_TRANSLATE_NOOP("EventColumn", "Buffer"), 90, false, false},
    KindInfo{Kind::Field, "field:", "", 110, false, true},
};
// clang-format on

const KindInfo &info(Kind kind)
{
    for (const KindInfo &candidate : kKinds) {
        if (candidate.kind == kind)
            return candidate;
    }
    return kKinds.back();
}

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// A difference of times in a unit that does not change from row to row: µs with its nanoseconds,
/// or ticks. Unsigned arithmetic, since times may be any 64 bits.
QString differenceText(TimeNs from, TimeNs to, bool isNs)
{
    const bool isNegative = to < from;
    const auto low = static_cast<std::uint64_t>(isNegative ? to : from);
    const auto high = static_cast<std::uint64_t>(isNegative ? from : to);
    const std::uint64_t difference = high - low;
    QString text = isNs ? groupedNumber(difference / 1000) + u'.'
                              + QString::number(difference % 1000).rightJustified(3, u'0')
                        : groupedNumber(difference);
    if (isNegative)
        text.prepend(QChar(0x2212)); // a minus sign as wide as a digit
    return text;
}

QString timeText(TimeNs time, TimeStyle style, TimeFormat format)
{
    style.format = format;
    return formatTime(time, style);
}

QString bufferName(const RowData &row, const TraceFile *trace)
{
    if (trace == nullptr || row.place.stream >= trace->streams().size())
        return {};
    const std::size_t instance = trace->streams()[row.place.stream].instance;
    if (instance >= trace->instances().size())
        return {};
    const QString name = fromUtf8(trace->instances()[instance].name);
    return name.isEmpty() ? QCoreApplication::translate("EventColumn", "top") : name;
}

} // namespace

QString EventColumn::id() const
{
    return QString::fromUtf8(info(kind).id) + QString::fromStdString(field);
}

QString EventColumn::title(const TimeStyle &style) const
{
    if (kind == Kind::Field)
        return QString::fromStdString(field);
    const QString name = QCoreApplication::translate("EventColumn", info(kind).title);
    switch (kind) {
    case Kind::Time:
    case Kind::AbsoluteTime:
    case Kind::RelativeTime:
        return name + (style.isNanoseconds ? u" (s)"_s : u" (ticks)"_s);
    case Kind::Delta:
    case Kind::SinceCurrent:
        return name + (style.isNanoseconds ? u" (µs)"_s : u" (ticks)"_s);
    default:
        return name;
    }
}

bool EventColumn::isRightAligned(const TimeStyle &style) const
{
    switch (kind) {
    case Kind::Time:
        return !style.isNanoseconds || style.format == TimeFormat::Relative;
    case Kind::AbsoluteTime:
        return !style.isNanoseconds;
    case Kind::RelativeTime:
        return true;
    default:
        return info(kind).isRight;
    }
}

bool EventColumn::isMono() const
{
    return info(kind).isMono;
}

EventColumn makeColumn(Kind kind)
{
    return {kind, {}, info(kind).width};
}

EventColumn makeFieldColumn(std::string field)
{
    return {Kind::Field, std::move(field), info(Kind::Field).width};
}

std::vector<EventColumn> allFixedColumns()
{
    std::vector<EventColumn> columns;
    for (const Kind kind : {Kind::RowNumber, Kind::Time, Kind::AbsoluteTime, Kind::RelativeTime,
                            Kind::Delta, Kind::SinceCurrent, Kind::Buffer, Kind::Cpu, Kind::Task,
                            Kind::Pid, Kind::Event, Kind::Info})
        columns.push_back(makeColumn(kind));
    return columns;
}

std::vector<EventColumn> defaultColumns()
{
    std::vector<EventColumn> columns;
    for (const Kind kind :
         {Kind::Time, Kind::Delta, Kind::Cpu, Kind::Task, Kind::Pid, Kind::Event, Kind::Info})
        columns.push_back(makeColumn(kind));
    return columns;
}

QJsonArray saveColumns(const std::vector<EventColumn> &columns)
{
    QJsonArray saved;
    for (const EventColumn &column : columns)
        saved.append(QJsonObject{{u"id"_s, column.id()}, {u"width"_s, column.width}});
    return saved;
}

std::vector<EventColumn> restoreColumns(const QJsonArray &saved)
{
    constexpr qsizetype kLimit = 256;
    constexpr int kWidest = 10'000;
    std::vector<EventColumn> columns;
    for (const QJsonValue value : saved) {
        const QString id = value.toObject().value(u"id"_s).toString();
        for (const KindInfo &candidate : kKinds) {
            const QString prefix = QString::fromUtf8(candidate.id);
            const bool isField = candidate.kind == Kind::Field;
            if (isField ? !id.startsWith(prefix) || id == prefix : id != prefix)
                continue;
            EventColumn column = makeColumn(candidate.kind);
            if (isField)
                column.field = id.mid(prefix.size()).toStdString();
            column.width = std::clamp(value.toObject().value(u"width"_s).toInt(column.width), 20,
                                      kWidest);
            const bool isKnown = std::ranges::any_of(
                columns, [&](const EventColumn &other) { return other.id() == id; });
            if (!isKnown && static_cast<qsizetype>(columns.size()) < kLimit)
                columns.push_back(std::move(column));
            break;
        }
    }
    return columns.empty() ? defaultColumns() : columns;
}

QString cellText(const EventColumn &column, const RowData &row, const RowContext &context,
                 RowText &text)
{
    switch (column.kind) {
    case Kind::Time:
        return formatTime(row.time, context.time);
    case Kind::AbsoluteTime:
        return timeText(row.time, context.time, TimeFormat::Absolute);
    case Kind::RelativeTime:
        return timeText(row.time, context.time, TimeFormat::Relative);
    case Kind::Delta:
        return context.previous
                   ? differenceText(*context.previous, row.time, context.time.isNanoseconds)
                   : QString();
    case Kind::SinceCurrent:
        return context.current
                   ? differenceText(*context.current, row.time, context.time.isNanoseconds)
                   : QString();
    case Kind::Cpu:
        return QString::number(row.cpu);
    case Kind::Pid:
        return QString::number(row.pid);
    case Kind::RowNumber:
        return groupedNumber(context.number + 1);
    case Kind::Task:
        return fromUtf8(text.taskName(row));
    case Kind::Event:
        return fromUtf8(text.eventName(row));
    case Kind::Info:
        return inOneLine(text.info(row));
    case Kind::Field:
        return inOneLine(text.field(row, column.field));
    case Kind::Buffer:
        return bufferName(row, context.trace);
    }
    return {};
}

QString inOneLine(std::string_view text)
{
    // Space in front is kept: function_graph indents calls by it.
    if (text.find('\n') == std::string_view::npos)
        return fromUtf8(text.substr(0, text.find_last_not_of(" \t\r") + 1));
    const bool isStack = text.find("=> ") != std::string_view::npos;
    QString line;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        QString part = fromUtf8(text.substr(0, end)).trimmed();
        text.remove_prefix(std::min(end + 1, text.size()));
        if (isStack && part.startsWith("=> "_L1)) {
            part.remove(0, 3);
            if (part == "0x0"_L1)
                break; // a user stack is filled up with zeros
            if (const auto address = part.lastIndexOf(" ("_L1); address > 0 && part.endsWith(u')'))
                part.truncate(address); // its name says more
        }
        if (part.isEmpty() || (isStack && part.startsWith(u'<') && part.endsWith(u'>')))
            continue; // "<stack trace>": the event's name says so
        if (!line.isEmpty())
            line += isStack ? u" ← "_s : u" ⏎ "_s;
        line += part;
    }
    return line;
}

} // namespace thresher::ui
