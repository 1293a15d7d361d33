// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/eventcatalog.h"

#include "model/base/bytes.h"
#include "model/io/formattext_p.h"

#include <algorithm>

namespace thresher {

namespace {

constexpr std::size_t kMaxEvents = 0xfffe; // one more is unknownEvent(), and ids have 16 bits
constexpr std::string_view kUnknownName = "unknown";

} // namespace

const EventField *EventFormat::field(std::string_view fieldName) const
{
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const EventField &candidate) {
        return candidate.name == fieldName;
    });
    return found == fields.end() ? nullptr : &*found;
}

FieldReader::FieldReader(const EventField &field, bool fileIsBigEndian)
    : m_offset(field.offset)
    , m_size(field.size == 1 || field.size == 2 || field.size == 4 || field.size == 8
                 ? static_cast<std::uint8_t>(field.size)
                 : std::uint8_t{0})
    , m_signed(field.isSigned)
    , m_swap(needsSwap(fileIsBigEndian))
{}

std::span<const std::byte> readBytes(const EventField &field, std::span<const std::byte> payload,
                                     bool fileIsBigEndian)
{
    std::uint64_t offset = field.offset;
    std::uint64_t size = field.size == 0 ? payload.size() : field.size;
    if (offset > payload.size() || (field.size != 0 && size > payload.size() - offset))
        return {};
    if (field.isDynamic || field.isRelative) {
        const auto location = loadNumber<std::uint32_t>(payload.data() + offset,
                                                        needsSwap(fileIsBigEndian));
        size = location >> 16U;
        offset = (location & 0xffffU) + (field.isRelative ? offset + 4 : 0);
        if (offset > payload.size() || size > payload.size() - offset)
            return {};
    }
    return slice(payload, offset, size);
}

std::string_view readString(const EventField &field, std::span<const std::byte> payload,
                            bool fileIsBigEndian)
{
    const auto text = asText(readBytes(field, payload, fileIsBigEndian));
    return text.substr(0, text.find('\0'));
}

EventCatalog::EventCatalog()
{
    EventFormat unknown;
    unknown.name = kUnknownName;
    m_events.push_back(std::move(unknown));
}

bool EventCatalog::add(std::string_view system, std::string_view formatText)
{
    if (m_events.size() > kMaxEvents)
        return false;
    auto event = formattext::parse(formatText);
    if (!event)
        return false;
    if (m_byKernelId.size() <= event->kernelId)
        m_byKernelId.resize(std::size_t{event->kernelId} + 1, 0);
    auto &slot = m_byKernelId[event->kernelId];
    if (slot != 0)
        return false;
    event->system = system;
    event->text = formatText;
    event->id = EventTypeId{static_cast<std::uint16_t>(m_events.size() - 1)};
    m_events.back().id = EventTypeId{static_cast<std::uint16_t>(m_events.size())};
    slot = static_cast<std::uint16_t>(m_events.size()); // its id + 1; 0 is "none"
    m_events.insert(m_events.end() - 1, std::move(*event));
    return true;
}

const EventFormat &EventCatalog::event(EventTypeId id) const
{
    return toIndex(id) < m_events.size() ? m_events[toIndex(id)] : m_events.back();
}

EventTypeId EventCatalog::unknownEvent() const
{
    return m_events.back().id;
}

EventTypeId EventCatalog::fromKernelId(std::uint32_t kernelId) const
{
    const auto slot = kernelId < m_byKernelId.size() ? m_byKernelId[kernelId] : std::uint16_t{0};
    return slot == 0 ? unknownEvent() : EventTypeId{static_cast<std::uint16_t>(slot - 1)};
}

const EventFormat *EventCatalog::find(std::string_view system, std::string_view name) const
{
    const auto end = m_events.end() - 1; // the unknown event is not found by a name
    const auto found = std::find_if(m_events.begin(), end, [&](const EventFormat &event) {
        return event.name == name && (system.empty() || event.system == system);
    });
    return found == end ? nullptr : &*found;
}

} // namespace thresher
