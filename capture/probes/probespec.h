// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Dynamic events as data: what a line of tracefs' dynamic_events says, and back. Everything here
/// is a value; functions are reentrant, of any thread, and throw nothing but std::bad_alloc.
namespace thresher::capture {

/// A part of the line that something was parsed from: bytes [begin, end). Says where, not what: two
/// of them are always equal, so that comparing specs compares what they mean.
struct TextSpan
{
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    friend constexpr bool operator==(const TextSpan &, const TextSpan &) { return true; }
};

/// What is wrong with a line, and where.
struct ProbeError
{
    TextSpan at; ///< The token; empty at the place where something is missing.
    std::string text; ///< A sentence that says what was expected.
    std::string help; ///< What would help; may be empty.
};
template<typename T>
using ProbeResult = tl::expected<T, ProbeError>;

/// A number as it is spelt.
struct ProbeNumber
{
    enum class Base : std::uint8_t { Decimal, Hex, Octal };
    std::uint64_t value = 0;
    Base base = Base::Decimal;
    std::uint8_t digits = 0; ///< At least so many, filled with zeros: 0x00000000004245c0.
    friend bool operator==(const ProbeNumber &, const ProbeNumber &) = default;
};

/// ->name or .name behind a value whose type BTF knows.
struct ProbeMember
{
    bool isPointer = true; ///< "->", else ".".
    std::string name;
    friend bool operator==(const ProbeMember &, const ProbeMember &) = default;
};

/// Where a value is fetched from: a tree, since what is fetched may be an address to fetch from.
struct FetchSource
{
    enum class Kind : std::uint8_t {
        Register, ///< %NAME
        Stack, ///< $stack: its address.
        StackEntry, ///< $stackNUMBER
        Argument, ///< $argNUMBER, from 1.
        AllArguments, ///< $arg*: each by its name, of BTF.
        ReturnValue, ///< $retval, with members.
        Comm, ///< $comm, or $COMM.
        Field, ///< $NAME: the parent event's, of an event probe.
        Address, ///< @NUMBER
        Symbol, ///< @NAME, with +NUMBER or -NUMBER.
        FileOffset, ///< @+NUMBER: in the program's file, of a uprobe.
        Dereference, ///< +NUMBER(INNER), -NUMBER(INNER), +uNUMBER(INNER)
        Number, ///< \NUMBER, or \-NUMBER.
        String, ///< \"NAME"
        Variable, ///< NAME: a parameter, of BTF, with members.
        Cast, ///< (NAME)INNER->…, of BTF in new kernels.
    };
    Kind kind = Kind::Register;
    std::string name;
    ProbeNumber number;
    bool hasNumber = false; ///< Of Symbol: whether an offset is written.
    bool isNegative = false;
    bool isUser = false; ///< Of Dereference: user memory.
    std::vector<ProbeMember> members;
    std::vector<FetchSource> inner; ///< One, of Dereference and Cast.
    TextSpan at;
    friend bool operator==(const FetchSource &, const FetchSource &) = default;
};

/// How a value is stored and shown.
struct FetchType
{
    /// "u8"–"u64", "s8"–"s64", "x8"–"x64", "char", "string", "ustring", "symbol", "symstr", "%pd",
    /// "%pD"; empty: the kernel's choice. Of a bit field "b".
    std::string name;
    std::uint32_t bitWidth = 0; ///< Of a bit field: bWIDTH@OFFSET/CONTAINER.
    std::uint32_t bitOffset = 0;
    std::uint32_t container = 0; ///< 8, 16, 32 or 64 bits.
    std::uint32_t count = 0; ///< [COUNT] of an array, (0, 64]; 0: none.
    TextSpan at;

