// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filterexpr.h"

#include "model/filter/filterlexer_p.h"

namespace thresher {

namespace {

using Kind = FilterNode::Kind;

/// Writes a tree. What is in parentheses is never a matter of taste: an expression has one text.
///
/// A prefix reaches over all that follows, but another prefix or bare event (a clause) ends it. It
/// may do without parentheses where a clause, a parenthesis or nothing follows: such a place is
/// open.
class Writer
{
public:
    explicit Writer(const FilterExpr &expr)
        : m_expr(expr)
    {}
    [[nodiscard]] std::string write()
    {
        node(static_cast<std::uint32_t>(m_expr.nodes.size() - 1), true);
        return std::move(m_text);
    }

private:
    void node(std::uint32_t id, bool isOpen)
    {
        const FilterNode &at = m_expr.nodes[id];
        switch (at.kind) {
        case Kind::And:
        case Kind::Or:
            chain(at, isOpen);
            break;
        case Kind::Not:
            m_text += '!';
            negated(at.children.front());
            break;
        case Kind::Compare:
            condition(at);
            break;
        case Kind::Has:
            m_text += "has(" + at.name + ')';
            break;
        case Kind::Event:
            m_text += at.name;
            break;
        case Kind::Within:
            m_text += at.name + ": ";
            within(at.children.front());
            break;
        }
    }

    void bracketed(std::uint32_t id)
    {
        m_text += '(';
        node(id, true);
        m_text += ')';
    }

    void negated(std::uint32_t id)
    {
        const Kind kind = m_expr.nodes[id].kind;
        const bool isOne = kind == Kind::Has || kind == Kind::Event || kind == Kind::Not;
        isOne ? node(id, false) : bracketed(id);
    }

    void within(std::uint32_t id)
    {
        const FilterNode &at = m_expr.nodes[id];
        const bool holds = at.kind == Kind::Within || at.kind == Kind::Event
                           || (isChain(at) && hasClause(at));
        holds ? bracketed(id) : node(id, false);
    }

    void chain(const FilterNode &at, bool isOpen)
    {
        const std::vector<Place> places = placesOf(at, isOpen);
        for (std::size_t i = 0; i < at.children.size(); ++i) {
            if (i > 0)
                m_text += at.kind == Kind::Or ? " || " : " && ";
            places[i].isBracketed ? bracketed(at.children[i])
                                  : node(at.children[i], places[i].isOpen);
        }
    }

    /// How a chain's child is written.
    struct Place
    {
        bool isOpen = false;
        bool isBracketed = false;
        bool beginsClause = false;
    };

    [[nodiscard]] std::vector<Place> placesOf(const FilterNode &chain, bool isOpen) const
    {
        std::vector<Place> places(chain.children.size());
        for (std::size_t i = places.size(); i-- > 0;) {
            const FilterNode &child = m_expr.nodes[chain.children[i]];
            Place &place = places[i];
            place.isOpen = i + 1 < places.size() ? places[i + 1].beginsClause : isOpen;
            place.isBracketed = child.kind == Kind::Or
                                || (child.kind == Kind::And && chain.kind == Kind::And)
                                || (child.kind == Kind::Within && !place.isOpen);
            if (place.isBracketed)
                continue;
            // An And within an Or is the only chain that is written so.
            place.beginsClause = isClause(child)
                                 || (isChain(child)
                                     && placesOf(child, place.isOpen).front().beginsClause);
        }
        return places;
    }

    [[nodiscard]] static bool isChain(const FilterNode &at)
    {
        return at.kind == Kind::And || at.kind == Kind::Or;
    }
    [[nodiscard]] static bool isClause(const FilterNode &at)
    {
        return at.kind == Kind::Within || at.kind == Kind::Event;
    }
    /// Whether what a chain is written as has a prefix or an event outside of parentheses.
    [[nodiscard]] bool hasClause(const FilterNode &chain) const
    {
        for (const std::uint32_t id : chain.children) {
            const FilterNode &child = m_expr.nodes[id];
            if (isClause(child) || (child.kind == Kind::And && hasClause(child)))
                return true;
        }
        return false;
    }

    void condition(const FilterNode &at)
    {
        m_text += at.name;
        m_text += ' ';
        m_text += filterOpText(at.op);
        m_text += ' ';
        const bool isSet = at.op == FilterOp::In || at.op == FilterOp::NotIn;
        m_text += isSet ? "{" : "";
        for (std::size_t i = 0; i < at.values.size(); ++i) {
            m_text += i > 0 ? ", " : "";
            value(at.values[i]);
        }
        m_text += isSet ? "}" : "";
    }

