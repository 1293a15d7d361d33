// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/base/types.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thresher {

struct OptionSpec
{
    std::string_view name; ///< "limit", for --limit
    char letter = 0; ///< 'n', for -n; 0: none
    std::string_view value; ///< "N"; empty: takes none
    std::string_view help;
};

/// A subcommand's words, from which its help and its parser are made.
struct CommandSpec
{
    std::string_view name; ///< "events"
    std::string_view operand; ///< "FILE"
    std::string_view summary;
    std::span<const OptionSpec> options;
    /// The operands are a command to run: from the first one on no word is an option of ours.
    bool takesCommand = false;
};

class Options
{
public:
    struct Given
    {
        std::string_view name; ///< OptionSpec::name
        std::string value;
    };

    /// GNU-style: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, grouped letters; -- ends options.
    /// --help and -h are always understood. An error says which word is wrong.
    [[nodiscard]] static Result<Options> parse(const CommandSpec &command,
                                               std::span<const std::string> args);

    [[nodiscard]] const std::vector<Given> &given() const { return m_given; } ///< In their order.
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const; ///< The last.
    [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string> &operands() const { return m_operands; }
    /// The only operand. An error if there is none, or more than one.
    [[nodiscard]] Result<std::string> operand(const CommandSpec &command) const;

private:
    std::vector<Given> m_given;
    std::vector<std::string> m_operands;
};

/// The text of `thresher COMMAND --help`.
[[nodiscard]] std::string helpText(const CommandSpec &command);

/// The earliest time, in nanoseconds, that is printed as `text` or as a later one. Of nine digits
/// ("12.000345678") that is exact; fewer are what a longer time was rounded to ("12.000346" is from
/// 12.000345500 on), to microseconds at most ("12" is 12.000000, as times are printed). With
/// `ticks`, a whole number of the clock's ticks.
[[nodiscard]] Result<TimeNs> parseTime(std::string_view text, bool ticks);
/// Digits only.
[[nodiscard]] Result<std::uint64_t> parseCount(std::string_view text);
/// "0-3,7" → ranges, first and last included.
struct CpuRange
{
    CpuId first = 0;
    CpuId last = 0;
};
[[nodiscard]] Result<std::vector<CpuRange>> parseCpuList(std::string_view text);

} // namespace thresher
