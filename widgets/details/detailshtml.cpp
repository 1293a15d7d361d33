// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/details/detailshtml.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr std::size_t kBytesPerLine = 8;
constexpr std::size_t kMostDumped = 4096;
constexpr int kGap = 10; ///< Pixels between a field's columns.
constexpr int kLeastName = 80; ///< Pixels: values of most events begin at one place.

QString tr(const char *text)
{
    return QCoreApplication::translate("DetailsPane", text);
}

QString html(const std::string &text)
{
    return QString::fromStdString(text).toHtmlEscaped();
}

QString styled(const QString &text, const QColor &colour, const QFont &font)
{
    return u"<span style=\"color:%1; font-family:'%2'; font-size:%3px;\">%4</span>"_s.arg(
        colour.name(), font.family(), QString::number(font.pixelSize()), text);
}

class Writer
{
public:
    Writer(const EventDetails &details, const DetailsText &how)
        : m_details(details)
        , m_how(how)
    {}

    QString write()
    {
        head();
        slices();
        fields(false);
        stack();
        raw();
        fields(true);
        format();
        return m_out;
    }

private:
    void head()
    {
        const Theme &theme = m_how.theme;
        const QString number = m_how.row ? u'#' + groupedNumber(*m_how.row + 1)
                                         : tr("hidden in the table");
        m_out += u"<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\"><tr><td>"_s
                 + u"<span style=\"font-size:15px; font-weight:600;\">"_s + html(m_details.name)
                 + u"</span></td><td align=\"right\" style=\"vertical-align:bottom;\">"_s
                 + styled(number, theme.secondary, fonts().small) + u"</td></tr></table>"_s;
        const QString where = formatTimeWithUnit(m_details.row.time, m_how.time) + u" · "_s
                              + QString::fromStdString(m_details.stream);
        const QString task = QString::fromStdString(m_details.task) + u' '
                             + QString::number(m_details.row.pid);
        // A task's name is not broken, not even at a hyphen.
        const QString both = where + u" · "_s + task;
        const bool isOneLine = widthOf(both.toStdString(), fonts().small) <= m_how.width;
        for (const QString &text : isOneLine ? QStringList{both} : QStringList{where, task})
            line(styled(text.toHtmlEscaped(), theme.secondary, fonts().small));
        if (m_details.lostBefore)
            line(styled(lostText(*m_details.lostBefore), theme.bad, fonts().small));
        if (!m_details.isReadable) {
            line(styled(tr("This event's page cannot be read; see Diagnostics."), theme.bad,
                        fonts().ui));
        }
    }

    static QString lostText(const LostSpan &span)
    {
        return span.count < 0 ? tr("Events were lost right before this one.")
                              : tr("%1 events were lost right before this one.")
                                    .arg(groupedNumber(static_cast<std::uint64_t>(span.count)));
    }

    void line(const QString &content)
    {
        m_out += u"<p style=\"margin-top:3px; margin-bottom:0px;\">"_s + content + u"</p>"_s;
    }

    [[nodiscard]] QString legendCell(const QString &legend) const
    {
        return u"<td align=\"right\" style=\"padding-bottom:4px; border-bottom:1px solid %1;\">%2</td>"_s
            .arg(m_how.theme.line.name(), styled(legend, m_how.theme.faint, fonts().small));
    }

    /// @param legend  what stands at the right edge of an open section's rows.
    /// @returns whether the section is open.
    bool caption(const QString &name, const QString &title, const QString &legend = {})
    {
        const bool isOpen = !m_how.folded.contains(name);
        const QString text = (isOpen ? u"▾ "_s : u"▸ "_s) + title;
        m_out += u"<p style=\"margin-top:10px; margin-bottom:0px; font-size:4px;\">&nbsp;</p>"
                 "<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\"><tr>"
                 "<td style=\"padding-bottom:4px; border-bottom:1px solid %3;\">"
                 "<a href=\"fold:%4\" style=\"color:%1; text-decoration:none; font-size:11px; "
                 "font-weight:600;\">%2</a></td>%5</tr></table>"_s.arg(
                     m_how.theme.secondary.name(), text, m_how.theme.line.name(), name,
                     isOpen && !legend.isEmpty() ? legendCell(legend) : QString());
        return isOpen;
    }

