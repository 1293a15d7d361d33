// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QFont>
#include <QFontMetrics>
#include <QHash>
#include <QRawFont>
#include <QRect>
#include <QString>

#include <array>
#include <utility>
#include <vector>

class QPainter;

namespace thresher::ui {

/// Texts of one line in one font. A live table shows new ones in each frame, and laying them out is
/// most of what it costs: Qt does it twice for what is cut or aligned. Of letters of equal width
/// their number says all, and ligatures are not wanted: they need no layout. Of other fonts, the
/// same texts come again and again. GUI thread.
class CellText
{
public:
    /// @param device  that will be painted on.
    CellText(const QFont &font, const QPaintDevice *device);

    [[nodiscard]] const QFont &font() const { return m_font; }
    /// In the middle of the rectangle's height, cut with "…" if it is too long for its width.
    void draw(QPainter &painter, const QRect &rect, const QString &text, bool isRightAligned);

    struct Fitting
    {
        QString text;
        int width = 0; ///< px
        bool isPlain = false; ///< It needs no layout.
    };
    /// As QFontMetrics::elidedText() and horizontalAdvance() have it, but for parts of a pixel.
    [[nodiscard]] Fitting fitting(const QString &text, int width);

private:
    static constexpr qsizetype kMostKept = 4096; ///< Beyond, all are forgotten.

    [[nodiscard]] bool isPlain(const QString &text) const;
    [[nodiscard]] quint32 glyphOf(QChar c) const; ///< Of a plain text's.

    QFont m_font;
    QFontMetricsF m_metrics;
    qreal m_advance = 0; ///< Of each letter of plain texts; 0: there are none.
    QRawFont m_raw; ///< Of plain texts;
    std::array<quint32, 96> m_glyphs{}; ///< ASCII's, of it, and "…"
    std::vector<quint32> m_line; ///< of one,
    std::vector<QPointF> m_places; ///< and where they are.
    QHash<std::pair<QString, int>, Fitting> m_kept;
};

} // namespace thresher::ui
