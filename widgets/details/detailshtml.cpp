// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/details/detailshtml.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr std::size_t kBytesPerLine = 8;
constexpr std::size_t kMostDumped = 4096;
constexpr std::size_t kShortNumber = 20; ///< Characters of a number in both bases.
constexpr std::size_t kLongField = 36; ///< Characters of value and type that share a line.

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
                              + html(m_details.stream) + u" · "_s + html(m_details.task) + u' '
                              + QString::number(m_details.row.pid);
        line(styled(where, theme.secondary, fonts().small));
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

    /// @returns whether the section is open.
    bool caption(const QString &name, const QString &title)
    {
        const bool isOpen = !m_how.folded.contains(name);
        const QString text = (isOpen ? u"▾ "_s : u"▸ "_s) + title;
        m_out += u"<p style=\"margin-top:10px; margin-bottom:0px; font-size:4px;\">&nbsp;</p>"
                 "<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\"><tr>"
                 "<td style=\"padding-bottom:4px; border-bottom:1px solid %3;\">"
                 "<a href=\"fold:%4\" style=\"color:%1; text-decoration:none; font-size:11px; "
                 "font-weight:600;\">%2</a></td></tr></table>"_s.arg(
                     m_how.theme.secondary.name(), text, m_how.theme.line.name(), name);
        return isOpen;
    }

    void fields(bool common)
    {
        if (std::ranges::none_of(m_details.fields, [common](const EventDetails::Field &field) {
                return field.isCommon == common;
            }))
            return;
        if (!caption(common ? u"common"_s : u"fields"_s,
                     common ? tr("COMMON FIELDS") : tr("FIELDS")))
            return;
        m_out += u"<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\">"_s;
        for (const EventDetails::Field &field : m_details.fields) {
            if (field.isCommon == common)
                fieldRow(field);
        }
        m_out += u"</table>"_s;
    }

    void fieldRow(const EventDetails::Field &field)
    {
        const Theme &theme = m_how.theme;
        const QString cell = u"<td%1 style=\"padding-top:3px; padding-bottom:1px;%2\">%3</td>"_s;
        const QString gap = u" padding-right:10px;"_s;
        QString value = styled(html(field.text), theme.text, fonts().mono);
        // A line that wraps is not worth it; the tool tip has it.
        if (isBitPattern(field) && field.text.size() + field.raw.size() <= kShortNumber)
            value += u' ' + styled(html(field.raw), theme.faint, fonts().monoSmall);
        const QString name = cell.arg(u" width=\"92\""_s, gap,
                                      styled(html(field.name), theme.secondary, fonts().ui));
        const QString type = u"<a title=\"%1\" style=\"text-decoration:none;\">%2</a>"_s.arg(
            whereText(field).toHtmlEscaped(), styled(html(field.type), theme.faint, fonts().small));
        // Long values have a line of their own, else the type squeezes them.
        const bool isLong = field.text.size() + field.type.size() > kLongField;
        if (isLong) {
            m_out += u"<tr>"_s + name
                     + cell.arg(u" colspan=\"2\" align=\"right\""_s, QString(), type)
                     + u"</tr><tr>"_s + cell.arg(u" colspan=\"3\""_s, QString(), value)
                     + u"</tr>"_s;
        } else {
            m_out += u"<tr>"_s + name + cell.arg(QString(), gap, value)
                     + cell.arg(u" align=\"right\""_s, QString(), type) + u"</tr>"_s;
        }
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
            note += tr(", at byte %1 of the file")
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
