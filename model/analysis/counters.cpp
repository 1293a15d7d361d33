// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/counters.h"

#include "model/analysis/analysis.h"
#include "model/query/gridbounds.h"

#include <algorithm>

namespace thresher {

namespace {

/// The first of `times` behind `first` that is not before `time`; near ones are found soonest.
std::size_t seek(std::span<const TimeNs> times, std::size_t first, TimeNs time)
{
    std::size_t step = 1;
    std::size_t last = first;
    while (last < times.size() && times[last] < time) {
        first = last + 1;
        last += step;
        step *= 2;
    }
    last = std::min(last, times.size());
    const auto begin = times.begin();
    return static_cast<std::size_t>(
        std::lower_bound(begin + static_cast<std::ptrdiff_t>(first),
                         begin + static_cast<std::ptrdiff_t>(std::max(first, last)), time)
        - begin);
}

template<typename T>
std::span<const T> column(std::span<const std::byte> bytes, std::uint64_t &at, std::uint64_t count)
{
    if (at > bytes.size() || count > (bytes.size() - at) / sizeof(T))
        return {};
    const auto *const data = reinterpret_cast<const T *>(bytes.data() + at);
    at += count * sizeof(T);
    return {data, count};
}

} // namespace

CounterNode CounterView::bounds(std::size_t first, std::size_t last) const
{
    CounterNode sum{values[first], values[first]};
    const auto add = [&sum](const CounterNode &node) {
        sum.min = std::min(sum.min, node.min);
        sum.max = std::max(sum.max, node.max);
    };
    while (first < last) {
        // The largest node that begins here and does not end behind.
        std::size_t size = 1;
        const CounterNode *node = nullptr;
        std::size_t next = kCounterLeaf;
        for (const auto &level : levels) {
            const std::size_t number = first / next;
            if (first % next != 0 || last - first < next || number >= level.size())
                break;
            node = &level[number];
            size = next;
            next *= kCounterFan;
        }
        add(node != nullptr ? *node : CounterNode{values[first], values[first]});
        first += size;
    }
    return sum;
}

std::optional<CounterView> CounterSegment::find(const CounterKey &key) const
{
    const auto entry = std::lower_bound(
        entries.begin(), entries.end(), key,
        [](const CounterEntry &each, const CounterKey &wanted) { return each.key < wanted; });
    return entry != entries.end() && entry->key == key ? view(*entry) : std::nullopt;
}

std::optional<CounterView> CounterSegment::view(const CounterEntry &entry) const
{
    CounterView view;
    std::uint64_t at = entry.offset;
    view.times = column<TimeNs>(bytes, at, entry.size);
    view.values = column<std::int64_t>(bytes, at, entry.size);
    if (view.times.empty() || view.values.size() != view.times.size())
        return std::nullopt;
    std::uint64_t nodes = entry.size / kCounterLeaf;
    for (auto &level : view.levels) {
        level = column<CounterNode>(bytes, at, nodes);
        nodes /= kCounterFan;
    }
    return view;
}

std::optional<CounterSample> sampleBefore(const Analysis &analysis, const CounterKey &key,
                                          TimeNs time)
{
    for (auto segment = analysis.counterSegments.rbegin();
         segment != analysis.counterSegments.rend(); ++segment) {
        const auto view = (*segment)->find(key);
        if (!view || view->times.front() > time)
            continue;
        const auto behind = std::upper_bound(view->times.begin(), view->times.end(), time);
        const auto last = static_cast<std::size_t>(behind - view->times.begin()) - 1;
        return CounterSample{view->times[last], view->values[last]};
    }
    return std::nullopt;
}

std::optional<CounterSample> sampleAfter(const Analysis &analysis, const CounterKey &key,
                                         TimeNs time)
{
    for (const auto &segment : analysis.counterSegments) {
        const auto view = segment->find(key);
        if (!view || view->times.back() <= time)
            continue;
        const auto behind = std::upper_bound(view->times.begin(), view->times.end(), time);
        const auto first = static_cast<std::size_t>(behind - view->times.begin());
        return CounterSample{view->times[first], view->values[first]};
    }
    return std::nullopt;
}

std::optional<std::int64_t> counterAt(const Analysis &analysis, const CounterKey &key, TimeNs time)
{
    const auto sample = sampleBefore(analysis, key, time);
    return sample ? std::optional(sample->value) : std::nullopt;
}

void sampleCounter(const Analysis &analysis, const CounterKey &key, const PixelGrid &grid,
                   std::span<CounterColumn> out)
{
    std::fill(out.begin(), out.end(), CounterColumn{});
    if (grid.range.isEmpty() || grid.columns == 0 || out.size() < grid.columns)
        return;
    const GridBounds bounds(grid);
    const TimeRange range = grid.range;
    for (const auto &segment : analysis.counterSegments) {
        const auto view = segment->find(key);
        if (!view || view->times.back() < range.begin || view->times.front() >= range.end)
            continue;
        const auto begin = std::lower_bound(view->times.begin(), view->times.end(), range.begin);
        auto i = static_cast<std::size_t>(begin - view->times.begin());
        while (i < view->times.size() && view->times[i] < range.end) {
            const std::uint32_t x = bounds.columnOf(view->times[i]);
            const TimeNs end = x + 1 < grid.columns ? bounds.first(x + 1) : range.end;
            const std::size_t last = std::max(i + 1, seek(view->times, i, end));
            const CounterNode node = view->bounds(i, last);
            CounterColumn &into = out[x];
            into.min = into.hasSamples ? std::min(into.min, node.min) : node.min;
            into.max = into.hasSamples ? std::max(into.max, node.max) : node.max;
            into.last = view->values[last - 1];
            into.hasSamples = into.isKnown = true;
            i = last;
        }
    }
    // What holds at a column's begin.
    CounterColumn now;
    if (range.begin != kTimeMin) {
        const auto before = counterAt(analysis, key, range.begin - 1);
        now.isKnown = before.has_value();
        now.last = before.value_or(0);
    }
    for (std::uint32_t x = 0; x < grid.columns; ++x) {
        CounterColumn &each = out[x];
        if (now.isKnown) {
            each.min = each.hasSamples ? std::min(each.min, now.last) : now.last;
            each.max = each.hasSamples ? std::max(each.max, now.last) : now.last;
            each.last = each.hasSamples ? each.last : now.last;
            each.isKnown = true;
        }
        if (each.hasSamples)
            now = each;
    }
}

namespace {

void include(CounterColumn &into, const CounterColumn &other)
{
    if (!other.isKnown)
        return;
    into.min = into.isKnown ? std::min(into.min, other.min) : other.min;
    into.max = into.isKnown ? std::max(into.max, other.max) : other.max;
    into.last = into.isKnown ? std::max(into.last, other.last) : other.last;
    into.isKnown = true;
    into.hasSamples = into.hasSamples || other.hasSamples;
}

} // namespace

void sampleCounters(const Analysis &analysis, std::uint32_t counter, const PixelGrid &grid,
                    std::span<CounterColumn> out)
{
    std::fill(out.begin(), out.end(), CounterColumn{});
    if (counter >= analysis.counters.size() || grid.range.isEmpty() || out.size() < grid.columns)
        return;
    std::vector<CounterColumn> one(grid.columns);
    std::size_t done = 0;
    for (const CounterSeries &series : analysis.counters[counter].series) {
        if (series.range.begin >= grid.range.end)
            continue;
        if (done++ < kMostSeriesOfALane) {
            sampleCounter(analysis, {counter, series.key}, grid, one);
            for (std::uint32_t x = 0; x < grid.columns; ++x)
                include(out[x], one[x]);
            continue;
        }
        const CounterColumn all{series.min, series.max, series.max, true, true};
        for (std::uint32_t x = grid.columnOf(series.range.begin); x < grid.columns; ++x)
            include(out[x], all);
    }
}

} // namespace thresher
