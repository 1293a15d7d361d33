// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/capture/probes/randomprobe.h"

#include <array>

namespace thresher::capture {

namespace {

class Maker
{
public:
    explicit Maker(std::mt19937 &random)
        : m_random(random)
    {}

    ProbeSpec probe()
    {
        ProbeSpec spec;
        spec.kind = static_cast<ProbeKind>(upTo(9));
        if (spec.kind == ProbeKind::Delete || spec.kind == ProbeKind::Synthetic || oneOf(2)) {
            spec.event = name();
            if (oneOf(2))
                spec.group = spec.kind == ProbeKind::Synthetic ? "synthetic" : name();
        }
        if (spec.kind == ProbeKind::Delete)
            return spec;
        if (spec.kind == ProbeKind::Synthetic) {
            for (std::size_t i = upTo(4) + 1; i > 0; --i)
                spec.fields.push_back(field());
            return spec;
        }
        target(spec);
        for (std::size_t i = upTo(5); i > 0; --i)
            spec.arguments.push_back(argument(spec.kind));
        if (spec.kind == ProbeKind::Eprobe && oneOf(2))
            spec.filter = name() + " == 3 && " + name() + " ~ \"x*\"";
        return spec;
    }

private:
    using Kind = FetchSource::Kind;

    std::size_t upTo(std::size_t most)
    {
        return std::uniform_int_distribution<std::size_t>(0, most)(m_random);
    }
    bool oneOf(std::size_t n) { return upTo(n - 1) == 0; }
    std::string name()
    {
        static constexpr std::string_view kLetters
            = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
        std::string text(1, kLetters[upTo(kLetters.size() - 1)]);
        for (std::size_t i = upTo(8); i > 0; --i)
            text += oneOf(4) ? std::to_string(upTo(9)) : std::string(1, kLetters[upTo(52)]);
        return "x" + text; // never one of the language's words
    }
    ProbeNumber number()
    {
        ProbeNumber number;
        number.value = oneOf(8) ? ~std::uint64_t{0} >> upTo(63) : upTo(5000);
        number.base = static_cast<ProbeNumber::Base>(upTo(2));
        if (number.base == ProbeNumber::Base::Octal && number.value == 0)
            number.base = ProbeNumber::Base::Decimal;
        if (number.base == ProbeNumber::Base::Hex && oneOf(4) && number.value < 0x1000'0000)
            number.digits = 16;
        return number;
    }
    std::vector<ProbeMember> members(std::size_t least)
    {
        std::vector<ProbeMember> list;
        for (std::size_t i = least + upTo(2); i > 0; --i)
            list.push_back({list.empty() || oneOf(2), name()});
        return list;
    }
    FetchSource source(ProbeKind kind, std::size_t depth)
    {
        FetchSource source;
        static constexpr std::array kAny{
            Kind::Register, Kind::Stack,    Kind::StackEntry, Kind::Argument,   Kind::ReturnValue,
            Kind::Comm,     Kind::Address,  Kind::Symbol,     Kind::FileOffset, Kind::Number,
            Kind::String,   Kind::Variable, Kind::Cast,       Kind::Dereference};
        static constexpr std::array kOfEvent{Kind::Field, Kind::Comm, Kind::Dereference};
        do {
            source.kind = kind == ProbeKind::Eprobe ? kOfEvent[upTo(kOfEvent.size() - 1)]
                                                    : kAny[upTo(kAny.size() - 1)];
        } while (depth == 0 && (source.kind == Kind::Dereference || source.kind == Kind::Cast));
        fill(source, kind, depth);
        return source;
    }
    void fill(FetchSource &source, ProbeKind kind, std::size_t depth)
    {
        switch (source.kind) {
        case Kind::Stack:
        case Kind::AllArguments:
            break;
        case Kind::Register:
        case Kind::Field:
        case Kind::String:
            source.name = name();
            break;
        case Kind::Comm:
            source.name = oneOf(2) ? "comm" : "COMM";
            break;
        case Kind::StackEntry:
            source.number.value = upTo(100);
            break;
        case Kind::Argument:
            source.number.value = 1 + upTo(8);
            break;
        case Kind::ReturnValue:
            source.members = members(0);
            break;
        case Kind::Address:
        case Kind::FileOffset:
            source.number = number();
            break;
        case Kind::Symbol:
            source.name = name();
            source.hasNumber = oneOf(2);
            source.isNegative = source.hasNumber && oneOf(2);
            if (source.hasNumber)
                source.number = number();
            break;
        case Kind::Number:
            source.number = number();
            source.isNegative = oneOf(3);
            break;
        case Kind::Variable:
            source.name = name();
            source.members = members(0);
            break;
        case Kind::Cast:
            source.name = name();
            source.inner.push_back(this->source(kind, depth - 1));
            source.inner.front().members.clear(); // they would be the cast's
            source.members = members(1);
            if (source.inner.front().kind == Kind::Cast)
                source.inner.front() = this->source(kind, 0);
            source.inner.front().members.clear();
            break;
        case Kind::Dereference:
            source.number = number();
            source.isNegative = oneOf(4);
            source.isUser = oneOf(4);
            source.inner.push_back(this->source(kind, depth - 1));
            break;
        }
    }
    FetchType type()
    {
        static constexpr std::array kNames{
            "u8",  "u16", "u32",  "u64",    "s8",      "s16",    "s32",    "s64", "x8", "x16",
            "x32", "x64", "char", "string", "ustring", "symbol", "symstr", "%pd", "%pD"};
        FetchType type;
        if (oneOf(4)) {
            type.name = "b";
            type.container = 8U << upTo(3);
            type.bitWidth = static_cast<std::uint32_t>(1 + upTo(type.container - 1));
            type.bitOffset = static_cast<std::uint32_t>(upTo(type.container - type.bitWidth));
        } else {
            type.name = kNames[upTo(kNames.size() - 1)];
        }
        if (oneOf(4))
            type.count = static_cast<std::uint32_t>(1 + upTo(63));
        return type;
    }
    FetchArgument argument(ProbeKind kind)
    {
        FetchArgument argument;
        if (kind != ProbeKind::Eprobe && oneOf(10)) {
            argument.source.kind = Kind::AllArguments;
            return argument;
        }
        argument.source = source(kind, 4);
        if (oneOf(2))
            argument.name = name();
        if (oneOf(2))
            argument.type = type();
        return argument;
    }
    SyntheticField field()
    {
        static constexpr std::array kTypes{"u64", "unsigned long", "pid_t", "char", "char[]"};
        static constexpr std::array kArrays{"", "", "[]", "[16]"};
        return {kTypes[upTo(kTypes.size() - 1)], name(), kArrays[upTo(kArrays.size() - 1)], {}};
    }
    void target(ProbeSpec &spec)
    {
        if (spec.kind == ProbeKind::Eprobe)
            spec.parentGroup = name();
        spec.symbol = name();
        if (spec.kind == ProbeKind::Eprobe || spec.kind == ProbeKind::Tracepoint)
            return;
        const bool isFprobe = spec.kind == ProbeKind::FprobeEntry
                              || spec.kind == ProbeKind::FprobeExit;
        spec.returnSuffix = spec.kind == ProbeKind::FprobeExit || (spec.isReturn() && oneOf(2));
        if ((spec.kind == ProbeKind::Kretprobe && !spec.returnSuffix)
            || spec.kind == ProbeKind::FprobeExit)
            if (oneOf(2))
                spec.maxActive = static_cast<std::uint32_t>(upTo(4096));
        if (spec.isUser()) {
            spec.path = "/" + name() + "/" + name() + ":" + name() + ".so";
            if (oneOf(3))
                spec.referenceCounter = number();
        } else if (oneOf(4)) {
            spec.module = name();
        }
        if (isFprobe)
            return;
        spec.hasOffset = oneOf(2);
        if (spec.hasOffset) {
            spec.offset = number();
            if (spec.module.empty() && oneOf(2))
                spec.symbol.clear();
        }
    }

    std::mt19937 &m_random;
};

} // namespace

ProbeSpec randomProbe(std::mt19937 &random)
{
    return Maker(random).probe();
}

} // namespace thresher::capture