    void slices()
    {
        if (m_how.slices.empty() || !caption(u"slices"_s, tr("PART OF")))
            return;
        const Theme &theme = m_how.theme;
        m_out += u"<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\">"_s;
        for (const DetailsSlice &slice : m_how.slices) {
            const QString where = slice.other
                                      ? u"<a href=\"event:%1/%2\" style=\"color:%3; "
                                        "text-decoration:none;\">%4</a>"_s.arg(slice.other->stream)
                                            .arg(slice.other->event)
                                            .arg(theme.accent.name(), slice.where)
                                      : styled(slice.where, theme.faint, fonts().small);
            // A name that is long has a line of its own.
            const int rest = widthOf(slice.duration.toStdString(), fonts().mono)
                             + widthOf(slice.where.toStdString(), fonts().small) + 2 * kGap;
            const QString name = styled(slice.name.toHtmlEscaped(), theme.secondary, fonts().ui);
            const QString duration = styled(slice.duration, theme.text, fonts().mono);
            if (widthOf(slice.name.toStdString(), fonts().ui) + rest > m_how.width) {
                row(u"<td colspan=\"3\" style=\"padding-top:3px;\">"_s + name + u"</td>"_s);
                row(cell({}) + cell(duration, 0, 1, true) + cell(where, 0, 1, true));
            } else {
                row(cell(name) + cell(duration, 0, 1, true) + cell(where, 0, 1, true));
            }
        }
        m_out += u"</table>"_s;
    }

    void fields(bool common)
    {
        std::vector<const EventDetails::Field *> shown;
        for (const EventDetails::Field &field : m_details.fields) {
            if (field.isCommon == common)
                shown.push_back(&field);
        }
        if (shown.empty()
            || !caption(common ? u"common"_s : u"fields"_s,
                        common ? tr("COMMON FIELDS") : tr("FIELDS"), tr("type · offset + size")))
            return;
        const FieldColumns columns = columnsOf(shown);
        m_out += u"<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\">"_s;
        for (const EventDetails::Field *field : shown)
            fieldRow(*field, columns);
        m_out += u"</table>"_s;
    }

    /// Widths in pixels, with the gap behind it; of type and place, before it.
    struct FieldColumns
    {
        int name = 0;
        int value = 0;
        int type = 0;
        int place = 0;
    };

    /// As wide as what is in them, so that no word is broken; but one long name or type must not
    /// take the room of all values: its field has lines of its own.
    [[nodiscard]] FieldColumns
    columnsOf(const std::vector<const EventDetails::Field *> &shown) const
    {
        FieldColumns columns;
        columns.name = kLeastName;
        for (const EventDetails::Field *field : shown) {
            const int name = widthOf(field->name, fonts().ui) + kGap;
            const int type = widthOf(field->type, fonts().small) + kGap;
            if (name <= m_how.width * 2 / 5)
                columns.name = std::max(columns.name, name);
            if (type <= m_how.width * 3 / 10)
                columns.type = std::max(columns.type, type);
            columns.place = std::max(columns.place,
                                     widthOf(placeText(*field), fonts().small) + kGap);
        }
        columns.value = m_how.width - columns.name - columns.type - columns.place;
        return columns;
    }

    void fieldRow(const EventDetails::Field &field, const FieldColumns &columns)
    {
        const Theme &theme = m_how.theme;
        int valueWidth = widthOf(field.text, fonts().mono) + kGap;
        QString value = styled(html(field.text), theme.text, fonts().mono);
        const int rawWidth = widthOf(' ' + field.raw, fonts().mono);
        if (isBitPattern(field) && valueWidth + rawWidth <= columns.value) {
            // A line that wraps is not worth it; the tool tip has it.
            value += u' ' + styled(html(field.raw), theme.faint, fonts().monoSmall);
            valueWidth += rawWidth;
        }
        const QString name = styled(html(field.name), theme.secondary, fonts().ui);
        const QString type = withTip(field, html(field.type));
        const QString place = cell(withTip(field, QString::fromStdString(placeText(field))),
                                   columns.place, 1, true);
        const bool isLongName = widthOf(field.name, fonts().ui) + kGap > columns.name;
        const bool isLongType = widthOf(field.type, fonts().small) + kGap > columns.type;
        if (!isLongName && !isLongType && valueWidth <= columns.value) {
            row(cell(name, columns.name) + cell(value) + cell(type, columns.type, 1, true) + place);
            return;
        }
        if (isLongName && isLongType) {
            row(cell(name, 0, 4));
            row(cell(type, 0, 3, true) + place);
        } else if (isLongName) {
            row(cell(name, 0, 2) + cell(type, columns.type, 1, true) + place);
        } else {
            row(cell(name, columns.name) + cell(type, 0, 2, true) + place);
        }
        row(u"<td colspan=\"4\" style=\"padding-bottom:2px;\">"_s + value + u"</td>"_s);
    }

    void row(const QString &cells) { m_out += u"<tr>"_s + cells + u"</tr>"_s; }

