// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"
#include "model/io/tracefile.h"

#include <string>
#include <string_view>

namespace thresher {

inline constexpr std::size_t kMaxSpecText = std::size_t{1} << 16U; // they come out of files, too

[[nodiscard]] tl::unexpected<FilterError> wrongSpec(TextRange range, std::string found,
                                                    std::string expected);
/// In quotes if it would not be one word.
[[nodiscard]] std::string quotedName(const std::string &name);
/// "system:name", or "name" of any system.
[[nodiscard]] FilterResult<const EventFormat *>
findSpecEvent(std::string_view event, TextRange range, const TraceFile &trace);

/// Cuts the text of a PairSpec or CounterSpec into tokens.
class SpecText
{
public:
    explicit SpecText(std::string_view text)
        : m_text(text)
    {}

protected:
    struct Word
    {
        std::string text; ///< Empty: there is none.
        TextRange range;
        bool isQuoted = false;
    };

    [[nodiscard]] static bool isWord(char c);
    void skipBlanks();
    /// What comes next, if it is that.
    bool take(std::string_view symbol);
    bool takeKeyword(std::string_view word); ///< Not in quotes.
    Word takeWord();
    /// The error about what comes next.
    [[nodiscard]] tl::unexpected<FilterError> unexpected(std::string expected);
    [[nodiscard]] FilterResult<Word> name(std::string_view what);
    /// As name(), but not in quotes: events and fields have names that need none.
    [[nodiscard]] FilterResult<Word> plainName(std::string_view what);
    [[nodiscard]] FilterResult<Word> event();

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace thresher
