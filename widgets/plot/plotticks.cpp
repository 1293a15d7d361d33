// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/plot/plotticks.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr double kLabelGap = 8;
/// Rounding must not lose a tick that lies on the border.
constexpr double kTolerance = 1e-9;

void addDecades(std::vector<double> &ticks, double lower, double upper, int every,
                std::initializer_list<double> parts)
{
    const int first = static_cast<int>(std::floor(std::log10(lower)));
    const int last = static_cast<int>(std::ceil(std::log10(upper)));
    for (int power = first; power <= last; ++power) {
        // Counted from 1, so that the same ones stay when the range moves.
        if (((power % every) + every) % every != 0)
            continue;
        for (const double part : parts) {
            const double tick = part * std::pow(10.0, power);
            if (tick >= lower * (1 - kTolerance) && tick <= upper * (1 + kTolerance))
                ticks.push_back(tick);
        }
    }
}

} // namespace

std::vector<double> logTicks(double lower, double upper, int most)
{
    std::vector<double> ticks;
    const bool isFine = std::isfinite(lower) && std::isfinite(upper) && lower > 0 && upper > lower;
    if (!isFine || most < 1)
        return ticks;
    const double decades = std::log10(upper / lower);
    if (decades < 2 && most >= 4) {
        addDecades(ticks, lower, upper, 1, {1, 2, 5});
        if (ticks.size() >= 2 && ticks.size() <= static_cast<std::size_t>(most))
            return ticks;
        if (ticks.size() < 2)
            return linearTicks(lower, upper, most);
        ticks.clear();
    }
    for (int every = 1; every <= 64; ++every) {
        ticks.clear();
        addDecades(ticks, lower, upper, every, {1});
        if (ticks.size() <= static_cast<std::size_t>(most))
            break;
    }
    return ticks;
}

std::vector<double> linearTicks(double lower, double upper, int most, double leastStep)
{
    std::vector<double> ticks;
    if (!std::isfinite(lower) || !std::isfinite(upper) || upper <= lower || most < 1)
        return ticks;
    const double rough = std::max((upper - lower) / most, leastStep);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double part : {1.0, 2.0, 5.0}) {
        if (part * power >= rough * (1 - kTolerance)) {
            step = part * power;
            break;
        }
    }
    const double first = std::ceil(lower / step * (1 - kTolerance));
    for (int i = 0; i <= most; ++i) {
        const double tick = (first + i) * step;
        if (tick > upper + step * kTolerance)
            break;
        ticks.push_back(tick);
    }
    return ticks;
}

std::vector<int> placeLabels(const std::vector<double> &positions,
                             const std::vector<double> &widths, int rows)
{
    std::vector<int> placed;
    std::vector<double> ends(static_cast<std::size_t>(std::max(rows, 0)), -1e300);
    for (std::size_t i = 0; i < positions.size() && i < widths.size(); ++i) {
        const double left = positions[i] - widths[i] / 2;
        int row = -1;
        for (std::size_t r = 0; r < ends.size() && row < 0; ++r) {
            if (left >= ends[r] + kLabelGap)
                row = static_cast<int>(r);
        }
        if (row >= 0)
            ends[static_cast<std::size_t>(row)] = left + widths[i];
        placed.push_back(row);
    }
    return placed;
}

QString shortCount(double count)
{
    constexpr std::array<std::pair<double, char16_t>, 4> kUnits{
        {{1e12, u'T'}, {1e9, u'G'}, {1e6, u'M'}, {1e3, u'k'}}};
    for (const auto &[size, unit] : kUnits) {
        if (count >= size * (1 - kTolerance))
            return QString::number(count / size, 'g', 4) + QChar(0x202f) + QChar(unit);
    }
    return QString::number(count, 'g', 4);
}

} // namespace thresher::ui
