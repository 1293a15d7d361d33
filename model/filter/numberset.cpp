// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/numberset.h"

#include <algorithm>
#include <limits>

namespace thresher {

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

/// A number as bits of its kind, or beyond what 64 bits hold.
struct Placed
{
    int beyond = 0; ///< -1: smaller than all, 1: greater
    std::int64_t bits = 0;
};

std::uint64_t maskOf(std::uint32_t size)
{
    return size >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size)) - 1;
}

Placed place(const ParsedNumber::Bound &bound, NumberKind kind)
{
    constexpr std::uint64_t kTop = std::uint64_t{1} << 63U;
    const std::uint64_t mask = maskOf(kind.size);
    const std::uint64_t half = mask / 2 + 1;
    const std::uint64_t bits = bound.isNegative ? 0 - bound.magnitude : bound.magnitude;
    if (!kind.isSigned) {
        if (!bound.isNegative || bound.magnitude == 0)
            return {0, static_cast<std::int64_t>(bits)};
        return bound.magnitude <= half ? Placed{0, static_cast<std::int64_t>(bits & mask)}
                                       : Placed{-1, 0};
    }
    if (bound.isNegative)
        return bound.magnitude <= kTop ? Placed{0, static_cast<std::int64_t>(bits)} : Placed{-1, 0};
    if (bound.isHex && bits >= half && bits <= mask)
        return {0, static_cast<std::int64_t>(bits | ~mask)};
    return bits < kTop ? Placed{0, static_cast<std::int64_t>(bits)} : Placed{1, 0};
}

std::int64_t lowestOf(bool isSigned)
{
    return isSigned ? kLowest : 0;
}

std::int64_t highestOf(bool isSigned)
{
    return isSigned ? kHighest : -1;
}

} // namespace

bool NumberSet::isAmong(std::uint64_t key) const
{
    const auto after = std::upper_bound(
        m_intervals.begin(), m_intervals.end(), key,
        [](std::uint64_t wanted, const Interval &interval) { return wanted < interval.first; });
    return after != m_intervals.begin() && key <= (after - 1)->last;
}

bool NumberSet::misses(std::int64_t first, std::int64_t last) const
{
    const std::uint64_t low = keyOf(first);
    const std::uint64_t high = keyOf(last);
    return std::none_of(m_intervals.begin(), m_intervals.end(), [&](const Interval &interval) {
        return interval.first <= high && low <= interval.last;
    });
}

bool NumberSet::covers(std::int64_t first, std::int64_t last) const
{
    const std::uint64_t low = keyOf(first);
    const std::uint64_t high = keyOf(last);
    return std::any_of(m_intervals.begin(), m_intervals.end(), [&](const Interval &interval) {
        return interval.first <= low && high <= interval.last;
    });
}

std::vector<NumberSet::Interval> NumberSet::intervals() const
{
    std::vector<Interval> all = m_intervals;
    for (Interval &interval : all)
        interval = {interval.first ^ m_flip, interval.last ^ m_flip};
    return all;
}

void NumberSet::add(std::int64_t first, std::int64_t last)
{
    if (keyOf(first) <= keyOf(last))
        m_intervals.push_back({keyOf(first), keyOf(last)});
}

void NumberSet::normalize()
{
    std::sort(m_intervals.begin(), m_intervals.end(),
              [](const Interval &a, const Interval &b) { return a.first < b.first; });
    std::vector<Interval> joined;
    for (const Interval &interval : m_intervals) {
        if (!joined.empty() && interval.first <= joined.back().last + (joined.back().last + 1 > 0))
            joined.back().last = std::max(joined.back().last, interval.last);
        else
            joined.push_back(interval);
    }
    m_intervals = std::move(joined);
}

NumberSet NumberSet::complement() const
{
    NumberSet rest(m_flip != 0);
    std::uint64_t from = 0;
    for (const Interval &interval : m_intervals) {
        if (interval.first > from)
            rest.m_intervals.push_back({from, interval.first - 1});
        if (interval.last == ~std::uint64_t{0})
            return rest;
        from = interval.last + 1;
    }
    rest.m_intervals.push_back({from, ~std::uint64_t{0}});
    return rest;
}

