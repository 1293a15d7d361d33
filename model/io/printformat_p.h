// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/eventcatalog.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The "print fmt" of an event's format: a printf format and C expressions over the record's
/// fields, compiled once. Our own and not libtraceevent's, since these texts come out of files:
/// that one divides by zero, follows null pointers and recurses without end where a text asks for
/// it. Compiled formats are immutable, so all threads can share them.
namespace thresher {

enum class PrintOp : std::uint8_t {
    None,
    Not,
    Complement,
    Negate,
    Plus,
    Multiply,
    Divide,
    Modulo,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    BitAnd,
    BitXor,
    BitOr,
    And,
    Or,
};

/// A value with a name, of __print_flags and __print_symbolic.
struct PrintSymbol
{
    std::int64_t value = 0;
    std::string name;
};

/// One node of an expression. Children are numbers of nodes.
struct PrintNode
{
    enum class Kind : std::uint8_t {
        Atom, ///< A number or a string: `text` as written, `number` what it is as a number.
        Field, ///< REC->name
        Flags, ///< __print_flags(a, text, symbols)
        Symbols, ///< __print_symbolic(a, symbols)
        Hex, ///< __print_hex(a, b)
        HexString, ///< __print_hex_str(a, b)
        IntArray, ///< __print_array(a, b, c)
        Cast, ///< (text) a
        DynamicString, ///< __get_str(field)
        DynamicArray, ///< __get_dynamic_array(field), __get_sockaddr(field)
        DynamicLength, ///< __get_dynamic_array_len(field)
        Bitmask, ///< __get_bitmask(field)
        Cpumask, ///< __get_cpumask(field)
        Unary, ///< op a
        Binary, ///< a op b
        Conditional, ///< a ? b : c
        Index, ///< a [ b ]
        Plugin, ///< text(arguments), a function of one of libtraceevent's plugins
    };

    Kind kind = Kind::Atom;
    PrintOp op = PrintOp::None;
    std::uint16_t field = 0; ///< Index in EventFormat::fields.
    std::uint16_t depth = 1; ///< Of the tree below, itself included; limited.
    bool isWideUnsigned = false; ///< C would take it as an unsigned 64-bit number.
    bool isName
        = false; ///< An atom that is neither number nor string: `number` is to be looked up.
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t c = 0;
    std::uint64_t number = 0;
    std::string text;
    std::vector<PrintSymbol> symbols;
    std::vector<std::uint32_t> arguments;
};

/// A piece of the printf format.
struct PrintPiece
{
    enum class Kind : std::uint8_t { Text, Number, Pointer, String, Character };

    Kind kind = Kind::Text;
    std::string text; ///< Text: what to print. Pointer: the letters behind the p ("I6c").
    std::string flags; ///< Of "-+ #0".
    std::int32_t width = -1; ///< -1: none.
    std::int32_t precision = -1;
    bool widthIsArgument = false;
    bool precisionIsArgument = false;
    std::uint32_t argument = 0; ///< Position in PrintFormat::arguments.
    std::uint32_t lengthArgument = 0; ///< Of the '*'.
    std::int8_t size = 0; ///< -2: hh, -1: h, 1: l, 2: ll
    char conversion = 'd';
};

class PrintFormat
{
public:
    /// nullopt for what is no such text, or uses what is not known (functions of the kernel), or is
    /// beyond all measure (nesting, length). O(length).
    [[nodiscard]] static std::optional<PrintFormat> compile(const EventFormat &event);
    /// The format of a trace_printk record, whose arguments are not expressions but follow in the
    /// record.
    [[nodiscard]] static std::optional<PrintFormat> compileBinary(std::string_view format);

    std::vector<PrintPiece> pieces;
    std::vector<PrintNode> nodes;
    std::vector<std::uint32_t> arguments; ///< Nodes.

    /// The symbols that the format knows for a field, if it prints that field by __print_flags or
    /// __print_symbolic; nullptr otherwise.
    [[nodiscard]] const PrintNode *symbolsOf(std::uint16_t field) const;
    /// Whether the format prints the field as the name of a function (%pS and the like).
    [[nodiscard]] bool isFunctionAddress(std::uint16_t field) const;

private:
    [[nodiscard]] bool addPieces(std::string_view format, std::size_t argumentCount, bool takesAll);
};

} // namespace thresher
