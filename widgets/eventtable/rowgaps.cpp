// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/rowgaps.h"

#include "model/qt/numbertext.h"

#include <algorithm>
#include <map>

namespace thresher::ui {

namespace {

QString lossText(const TraceFile &trace, StreamIndex stream, const LostSpan &span)
{
    const QString where = QString::fromStdString(trace.streamName(stream));
    if (span.count < 0)
        return EventTableView::tr("events lost on %1").arg(where);
    if (span.count == 1)
        return EventTableView::tr("1 event lost on %1").arg(where);
    return EventTableView::tr("%1 events lost on %2")
        .arg(groupedNumber(static_cast<std::uint64_t>(span.count)), where);
}

bool isShown(const RowOrder &order, StreamIndex stream)
{
    const auto streams = order.snapshot()->trace->streams();
    return stream < streams.size()
           && (!order.selection() || order.selection()->filter.showsCpu(streams[stream].cpu));
}

} // namespace

std::vector<RowGap> findLosses(const RowOrder &order, Row first, Row last)
{
    if (!order.snapshot() || !order.snapshot()->trace || first >= order.size())
        return {};
    const IndexSnapshot &snapshot = *order.snapshot();
    // From the row above on: what follows a loss may be hidden, its line is then at a later row.
    const auto above = order.at(first > 0 ? first - 1 : 0);
    const auto bottom = order.at(std::min(last, order.size() - 1));
    if (!above || !bottom)
        return {};
    const TimeNs begin = first > 0 ? order.time(*above) : kTimeMin;
    const TimeNs end = order.time(*bottom);
    std::map<Row, QString> texts;
    std::size_t looked = 0;
    for (StreamIndex s = 0; s < snapshot.streams.size(); ++s) {
        if (!isShown(order, s))
            continue;
        const auto lost = snapshot.streams[s].lost;
        auto span = std::ranges::lower_bound(lost, begin, {}, &LostSpan::end);
        for (; span != lost.end() && span->end <= end && looked < kMostGaps; ++span, ++looked) {
            const Row row = order.rowOf({s, span->before});
            if (row < first || row > last)
                continue;
            QString &text = texts[row];
            if (!text.isEmpty())
                text += QStringLiteral(" · ");
            text += lossText(*snapshot.trace, s, *span);
        }
    }
    std::vector<RowGap> gaps;
    for (auto &[row, text] : texts)
        gaps.push_back({row, text});
    return gaps;
}

} // namespace thresher::ui
