// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/rowprinter.h"

#include <list>
#include <string>
#include <unordered_map>

namespace thresher {

namespace {

/// Texts kept: some screens full of rows with some columns of fields.
constexpr std::size_t kKeptTexts = 8192;

/// What was printed: field kInfo of a place, or one of its event's fields.
struct TextKey
{
    Place place;
    std::uint32_t field = 0;
    friend bool operator==(const TextKey &, const TextKey &) = default;
};
constexpr std::uint32_t kInfo = 0xffffffffU;

struct TextKeyHash
{
    std::size_t operator()(const TextKey &key) const
    {
        const std::uint64_t where = key.place.event * 0x9e3779b97f4a7c15ULL;
        const std::uint64_t which = (std::uint64_t{key.place.stream} << 32 | key.field)
                                    * 0xc2b2ae3d27d4eb4fULL;
        return (where ^ where >> 29) + which;
    }
};

/// The texts used last.
class TextCache
{
public:
    [[nodiscard]] const std::string *find(const TextKey &key)
    {
        const auto found = m_byKey.find(key);
        if (found == m_byKey.end())
            return nullptr;
        m_entries.splice(m_entries.begin(), m_entries, found->second);
        return &found->second->second;
    }
    const std::string &insert(const TextKey &key, std::string text)
    {
        if (m_entries.size() >= kKeptTexts) {
            m_byKey.erase(m_entries.back().first);
            m_entries.pop_back();
        }
        m_entries.emplace_front(key, std::move(text));
        m_byKey[key] = m_entries.begin();
        return m_entries.front().second;
    }

private:
    using Entries = std::list<std::pair<TextKey, std::string>>;
    Entries m_entries; ///< Used last first.
    std::unordered_map<TextKey, Entries::iterator, TextKeyHash> m_byKey;
};

} // namespace

struct RowPrinter::Private
{
    explicit Private(std::shared_ptr<const IndexSnapshot> aSnapshot)
        : snapshot(std::move(aSnapshot))
        , records(snapshot)
        , printer(snapshot->trace,
                  [this](Pid pid) { return snapshot->tasks->name(snapshot->tasks->fromPid(pid)); })
    {}

    std::shared_ptr<const IndexSnapshot> snapshot;
    RecordReader records;
    EventPrinter printer;
    TextCache texts;
    std::vector<std::byte> payload; ///< Of a record that the next read must not invalidate.

    [[nodiscard]] std::optional<Record> recordAfter(Place place, const Record &record);
};

/// function_graph prints a call without children in one line, for which it looks at the record that
/// follows on the same CPU. `record` must hold its payload outside of the reader.
std::optional<Record> RowPrinter::Private::recordAfter(Place place, const Record &record)
{
    const EventFormat &format = snapshot->trace->events().event(record.event);
    if (format.name != "funcgraph_entry" || place.event + 1 >= snapshot->streams[place.stream].size)
        return std::nullopt;
    return records.record(place.stream, place.event + 1);
}

RowPrinter::RowPrinter(std::shared_ptr<const IndexSnapshot> snapshot)
    : d(std::make_unique<Private>(std::move(snapshot)))
{}

RowPrinter::~RowPrinter() = default;

void RowPrinter::setSnapshot(std::shared_ptr<const IndexSnapshot> snapshot)
{
    d->snapshot = std::move(snapshot);
    d->records.setSnapshot(d->snapshot);
}

const std::shared_ptr<const IndexSnapshot> &RowPrinter::snapshot() const
{
    return d->snapshot;
}

std::string_view RowPrinter::eventName(const RowData &row)
{
    return d->snapshot->trace->events().event(row.event).name;
}

std::string_view RowPrinter::taskName(const RowData &row)
{
    return d->snapshot->tasks->nameAt(row.task, row.time);
}

std::string_view RowPrinter::info(const RowData &row)
{
    const TextKey key{row.place, kInfo};
    if (const std::string *text = d->texts.find(key))
        return *text;
    std::optional<Record> found = record(row.place);
    if (!found)
        return d->texts.insert(key, std::string());
    // Looking at the next record may replace the page that this one lies in.
    d->payload.assign(found->payload.begin(), found->payload.end());
    found->payload = d->payload;
    const std::optional<Record> next = d->recordAfter(row.place, *found);
    return d->texts.insert(key, d->printer.info(*found, next ? &*next : nullptr));
}

std::string_view RowPrinter::field(const RowData &row, std::string_view name)
{
    const EventFormat &format = d->snapshot->trace->events().event(row.event);
    const EventField *field = format.field(name);
    if (field == nullptr)
        return {};
    const TextKey key{row.place, static_cast<std::uint32_t>(field - format.fields.data())};
    if (const std::string *text = d->texts.find(key))
        return *text;
    const std::optional<Record> found = record(row.place);
    return d->texts.insert(key, found ? d->printer.fieldText(*found, *field) : std::string());
}

std::optional<Record> RowPrinter::record(Place place)
{
    if (place.stream >= d->snapshot->streams.size()
        || place.event >= d->snapshot->streams[place.stream].size)
        return std::nullopt;
    return d->records.record(place.stream, place.event);
}

EventPrinter &RowPrinter::printer()
{
    return d->printer;
}

} // namespace thresher