    /// A cell whose text never wraps. @param width  0: what is left.
    static QString cell(const QString &content, int width = 0, int span = 1, bool isRight = false)
    {
        return u"<td%1%2%3 style=\"white-space:nowrap; padding-top:3px; padding-bottom:1px;%4\">%5</td>"_s
            .arg(width > 0 ? u" width=\"%1\""_s.arg(width) : QString(),
                 span > 1 ? u" colspan=\"%1\""_s.arg(span) : QString(),
                 isRight ? u" align=\"right\""_s : QString(),
                 isRight ? u" padding-left:%1px;"_s.arg(kGap) : QString(), content);
    }

    [[nodiscard]] QString withTip(const EventDetails::Field &field, const QString &text) const
    {
        return u"<a title=\"%1\" style=\"text-decoration:none;\">%2</a>"_s.arg(
            whereText(field).toHtmlEscaped(), styled(text, m_how.theme.faint, fonts().small));
    }

    static int widthOf(const std::string &text, const QFont &font)
    {
        const QFontMetricsF metrics(font);
        return static_cast<int>(std::ceil(metrics.horizontalAdvance(QString::fromStdString(text))));
    }

    static std::string placeText(const EventDetails::Field &field)
    {
        return std::to_string(field.offset) + '+' + std::to_string(field.size);
    }

    /// Priorities and CPUs are none; "0x1000" and more may be.
    static bool isBitPattern(const EventDetails::Field &field)
    {
        return field.raw.starts_with("0x") && field.raw.size() > 5
               && field.text.find(field.raw) == std::string::npos;
    }

    static QString whereText(const EventDetails::Field &field)
    {
        const QString where = tr("offset %1, %2 bytes%3")
                                  .arg(field.offset)
                                  .arg(field.size)
                                  .arg(field.isDynamic ? tr(" of dynamic length") : QString());
        return field.raw.empty() ? where : where + u" · "_s + QString::fromStdString(field.raw);
    }

    void stack()
    {
        if (m_details.stack.empty()
            || !caption(u"stack"_s, m_details.isUserStack ? tr("USER STACK") : tr("KERNEL STACK")))
            return;
        QString frames;
        for (const std::string &frame : m_details.stack)
            frames += html(frame) + u'\n';
        pre(frames, fonts().mono, m_how.theme.text);
    }

    void raw()
    {
        if (m_details.payload.empty() || !caption(u"raw"_s, tr("RAW BYTES")))
            return;
        const auto shown = std::min(m_details.payload.size(), kMostDumped);
        pre(hexDump(std::span(m_details.payload).first(shown), kBytesPerLine).toHtmlEscaped(),
            fonts().monoSmall, m_how.theme.secondary);
        QString note = tr("%1 bytes").arg(groupedNumber(m_details.payloadSize));
        if (shown < m_details.payloadSize)
            note += tr(", the first %1 shown").arg(groupedNumber(shown));
        if (m_details.fileOffset >= 0) {
            note += (m_details.isInChunk ? tr(", in the compressed chunk at byte %1 of the file")
                                         : tr(", at byte %1 of the file"))
                        .arg(groupedNumber(static_cast<std::uint64_t>(m_details.fileOffset)));
        }
        line(styled(note, m_how.theme.faint, fonts().small));
    }

    void format()
    {
        if (m_details.format.empty() || !caption(u"format"_s, tr("FORMAT")))
            return;
        pre(html(m_details.format), fonts().monoSmall, m_how.theme.secondary);
    }

    void pre(QString text, const QFont &font, const QColor &colour)
    {
        while (text.endsWith(u'\n'))
            text.chop(1);
        m_out += u"<p style=\"white-space:pre-wrap; margin-top:2px; margin-bottom:0px; "
                 "font-family:'%1'; font-size:%2px; color:%3; line-height:120%;\">%4</p>"_s.arg(
                     font.family(), QString::number(font.pixelSize()), colour.name(), text);
    }

    const EventDetails &m_details;
    const DetailsText &m_how;
    QString m_out;
};

} // namespace

QString detailsHtml(const EventDetails &details, const DetailsText &how)
{
    return Writer(details, how).write();
}

QString hexDump(std::span<const std::byte> bytes, std::size_t perLine)
{
    QString dump;
    for (std::size_t at = 0; at < bytes.size(); at += perLine) {
        const auto line = bytes.subspan(at, std::min(perLine, bytes.size() - at));
        QString hex;
        QString ascii;
        for (const std::byte byte : line) {
            const auto value = std::to_integer<unsigned>(byte);
            hex += QString::number(value, 16).rightJustified(2, u'0') + u' ';
            ascii += value >= 0x20 && value < 0x7f ? QChar(value) : QChar(u'.');
        }
        dump += QString::number(at, 16).rightJustified(4, u'0') + u"  "_s
                + hex.leftJustified(static_cast<qsizetype>(perLine * 3), u' ') + u' ' + ascii
                + u'\n';
    }
    return dump;
}

} // namespace thresher::ui