    void value(const FilterValue &at)
    {
        if (at.isCpus)
            m_text += "CPUS{" + at.text + '}';
        else if (at.isQuoted)
            quote(m_text, at.text);
        else
            m_text += at.text;
    }

    static void quote(std::string &out, std::string_view text)
    {
        out += '"';
        for (const char c : text) {
            if (c == '"' || c == '\\')
                out += '\\';
            out += c;
        }
        out += '"';
    }
    friend std::string thresher::filterValueText(std::string_view text);

    const FilterExpr &m_expr;
    std::string m_text;
};

} // namespace

std::string FilterError::text() const
{
    std::string text = found;
    if (!expected.empty())
        text += ", expected " + expected;
    if (!suggestion.empty())
        text += "; did you mean '" + suggestion + "'?";
    return text;
}

std::string_view filterOpText(FilterOp op)
{
    switch (op) {
    case FilterOp::Equal:
        return "==";
    case FilterOp::NotEqual:
        return "!=";
    case FilterOp::Less:
        return "<";
    case FilterOp::LessEqual:
        return "<=";
    case FilterOp::Greater:
        return ">";
    case FilterOp::GreaterEqual:
        return ">=";
    case FilterOp::BitAnd:
        return "&";
    case FilterOp::Matches:
        return "~";
    case FilterOp::MatchesNot:
        return "!~";
    case FilterOp::Finds:
        return "=~";
    case FilterOp::FindsNot:
        return "!=~";
    case FilterOp::In:
        return "in";
    case FilterOp::NotIn:
        return "not in";
    }
    return "==";
}

std::string FilterExpr::text() const
{
    return isEmpty() ? std::string() : Writer(*this).write();
}

std::string filterValueText(std::string_view text)
{
    FilterLexer lexer(text);
    const FilterToken token = lexer.nextValue();
    if (token.kind == FilterToken::Kind::Value && token.text == text)
        return std::string(text);
    std::string out;
    Writer::quote(out, text);
    return out;
}

namespace {

/// Copies what hangs below a node; returns its position in `to`. As deep as the tree is.
std::uint32_t copyNode(const FilterExpr &from, std::uint32_t id, FilterExpr &to)
{
    FilterNode node = from.nodes[id];
    for (std::uint32_t &child : node.children)
        child = copyNode(from, child, to);
    to.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(to.nodes.size() - 1);
}

/// What is joined by chains of that kind at the top, each by itself.
std::vector<FilterExpr> partsOf(const FilterExpr &expr, Kind kind)
{
    if (expr.isEmpty())
        return {};
    const FilterNode &root = expr.nodes.back();
    if (root.kind != kind)
        return {expr};
    std::vector<FilterExpr> parts;
    for (const std::uint32_t child : root.children)
        copyNode(expr, child, parts.emplace_back());
    return parts;
}

/// One chain of all that are not empty.
FilterExpr chainOf(Kind kind, const std::vector<FilterExpr> &parts)
{
    FilterExpr chain;
    FilterNode root;
    root.kind = kind;
    for (const FilterExpr &part : parts) {
        if (!part.isEmpty())
            root.children.push_back(
                copyNode(part, static_cast<std::uint32_t>(part.nodes.size() - 1), chain));
    }
    if (root.children.size() > 1)
        chain.nodes.push_back(std::move(root));
    return chain;
}

/// Without chains of that kind in it, so that the same text gives the same tree.
FilterExpr joined(Kind kind, const FilterExpr &a, const FilterExpr &b)
{
    std::vector<FilterExpr> parts = partsOf(a, kind);
    for (FilterExpr &part : partsOf(b, kind))
        parts.push_back(std::move(part));
    return chainOf(kind, parts);
}

} // namespace

FilterExpr bothOf(const FilterExpr &a, const FilterExpr &b)
{
    return joined(Kind::And, a, b);
}

FilterExpr eitherOf(const FilterExpr &a, const FilterExpr &b)
{
    return a.isEmpty() || b.isEmpty() ? FilterExpr() : joined(Kind::Or, a, b);
}

FilterExpr allOf(const std::vector<FilterExpr> &terms)
{
    return chainOf(Kind::And, terms);
}

std::vector<FilterExpr> termsOf(const FilterExpr &expr)
{
    return partsOf(expr, Kind::And);
}

} // namespace thresher
