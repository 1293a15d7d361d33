// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/trackbuilder_p.h"

#include <limits>

namespace thresher {

namespace {

constexpr std::uint64_t kMaxShort = std::numeric_limits<std::uint32_t>::max();

std::uint64_t span(TimeNs begin, TimeNs end)
{
    return end <= begin ? 0 : static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin);
}

} // namespace

std::uint64_t TrackBuilder::open(TimeNs begin, std::uint32_t value, Staging &staging)
{
    const std::uint64_t length = endCurrent(begin, staging);
    if (m_used == kBlockSlices)
        closeBlock(staging);
    append(begin, begin, value);
    return length;
}

void TrackBuilder::add(const Slice &slice, Staging &staging)
{
    if (m_used == kBlockSlices)
        closeBlock(staging);
    append(slice.begin, slice.end, slice.value);
    const std::uint64_t length = span(slice.begin, slice.end);
    m_hasLong |= length > kMaxShort;
    sum(slice.value, length, staging);
}

std::uint64_t TrackBuilder::endCurrent(TimeNs end, Staging &staging)
{
    if (m_used == 0)
        return 0;
    m_ends[m_used - 1] = end;
    const std::uint64_t length = span(m_begins[m_used - 1], end);
    sum(currentValue(), length, staging);
    return length;
}

void TrackBuilder::append(TimeNs begin, TimeNs end, std::uint32_t value)
{
    m_begins[m_used] = begin;
    m_ends[m_used] = end;
    m_codes[m_used] = codeOf(value);
    ++m_used;
    ++m_size;
}

void TrackBuilder::sum(std::uint32_t value, std::uint64_t ns, Staging &staging)
{
    const bool counts = value != kNoValue
                        && (m_kind != TrackKind::Running
                            || value != static_cast<std::uint32_t>(kIdleTask));
    m_pyramid.add(counts, value, ns, [&](std::size_t level, const PyramidNode &node) {
        staging.append(column(TrackColumn::Level0, level), node);
    });
}

std::uint8_t TrackBuilder::codeOf(std::uint32_t value)
{
    std::size_t slot = (value * 0x9e3779b1U) >> 23U; // the upper 9 bits: kSlots
    static_assert(kSlots == std::size_t{1} << 9U);
    for (;; slot = (slot + 1) % kSlots) {
        const std::uint16_t held = m_slots[slot];
        if (held == 0)
            break;
        if (m_dict[held - 1U] == value)
            return static_cast<std::uint8_t>(held - 1U);
    }
    const std::uint32_t code = m_dictUsed++;
    m_dict[code] = value;
    m_slots[slot] = static_cast<std::uint16_t>(code + 1U);
    return static_cast<std::uint8_t>(code);
}

bool TrackBuilder::isWide() const
{
    return m_hasLong || span(m_begins[0], m_begins[m_used - 1]) > kMaxShort;
}

void TrackBuilder::stageBlock(Staging &staging)
{
    if (m_used == 0)
        return;
    SliceBlockHead head;
    head.base = m_begins[0];
    head.dict = m_dictBefore;
    head.dictSize = m_dictUsed;
    std::array<std::uint32_t, kBlockSlices> shorts{};
    const auto base = static_cast<std::uint64_t>(head.base);
    for (std::uint32_t i = 0; i < m_used; ++i)
        shorts[i] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(m_begins[i]) - base);
    staging.append(column(TrackColumn::Begins),
                   std::span<const std::uint32_t>(shorts.data(), m_used));
    if (m_kind != TrackKind::Running) {
        for (std::uint32_t i = 0; i < m_used; ++i)
            shorts[i] = static_cast<std::uint32_t>(span(m_begins[i], m_ends[i]));
        staging.append(column(TrackColumn::Lengths),
                       std::span<const std::uint32_t>(shorts.data(), m_used));
    }
    if (isWide()) {
        head.wide = m_wideBefore;
        std::array<TimeNs, std::size_t{2} * kBlockSlices> wide{};
        for (std::size_t i = 0; i < m_used; ++i) {
            wide[2 * i] = m_begins[i];
            wide[2 * i + 1] = m_ends[i];
        }
        staging.append(column(TrackColumn::Wide),
                       std::span<const TimeNs>(wide.data(), std::size_t{2} * m_used));
    }
    staging.append(column(TrackColumn::Heads), head);
    staging.append(column(TrackColumn::Codes),
                   std::span<const std::uint8_t>(m_codes.data(), m_used));
    staging.append(column(TrackColumn::Dict),
                   std::span<const std::uint32_t>(m_dict.data(), m_dictUsed));
}

void TrackBuilder::closeBlock(Staging &staging)
{
    stageBlock(staging);
    if (m_used > 0 && isWide())
        ++m_wideBefore;
    m_dictBefore += m_dictUsed;
    m_staged = m_size;
    m_used = 0;
    m_dictUsed = 0;
    m_hasLong = false;
    m_slots = {};
}

std::uint64_t TrackBuilder::finish(TimeNs end, Staging &staging)
{
    std::uint64_t length = 0;
    if (m_kind == TrackKind::Running)
        length = endCurrent(end, staging);
    closeBlock(staging);
    return length;
}

void TrackBuilder::stageTail(TimeNs end, Staging &staging)
{
    if (m_staged == m_size)
        return;
    if (m_kind == TrackKind::Running && m_used > 0)
        m_ends[m_used - 1] = end;
    stageBlock(staging);
    m_staged = m_size;
}

} // namespace thresher