bool operator==(const NumberSet &a, const NumberSet &b)
{
    const auto isSame = [](const NumberSet::Interval &x, const NumberSet::Interval &y) {
        return x.first == y.first && x.last == y.last;
    };
    return a.m_flip == b.m_flip
           && std::equal(a.m_intervals.begin(), a.m_intervals.end(), b.m_intervals.begin(),
                         b.m_intervals.end(), isSame);
}

namespace {

// One number at the begin of `text`, which it is cut off from.
std::optional<ParsedNumber::Bound> takeNumber(std::string_view &text)
{
    ParsedNumber::Bound bound;
    bound.isNegative = text.starts_with('-');
    if (bound.isNegative)
        text.remove_prefix(1);
    unsigned base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        bound.isHex = true;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
        base = 8; // as the kernel reads it
        text.remove_prefix(1);
    }
    std::size_t digits = 0;
    for (; digits < text.size(); ++digits) {
        const char c = text[digits];
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10
                                                      : base;
        if (digit >= base)
            break;
        if (bound.magnitude > (~std::uint64_t{0} - digit) / base)
            return std::nullopt;
        bound.magnitude = bound.magnitude * base + digit;
    }
    if (digits == 0)
        return std::nullopt;
    text.remove_prefix(digits);
    return bound;
}

} // namespace

std::optional<ParsedNumber> parseNumber(const FilterValue &value)
{
    if (value.isCpus)
        return std::nullopt;
    std::string_view text = value.text;
    if (value.isQuoted && text.size() == 1 && (text[0] < '0' || text[0] > '9')) {
        const ParsedNumber::Bound code{false, false, static_cast<unsigned char>(text[0])};
        return ParsedNumber{code, code};
    }
    const auto first = takeNumber(text);
    if (!first)
        return std::nullopt;
    if (text.empty())
        return ParsedNumber{*first, *first};
    if (!text.starts_with('-'))
        return std::nullopt;
    text.remove_prefix(1);
    const auto last = takeNumber(text);
    if (!last || !text.empty())
        return std::nullopt;
    return ParsedNumber{*first, *last};
}

NumberSet numbersThat(FilterOp op, const ParsedNumber &value, NumberKind kind)
{
    const std::int64_t low = lowestOf(kind.isSigned);
    const std::int64_t high = highestOf(kind.isSigned);
    const Placed first = place(value.first, kind);
    const Placed last = place(value.last, kind);
    NumberSet below(kind.isSigned); // all smaller than the first
    if (first.beyond > 0)
        below.add(low, high);
    else if (first.beyond == 0 && first.bits != low)
        below.add(low, first.bits - 1);
    NumberSet above(kind.isSigned); // all greater than the last
    if (last.beyond < 0)
        above.add(low, high);
    else if (last.beyond == 0 && last.bits != high)
        above.add(last.bits + 1, high);
    NumberSet equal(kind.isSigned);
    if (first.beyond <= 0 && last.beyond >= 0)
        equal.add(first.beyond < 0 ? low : first.bits, last.beyond > 0 ? high : last.bits);
    // One value that fits nowhere is equal to none.
    if (first.beyond != 0 && first.beyond == last.beyond)
        equal = NumberSet(kind.isSigned);
    switch (op) {
    case FilterOp::Less:
        return below;
    case FilterOp::LessEqual:
        return above.complement();
    case FilterOp::Greater:
        return above;
    case FilterOp::GreaterEqual:
        return below.complement();
    default:
        return equal;
    }
}

std::uint64_t bitsOf(const ParsedNumber::Bound &bound, NumberKind kind)
{
    const std::uint64_t bits = bound.isNegative ? 0 - bound.magnitude : bound.magnitude;
    return bits & maskOf(kind.size);
}

