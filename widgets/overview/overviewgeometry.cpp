// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/overview/overviewgeometry.h"

#include <algorithm>

namespace thresher::ui {

namespace {

void append(std::vector<LaneRect> &rects, std::uint32_t column, std::uint8_t level)
{
    if (!rects.empty() && rects.back().end == column && rects.back().level == level)
        ++rects.back().end;
    else
        rects.push_back({column, column + 1, 0, level});
}

void dumpRects(const char *name, const std::vector<LaneRect> &rects, std::string &text)
{
    for (const LaneRect &rect : rects) {
        text += std::string(name) + ' ' + std::to_string(rect.begin) + ".."
                + std::to_string(rect.end) + " level " + std::to_string(rect.level) + '\n';
    }
}

} // namespace

void buildOverview(const Overview &overview, std::uint32_t leastLost, OverviewDrawList &list)
{
    list.bars.clear();
    list.estimates.clear();
    list.lost.clear();
    const auto columns = static_cast<std::uint32_t>(overview.events.size());
    const auto fullest = std::ranges::max_element(overview.events);
    const double peak = fullest == overview.events.end() ? 0 : static_cast<double>(*fullest);
    for (std::uint32_t x = 0; x < columns; ++x) {
        const std::uint8_t level = densityLevel(static_cast<double>(overview.events[x]), peak);
        const bool isEstimate = x < overview.isEstimate.size() && overview.isEstimate[x] != 0;
        if (level != 0)
            append(isEstimate ? list.estimates : list.bars, x, level);
        if (x < overview.lost.size() && overview.lost[x] != 0)
            append(list.lost, x, 1);
    }
    widen(list.lost, leastLost, columns);
}

std::string dump(const OverviewDrawList &list)
{
    std::string text;
    dumpRects("bar", list.bars, text);
    dumpRects("estimate", list.estimates, text);
    dumpRects("lost", list.lost, text);
    return text;
}

ViewportSpan ViewportSpan::widened(double least) const
{
    if (end - begin >= least)
        return *this;
    const double middle = (begin + end) / 2;
    return {middle - least / 2, middle + least / 2};
}

ViewportPart ViewportSpan::partAt(double x, double grip) const
{
    const double inwards = std::min(grip, (end - begin) / 4);
    if (x < begin - grip || x > end + grip)
        return ViewportPart::Outside;
    if (x < begin + inwards)
        return ViewportPart::Left;
    return x > end - inwards ? ViewportPart::Right : ViewportPart::Inside;
}

} // namespace thresher::ui
