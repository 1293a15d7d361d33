// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/bitops_p.h"
#include "model/filter/blockfilter_p.h"

namespace thresher {

BlockFilter::BlockFilter(FilterProgram program, std::span<const TaskPass> tasks,
                         std::shared_ptr<const IndexSnapshot> snapshot)
    : m_program(std::move(program))
    , m_tasks(tasks)
    , m_snapshot(std::move(snapshot))
    , m_leaves(m_program.steps.size())
{
    for (const FieldTest &test : m_program.fieldTests) {
        if (test.kind == FieldTest::Kind::Symbol)
            m_symbolCaches.resize(m_program.fieldTests.size());
    }
}

void BlockFilter::narrow(StreamIndex stream, std::uint64_t first, std::span<BlockBits> bits,
                         const std::stop_token &stop)
{
    const StreamView &view = m_snapshot->streams[stream];
    m_stream = stream;
    m_textOf.reset();
    for (std::size_t i = 0; i < bits.size(); ++i) {
        if (!any(bits[i]))
            continue;
        m_block = view.block(first + i);
        ++m_stamp;
        Known known = columns(m_program.root(), bits[i]);
        if (any(known.maybe)) {
            if (stop.stop_requested())
                return;
            decide(known.maybe, known.yes);
        }
        bits[i] = known.yes;
    }
}

BlockFilter::Known BlockFilter::columns(std::uint32_t id, const BlockBits &among)
{
    const FilterStep &step = m_program.steps[id];
    switch (step.kind) {
    case FilterStep::Kind::All:
        return {among, {}};
    case FilterStep::Kind::None:
        return {};
    case FilterStep::Kind::And:
        return allOf(step, among);
    case FilterStep::Kind::Or:
        return anyOf(step, among);
    case FilterStep::Kind::Fields: // the leaf: events that have the field
        return {{}, among & leaf(id)};
    case FilterStep::Kind::Text:
        return {{}, among};
    default:
        return {among & leaf(id), {}};
    }
}

BlockFilter::Known BlockFilter::allOf(const FilterStep &step, const BlockBits &among)
{
    Known all{among, {}};
    for (const std::uint32_t child : step.children) {
        const BlockBits open = all.yes | all.maybe;
        if (!any(open))
            break;
        const Known one = columns(child, open);
        const BlockBits yes = all.yes & one.yes;
        all = {yes, without(one.yes | one.maybe, yes)};
    }
    return all;
}

BlockFilter::Known BlockFilter::anyOf(const FilterStep &step, const BlockBits &among)
{
    Known some;
    BlockBits open = among;
    for (const std::uint32_t child : step.children) {
        const Known one = columns(child, open);
        some.yes = some.yes | one.yes;
        some.maybe = some.maybe | one.maybe;
        open = without(open, one.yes);
        if (!any(open))
            break;
    }
    some.maybe = without(some.maybe, some.yes);
    return some;
}

const BlockBits &BlockFilter::leaf(std::uint32_t id)
{
    Leaf &leaf = m_leaves[id];
    if (leaf.stamp != m_stamp) {
        leaf.stamp = m_stamp;
        leaf.bits = leafBits(m_program.steps[id]);
    }
    return leaf.bits;
}

BlockBits BlockFilter::leafBits(const FilterStep &step) const
{
    switch (step.kind) {
    case FilterStep::Kind::Events:
        return byEvent(m_program.eventLists[step.index]);
    case FilterStep::Kind::Streams: {
        const PassList &list = m_program.streamLists[step.index];
        const bool passes = m_stream < list.size() && list[m_stream] != 0;
        return passes ? allBits(m_block.size()) : BlockBits{};
    }
    case FilterStep::Kind::Tasks:
        return byTask(m_tasks[step.index]);
    case FilterStep::Kind::Times:
        return byTime(m_program.timeTests[step.index]);
    case FilterStep::Kind::Fields:
        return withField(m_program.fieldLists[step.index]);
    default:
        return {};
    }
}

namespace {

/// The events whose code's entry is 1.
BlockBits byCodes(std::span<const std::uint8_t> codes, const CodeTable &table, std::size_t ones,
                  std::size_t dictSize)
{
    if (ones == 0)
        return {};
    if (ones == dictSize)
        return allBits(codes.size());
    const std::uint8_t *const code = codes.data();
    return gatherBits(codes.size(), [&](std::size_t i) { return table[code[i]]; });
}

} // namespace

BlockBits BlockFilter::byEvent(const PassList &list) const
{
    CodeTable table;
    table.fill(list.empty() ? 0 : list.front());
    std::size_t ones = 0;
    for (std::size_t i = 0; i < m_block.eventDict.size(); ++i) {
        const std::size_t type = toIndex(m_block.eventDict[i]);
        table[i] = type < list.size() ? list[type] : 0;
        ones += table[i];
    }
    return byCodes(m_block.eventCodes, table, ones, m_block.eventDict.size());
}

BlockBits BlockFilter::withField(const std::vector<std::uint32_t> &tests) const
{
    CodeTable table{};
    std::size_t ones = 0;
    for (std::size_t i = 0; i < m_block.eventDict.size(); ++i) {
        const std::size_t type = toIndex(m_block.eventDict[i]);
        table[i] = type < tests.size() && tests[type] != 0 ? 1 : 0;
        ones += table[i];
    }
    return byCodes(m_block.eventCodes, table, ones, m_block.eventDict.size());
}

BlockBits BlockFilter::byTask(const TaskPass &pass) const
{
    constexpr auto kPasses = TaskPass::Verdict::Passes;
    constexpr auto kVaries = TaskPass::Verdict::Varies;
    CodeTable table;
    table.fill(pass.of(kNoTask) == kPasses ? 1 : 0);
    std::size_t ones = 0;
    bool varies = false;
    for (std::size_t i = 0; i < m_block.taskDict.size(); ++i) {
        const TaskPass::Verdict verdict = pass.of(m_block.taskDict[i]);
        varies = varies || verdict == kVaries;
        table[i] = verdict == kPasses ? 1 : 0;
        ones += table[i];
    }
    if (!varies)
        return byCodes(m_block.taskCodes, table, ones, m_block.taskDict.size());
    return gatherBits(m_block.size(), [&](std::size_t i) {
        const TaskId task = m_block.task(i);
        const bool passes = pass.of(task) == kVaries ? pass.passes(task, m_block.time(i))
                                                     : pass.of(task) == kPasses;
        return static_cast<std::uint8_t>(passes ? 1 : 0);
    });
}

BlockBits BlockFilter::byTime(const NumberSet &times) const
{
    const std::size_t size = m_block.size();
    if (size == 0)
        return {};
    // Times ascend within a block.
    const TimeNs first = m_block.time(0);
    const TimeNs last = m_block.time(size - 1);
    if (first <= last && times.misses(first, last))
        return {};
    if (first <= last && times.covers(first, last))
        return allBits(size);
    return gatherBits(size, [&](std::size_t i) {
        return static_cast<std::uint8_t>(times.contains(m_block.time(i)) ? 1 : 0);
    });
}

} // namespace thresher
