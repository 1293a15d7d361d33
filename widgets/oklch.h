// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QRgb>

namespace thresher::ui {

/// A colour of the OKLCH space, in which equal steps look equal: so tasks differ by hue alone.
/// Source: Björn Ottosson, "A perceptual color space for image processing" (2020).
struct Oklch
{
    double lightness = 0; ///< 0 black to 1 white.
    double chroma = 0; ///< 0 grey; sRGB ends between 0.1 and 0.3, depending on the others.
    double hue = 0; ///< Degrees, any.
};

/// The nearest sRGB colour of the same lightness and hue: chroma is lowered until it fits. Opaque.
[[nodiscard]] QRgb toSrgb(Oklch colour);
[[nodiscard]] Oklch toOklch(QRgb colour);

/// `top` laid over `bottom`. @param alpha  0: all `bottom`, 255: all `top`. Opaque.
[[nodiscard]] constexpr QRgb mixed(QRgb bottom, QRgb top, unsigned alpha)
{
    // Two channels at once; 255 is stretched to 256 so that both ends are exact.
    const unsigned a = alpha + (alpha >> 7);
    const unsigned rb = ((top & 0xff00ffU) * a + (bottom & 0xff00ffU) * (256 - a)) >> 8;
    const unsigned g = ((top & 0x00ff00U) * a + (bottom & 0x00ff00U) * (256 - a)) >> 8;
    return 0xff000000U | (rb & 0xff00ffU) | (g & 0x00ff00U);
}

} // namespace thresher::ui
