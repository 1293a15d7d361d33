// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/celltext.h"

#include <QGlyphRun>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

constexpr char16_t kFirst = u' ';
constexpr char16_t kLast = u'~';
constexpr char16_t kEllipsis = u'…';

bool isAscii(QChar c)
{
    return c >= kFirst && c <= kLast;
}

} // namespace

CellText::CellText(const QFont &font, const QPaintDevice *device)
    : m_font(font)
    , m_metrics(font, device)
    , m_raw(QRawFont::fromFont(font))
{
    QString all;
    for (char16_t c = kFirst; c <= kLast; ++c)
        all += QChar(c);
    all += QChar(kEllipsis);
    const QList<quint32> glyphs = m_raw.glyphIndexesForString(all);
    const qreal advance = m_metrics.horizontalAdvance(QChar(kEllipsis));
    const bool isEven = std::ranges::all_of(
        all, [&](QChar c) { return m_metrics.horizontalAdvance(c) == advance; });
    if (!isEven || glyphs.size() != static_cast<qsizetype>(m_glyphs.size())
        || glyphs.contains(0)) // Another font would have to help out.
        return;
    m_advance = advance;
    std::ranges::copy(glyphs, m_glyphs.begin());
}

bool CellText::isPlain(const QString &text) const
{
    return m_advance > 0
           && std::ranges::all_of(text, [](QChar c) { return isAscii(c) || c == kEllipsis; });
}

quint32 CellText::glyphOf(QChar c) const
{
    return isAscii(c) ? m_glyphs[static_cast<std::size_t>(c.unicode() - kFirst)] : m_glyphs.back();
}

CellText::Fitting CellText::fitting(const QString &text, int width)
{
    if (isPlain(text)) {
        const auto room = static_cast<qsizetype>(std::max(width, 0) / m_advance);
        const QString fits = text.size() <= room ? text
                             : room > 0          ? text.left(room - 1) + QChar(kEllipsis)
                                                 : QString();
        return {fits, static_cast<int>(std::ceil(static_cast<qreal>(fits.size()) * m_advance)),
                true};
    }
    const std::pair key(text, width);
    if (const auto found = m_kept.constFind(key); found != m_kept.constEnd())
        return *found;
    if (m_kept.size() >= kMostKept)
        m_kept.clear();
    const QString fits = m_metrics.elidedText(text, Qt::ElideRight, std::max(width, 0));
    return *m_kept.insert(key, {fits, qRound(m_metrics.horizontalAdvance(fits)), false});
}

void CellText::draw(QPainter &painter, const QRect &rect, const QString &text, bool isRightAligned)
{
    const Fitting fits = fitting(text, rect.width());
    if (fits.text.isEmpty())
        return;
    const QPoint at(isRightAligned ? rect.right() + 1 - fits.width : rect.left(),
                    rect.top()
                        + qRound((rect.height() - m_metrics.height()) / 2 + m_metrics.ascent()));
    if (!fits.isPlain) {
        painter.setFont(m_font);
        painter.drawText(at, fits.text);
        return;
    }
    m_line.clear();
    for (const QChar c : fits.text)
        m_line.push_back(glyphOf(c));
    while (m_places.size() < m_line.size())
        m_places.emplace_back(static_cast<qreal>(m_places.size()) * m_advance, 0);
    QGlyphRun run;
    run.setRawFont(m_raw);
    run.setRawData(m_line.data(), m_places.data(), static_cast<int>(m_line.size()));
    painter.drawGlyphRun(at, run);
}

} // namespace thresher::ui
