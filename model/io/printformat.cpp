// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/printformat_p.h"
#include "model/io/printparser_p.h"

#include <algorithm>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxPieces = 4096;
constexpr std::int32_t kMaxWidth = 999;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// The letters behind %p that belong to it, of those that are understood.
std::size_t pointerLetters(std::string_view rest)
{
    const auto at = [&](std::size_t i) { return i < rest.size() ? rest[i] : '\0'; };
    const auto oneOf = [&](std::size_t i, std::string_view letters) {
        return at(i) != '\0' && letters.find(at(i)) != std::string_view::npos;
    };
    switch (at(0)) {
    case 'F':
    case 'S':
    case 'f':
    case 's':
        return 1;
    case 'M':
    case 'm':
        return oneOf(1, "RF"sv) ? 2 : 1;
    case 'I':
    case 'i': {
        std::size_t length = 2;
        if (at(1) == 'S') {
            while (oneOf(length, "pfsc"sv))
                ++length;
            return oneOf(length, "hnlb"sv) ? length + 1 : length;
        }
        if (at(1) == '4')
            return oneOf(2, "hnlb"sv) ? 3 : 2;
        if (at(1) == '6')
            return at(2) == 'c' ? 3 : 2;
        return 1;
    }
    case 'U':
        return oneOf(1, "LlBb"sv) ? 2 : 1;
    case 'h':
        return oneOf(1, "CDN"sv) ? 2 : 1;
    default:
        return 0;
    }
}

// Reads one conversion, from behind its '%'.
class ConversionReader
{
public:
    explicit ConversionReader(std::string_view text)
        : m_text(text)
    {}

    // @returns false for what is none.
    bool read(PrintPiece &piece)
    {
        while (more() && "-+ #0"sv.find(peek()) != std::string_view::npos)
            piece.flags += take();
        if (piece.flags.size() > 8)
            return false;
        if (!readSize(piece.width, piece.widthIsArgument))
            return false;
        if (more() && peek() == '.') {
            ++m_position;
            piece.precision = 0;
            if (!readSize(piece.precision, piece.precisionIsArgument))
                return false;
        }
        // One length serves one conversion; a second one has never been seen.
        if (piece.widthIsArgument && piece.precisionIsArgument)
            return false;
        readModifiers(piece);
        if (!more())
            return false;
        piece.conversion = take();
        switch (piece.conversion) {
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o':
            piece.kind = PrintPiece::Kind::Number;
            return piece.size >= -2 && piece.size <= 2;
        case 's':
            piece.kind = PrintPiece::Kind::String;
            return true;
        case 'c':
            piece.kind = PrintPiece::Kind::Character;
            return true;
        case 'p': {
            piece.kind = PrintPiece::Kind::Pointer;
            const auto letters = pointerLetters(m_text.substr(m_position));
            piece.text = m_text.substr(m_position, letters);
            m_position += letters;
            return true;
        }
        default:
            return false;
        }
    }

    [[nodiscard]] std::size_t position() const { return m_position; }

private:
    [[nodiscard]] bool more() const { return m_position < m_text.size(); }
    [[nodiscard]] char peek() const { return m_text[m_position]; }
    char take() { return m_text[m_position++]; }

    bool readSize(std::int32_t &size, bool &isArgument)
    {
        if (more() && peek() == '*') {
            ++m_position;
            isArgument = true;
            return true;
        }
        for (int digits = 0; more() && isDigit(peek()); ++digits) {
            size = (size < 0 ? 0 : size) * 10 + (take() - '0');
            if (size > kMaxWidth) // nobody writes so; files that are no traces do
                return false;
        }
        return true;
    }

    void readModifiers(PrintPiece &piece)
    {
        for (int i = 0; more() && i < 4; ++i) {
            switch (peek()) {
            case 'h':
                --piece.size;
                break;
            case 'l':
                ++piece.size;
                break;
            case 'L':
                piece.size = 2;
                break;
            case 'z':
            case 'Z':
            case 't':
                piece.size = 1;
                break;
            default:
                return;
            }
            ++m_position;
        }
    }

