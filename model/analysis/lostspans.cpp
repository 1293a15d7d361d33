// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/lostspans_p.h"

#include <algorithm>

namespace thresher {

void LostSpans::add(const StreamView &stream, TimeNs traceEnd)
{
    for (const LostSpan &span : stream.lost) {
        const TimeNs end = isOpenEnded(span, stream.size) ? std::max(span.end, traceEnd) : span.end;
        m_spans.push_back({span.begin, std::max(span.begin, end)});
    }
}

void LostSpans::finish()
{
    std::sort(m_spans.begin(), m_spans.end(), [](const TimeRange &a, const TimeRange &b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    std::size_t kept = 0;
    for (const TimeRange &span : m_spans) {
        if (kept > 0 && span.begin <= m_spans[kept - 1].end)
            m_spans[kept - 1].end = std::max(m_spans[kept - 1].end, span.end);
        else
            m_spans[kept++] = span;
    }
    m_spans.resize(kept);
}

bool LostSpans::touch(TimeRange range) const
{
    const auto behind = std::partition_point(
        m_spans.begin(), m_spans.end(),
        [&range](const TimeRange &span) { return span.begin < range.end; });
    return behind != m_spans.begin() && (behind - 1)->end > range.begin;
}

bool LostSpans::beginsAt(TimeNs time) const
{
    const auto at = std::partition_point(
        m_spans.begin(), m_spans.end(),
        [time](const TimeRange &span) { return span.begin < time; });
    return at != m_spans.end() && at->begin == time;
}

LostPlaces::LostPlaces(const IndexSnapshot &index)
{
    for (std::size_t i = 0; i < index.streams.size(); ++i) {
        const CpuId cpu = index.trace->streams()[i].cpu;
        m_all.add(index.streams[i], index.range.end);
        if (index.streams[i].lost.empty())
            continue;
        if (m_byCpu.size() <= cpu)
            m_byCpu.resize(cpu + std::size_t{1});
        m_byCpu[cpu].add(index.streams[i], index.range.end);
    }
    m_all.finish();
    for (LostSpans &spans : m_byCpu)
        spans.finish();
}

const LostSpans &LostPlaces::of(CpuId cpu) const
{
    static const LostSpans kNone;
    return cpu < m_byCpu.size() ? m_byCpu[cpu] : kNone;
}

} // namespace thresher
