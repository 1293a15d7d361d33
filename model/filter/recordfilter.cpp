// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/bitops_p.h"
#include "model/filter/blockfilter_p.h"

#include <algorithm>

namespace thresher {

// Decides, page by page, about events that the columns leave open.
void BlockFilter::decide(BlockBits maybe, BlockBits &yes)
{
    if (m_stream >= m_snapshot->trace->streams().size())
        return;
    if (!m_walk)
        m_walk.emplace(m_snapshot);
    while (any(maybe)) {
        const std::size_t first = firstBit(maybe);
        const EventIndex behind = m_walk->open(m_stream, m_block.first + first) - m_block.first;
        const BlockBits here = behind < kBlockEvents
                                   ? maybe & allBits(static_cast<std::size_t>(behind))
                                   : maybe;
        m_walk->read(m_block.first + first, m_block.first + behindLastBit(here));
        yes = yes | records(m_program.root(), here);
        maybe = without(maybe, here);
    }
}

BlockBits BlockFilter::records(std::uint32_t id, BlockBits among)
{
    const FilterStep &step = m_program.steps[id];
    switch (step.kind) {
    case FilterStep::Kind::And:
        for (const std::uint32_t child : step.children) {
            if (!any(among))
                break;
            among = records(child, among);
        }
        return among;
    case FilterStep::Kind::Or: {
        BlockBits some{};
        for (const std::uint32_t child : step.children) {
            some = some | records(child, among);
            among = without(among, some);
            if (!any(among))
                break;
        }
        return some;
    }
    case FilterStep::Kind::Fields:
        return byFields(step, among);
    case FilterStep::Kind::Text:
        return byText(step.index, among);
    default:
        return columns(id, among).yes;
    }
}

BlockBits BlockFilter::byFields(const FilterStep &step, const BlockBits &among)
{
    const std::vector<std::uint32_t> &tests = m_program.fieldLists[step.index];
    BlockBits passing{};
    std::size_t lastCode = kBlockEvents;
    std::uint32_t test = 0;
    forEachBit(among, [&](std::size_t i) {
        const std::uint8_t code = m_block.eventCodes[i];
        if (code != lastCode) {
            const std::size_t type = toIndex(m_block.event(i));
            test = type < tests.size() ? tests[type] : 0;
            lastCode = code;
        }
        if (test == 0)
            return;
        const auto payload = m_walk->payload(m_block.first + i);
        if (payload.empty())
            return;
        const FieldTest &at = m_program.fieldTests[test - 1];
        setBit(passing, i,
               at.kind == FieldTest::Kind::Number ? at.numbers.contains(at.reader.read(payload))
                                                  : passes(test - 1, payload));
    });
    return passing;
}

namespace {

bool isCpuSet(std::span<const std::byte> mask, std::size_t bit, bool bigEndian)
{
    const std::size_t byte = bigEndian ? mask.size() - 1 - bit / 8 : bit / 8;
    return (std::to_integer<unsigned>(mask[byte]) >> (bit % 8) & 1U) != 0;
}

bool passesMask(const FieldTest &test, std::span<const std::byte> mask, bool bigEndian)
{
    bool hasSome = false;
    bool isEqual = true;
    const std::size_t bits = mask.size() * 8;
    for (std::size_t bit = 0; bit < bits; ++bit) {
        const bool isIn = test.numbers.contains(static_cast<std::int64_t>(bit));
        const bool isSet = isCpuSet(mask, bit, bigEndian);
        hasSome = hasSome || (isIn && isSet);
        isEqual = isEqual && isIn == isSet;
    }
    isEqual = isEqual && test.numbers.misses(static_cast<std::int64_t>(bits), -1);
    return (test.op == FilterOp::BitAnd ? hasSome : isEqual) != test.isNegated;
}

} // namespace

bool BlockFilter::passes(std::uint32_t id, std::span<const std::byte> payload)
{
    FieldTest &test = m_program.fieldTests[id];
    const bool bigEndian = m_snapshot->trace->metadata().bigEndian;
    switch (test.kind) {
    case FieldTest::Kind::Number:
        return test.numbers.contains(test.reader.read(payload));
    case FieldTest::Kind::Mask: {
        const auto bits = static_cast<std::uint64_t>(test.reader.read(payload));
        return ((bits & test.mask) != 0) != test.isNegated;
    }
    case FieldTest::Kind::String:
        return test.text.matches(readString(*test.field, payload, bigEndian)) != test.isNegated;
    case FieldTest::Kind::Symbol:
        return passesSymbol(id, test.reader.read(payload));
    case FieldTest::Kind::CpuMask:
        return passesMask(test, readBytes(*test.field, payload, bigEndian), bigEndian);
    }
    return false;
}

// Few values are met, and printing one takes long.
bool BlockFilter::passesSymbol(std::uint32_t id, std::int64_t value)
{
    SymbolCache &cache = m_symbolCaches[id];
    const auto bits = static_cast<std::uint64_t>(value);
    const std::size_t at = (bits ^ bits >> 7U ^ bits >> 17U) % SymbolCache::kSize;
    if (cache.answers[at] == SymbolCache::Unknown || cache.values[at] != value) {
        FieldTest &test = m_program.fieldTests[id];
        const bool matches = test.numbers.contains(value)
                             || test.text.matches(test.symbols->text(value))
                             || test.text.matches(test.symbols->plainText(value));
        cache.values[at] = value;
        cache.answers[at] = matches != test.isNegated ? SymbolCache::Passes : SymbolCache::Fails;
    }
    return cache.answers[at] == SymbolCache::Passes;
}

BlockBits BlockFilter::byText(std::uint32_t id, const BlockBits &among)
{
    if (!m_printer)
        makePrinter();
    TextTest &test = m_program.textTests[id];
    BlockBits passing{};
    forEachBit(among, [&](std::size_t i) {
        const EventIndex event = m_block.first + i;
        const std::optional<Record> record = m_walk->record(event);
        if (!record)
            return;
        const bool matches = m_evidence[id].mayHold(record->event, record->payload, *m_printer)
                             && test.text.matches(text(event, *record));
        setBit(passing, i, matches != test.isNegated);
    });
    return passing;
}

void BlockFilter::makePrinter()
{
    m_printer.emplace(m_snapshot->trace, [tasks = m_snapshot->tasks](Pid pid) {
        return tasks->name(tasks->fromPid(pid));
    });
    m_followers.emplace(m_snapshot);
    for (const EventFormat &event : m_snapshot->trace->events().all())
        m_printsFollower.push_back(event.name == "funcgraph_entry");
    for (const TextTest &test : m_program.textTests)
        m_evidence.emplace_back(test.text.required(), m_snapshot->trace->metadata().bigEndian);
}

// As RowPrinter::info() prints it.
std::string_view BlockFilter::text(EventIndex event, const Record &record)
{
    if (m_textOf == event)
        return m_text;
    std::optional<Record> next;
    if (m_printsFollower[toIndex(record.event)])
        next = m_followers->record(m_stream, event + 1);
    m_text = m_printer->infoView(record, next ? &*next : nullptr);
    m_textOf = event;
    return m_text;
}

} // namespace thresher
