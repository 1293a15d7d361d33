// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/eventdetails.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace thresher {

namespace {

std::string inHex(std::int64_t value, std::uint32_t size)
{
    auto bits = static_cast<std::uint64_t>(value);
    if (size < 8)
        bits &= (std::uint64_t{1} << (size * 8)) - 1;
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), bits, 16).ptr;
    return "0x" + std::string(digits.data(), end);
}

/// A number, or the bytes of a string up to its end.
std::string valueOf(const EventField &field, std::span<const std::byte> payload, bool bigEndian)
{
    const FieldReader reader(field, bigEndian);
    if (field.isString) {
        const auto bytes = readBytes(field, payload, bigEndian);
        std::string text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        return text.substr(0, text.find('\0'));
    }
    if (field.isArray || field.isDynamic || !reader.isValid()
        || field.offset + std::size_t{field.size} > payload.size())
        return {};
    const std::int64_t value = reader.read(payload);
    if (field.isPointer)
        return inHex(value, field.size);
    return field.isSigned ? std::to_string(value)
                          : std::to_string(static_cast<std::uint64_t>(value));
}

/// What the text does not say: the other base of a number.
std::string otherBase(const EventField &field, std::span<const std::byte> payload, bool bigEndian)
{
    if (field.isArray || field.isString || field.isDynamic)
        return {};
    const FieldReader reader(field, bigEndian);
    if (!reader.isValid() || field.offset + std::size_t{field.size} > payload.size())
        return {};
    const std::int64_t value = reader.read(payload);
    if (!field.isPointer)
        return inHex(value, field.size);
    return field.isSigned ? std::to_string(value)
                          : std::to_string(static_cast<std::uint64_t>(value));
}

std::uint32_t sizeLeft(std::span<const std::byte> payload, std::size_t offset)
{
    return static_cast<std::uint32_t>(payload.size() - std::min(payload.size(), offset));
}

EventDetails::Field fieldOf(EventPrinter &printer, const Record &record, const EventField &field,
                            bool bigEndian)
{
    EventDetails::Field out;
    out.name = field.name;
    out.type = field.type;
    out.offset = field.offset;
    out.size = field.size;
    out.isDynamic = field.isDynamic;
    out.isCommon = field.isCommon;
    if (field.isDynamic || field.size == 0)
        out.size = static_cast<std::uint32_t>(readBytes(field, record.payload, bigEndian).size());
    else if (field.isArray) // a stack's may end before its declared size
        out.size = std::min<std::uint32_t>(field.size, sizeLeft(record.payload, field.offset));
    out.text = printer.fieldText(record, field);
    out.value = valueOf(field, record.payload, bigEndian);
    out.isText = field.isString;
    out.raw = otherBase(field, record.payload, bigEndian);
    return out;
}

/// The stack that the kernel wrote right behind an event, on the same CPU, for the same task.
void addStack(RowPrinter &printer, const Record &record, EventDetails &details)
{
    const auto isUser = [](const std::string &name) {
        return name.find("user_stack") != std::string::npos;
    };
    details.stack = printer.printer().stack(record);
    details.isUserStack = isUser(details.name);
    if (!details.stack.empty())
        return;
    const auto &snapshot = *printer.snapshot();
    const auto next = rowDataOf(snapshot, {details.row.place.stream, details.row.place.event + 1});
    if (!next || next->task != details.row.task)
        return;
    const std::string &name = snapshot.trace->events().event(next->event).name;
    if (name.find("_stack") == std::string::npos)
        return;
    if (const auto following = printer.record(next->place)) {
        details.stack = printer.printer().stack(*following);
        details.isUserStack = isUser(name);
    }
}

} // namespace

std::optional<EventDetails> describeEvent(RowPrinter &printer, Place place)
{
    const auto snapshot = printer.snapshot();
    const auto row = snapshot ? rowDataOf(*snapshot, place) : std::nullopt;
    if (!row)
        return std::nullopt;
    const EventFormat &event = snapshot->trace->events().event(row->event);
    EventDetails details;
    details.row = *row;
    details.system = event.system;
    details.name = event.name;
    details.format = event.text;
    details.stream = snapshot->trace->streamName(place.stream);
    details.task = printer.taskName(*row);
    const auto lost = snapshot->streams[place.stream].lost;
    const auto span = std::ranges::lower_bound(lost, place.event, {}, &LostSpan::before);
    if (span != lost.end() && span->before == place.event)
        details.lostBefore = *span;

    details.info = printer.info(*row);
    const auto record = printer.record(place);
    details.isReadable = record.has_value();
    if (!record)
        return details;
    // Copied first: a record lives until the printer is asked for another.
    const auto shown = std::min(record->payload.size(), EventDetails::kMaxPayload);
    details.payload.assign(record->payload.begin(),
                           record->payload.begin() + static_cast<std::ptrdiff_t>(shown));
    details.payloadSize = record->payload.size();
    details.fileOffset = record->fileOffset;
    details.isInChunk = snapshot->trace->streams()[place.stream].compression != Compression::None;
    details.latency = printer.printer().latencyFlags(*record);
    const bool bigEndian = snapshot->trace->metadata().bigEndian;
    for (const EventField &field : event.fields)
        details.fields.push_back(fieldOf(printer.printer(), *record, field, bigEndian));
    addStack(printer, *record, details);
    return details;
}

} // namespace thresher
