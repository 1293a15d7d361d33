// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"

#include <string>
#include <string_view>
#include <vector>

/// What the parsers and printers of lines and of arguments share.
namespace thresher::capture {

/// A part of a line that knows where it stands.
struct Piece
{
    std::string_view text;
    std::uint32_t at = 0;

    [[nodiscard]] bool isEmpty() const { return text.empty(); }
    [[nodiscard]] TextSpan span() const
    {
        return {at, at + static_cast<std::uint32_t>(text.size())};
    }
    [[nodiscard]] Piece from(std::size_t begin) const
    {
        return {text.substr(begin), at + static_cast<std::uint32_t>(begin)};
    }
    [[nodiscard]] Piece first(std::size_t size) const { return {text.substr(0, size), at}; }
    [[nodiscard]] bool take(std::string_view prefix)
    {
        if (!text.starts_with(prefix))
            return false;
        *this = from(prefix.size());
        return true;
    }
};

[[nodiscard]] inline bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

/// Without blanks at both ends.
[[nodiscard]] inline Piece trimmed(Piece piece)
{
    while (!piece.isEmpty() && isBlank(piece.text.front()))
        piece = piece.from(1);
    while (!piece.isEmpty() && isBlank(piece.text.back()))
        piece = piece.first(piece.text.size() - 1);
    return piece;
}

[[nodiscard]] inline tl::unexpected<ProbeError> probeError(const Piece &piece, std::string text,
                                                           std::string help = {})
{
    return tl::unexpected<ProbeError>({piece.span(), std::move(text), std::move(help)});
}

[[nodiscard]] std::vector<Piece> wordsOf(const Piece &piece);
/// As the kernel reads one: 0x is hexadecimal, a leading 0 octal.
[[nodiscard]] ProbeResult<ProbeNumber> parseProbeNumber(const Piece &piece);
[[nodiscard]] std::string printProbeNumber(const ProbeNumber &number);
/// In [least, most], in decimal digits.
[[nodiscard]] ProbeResult<std::uint32_t> parseDecimal(const Piece &piece, std::uint32_t least,
                                                      std::uint32_t most, const char *what);
[[nodiscard]] ProbeResult<FetchArgument> parseArgument(const Piece &piece, ProbeKind kind);

} // namespace thresher::capture

/// Declares `decl` with the value of `expr`, or returns its ProbeError.
#define THRESHER_PROBE_ASSIGN(decl, expr)                                                          \
    auto THRESHER_PROBE_NAME(probeResult, __LINE__) = (expr);                                      \
    if (!THRESHER_PROBE_NAME(probeResult, __LINE__))                                               \
        return tl::unexpected<::thresher::capture::ProbeError>(                                    \
            std::move(THRESHER_PROBE_NAME(probeResult, __LINE__)).error());                        \
    decl = *std::move(THRESHER_PROBE_NAME(probeResult, __LINE__))
#define THRESHER_PROBE_NAME(a, b) THRESHER_PROBE_NAME_(a, b)
#define THRESHER_PROBE_NAME_(a, b) a##b
