// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/textsprites.h"

#include "widgets/oklch.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

constexpr std::string_view kEllipsis = "…";
/// Less of a name says nothing.
constexpr std::ptrdiff_t kLeastCharacters = 3;

void blit(QImage &image, int x, int y, int width, const TextSprites::Sprite &sprite, QRgb colour,
          unsigned alpha)
{
    const int first = std::max(0, -x);
    const int last = std::min({width, sprite.pixelWidth, image.width() - x});
    const int top = std::max(0, -y);
    const int bottom = std::min(sprite.height, image.height() - y);
    for (int row = top; row < bottom; ++row) {
        // Not scanLine(): that would look each time whether the image is shared.
        auto *pixels = reinterpret_cast<QRgb *>(image.bits() + (y + row) * image.bytesPerLine())
                       + x;
        const std::uint8_t *coverage = sprite.coverage.data()
                                       + static_cast<std::ptrdiff_t>(row) * sprite.pixelWidth;
        for (int i = first; i < last; ++i) {
            if (coverage[i] != 0)
                pixels[i] = mixed(pixels[i], colour, coverage[i] * alpha / 255);
        }
    }
}

} // namespace

void TextSprites::setFont(const QFont &font, double dpr)
{
    if (dpr == m_dpr && font == m_font)
        return;
    m_font = font;
    m_dpr = dpr;
    m_sprites.clear();
    m_height = static_cast<int>(std::ceil(QFontMetricsF(font).height() * dpr));
}

TextSprites::Sprite TextSprites::make(const QString &text) const
{
    const QFontMetricsF metrics(m_font);
    Sprite sprite;
    sprite.width = static_cast<int>(std::ceil(metrics.horizontalAdvance(text) * m_dpr));
    sprite.height = m_height;
    sprite.pixelWidth = sprite.width + 2; // an italic or "f" leans over its end
    QImage image(sprite.pixelWidth, sprite.height, QImage::Format_ARGB32_Premultiplied);
    image.fill(0);
    image.setDevicePixelRatio(m_dpr);
    QPainter painter(&image);
    painter.setFont(m_font);
    painter.setPen(Qt::white);
    painter.drawText(QPointF(0, metrics.ascent()), text);
    painter.end();
    sprite.coverage.reserve(static_cast<std::size_t>(sprite.pixelWidth)
                            * static_cast<std::size_t>(sprite.height));
    for (int y = 0; y < sprite.height; ++y) {
        const auto *row = reinterpret_cast<const QRgb *>(image.constScanLine(y));
        for (int x = 0; x < sprite.pixelWidth; ++x)
            sprite.coverage.push_back(static_cast<std::uint8_t>(qAlpha(row[x])));
    }
    return sprite;
}

TextSprites::Sprite &TextSprites::find(std::string_view utf8)
{
    const auto found = m_sprites.find(utf8);
    if (found != m_sprites.end())
        return found->second;
    if (m_sprites.size() >= kLimit)
        m_sprites.clear();
    const auto text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
    return m_sprites.emplace(std::string(utf8), make(text)).first->second;
}

const TextSprites::Sprite &TextSprites::sprite(std::string_view utf8)
{
    return find(utf8);
}

const TextSprites::Sprite &TextSprites::sprite(const QString &text)
{
    return find(text.toStdString());
}

const std::vector<int> &TextSprites::endsOf(Sprite &sprite, std::string_view utf8) const
{
    if (sprite.ends.empty()) {
        const auto text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
        const QFontMetricsF metrics(m_font);
        for (qsizetype i = 1; i <= text.size(); ++i)
            sprite.ends.push_back(
                static_cast<int>(std::ceil(metrics.horizontalAdvance(text.left(i)) * m_dpr)));
    }
    return sprite.ends;
}

int TextSprites::draw(QImage &image, int x, int y, int width, std::string_view utf8, QRgb colour,
                      unsigned alpha)
{
    if (width <= 0 || utf8.empty())
        return 0;
    const int ellipsis = find(kEllipsis).width; // first: finding may forget the others
    Sprite &sprite = find(utf8);
    if (sprite.width <= width) {
        blit(image, x, y, sprite.pixelWidth, sprite, colour, alpha);
        return sprite.width;
    }
    const auto &ends = endsOf(sprite, utf8);
    const auto fitting = std::upper_bound(ends.begin(), ends.end(), width - ellipsis);
    if (fitting - ends.begin() < kLeastCharacters)
        return 0;
    const int cut = *std::prev(fitting);
    blit(image, x, y, cut, sprite, colour, alpha);
    // An element of an unordered_map stays where it is when others come; only clear() moves it.
    const Sprite &dots = find(kEllipsis);
    blit(image, x + cut, y, dots.pixelWidth, dots, colour, alpha);
    return cut + dots.width;
}

int TextSprites::draw(QImage &image, int x, int y, int width, const QString &text, QRgb colour,
                      unsigned alpha)
{
    return draw(image, x, y, width, std::string_view(text.toStdString()), colour, alpha);
}

} // namespace thresher::ui
