// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/bytes.h"
#include "model/io/eventcatalog.h"
#include "model/io/kernelsymbols_p.h"
#include "model/io/printformat_p.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Printing one record by its compiled format. Nothing here reads outside the record, and the text
/// is bounded, whatever the format and the record say.
namespace thresher {

/// As C takes it: signed types keep their sign.
[[nodiscard]] inline std::uint64_t signExtended(std::uint64_t value, std::uint32_t size)
{
    switch (size) {
    case 1:
        return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int8_t>(value)});
    case 2:
        return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int16_t>(value)});
    case 4:
        return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)});
    default:
        return value;
    }
}

/// The low `size` bytes of a number.
[[nodiscard]] inline std::uint64_t truncated(std::uint64_t value, std::uint32_t size)
{
    return size >= 8 ? value : value & ((std::uint64_t{1} << (size * 8)) - 1);
}

/// Text that stops growing at a limit, so that a format of a thousand "%s" cannot fill the memory.
class BoundedText
{
public:
    static constexpr std::size_t kLimit = 256U << 10U;

    void add(std::string_view text)
    {
        if (text.size() > m_text.size() - m_size)
            text = text.substr(0, makeRoom(text.size()));
        std::copy(text.begin(), text.end(), m_text.data() + m_size);
        m_size += text.size();
    }
    void add(char c) { addCopies(1, c); }
    void addCopies(std::size_t count, char c)
    {
        if (count > m_text.size() - m_size)
            count = makeRoom(count);
        std::fill_n(m_text.data() + m_size, count, c);
        m_size += count;
    }
    void addNumber(std::uint64_t value, int base = 10);
    void addSigned(std::int64_t value);
    void addHexByte(std::byte value, bool upperCase = false);
    [[nodiscard]] bool isFull() const { return m_size == kLimit; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    /// Until more is added.
    [[nodiscard]] std::string_view text() const { return {m_text.data(), m_size}; }
    /// To at most its size; its memory is kept for what is added next.
    void truncate(std::size_t size) { m_size = size; }

private:
    /// @returns how many bytes of the `size` wanted may be added.
    [[nodiscard]] std::size_t makeRoom(std::size_t size);

    std::string m_text; ///< The text, and room behind it.
    std::size_t m_size = 0;
};

/// Calls the functions of libtraceevent's plugins, for one record.
class PluginCalls
{
public:
    virtual ~PluginCalls() = default;
    /// Prints what the function prints, and returns its value as a number.
    virtual std::uint64_t call(const PrintNode &node, BoundedText &out) const = 0;
};

/// What printing needs to know besides the record.
struct PrintContext
{
    const KernelSymbols *symbols = nullptr;
    const PrintkStrings *strings = nullptr;
    bool bigEndian = false;
    std::uint32_t longSize = 8;
    const PluginCalls *plugins = nullptr;
};

/// A record being printed. Cheap to make; not thread-safe.
class RecordText
{
public:
    RecordText(const EventFormat &event, const PrintFormat &format,
               std::span<const std::byte> payload, const PrintContext &context)
        : m_event(event)
        , m_format(format)
        , m_payload(payload)
        , m_context(context)
        , m_swap(needsSwap(context.bigEndian))
    {}

    /// The whole text.
    void print(BoundedText &out) const;
    /// One expression's value. Fields of a record too short for them are 0, and so is x / 0.
    [[nodiscard]] std::uint64_t value(std::uint32_t node) const;
    /// One expression as %s prints it.
    void printString(BoundedText &out, const PrintPiece &piece, int length,
                     std::uint32_t node) const;

private:
    using Kind = PrintNode::Kind;

    [[nodiscard]] const PrintNode &node(std::uint32_t index) const { return m_format.nodes[index]; }
    [[nodiscard]] const PrintNode &withoutCasts(std::uint32_t index) const;
    [[nodiscard]] const EventField &field(const PrintNode &node) const
    {
        return m_event.fields[node.field];
    }
    [[nodiscard]] std::uint64_t fieldValue(const EventField &field) const;
    [[nodiscard]] std::uint64_t element(const PrintNode &node) const;
    [[nodiscard]] std::uint64_t binary(const PrintNode &node) const;
    [[nodiscard]] std::uint64_t inItsWidth(std::uint32_t index, std::uint64_t number) const;
    /// What a field locates: the bytes of a __data_loc, or the field itself.
    [[nodiscard]] std::span<const std::byte> located(const EventField &field) const;
    [[nodiscard]] std::span<const std::byte> array(std::uint32_t index) const;

    void printNumber(BoundedText &out, const PrintPiece &piece) const;
    void printPointer(BoundedText &out, const PrintPiece &piece) const;
    void printFunction(BoundedText &out, std::uint64_t address, bool withOffset) const;
    void printFieldString(BoundedText &out, const PrintPiece &piece, int length,
                          const EventField &field) const;
    void printFlags(BoundedText &out, const PrintPiece &piece, int length,
                    const PrintNode &node) const;
    void printSymbol(BoundedText &out, const PrintPiece &piece, int length,
                     const PrintNode &node) const;
    void printArray(BoundedText &out, const PrintNode &node) const;
    void printMac(BoundedText &out, const PrintPiece &piece) const;
    void printIp(BoundedText &out, const PrintPiece &piece) const;
    void printUuid(BoundedText &out, const PrintPiece &piece) const;
    void printRaw(BoundedText &out, const PrintPiece &piece) const;
    [[nodiscard]] int lengthOf(const PrintPiece &piece) const;

    const EventFormat &m_event;
    const PrintFormat &m_format;
    std::span<const std::byte> m_payload;
    const PrintContext &m_context;
    bool m_swap;
};

/// Applies a conversion's width and precision to a string; `length` is the '*' (-1: none).
void addString(BoundedText &out, const PrintPiece &piece, int length, std::string_view text);

/// " name=value name=value …" as libtraceevent prints a record whose format it cannot parse.
void printRawFields(BoundedText &out, const EventFormat &event, std::span<const std::byte> payload,
                    bool bigEndian);
/// One field so.
void printRawField(BoundedText &out, const EventField &field, std::span<const std::byte> payload,
                   bool bigEndian);

/// The mask as the kernel writes it: "00000000,0000000f".
[[nodiscard]] std::string bitmaskText(std::span<const std::byte> mask, bool bigEndian);
/// The mask as a list: "0-3,7".
[[nodiscard]] std::string cpumaskText(std::span<const std::byte> mask, bool bigEndian);

} // namespace thresher