    std::string_view m_text;
    std::size_t m_position = 0;
};

// Takes text up to the next conversion, with escapes and %% resolved.
std::string takeText(std::string_view &format)
{
    std::string text;
    std::size_t i = 0;
    for (; i < format.size(); ++i) {
        const char c = format[i];
        if (c == '\\' && i + 1 < format.size()) {
            const char escaped = format[++i];
            text += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
        } else if (c == '%') {
            if (i + 1 >= format.size() || format[i + 1] != '%')
                break;
            text += '%';
            ++i;
        } else {
            text += c;
        }
    }
    format.remove_prefix(i);
    return text;
}

} // namespace

bool PrintFormat::addPieces(std::string_view format, std::size_t argumentCount, bool takesAll)
{
    std::uint32_t next = 0;
    const auto takeArgument = [&](std::uint32_t &argument) {
        argument = next++;
        return takesAll || argument < argumentCount;
    };
    while (!format.empty()) {
        if (pieces.size() >= kMaxPieces)
            return false;
        PrintPiece piece;
        if (format.front() != '%' || format.starts_with("%%"sv)) {
            piece.text = takeText(format);
            pieces.push_back(std::move(piece));
            continue;
        }
        ConversionReader reader(format.substr(1));
        if (!reader.read(piece))
            return false;
        format.remove_prefix(1 + reader.position());
        if ((piece.widthIsArgument || piece.precisionIsArgument)
            && !takeArgument(piece.lengthArgument))
            return false;
        if (!takeArgument(piece.argument))
            return false;
        pieces.push_back(std::move(piece));
    }
    return true;
}

std::optional<PrintFormat> PrintFormat::compile(const EventFormat &event)
{
    PrintFormat result;
    PrintParser parser(event, result);
    const auto format = parser.parse();
    if (!format)
        return std::nullopt;
    // Old formats of ftrace's own events have no arguments: the fields are meant, in their order.
    if (result.arguments.empty() && event.system == "ftrace") {
        for (std::size_t i = 0; i < event.fields.size(); ++i) {
            if (event.fields[i].isCommon)
                continue;
            PrintNode node;
            node.kind = PrintNode::Kind::Field;
            node.field = static_cast<std::uint16_t>(i);
            result.arguments.push_back(static_cast<std::uint32_t>(result.nodes.size()));
            result.nodes.push_back(std::move(node));
        }
    }
    if (!result.addPieces(*format, result.arguments.size(), false))
        return std::nullopt;
    return result;
}

std::optional<PrintFormat> PrintFormat::compileBinary(std::string_view format)
{
    PrintFormat result;
    if (!result.addPieces(format, 0, true))
        return std::nullopt;
    return result;
}

const PrintNode *PrintFormat::symbolsOf(std::uint16_t field) const
{
    for (const auto &node : nodes) {
        if (node.kind != PrintNode::Kind::Flags && node.kind != PrintNode::Kind::Symbols)
            continue;
        const auto *inner = &nodes[node.a];
        while (inner->kind == PrintNode::Kind::Cast)
            inner = &nodes[inner->a];
        if (inner->kind == PrintNode::Kind::Field && inner->field == field)
            return &node;
    }
    return nullptr;
}

bool PrintFormat::isFunctionAddress(std::uint16_t field) const
{
    return std::any_of(pieces.begin(), pieces.end(), [&](const PrintPiece &piece) {
        if (piece.kind != PrintPiece::Kind::Pointer || piece.text.empty()
            || "FfSs"sv.find(piece.text.front()) == std::string_view::npos
            || piece.argument >= arguments.size())
            return false;
        const auto *inner = &nodes[arguments[piece.argument]];
        while (inner->kind == PrintNode::Kind::Cast)
            inner = &nodes[inner->a];
        return inner->kind == PrintNode::Kind::Field && inner->field == field;
    });
}

} // namespace thresher
