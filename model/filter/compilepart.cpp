// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filtercompiler_p.h"

#include <algorithm>
#include <charconv>

// What is not a field but a part of one, or what its value means: args[1], ip.function
namespace thresher {

namespace {

constexpr std::string_view kFunction = ".function";

/// One symbol of the text of kallsyms.
struct Line
{
    std::uint64_t address = 0;
    bool hasCode = false;
    std::string_view name;
};

std::string_view takeWord(std::string_view &line)
{
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t\r")));
    const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(word.size());
    return word;
}

template<typename Use>
void forSymbols(std::string_view text, const Use &use)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.size(), text.find('\n'));
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), end + 1));
        const std::string_view address = takeWord(line);
        const std::string_view type = takeWord(line);
        Line symbol;
        symbol.name = takeWord(line);
        const auto read = std::from_chars(address.data(), address.data() + address.size(),
                                          symbol.address, 16);
        symbol.hasCode = type.size() == 1
                         && std::string_view("tTwW").find(type.front()) != std::string_view::npos;
        if (read.ec == std::errc() && !symbol.name.empty())
            use(symbol);
    }
}

/// The addresses of functions of those names: each up to the next symbol. O(symbols), twice.
struct Functions
{
    NumberSet addresses{false};
    std::string missing; ///< A name that is none, and what may have been meant.
    std::string suggestion;
};

Functions functionsOf(std::string_view symbols, std::span<const FilterValue> names)
{
    Functions functions;
    std::vector<std::uint64_t> begins;
    std::vector<bool> isMet(names.size());
    forSymbols(symbols, [&](const Line &symbol) {
        for (std::size_t i = 0; symbol.hasCode && i < names.size(); ++i) {
            if (symbol.name == names[i].text) {
                isMet[i] = true;
                begins.push_back(symbol.address);
            }
        }
    });
    if (const auto at = std::find(isMet.begin(), isMet.end(), false); at != isMet.end()) {
        functions.missing = names[static_cast<std::size_t>(at - isMet.begin())].text;
        Suggestion suggestion(functions.missing);
        forSymbols(symbols, [&](const Line &symbol) {
            if (symbol.hasCode)
                suggestion.consider(symbol.name);
        });
        functions.suggestion = suggestion.best();
        return functions;
    }
    std::sort(begins.begin(), begins.end());
    std::vector<std::uint64_t> ends(begins.size(), ~std::uint64_t{0});
    forSymbols(symbols, [&](const Line &symbol) {
        // Those that begin before it end there at the latest; others end earlier.
        const auto behind = std::lower_bound(begins.begin(), begins.end(), symbol.address);
        if (behind == begins.begin())
            return;
        const auto i = static_cast<std::size_t>(behind - begins.begin()) - 1;
        ends[i] = std::min(ends[i], symbol.address);
    });
    for (std::size_t i = 0; i < begins.size(); ++i) {
        // Of two names for one address only the last has an end; both have the same.
        const auto last = static_cast<std::size_t>(
            std::upper_bound(begins.begin(), begins.end(), begins[i]) - begins.begin() - 1);
        const std::uint64_t end = ends[last];
        // The kernel's last symbol has no end: a page is as good as any.
        const std::uint64_t until = end == ~std::uint64_t{0} ? begins[i] + 4095 : end - 1;
        for (const NumberSet::Interval &part :
             {NumberSet::Interval{begins[i], std::max(begins[i], until)}})
            functions.addresses.add(static_cast<std::int64_t>(part.first),
                                    static_cast<std::int64_t>(part.last));
    }
    functions.addresses.normalize();
    return functions;
}

/// The number of elements in "unsigned long[6]"; 0: it is not told.
std::uint32_t elementsOf(std::string_view type)
{
    const std::size_t open = type.rfind('[');
    std::uint32_t count = 0;
    if (open != std::string_view::npos)
        std::from_chars(type.data() + open + 1, type.data() + type.size(), count);
    return count;
}

} // namespace

std::optional<FieldPart> FieldPart::of(std::string_view name)
{
    FieldPart part;
    if (name.ends_with(kFunction) && name.size() > kFunction.size()) {
        part.kind = Kind::Function;
        part.field = name.substr(0, name.size() - kFunction.size());
        return part;
    }
    const std::size_t open = name.find('[');
    if (open == std::string_view::npos || open == 0 || name.back() != ']')
        return std::nullopt;
    const std::string_view digits = name.substr(open + 1, name.size() - open - 2);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), part.index);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
        return std::nullopt;
    part.kind = Kind::Element;
    part.field = name.substr(0, open);
    return part;
}

FilterResult<EventField> FieldPart::elementOf(const EventField &whole, TextRange range) const
{
    const std::uint32_t count = elementsOf(whole.type);
    if (whole.isDynamic || whole.isRelative || whole.isString || !whole.isArray || count == 0
        || whole.size % count != 0) {
        return filterError(range, "an element of '" + whole.name + "' of type " + whole.type
                                      + ", which is no array of numbers of a fixed length");
    }
    if (index >= count) {
        return filterError(range, "'" + whole.name + "' has " + std::to_string(count)
                                      + " elements, the last is [" + std::to_string(count - 1)
                                      + "]");
    }
    EventField element = whole;
    element.isArray = false;
    element.size = whole.size / count;
    element.offset = whole.offset + index * element.size;
    element.type = whole.type.substr(0, whole.type.rfind('['));
    return element;
}

FilterResult<FieldTest> FilterCompiler::functionTest(const FilterNode &at, FieldTest test) const
{
    const bool isEquality = at.op == FilterOp::Equal || at.op == FilterOp::NotEqual
                            || at.op == FilterOp::In || at.op == FilterOp::NotIn;
    if (!isEquality) {
        return filterError(at.opRange, "'" + std::string(filterOpText(at.op)) + "' on a function",
                           "==, != or in");
    }
    const std::string_view symbols = m_trace.metadata().kallsyms;
    if (symbols.empty())
        return filterError(at.nameRange, "the trace holds no names of functions",
                           "an address behind the field itself");
    Functions functions = functionsOf(symbols, at.values);
    if (!functions.missing.empty()) {
        return filterError(at.values.front().range,
                           "the trace knows no function '" + functions.missing + "'", {},
                           functions.suggestion);
    }
    test.kind = FieldTest::Kind::Number;
    // Compared as the field's bits are read: of 64 without a sign.
    test.numbers = test.isNegated ? functions.addresses.complement() : functions.addresses;
    return test;
}

} // namespace thresher