    [[nodiscard]] bool isBitField() const { return name == "b"; }
    /// "string", "ustring", "symstr", "%pd", "%pD".
    [[nodiscard]] bool isText() const;
    friend bool operator==(const FetchType &, const FetchType &) = default;
};

/// NAME=SOURCE:TYPE
struct FetchArgument
{
    std::string name; ///< Empty: the kernel's choice, "arg1" or the parameter's own.
    FetchSource source;
    FetchType type;
    TextSpan at;
    friend bool operator==(const FetchArgument &, const FetchArgument &) = default;
};

/// A field of a synthetic event, as in C: "unsigned long", "stack", "[]".
struct SyntheticField
{
    std::string type;
    std::string name;
    std::string array; ///< "", "[]" or "[16]".
    TextSpan at;
    friend bool operator==(const SyntheticField &, const SyntheticField &) = default;
};

enum class ProbeKind : std::uint8_t {
    Kprobe, ///< p SYMBOL…
    Kretprobe, ///< r SYMBOL…, or p SYMBOL%return.
    FprobeEntry, ///< f SYMBOL
    FprobeExit, ///< f SYMBOL%return
    Tracepoint, ///< t TRACEPOINT
    Uprobe, ///< p PATH:OFFSET
    Uretprobe, ///< r PATH:OFFSET, or p PATH:OFFSET%return.
    Eprobe, ///< e GROUP.EVENT
    Synthetic, ///< s:NAME type field; …
    Delete, ///< -:NAME
};

/// One dynamic event. Fields that its kind does not have are empty.
struct ProbeSpec
{
    ProbeKind kind = ProbeKind::Kprobe;
    std::optional<std::uint32_t> maxActive; ///< Of Kretprobe and FprobeExit.
    std::string group; ///< Empty: the kernel's choice.
    std::string event; ///< Empty: the kernel's choice.
    std::string module; ///< MOD:SYMBOL
    std::string symbol; ///< The function or the tracepoint; of an eprobe the parent event.
    std::string parentGroup; ///< Of an eprobe.
    std::string path; ///< Of a uprobe: the file.
    /// Behind the symbol; of a uprobe the place in the file; with neither symbol nor path an
    /// address.
    ProbeNumber offset;
    bool hasOffset = false;
    std::optional<ProbeNumber> referenceCounter; ///< (OFFSET) of a uprobe's semaphore.
    bool returnSuffix = false; ///< Spelt with %return, where "r" could be as well.
    std::vector<FetchArgument> arguments;
    std::string filter; ///< Of an eprobe: behind "if".
    std::vector<SyntheticField> fields; ///< Of a synthetic event.

    TextSpan headAt; ///< "p:group/event"
    TextSpan targetAt; ///< "module:symbol+offset"
    TextSpan filterAt;

    [[nodiscard]] bool isReturn() const;
    [[nodiscard]] bool isUser() const; ///< Of programs: Uprobe, Uretprobe.
    /// In a program's file by a symbol ("/bin/bash:readline+4"), which the kernel does not know:
    /// somebody has to put `offset` in its place before.
    [[nodiscard]] bool isUnresolved() const { return isUser() && !symbol.empty(); }
    friend bool operator==(const ProbeSpec &, const ProbeSpec &) = default;
};

constexpr std::size_t kMaxProbeArguments = 128; ///< The kernel's MAX_TRACE_ARGS.
constexpr std::size_t kMaxFetchDepth = 12; ///< Dereferences in each other; the kernel takes fewer.

/// Parses one line; a comment behind # and white space at its ends are passed over. Beyond the
/// kernel's language, an event probe's parent may be GROUP/EVENT, a name GROUP.EVENT, and a
/// program's place a symbol (isUnresolved()). O(line).
[[nodiscard]] ProbeResult<ProbeSpec> parseProbe(std::string_view line);

/// One argument alone: "dfd=%di:s32". @param kind  of the probe that it is of.
[[nodiscard]] ProbeResult<FetchArgument> parseFetchArgument(std::string_view text, ProbeKind kind);

/// The line, without an end. For each spec that parseProbe() gives, parsing it gives the spec
/// again; for a line as the kernel writes it (one space between words, hexadecimal digits in lower
/// case) it is the same text ("p: PATH…" loses its colon, which kernels refuse). @pre the spec's
/// names are what parseProbe() would take.
[[nodiscard]] std::string printProbe(const ProbeSpec &spec);
[[nodiscard]] std::string printArgument(const FetchArgument &argument);

/// A C identifier, as groups, events and arguments are called.
[[nodiscard]] bool isIdentifier(std::string_view text);

/// What an event is called whose line gives no name: of its target, and "__entry" or "__return"
/// behind it, so that both ends of a function can be told: "vfs_read__entry",
/// "bash_0x4245c0__return". At most 63 bytes.
[[nodiscard]] std::string suggestedEventName(const ProbeSpec &spec);

} // namespace thresher::capture