std::optional<NumberSet> parseCpus(std::string_view list)
{
    constexpr std::uint64_t kMost = 65535;
    NumberSet cpus(false);
    const auto skipBlanks = [&] {
        list.remove_prefix(std::min(list.find_first_not_of(' '), list.size()));
    };
    for (;;) {
        skipBlanks();
        if (list.starts_with('-'))
            return std::nullopt;
        const auto first = takeNumber(list);
        auto last = first;
        if (first && list.starts_with('-')) {
            list.remove_prefix(1);
            last = takeNumber(list);
        }
        if (!first || !last || last->isNegative || first->magnitude > last->magnitude
            || last->magnitude > kMost)
            return std::nullopt;
        cpus.add(static_cast<std::int64_t>(first->magnitude),
                 static_cast<std::int64_t>(last->magnitude));
        skipBlanks();
        if (list.empty())
            break;
        if (!list.starts_with(','))
            return std::nullopt;
        list.remove_prefix(1);
    }
    cpus.normalize();
    return cpus;
}

namespace {

struct OneTime
{
    TimeNs time = 0;
    bool isPrinted = false;
};

std::uint64_t unitAt(std::string_view &text)
{
    for (const auto &[name, unit] : {std::pair<std::string_view, std::uint64_t>{"ns", 1},
                                     {"us", 1'000},
                                     {"ms", 1'000'000},
                                     {"s", 1'000'000'000}}) {
        if (text.starts_with(name)) {
            text.remove_prefix(name.size());
            return unit;
        }
    }
    return 1'000'000'000;
}

std::optional<OneTime> takeTime(std::string_view &text, bool clockIsNanoseconds)
{
    constexpr std::size_t kMostDigits = 30;
    const bool isNegative = text.starts_with('-');
    if (isNegative)
        text.remove_prefix(1);
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view whole = text.substr(0, digits);
    text.remove_prefix(digits);
    std::string_view fraction;
    if (clockIsNanoseconds && text.starts_with('.')) {
        fraction = text.substr(1,
                               std::min(text.find_first_not_of("0123456789", 1), text.size()) - 1);
        text.remove_prefix(1 + fraction.size());
    }
    if (whole.empty() || whole.size() > kMostDigits || fraction.size() > kMostDigits)
        return std::nullopt;
    const bool hasUnit = text.starts_with('n') || text.starts_with('u') || text.starts_with('m');
    std::uint64_t unit = clockIsNanoseconds ? unitAt(text) : 1;
    constexpr auto kMost = static_cast<std::uint64_t>(kTimeMax);
    std::uint64_t value = 0;
    for (const char c : whole) {
        const auto digit = static_cast<std::uint64_t>(c - '0') * unit;
        if (value > (kMost - digit) / 10)
            return std::nullopt;
        value = value * 10 + digit;
    }
    for (const char c : fraction) {
        unit /= 10; // what is below a nanosecond is left out
        value += static_cast<std::uint64_t>(c - '0') * unit;
    }
    if (value > kMost)
        return std::nullopt;
    const auto time = static_cast<TimeNs>(value);
    return OneTime{isNegative ? -time : time, !hasUnit && fraction.size() == 6};
}

} // namespace

std::optional<ParsedTime> parseTimes(std::string_view text, bool clockIsNanoseconds)
{
    const auto first = takeTime(text, clockIsNanoseconds);
    if (!first)
        return std::nullopt;
    if (text.empty())
        return ParsedTime{first->time, first->time, false, first->isPrinted};
    if (!text.starts_with('-'))
        return std::nullopt;
    text.remove_prefix(1);
    const auto last = takeTime(text, clockIsNanoseconds);
    if (!last || !text.empty())
        return std::nullopt;
    return ParsedTime{first->time, last->time, true, false};
}

NumberSet timesThat(FilterOp op, const ParsedTime &value)
{
    ParsedTime at = value;
    const bool isEquality = op != FilterOp::Less && op != FilterOp::LessEqual
                            && op != FilterOp::Greater && op != FilterOp::GreaterEqual;
    if (isEquality && at.isPrinted) { // rounded to microseconds, half of one upwards
        at.first = std::max(at.first, kTimeMin + 500) - 500;
        at.last = std::min(at.last, kTimeMax - 499) + 499;
    }
    const auto bound = [](TimeNs time) {
        return ParsedNumber::Bound{time < 0, false,
                                   time < 0 ? 0 - static_cast<std::uint64_t>(time)
                                            : static_cast<std::uint64_t>(time)};
    };
    return numbersThat(op, {bound(at.first), bound(at.last)}, {8, true});
}

} // namespace thresher
