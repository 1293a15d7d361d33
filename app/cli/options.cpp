// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/options.h"

#include <algorithm>
#include <charconv>

namespace thresher {

namespace {

constexpr OptionSpec kHelp{"help", 'h', {}, "print this help"};

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

const OptionSpec *find(const CommandSpec &command, std::string_view name, char letter)
{
    const auto matches = [&](const OptionSpec &option) {
        return letter != 0 ? option.letter == letter : option.name == name;
    };
    if (matches(kHelp))
        return &kHelp;
    const auto at = std::find_if(command.options.begin(), command.options.end(), matches);
    return at == command.options.end() ? nullptr : &*at;
}

/// Reads the words of one command line from left to right.
class Words
{
public:
    explicit Words(std::span<const std::string> args)
        : m_args(args)
    {}
    [[nodiscard]] bool atEnd() const { return m_next == m_args.size(); }
    const std::string &take() { return m_args[m_next++]; }

private:
    std::span<const std::string> m_args;
    std::size_t m_next = 0;
};

Result<std::string> valueOf(const OptionSpec &option, std::string_view word, Words &words)
{
    if (words.atEnd())
        return usage(std::string(word) + " needs a value (" + std::string(option.value) + ")");
    return words.take();
}

template<typename T>
bool parseNumber(std::string_view text, T &value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

} // namespace

Result<Options> Options::parse(const CommandSpec &command, std::span<const std::string> args)
{
    Options options;
    Words words(args);
    while (!words.atEnd()) {
        const std::string &word = words.take();
        if (word == "--") {
            while (!words.atEnd())
                options.m_operands.push_back(words.take());
        } else if (word.starts_with("--")) {
            const auto equals = word.find('=');
            const auto name = std::string_view(word).substr(
                2, equals == std::string::npos ? std::string::npos : equals - 2);
            const OptionSpec *const option = find(command, name, 0);
            if (option == nullptr)
                return usage("there is no option --" + std::string(name));
            if (option->value.empty() && equals != std::string::npos)
                return usage("--" + std::string(name) + " takes no value");
            std::string value;
            if (equals != std::string::npos) {
                value = word.substr(equals + 1);
            } else if (!option->value.empty()) {
                THRESHER_TRY_ASSIGN(value, valueOf(*option, word, words));
            }
            options.m_given.push_back({option->name, std::move(value)});
        } else if (word.size() > 1 && word.front() == '-') {
            for (std::size_t i = 1; i < word.size(); ++i) {
                const OptionSpec *const option = find(command, {}, word[i]);
                if (option == nullptr)
                    return usage(std::string("there is no option -") + word[i]);
                std::string value;
                const bool takesRest = !option->value.empty();
                if (takesRest && i + 1 < word.size()) {
                    value = word.substr(i + 1);
                } else if (takesRest) {
                    THRESHER_TRY_ASSIGN(value, valueOf(*option, word, words));
                }
                options.m_given.push_back({option->name, std::move(value)});
                if (takesRest)
                    break;
            }
        } else {
            options.m_operands.push_back(word);
            while (command.takesCommand && !words.atEnd())
                options.m_operands.push_back(words.take());
        }
    }
    return options;
}

bool Options::has(std::string_view name) const
{
    return std::any_of(m_given.begin(), m_given.end(),
                       [&](const Given &given) { return given.name == name; });
}

std::optional<std::string> Options::value(std::string_view name) const
{
    const auto all = values(name);
    return all.empty() ? std::nullopt : std::optional(all.back());
}

std::vector<std::string> Options::values(std::string_view name) const
{
    std::vector<std::string> all;
    for (const Given &given : m_given) {
        if (given.name == name)
            all.push_back(given.value);
    }
    return all;
}

Result<std::string> Options::operand(const CommandSpec &command) const
{
    if (m_operands.empty())
        return usage("no " + std::string(command.operand) + " is given");
    if (m_operands.size() > 1)
        return usage("one " + std::string(command.operand) + " at a time, please; '" + m_operands[1]
                     + "' is one too many");
    return m_operands.front();
}

std::string helpText(const CommandSpec &command)
{
    constexpr std::size_t kColumn = 26;
    std::string text = "Usage: thresher ";
    text += command.name;
    text += " [OPTION]… ";
    text += command.operand;
    text += "\n\n";
    text += command.summary;
    text += "\n\n";
    const auto add = [&](const OptionSpec &option) {
        std::string line = option.letter != 0 ? std::string("  -") + option.letter + ", "
                                              : std::string("      ");
        line += "--" + std::string(option.name);
        if (!option.value.empty())
            line += " " + std::string(option.value);
        if (line.size() + 2 > kColumn)
            line += "\n" + std::string(kColumn, ' ');
        else
            line.resize(kColumn, ' ');
        std::string_view help = option.help;
        for (auto end = help.find('\n'); end != help.npos; end = help.find('\n')) {
            line += std::string(help.substr(0, end + 1)) + std::string(kColumn, ' ');
            help.remove_prefix(end + 1);
        }
        text += line + std::string(help) + "\n";
    };
    for (const OptionSpec &option : command.options)
        add(option);
    add(kHelp);
    return text;
}

Result<TimeNs> parseTime(std::string_view text, bool ticks)
{
    const auto wrong = [&] {
        return usage("'" + std::string(text) + "' is not a time: "
                     + (ticks ? "this trace's clock counts ticks, so give a whole number of them"
                              : "give seconds as they are printed, such as 2481.274390"));
    };
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    const auto point = digits.find('.');
    std::int64_t whole = 0;
    const bool isFractionOnly = point == 0 && !ticks; // ".5"
    if (!isFractionOnly && (!parseNumber(digits.substr(0, point), whole) || whole < 0))
        return wrong();
    constexpr std::int64_t kSecond = 1'000'000'000;
    constexpr std::int64_t kHalfMicrosecond = 500;
    constexpr std::size_t kUsualDigits = 6; // of a printed time
    if (ticks) {
        if (point != digits.npos)
            return wrong();
        return negative ? -whole : whole;
    }
    std::int64_t fraction = 0;
    std::int64_t half = kHalfMicrosecond; // of what the last digit stands for
    if (point != digits.npos) {
        std::string nine(digits.substr(point + 1));
        if (nine.empty() || nine.find_first_not_of("0123456789") != nine.npos)
            return wrong();
        for (std::size_t i = kUsualDigits; i < nine.size(); ++i)
            half /= 10;
        nine.resize(9, '0');
        if (!parseNumber(std::string_view(nine), fraction))
            return wrong();
    }
    if (whole > kTimeMax / kSecond - 1)
        return negative ? kTimeMin : kTimeMax;
    const TimeNs time = whole * kSecond + fraction;
    // Halves are rounded away from zero.
    if (negative || time == 0)
        return -time - std::max<std::int64_t>(half - 1, 0);
    return time - half;
}

Result<std::uint64_t> parseCount(std::string_view text)
{
    std::uint64_t value = 0;
    if (!parseNumber(text, value))
        return usage("'" + std::string(text) + "' is not a number from 0 on");
    return value;
}

Result<std::vector<CpuRange>> parseCpuList(std::string_view text)
{
    std::vector<CpuRange> ranges;
    for (;;) {
        const auto comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        const auto dash = part.find('-');
        CpuRange range;
        const bool first = parseNumber(part.substr(0, dash), range.first);
        range.last = range.first;
        if (!first || (dash != part.npos && !parseNumber(part.substr(dash + 1), range.last))
            || range.last < range.first)
            return usage("'" + std::string(part)
                         + "' is not a CPU or a range of them, as in 0-3,7");
        ranges.push_back(range);
        if (comma == text.npos)
            return ranges;
        text.remove_prefix(comma + 1);
    }
}

} // namespace thresher
