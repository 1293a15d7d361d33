// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filterparser_p.h"

#include <utility>

namespace thresher {

namespace {

using Kind = FilterToken::Kind;

constexpr std::size_t kMaxPrefixWords = 2; // system, event

/// Whether an operator comes next: what stands before it is then a name, even if it is a word of
/// the language.
bool operatorFollows(FilterLexer lexer)
{
    const FilterToken token = lexer.next();
    return token.kind == Kind::Operator || token.isWord("in")
           || (token.isWord("not") && lexer.next().isWord("in"));
}

bool isKeyword(const FilterToken &token)
{
    return token.isWord("and") || token.isWord("or") || token.isWord("in");
}

tl::unexpected<FilterError> error(TextRange range, std::string found, std::string expected = {})
{
    return tl::unexpected<FilterError>({range, std::move(found), std::move(expected), {}});
}

} // namespace

tl::unexpected<FilterError> FilterParser::wrong(const FilterToken &token,
                                                std::string expected) const
{
    std::string found;
    switch (token.kind) {
    case Kind::End:
        found = "the expression ends";
        break;
    case Kind::Unfinished:
        found = token.text.front() == 'C' ? "a list without }" : "text without a closing quote";
        break;
    default:
        found = "'"
                + std::string(
                    m_lexer.source().substr(token.range.begin, token.range.end - token.range.begin))
                + "'";
    }
    return error(token.range, std::move(found), std::move(expected));
}

FilterParser::NodeId FilterParser::add(FilterNode node)
{
    if (m_expr.nodes.size() >= FilterExpr::kMaxNodes)
        return error(node.nameRange, "too many conditions");
    m_expr.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(m_expr.nodes.size() - 1);
}

FilterResult<FilterExpr> FilterParser::parse()
{
    if (m_lexer.source().size() > FilterExpr::kMaxLength)
        return error({FilterExpr::kMaxLength, m_lexer.source().size()},
                     "an expression of more than 64 KiB");
    if (m_lexer.peek().kind == Kind::End)
        return FilterExpr();
    const auto root = chain(FilterNode::Kind::Or, 0, false);
    if (!root)
        return tl::unexpected<FilterError>(root.error());
    const FilterToken rest = m_lexer.next();
    if (rest.kind == Kind::End)
        return std::move(m_expr);
    auto what = wrong(rest,
                      rest.kind == Kind::Close ? "no ) without a (" : "an operator, && or ||");
    if (rest.text == "=")
        what.value().suggestion = "==";
    return what;
}

// Which of the words before an operator are a prefix is known only behind them: sched:sched_switch
// is an event, but sched_switch:prev_prio<100 a condition.
FilterParser::Head FilterParser::readHead(FilterToken first, FilterLexer &lexer) const
{
    Head head;
    std::vector<FilterToken> words{std::move(first)};
    bool endsInColon = false;
    FilterLexer ahead = lexer;
    for (FilterToken token = ahead.next(); token.kind == Kind::Colon; token = ahead.next()) {
        lexer = ahead;
        FilterToken word = ahead.next();
        // "e: not x", "e: !x" and "e: (x)": the prefix ends here.
        const bool isName = word.kind == Kind::Word
                            && (!word.isWord("not") || operatorFollows(ahead))
                            && words.size() <= kMaxPrefixWords;
        if (!isName) {
            endsInColon = true;
            break;
        }
        words.push_back(std::move(word));
        lexer = ahead;
    }
    const bool isCondition = operatorFollows(lexer)
                             || (words.back().text == "has" && lexer.peek().kind == Kind::Open);
    if (endsInColon) {
        head.prefix = std::move(words);
    } else if (isCondition) {
        head.name = std::move(words.back());
        words.pop_back();
        head.prefix = std::move(words);
    } else {
        head.isEvent = true;
        if (words.size() > kMaxPrefixWords) { // sched:*:sched_switch
            head.name = std::move(words.back());
            words.pop_back();
        }
        head.prefix = std::move(words);
    }
    head.isWrong = head.prefix.size() > kMaxPrefixWords;
    return head;
}

bool FilterParser::clauseFollows(FilterLexer lexer) const
{
    FilterToken token = lexer.next();
    if (token.kind != Kind::Word)
        return false;
    if (token.isWord("not") && !operatorFollows(lexer))
        return false;
    return readHead(std::move(token), lexer).beginsClause();
}

bool FilterParser::joins(Kind kind, std::string_view word, bool inClause)
{
    FilterLexer ahead = m_lexer;
    const FilterToken token = ahead.next();
    if (token.kind != kind && !token.isWord(word))
        return false;
    if (inClause && clauseFollows(ahead))
        return false;
    m_lexer = ahead;
    return true;
}

FilterParser::NodeId FilterParser::chain(FilterNode::Kind kind, int depth, bool inClause)
{
    const bool isOr = kind == FilterNode::Kind::Or;
    FilterNode node;
    node.kind = kind;
    do {
        const NodeId child = isOr ? chain(FilterNode::Kind::And, depth, inClause)
                                  : unary(depth, inClause);
        if (!child)
            return child;
        node.children.push_back(*child);
    } while (joins(isOr ? Kind::Or : Kind::And, isOr ? "or" : "and", inClause));
    if (node.children.size() == 1)
        return node.children.front();
    return add(std::move(node));
}

FilterParser::NodeId FilterParser::unary(int depth, bool inClause)
{
    FilterLexer ahead = m_lexer;
    const FilterToken token = ahead.next();
    const bool isNot = token.kind == Kind::Not || (token.isWord("not") && !operatorFollows(ahead));
    if (!isNot)
        return primary(depth);
    if (depth >= FilterExpr::kMaxDepth)
        return error(token.range, "an expression nested too deep");
    m_lexer = ahead;
    FilterNode node;
    node.kind = FilterNode::Kind::Not;
    node.nameRange = token.range;
    const FilterToken follower = ahead.next();
    if (follower.kind == Kind::Word && !follower.isWord("not")) {
        const Head head = readHead(follower, ahead);
        if (!head.isEvent && !head.prefix.empty())
            return error(follower.range, "a prefix behind '" + token.text + "'",
                         "parentheses around what is negated");
    }
    const NodeId child = unary(depth + 1, inClause);
    if (!child)
        return child;
    node.children = {*child};
    return add(std::move(node));
}

FilterParser::NodeId FilterParser::primary(int depth)
{
    FilterToken token = m_lexer.next();
    if (token.kind == Kind::Open)
        return group(depth, token);
    if (token.kind != Kind::Word)
        return wrong(token, "a field, an event or (");
    const FilterToken first = token;
    const Head head = readHead(std::move(token), m_lexer);
    if (head.isWrong)
        return wrong(head.prefix.back(), "an event as SYSTEM:EVENT");
    if (head.isEvent && isKeyword(first))
        return wrong(first, "a field, an event or (");
    if (head.isEvent && !head.name)
        return eventOnly(head);
    if (!head.prefix.empty())
        return within(head, depth);
    return condition(*head.name);
}

FilterParser::NodeId FilterParser::group(int depth, const FilterToken &open)
{
    if (depth >= FilterExpr::kMaxDepth)
        return error(open.range, "an expression nested too deep");
    const NodeId inner = chain(FilterNode::Kind::Or, depth + 1, false);
    if (!inner)
        return inner;
    const FilterToken close = m_lexer.next();
    if (close.kind != Kind::Close)
        return wrong(close, "&&, || or )");
    return inner;
}

namespace {

void setEvents(FilterNode &node, const std::vector<FilterToken> &words)
{
    for (const FilterToken &word : words)
        node.name += (node.name.empty() ? "" : ":") + word.text;
    node.nameRange = {words.front().range.begin, words.back().range.end};
}

} // namespace

FilterParser::NodeId FilterParser::eventOnly(const Head &head)
{
    FilterNode node;
    node.kind = FilterNode::Kind::Event;
    setEvents(node, head.prefix);
    return add(std::move(node));
}

FilterParser::NodeId FilterParser::within(const Head &head, int depth)
{
    FilterNode node;
    node.kind = FilterNode::Kind::Within;
    setEvents(node, head.prefix);
    // No prefix follows at once, so that this is no level of nesting. The words behind the prefix
    // are read once more, as the begin of what it holds for.
    if (head.name)
        m_lexer.goTo(head.name->range.begin);
    const NodeId child = chain(FilterNode::Kind::Or, depth, true);
    if (!child)
        return child;
    node.children = {*child};
    return add(std::move(node));
}

FilterParser::NodeId FilterParser::has()
{
    FilterNode node;
    node.kind = FilterNode::Kind::Has;
    static_cast<void>(m_lexer.next()); // the parenthesis, which is known to be there
    const FilterToken name = m_lexer.next();
    if (name.kind != Kind::Word)
        return wrong(name, "a field");
    node.name = name.text;
    node.nameRange = name.range;
    const FilterToken close = m_lexer.next();
    if (close.kind != Kind::Close)
        return wrong(close, ")");
    return add(std::move(node));
}

FilterParser::NodeId FilterParser::condition(const FilterToken &name)
{
    if (name.text == "has" && m_lexer.peek().kind == Kind::Open)
        return has();
    FilterNode node;
    node.name = name.text;
    node.nameRange = name.range;
    if (const auto taken = takeOperator(node); !taken)
        return tl::unexpected<FilterError>(taken.error());
    if (const auto taken = takeValues(node); !taken)
        return tl::unexpected<FilterError>(taken.error());
    return add(std::move(node));
}

FilterResult<bool> FilterParser::takeOperator(FilterNode &node)
{
    FilterToken token = m_lexer.next();
    node.opRange = token.range;
    if (token.isWord("not")) {
        node.op = FilterOp::NotIn;
        node.opRange.end = m_lexer.next().range.end; // "in", which is known to be there
    } else if (token.isWord("in")) {
        node.op = FilterOp::In;
    } else {
        node.op = token.op;
    }
    return true;
}

FilterResult<FilterValue> FilterParser::takeValue()
{
    FilterToken token = m_lexer.nextValue();
    if (token.kind != Kind::Value && token.kind != Kind::Quoted && token.kind != Kind::Cpus)
        return wrong(token, token.kind == Kind::Unfinished ? "" : "a value");
    if (++m_values > FilterExpr::kMaxValues)
        return error(token.range, "too many values");
    FilterValue value;
    value.text = std::move(token.text);
    value.isQuoted = token.kind == Kind::Quoted;
    value.isCpus = token.kind == Kind::Cpus;
    value.range = token.range;
    return value;
}

FilterResult<bool> FilterParser::takeValues(FilterNode &node)
{
    if (node.op != FilterOp::In && node.op != FilterOp::NotIn) {
        auto value = takeValue();
        if (!value)
            return tl::unexpected<FilterError>(value.error());
        node.values.push_back(*std::move(value));
        return true;
    }
    const FilterToken open = m_lexer.next();
    if (open.kind != Kind::OpenSet)
        return wrong(open, "a set as {1, 3-5}");
    if (m_lexer.peek().kind == Kind::CloseSet) { // of nothing: what lists leave if they hide all
        static_cast<void>(m_lexer.next());
        return true;
    }
    for (;;) {
        auto value = takeValue();
        if (!value)
            return tl::unexpected<FilterError>(value.error());
        node.values.push_back(*std::move(value));
        const FilterToken token = m_lexer.next();
        if (token.kind == Kind::CloseSet)
            return true;
        if (token.kind != Kind::Comma)
            return wrong(token, "a comma or }");
    }
}

FilterResult<FilterExpr> parseFilter(std::string_view text)
{
    return FilterParser(text).parse();
}

} // namespace thresher
