// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/printformat_p.h"

#include <optional>
#include <string>
#include <string_view>

namespace thresher {

/// Parses what stands behind "print fmt:": a string, and expressions after commas. Recursive
/// descent with C's precedences; nesting and size are limited.
class PrintParser
{
public:
    /// Nodes and arguments are added to `format`.
    PrintParser(const EventFormat &event, PrintFormat &format);

    /// @returns the printf format, its escapes untouched; nullopt where the text cannot be
    /// understood.
    [[nodiscard]] std::optional<std::string> parse();

private:
    enum class TokenKind : std::uint8_t { End, Word, String, Character, Operator, Bad };
    struct Token
    {
        TokenKind kind = TokenKind::End;
        std::string_view text; // as it stands; strings without their quotes
    };
    using Node = std::optional<std::uint32_t>; // nullopt: not understood

    static constexpr int kMaxDepth = 100;

    // Counts nesting for as long as it lives.
    class Depth
    {
    public:
        explicit Depth(int &depth)
            : m_depth(depth)
        {
            ++m_depth;
        }
        ~Depth() { --m_depth; }
        Depth(const Depth &) = delete; // one per level
        Depth &operator=(const Depth &) = delete;
        [[nodiscard]] bool isTooDeep() const { return m_depth > kMaxDepth; }

    private:
        int &m_depth;
    };

    void advance();
    [[nodiscard]] Token readToken();
    [[nodiscard]] Token readQuoted(char quote);
    [[nodiscard]] bool isOperator(std::string_view text) const;
    bool accept(std::string_view operatorText);
    std::string takeStrings();

    Node add(PrintNode node);
    [[nodiscard]] bool isWideUnsigned(const PrintNode &node) const;
    Node atom(std::string text);
    Node conditional();
    Node binary(int minimum);
    Node unary();
    Node postfix();
    Node primary();
    Node parenthesis();
    Node word();
    Node call(std::string_view function);
    Node record();
    Node symbolic(PrintNode::Kind kind);
    Node arrayCall(PrintNode::Kind kind, int arguments);
    Node dynamicCall(PrintNode::Kind kind);
    Node expectCall();
    Node sizeofCall();
    Node pluginCall(std::string_view function, std::size_t arguments);
    bool readSymbols(std::vector<PrintSymbol> &symbols);
    std::optional<std::string> castType();
    [[nodiscard]] std::optional<std::uint16_t> fieldIndex(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> constant(std::uint32_t node) const;

    const EventFormat &m_event;
    PrintFormat &m_format;
    std::string_view m_text; // what is not yet read
    Token m_token;
    int m_depth = 0;
};

} // namespace thresher
