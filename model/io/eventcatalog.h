// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/bytes.h"
#include "model/base/types.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thresher {

/// One field as an event's format file declares it.
struct EventField
{
    std::string name; ///< "prev_comm"
    std::string type; ///< As declared, without the name: "char[16]", "__data_loc char[]", "pid_t"
    std::uint32_t offset = 0; ///< From the record's first byte (common_type is at 0).
    std::uint32_t size = 0; ///< Bytes in the record (4 for __data_loc); 0: up to the record's end.
    bool isSigned = false;
    bool isString = false; ///< char arrays, __data_loc char[], __rel_loc char[]
    bool isArray = false;
    bool isDynamic = false; ///< __data_loc: u32 of length << 16 | offset from the record's begin
    bool isRelative = false; ///< __rel_loc: the offset counts from the end of the field
    bool isPointer = false; ///< Shown in hexadecimal.
    bool isCommon = false;
};

/// One event type: a tracepoint, dynamic event or ftrace-internal event with its format.
struct EventFormat
{
    EventTypeId id{}; ///< Dense, the position in EventCatalog::all().
    std::uint32_t kernelId = 0; ///< common_type in records.
    std::string system; ///< "sched"
    std::string name; ///< "sched_switch"
    std::string_view text; ///< The whole format text; lives as long as the trace file.
    std::vector<EventField> fields; ///< Common fields first, then the event's own; file order.

    [[nodiscard]] const EventField *field(std::string_view fieldName) const;
};

/// Reads an integer field of 1, 2, 4 or 8 bytes without a library call; for hot loops.
/// Compile once per (event, field); reading is O(1), any thread.
class FieldReader
{
public:
    FieldReader() = default;
    FieldReader(const EventField &field, bool fileIsBigEndian);
    [[nodiscard]] bool isValid() const { return m_size != 0; }
    /// Sign-extended where the field is signed. 0 where the record is too short for the field.
    [[nodiscard]] std::int64_t read(std::span<const std::byte> payload) const;

private:
    std::uint32_t m_offset = 0;
    std::uint8_t m_size = 0;
    bool m_signed = false;
    bool m_swap = false;
};

inline std::int64_t FieldReader::read(std::span<const std::byte> payload) const
{
    if (payload.size() < m_offset || payload.size() - m_offset < m_size)
        return 0;
    const std::byte *const from = payload.data() + m_offset;
    switch (m_size) {
    case 1: {
        const auto value = loadNumber<std::uint8_t>(from, m_swap);
        return m_signed ? std::int64_t{static_cast<std::int8_t>(value)} : value;
    }
    case 2: {
        const auto value = loadNumber<std::uint16_t>(from, m_swap);
        return m_signed ? std::int64_t{static_cast<std::int16_t>(value)} : value;
    }
    case 4: {
        const auto value = loadNumber<std::uint32_t>(from, m_swap);
        return m_signed ? std::int64_t{static_cast<std::int32_t>(value)} : value;
    }
    case 8:
        return static_cast<std::int64_t>(loadNumber<std::uint64_t>(from, m_swap));
    default:
        return 0;
    }
}

/// The bytes of a string field (fixed, __data_loc or __rel_loc) up to its NUL; empty where the
/// record is too short or the location lies outside it. Views into `payload`.
[[nodiscard]] std::string_view readString(const EventField &field,
                                          std::span<const std::byte> payload, bool fileIsBigEndian);
/// The raw bytes of any field, following __data_loc and __rel_loc; empty where they lie outside.
[[nodiscard]] std::span<const std::byte>
readBytes(const EventField &field, std::span<const std::byte> payload, bool fileIsBigEndian);

/// All event types of a trace. Immutable after loading; reading is thread-safe.
///
/// Ids are dense and in the file's order. The last entry, unknownEvent(), stands for records whose
/// common_type has no format in the file.
class EventCatalog
{
public:
    EventCatalog();

    /// Parses name, ID and fields of one format text (own parser, no library; print fmt is left to
    /// EventPrinter). Returns false, and adds nothing, where the text has no name, no ID, or fields
    /// that contradict themselves; an ID met before replaces nothing (false as well). O(length).
    bool add(std::string_view system, std::string_view formatText);

    [[nodiscard]] std::span<const EventFormat> all() const { return m_events; }
    [[nodiscard]] const EventFormat &
    event(EventTypeId id) const; ///< unknownEvent() if out of range.
    [[nodiscard]] EventTypeId unknownEvent() const;
    /// O(1) for ids < 65536, unknownEvent() for those that have no format.
    [[nodiscard]] EventTypeId fromKernelId(std::uint32_t kernelId) const;
    /// `system` may be empty: the first event of that name. nullptr where there is none.
    [[nodiscard]] const EventFormat *find(std::string_view system, std::string_view name) const;

private:
    std::vector<EventFormat> m_events; ///< unknownEvent() is the last.
    std::vector<std::uint16_t> m_byKernelId;
};

} // namespace thresher
