// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/oklch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace thresher::ui {

namespace {

using Linear = std::array<double, 3>;

Linear toLinear(Oklch colour)
{
    const double radians = colour.hue * std::numbers::pi / 180;
    const double a = colour.chroma * std::cos(radians);
    const double b = colour.chroma * std::sin(radians);
    const double l = std::pow(colour.lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(colour.lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(colour.lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool isDisplayable(const Linear &colour)
{
    constexpr double kSlack = 1e-4;
    return std::all_of(colour.begin(), colour.end(),
                       [](double c) { return c >= -kSlack && c <= 1 + kSlack; });
}

int encoded(double linear)
{
    const double c = std::clamp(linear, 0.0, 1.0);
    const double gamma = c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
    return static_cast<int>(std::lround(gamma * 255));
}

double decoded(int value)
{
    const double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

} // namespace

QRgb toSrgb(Oklch colour)
{
    Linear linear = toLinear(colour);
    if (!isDisplayable(linear)) {
        double low = 0;
        double high = colour.chroma;
        for (int i = 0; i < 16; ++i) {
            colour.chroma = (low + high) / 2;
            (isDisplayable(toLinear(colour)) ? low : high) = colour.chroma;
        }
        colour.chroma = low;
        linear = toLinear(colour);
    }
    return qRgb(encoded(linear[0]), encoded(linear[1]), encoded(linear[2]));
}

Oklch toOklch(QRgb colour)
{
    const double r = decoded(qRed(colour));
    const double g = decoded(qGreen(colour));
    const double b = decoded(qBlue(colour));
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    const double lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
    const double labA = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    const double labB = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
    const double hue = std::atan2(labB, labA) * 180 / std::numbers::pi;
    return {lightness, std::hypot(labA, labB), hue < 0 ? hue + 360 : hue};
}

} // namespace thresher::ui
