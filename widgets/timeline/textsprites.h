// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QFont>
#include <QImage>
#include <QRgb>
#include <QString>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thresher::ui {

/// Short texts, drawn once by Qt and from then on copied: a timeline shows thousands of names in a
/// frame, and QPainter takes microseconds for each. GUI thread only.
class TextSprites
{
public:
    /// A text's coverage, device pixels.
    struct Sprite
    {
        int width = 0; ///< Of the text; the picture may be a little wider.
        int height = 0;
        int pixelWidth = 0;
        std::vector<std::uint8_t> coverage; ///< [height × pixelWidth]
        std::vector<int> ends; ///< [characters] where each ends; filled when first asked for
    };

    /// Forgets everything if font or dpr differ from those before.
    void setFont(const QFont &font, double dpr);
    [[nodiscard]] const QFont &font() const { return m_font; }

    /// Valid until the next call of setFont() or clear().
    [[nodiscard]] const Sprite &sprite(std::string_view utf8);
    [[nodiscard]] const Sprite &sprite(const QString &text);

    /// The whole text if it fits `width`, else its begin and "…"; nothing if not even three
    /// characters fit. @param x, y  of the left top corner, device pixels. @returns the width that
    /// was used.
    int draw(QImage &image, int x, int y, int width, std::string_view utf8, QRgb colour,
             unsigned alpha = 255);
    int draw(QImage &image, int x, int y, int width, const QString &text, QRgb colour,
             unsigned alpha = 255);

    /// Height of a line, device pixels; of capital letters without what is above and below them.
    [[nodiscard]] int height() const { return m_height; }

private:
    /// Enough for every name that fits a screen; beyond, all are forgotten and drawn anew.
    static constexpr std::size_t kLimit = 8192;

    struct Hash
    {
        using is_transparent = void; // NOLINT(readability-identifier-naming): the library's name
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    [[nodiscard]] Sprite make(const QString &text) const;
    [[nodiscard]] const std::vector<int> &endsOf(Sprite &sprite, std::string_view utf8) const;
    Sprite &find(std::string_view utf8);

    QFont m_font;
    double m_dpr = 0;
    int m_height = 0;
    std::unordered_map<std::string, Sprite, Hash, std::equal_to<>> m_sprites;
};

} // namespace thresher::ui
