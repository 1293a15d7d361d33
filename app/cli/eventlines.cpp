// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/eventlines_p.h"
#include "model/index/traceindex.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>

namespace thresher {

namespace {

/// A record with its payload in memory of its own, so that the next one may be read as well.
class KeptRecord
{
public:
    [[nodiscard]] const Record *get() const { return m_record ? &*m_record : nullptr; }
    [[nodiscard]] Place place() const { return m_place; }
    void set(Place place, const std::optional<Record> &record)
    {
        m_place = place;
        m_record = record;
        if (!m_record)
            return;
        m_bytes.assign(record->payload.begin(), record->payload.end());
        m_record->payload = m_bytes;
    }

private:
    Place m_place;
    std::optional<Record> m_record;
    std::vector<std::byte> m_bytes;
};

/// Prints batches of rows; one per thread. What a batch prints depends on its rows alone.
class BatchPrinter
{
public:
    explicit BatchPrinter(const LineRequest &request)
        : m_request(request)
        , m_snapshot(*request.order.snapshot())
        , m_reader(request.order.snapshot())
        , m_printer(m_snapshot.trace, [tasks = m_snapshot.tasks](Pid pid) {
            return tasks->name(tasks->fromPid(pid));
        })
    {
        const auto place = request.order.at(request.first);
        m_begin = place ? request.order.time(*place) : kTimeMax;
    }

    /// Rows [first, last), not beyond the request's.
    [[nodiscard]] std::string print(Row first, Row last)
    {
        m_text.clear();
        m_lastOf.assign(m_snapshot.streams.size(), std::nullopt);
        // One row before: it may be a call that prints the first one as its return; and one behind:
        // it tells whether the last one is such a call.
        const bool looksBack = first > m_request.first;
        RowCursor cursor(m_request.order, looksBack ? first - 1 : first);
        KeptRecord current;
        KeptRecord next;
        bool hasCurrent = read(cursor, current);
        if (looksBack && hasCurrent) {
            const bool hasNext = read(cursor, next);
            const bool isReturn = hasNext && isLeaf(current, next);
            std::swap(current, next);
            hasCurrent = isReturn ? read(cursor, current) : hasNext;
            first += isReturn ? 1 : 0;
        }
        for (Row row = first; hasCurrent && row < last; ++row) {
            const bool hasNext = read(cursor, next);
            addLost(current.place());
            if (const Record *const record = current.get()) {
                m_text += m_printer.line(*record, next.get(), m_request.options);
                m_text += '\n';
            }
            const bool wasLeaf = hasNext && isLeaf(current, next);
            std::swap(current, next);
            hasCurrent = hasNext;
            if (wasLeaf) {
                hasCurrent = read(cursor, current);
                ++row;
            }
        }
        return m_text;
    }

private:
    bool read(RowCursor &cursor, KeptRecord &record)
    {
        const auto place = cursor.next();
        if (!place) {
            record.set({}, std::nullopt);
            return false;
        }
        record.set(*place, m_reader.record(place->stream, place->event));
        return true;
    }

    [[nodiscard]] bool isLeaf(const KeptRecord &entry, const KeptRecord &exit)
    {
        return entry.get() != nullptr && exit.get() != nullptr
               && m_printer.isLeaf(*entry.get(), *exit.get());
    }

    /// Losses between this event and the one of its stream that was printed before; not those
    /// before all that is printed.
    void addLost(Place place)
    {
        const StreamView &stream = m_snapshot.streams[place.stream];
        if (stream.lost.empty())
            return;
        std::optional<EventIndex> &last = m_lastOf[place.stream];
        if (!last)
            last = eventsBefore(place);
        auto span = std::lower_bound(
            stream.lost.begin(), stream.lost.end(), *last,
            [](const LostSpan &lost, EventIndex event) { return lost.before < event; });
        for (; span != stream.lost.end() && span->before <= place.event; ++span) {
            const CpuId cpu = m_snapshot.trace->streams()[place.stream].cpu;
            m_text += EventPrinter::lostLine(cpu, span->count);
            m_text += '\n';
        }
        last = place.event + 1;
    }

    /// Events of the place's stream up to the one that was printed before it; of the first one that
    /// is printed, up to where printing begins.
    [[nodiscard]] EventIndex eventsBefore(Place place) const
    {
        const StreamView &stream = m_snapshot.streams[place.stream];
        const EventIndex begin = std::min(stream.lowerBound(m_begin), place.event);
        const auto &selection = m_request.order.selection();
        if (!selection)
            return std::max(begin, place.event);
        const StreamSelection &shown = selection->streams[place.stream];
        const std::uint64_t rank = shown.rank(place.event);
        return rank == 0 ? begin : std::max(begin, shown.select(rank - 1) + 1);
    }

    const LineRequest &m_request;
    const IndexSnapshot &m_snapshot;
    RecordReader m_reader;
    EventPrinter m_printer;
    TimeNs m_begin = 0; ///< Of the first row that is printed.
    std::vector<std::optional<EventIndex>>
        m_lastOf; ///< By stream: events up to the one printed last.
    std::string m_text;
};

/// Writes texts in the order of their numbers, whoever has them first.
class OrderedOutput
{
public:
    explicit OrderedOutput(std::FILE *to)
        : m_to(to)
    {}
    /// Waits for its turn. @returns false when no more is wanted.
    bool write(std::uint64_t number, const std::string &text)
    {
        std::unique_lock lock(m_mutex);
        m_turn.wait(lock, [&] { return m_next == number || m_failed; });
        if (!m_failed && std::fwrite(text.data(), 1, text.size(), m_to) != text.size()) {
            m_failed = true;
            m_result = finishOutput(m_to);
        }
        ++m_next;
        m_turn.notify_all();
        return !m_failed;
    }
    [[nodiscard]] Result<void> result() const { return m_result; }

private:
    std::FILE *m_to;
    std::mutex m_mutex;
    std::condition_variable m_turn;
    std::uint64_t m_next = 0;
    bool m_failed = false;
    Result<void> m_result;
};

} // namespace

Result<void> printLines(const LineRequest &request, unsigned threads, std::FILE *to)
{
    if (request.first >= request.last)
        return {};
    OrderedOutput output(to);
    const Row size = std::max<Row>(1, request.batchRows);
    std::atomic<std::uint64_t> next = 0;
    const std::uint64_t batches = (request.last - request.first + size - 1) / size;
    const auto work = [&] {
        BatchPrinter printer(request);
        for (std::uint64_t batch = next++; batch < batches && !request.stop.stop_requested();
             batch = next++) {
            const Row first = request.first + batch * size;
            if (!output.write(batch, printer.print(first, std::min(first + size, request.last))))
                return;
        }
    };
    std::vector<std::jthread> others;
    try {
        for (std::uint64_t i = 1; i < std::min<std::uint64_t>(threads, batches); ++i)
            others.emplace_back(work);
    } catch (const std::system_error &) {
        // No thread to be had: those that there are do all.
    }
    work();
    others.clear();
    return output.result();
}

} // namespace thresher
