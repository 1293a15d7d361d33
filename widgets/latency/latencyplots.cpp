// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/latency/latencyplots.h"

#include "model/qt/latencytables.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr double kMostBars = 80;
constexpr unsigned kFinest = 8;

} // namespace

HistogramData latencyHistogram(const LatencyResult &result, const TimeStyle &style)
{
    HistogramData data;
    data.isNanoseconds = style.isNanoseconds;
    data.axisLabel = latencyKindName(result.request.kind);
    const Distribution &all = result.total.durations;
    if (all.count() == 0)
        return data;
    const double least = std::max(1.0, static_cast<double>(all.min()));
    const double doublings = std::log2(std::max(1.0, static_cast<double>(all.max())) / least) + 1;
    unsigned fineness = kFinest;
    while (fineness > 1 && doublings * fineness > kMostBars)
        fineness /= 2;
    for (const Distribution::Bin &bin : all.bins(fineness))
        data.bars.push_back(
            {static_cast<double>(bin.low), static_cast<double>(bin.high), bin.count});
    for (const auto &[name, percent] :
         {std::pair{u"p50"_s, 50.0}, {u"p90"_s, 90.0}, {u"p99"_s, 99.0}, {u"p99.9"_s, 99.9}})
        data.marks.push_back({static_cast<double>(all.percentile(percent)), name});
    data.marks.push_back({static_cast<double>(all.max()), u"max"_s});
    return data;
}

TimePlotData latencyOverTime(const LatencyResult &result, const TimeStyle &style)
{
    TimePlotData data;
    data.kind = TimePlotData::Kind::Durations;
    data.style = style;
    data.range = result.range;
    data.axisLabel = latencyKindName(result.request.kind);
    data.columns.reserve(result.columns.size());
    for (const LatencyColumn &column : result.columns) {
        TimePlotData::Column shown;
        if (column.count > 0)
            shown.greatest = static_cast<double>(column.longest.duration());
        shown.other = column.count;
        data.columns.push_back(shown);
    }
    return data;
}

std::optional<LatencyRow> latencyExample(const LatencyResult &result, double low, double high)
{
    std::optional<LatencyRow> best;
    const auto look = [&](const LatencyRow &row) {
        const auto took = static_cast<double>(row.duration());
        if (took >= low && took < high && (!best || row.duration() > best->duration()))
            best = row;
    };
    for (const LatencyRow &row : result.worst)
        look(row);
    for (const LatencyGroup &group : result.groups)
        look(group.longest);
    for (const LatencyColumn &column : result.columns) {
        if (column.count > 0)
            look(column.longest);
    }
    return best;
}

} // namespace thresher::ui
