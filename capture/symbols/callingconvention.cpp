// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/callingconvention.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace thresher::capture {

namespace {

constexpr std::uint64_t kWord = 8; // bytes
constexpr std::size_t kVectorRegisters = 8;
constexpr const char *kInVectorRegister
    = "it is in a floating-point register, which probes cannot read";
constexpr const char *kNotKnown = "its type is not known";
constexpr const char *kEmpty = "it is empty";
constexpr const char *kOtherMachine = "this machine's calling convention is not known";

constexpr std::array<std::string_view, 6> kX86Arguments{"di", "si", "dx", "cx", "r8", "r9"};
constexpr std::array<std::string_view, 16> kX86Dwarf{"ax",  "dx",  "cx",  "bx", "si",  "di",
                                                     "bp",  "sp",  "r8",  "r9", "r10", "r11",
                                                     "r12", "r13", "r14", "r15"};
constexpr std::size_t kArmArguments = 8;

std::uint64_t words(std::uint64_t bytes)
{
    return bytes / kWord + (bytes % kWord != 0 ? 1 : 0);
}

/// What a value's words are made of.
struct Contents
{
    static constexpr std::size_t kMost = 2; ///< Words of what is passed in registers.
    std::array<bool, kMost> hasInteger{};
    std::array<bool, kMost> hasFloat{};
    std::size_t floats = 0; ///< Scalars of this kind …
    std::uint64_t floatSize = 0; ///< … and their size, if it is one for all; else 0.
    bool areFloatsEqual = true;
    bool hasInteger16 = false; ///< One of 16 bytes, which is aligned so.
    bool mustBeInMemory = false; ///< Not aligned, or not understood.
    [[nodiscard]] bool isEmpty() const { return !mustBeInMemory && !hasInteger[0] && !hasFloat[0]; }
    int left = 256; ///< Scalars looked at: more than that are not in registers anyway.
};

void examine(const TypeSource &types, TypeId type, std::uint64_t at, Contents &contents);

void examineScalar(const TypeInfo &info, std::uint64_t at, Contents &contents)
{
    if (info.size == 0 || (info.size <= 2 * kWord && at % info.size != 0)) {
        contents.mustBeInMemory = true;
        return;
    }
    const bool isFloat = info.kind == TypeKind::Float;
    if (isFloat) {
        contents.areFloatsEqual = contents.areFloatsEqual
                                  && (contents.floats == 0 || contents.floatSize == info.size);
        contents.floatSize = info.size;
        ++contents.floats;
    } else if (info.size > kWord) {
        contents.hasInteger16 = true;
    }
    // However large it says that it is.
    const std::uint64_t end = std::min<std::uint64_t>(words(at + info.size), Contents::kMost);
    for (std::uint64_t word = at / kWord; word < end; ++word)
        (isFloat ? contents.hasFloat : contents.hasInteger)[word] = true;
}

void examine(const TypeSource &types, TypeId type, std::uint64_t at, Contents &contents)
{
    if (contents.left-- <= 0) {
        contents.mustBeInMemory = true;
        return;
    }
    const TypeInfo info = types.info(type);
    switch (info.kind) {
    case TypeKind::Struct:
    case TypeKind::Union:
        for (const TypeMember &member : types.members(type)) {
            if (contents.mustBeInMemory)
                return;
            if (member.bitSize != 0) {
                const std::uint64_t bit = at * 8 + member.bitOffset;
                const std::uint64_t end = std::min<std::uint64_t>(
                    (bit + member.bitSize - 1) / 64 + 1, Contents::kMost);
                for (std::uint64_t word = bit / 64; word < end; ++word)
                    contents.hasInteger[word] = true;
                contents.mustBeInMemory = contents.left-- <= 0;
            } else {
                examine(types, member.type, at + member.bitOffset / 8, contents);
            }
        }
        return;
    case TypeKind::Array: {
        const std::uint64_t size = types.info(info.target).size;
        for (std::uint64_t i = 0; i < info.count && !contents.mustBeInMemory; ++i)
            examine(types, info.target, at + i * size, contents);
        return;
    }
    case TypeKind::Void:
    case TypeKind::Function:
    case TypeKind::Unknown:
        contents.mustBeInMemory = true;
        return;
    default:
        examineScalar(info, at, contents);
    }
}

/// Gives parameters their places, one after the other.
class Assigner
{
public:
    Assigner(Machine machine, const TypeSource &types)
        : m_machine(machine)
        , m_types(types)
    {}
    virtual ~Assigner() = default;
    Assigner(const Assigner &) = delete; // of one call
    Assigner &operator=(const Assigner &) = delete;

    ValuePlace next(TypeId type)
    {
        const TypeInfo info = m_types.info(type);
        if (m_isLost)
            return ValuePlace::nowhere("the type of a parameter before it is not known");
        if (info.kind == TypeKind::Unknown
            || (info.size == 0 && info.kind != TypeKind::Pointer
                && info.kind != TypeKind::Struct)) {
            m_isLost = true;
            return ValuePlace::nowhere(kNotKnown);
        }
        if (info.isPassedByReference) {
            ValuePlace place = integers(1);
            place.isReference = true;
            return place;
        }
        if (info.size == 0)
            return ValuePlace::nowhere(kEmpty);
        Contents contents;
        examine(m_types, type, 0, contents);
        if (contents.isEmpty() && info.size == 1)
            return ValuePlace::nowhere(kEmpty);
        return place(info, contents);
    }

    [[nodiscard]] ValuePlace result(TypeId type)
    {
        const TypeInfo info = m_types.info(type);
        if (info.kind == TypeKind::Void)
            return ValuePlace::nowhere("it returns nothing");
        if (info.kind == TypeKind::Unknown || info.size == 0)
            return ValuePlace::nowhere(kNotKnown);
        Contents contents;
        examine(m_types, type, 0, contents);
        return resultPlace(info, contents);
    }

protected:
    virtual ValuePlace place(const TypeInfo &info, const Contents &contents) = 0;
    virtual ValuePlace resultPlace(const TypeInfo &info, const Contents &contents) = 0;
    [[nodiscard]] virtual std::size_t registerCount() const = 0;
    [[nodiscard]] virtual std::string registerName(std::size_t index) const = 0;

    /// In the next registers, which there must be, or else on the stack.
    ValuePlace integers(std::uint64_t count)
    {
        if (m_used + count > registerCount())
            return onStack(count * kWord, 1);
        ValuePlace place;
        for (std::uint64_t i = 0; i < count; ++i)
            place.registers.push_back(registerName(m_used++));
        return place;
    }
    /// @param align  in words
    ValuePlace onStack(std::uint64_t size, std::uint64_t align)
    {
        m_stack = (m_stack + align - 1) / align * align;
        const std::uint64_t at = m_stack * kWord;
        m_stack += std::min<std::uint64_t>(words(size), 1U << 20U);
        // x86-64's call has pushed the address to return to.
        const std::uint64_t above = m_machine == Machine::X86_64 ? kWord : 0;
        return ValuePlace::inMemory("%sp", static_cast<std::int64_t>(at + above));
    }

    std::size_t m_used = 0; ///< Of the integer registers,
    std::size_t m_vectorsUsed = 0; ///< of those of floating point,
    std::uint64_t m_stack = 0; ///< words of the stack.

private:
    Machine m_machine;
    const TypeSource &m_types;
    bool m_isLost = false;
};

class X86Assigner final : public Assigner
{
public:
    explicit X86Assigner(const TypeSource &types)
        : Assigner(Machine::X86_64, types)
    {}

protected:
    std::size_t registerCount() const override { return kX86Arguments.size(); }
    std::string registerName(std::size_t index) const override
    {
        return '%' + std::string(kX86Arguments[index]);
    }

    ValuePlace place(const TypeInfo &info, const Contents &contents) override
    {
        // long double, and what is larger, goes by the stack.
        const bool isLongDouble = contents.floats > 0 && contents.floatSize > kWord;
        const std::uint64_t align = contents.hasInteger16 || isLongDouble ? 2 : 1;
        if (info.size > 2 * kWord || contents.mustBeInMemory || isLongDouble)
            return onStack(info.size, align);
        const auto [integers, vectors] = needed(info, contents);
        if (m_used + integers > registerCount() || m_vectorsUsed + vectors > kVectorRegisters)
            return onStack(info.size, align);
        m_vectorsUsed += vectors;
        ValuePlace place = this->integers(integers);
        // Half of it would be read for the whole.
        return vectors > 0 ? ValuePlace::nowhere(kInVectorRegister) : place;
    }

    ValuePlace resultPlace(const TypeInfo &info, const Contents &contents) override
    {
        if (info.isPassedByReference || info.size > 2 * kWord || contents.mustBeInMemory) {
            m_used = 1; // The address of where it is to be is the first parameter,
            return ValuePlace::inMemory("%ax", 0); // and is returned.
        }
        if (contents.floats > 0)
            return ValuePlace::nowhere(kInVectorRegister);
        ValuePlace place = ValuePlace::inRegister("$retval");
        if (info.size > kWord)
            place.registers.emplace_back("%dx");
        return place;
    }

private:
    /// Registers of both kinds.
    static std::pair<std::size_t, std::size_t> needed(const TypeInfo &info,
                                                      const Contents &contents)
    {
        std::size_t integers = 0;
        std::size_t vectors = 0;
        for (std::size_t word = 0; word < words(info.size); ++word) {
            if (contents.hasInteger[word])
                ++integers;
            else if (contents.hasFloat[word])
                ++vectors;
        }
        return {integers, vectors};
    }
};

class ArmAssigner final : public Assigner
{
public:
    explicit ArmAssigner(const TypeSource &types)
        : Assigner(Machine::Arm64, types)
    {}

protected:
    std::size_t registerCount() const override { return kArmArguments; }
    std::string registerName(std::size_t index) const override
    {
        return "%x" + std::to_string(index);
    }

    ValuePlace place(const TypeInfo &info, const Contents &contents) override
    {
        if (areVectors(contents)) {
            const bool fits = m_vectorsUsed + contents.floats <= kVectorRegisters;
            m_vectorsUsed = fits ? m_vectorsUsed + contents.floats : kVectorRegisters;
            return fits ? ValuePlace::nowhere(kInVectorRegister)
                        : onStack(info.size, contents.floatSize > kWord ? 2 : 1);
        }
        if (info.size > 2 * kWord) {
            ValuePlace place = integers(1); // The address of a copy.
            place.isReference = true;
            return place;
        }
        if (contents.hasInteger16)
            m_used += m_used % 2; // Pairs begin at an even one.
        const std::uint64_t count = words(info.size);
        if (m_used + count <= registerCount())
            return integers(count);
        m_used = registerCount(); // None after it comes before it.
        return onStack(info.size, contents.hasInteger16 ? 2 : 1);
    }

    ValuePlace resultPlace(const TypeInfo &info, const Contents &contents) override
    {
        if (areVectors(contents))
            return ValuePlace::nowhere(kInVectorRegister);
        if (info.isPassedByReference || info.size > 2 * kWord)
            return ValuePlace::nowhere("it is returned in memory whose address is not kept");
        ValuePlace place = ValuePlace::inRegister("$retval");
        if (info.size > kWord)
            place.registers.emplace_back("%x1");
        return place;
    }

private:
    /// One to four floating-point numbers of one kind, and nothing else.
    static bool areVectors(const Contents &contents)
    {
        constexpr std::size_t kMost = 4;
        return contents.floats > 0 && contents.floats <= kMost && contents.areFloatsEqual
               && !contents.hasInteger[0] && !contents.hasInteger[1] && !contents.mustBeInMemory;
    }
};

CallPlaces assign(Assigner &assigner, const FunctionSignature &signature)
{
    CallPlaces places;
    places.result = assigner.result(signature.result);
    for (const FunctionParameter &parameter : signature.parameters)
        places.parameters.push_back(assigner.next(parameter.type));
    return places;
}

} // namespace

CallPlaces placesOfCall(Machine machine, const TypeSource &types,
                        const FunctionSignature &signature)
{
    if (machine == Machine::X86_64) {
        X86Assigner assigner(types);
        return assign(assigner, signature);
    }
    if (machine == Machine::Arm64) {
        ArmAssigner assigner(types);
        return assign(assigner, signature);
    }
    CallPlaces places;
    places.parameters.assign(signature.parameters.size(), ValuePlace::nowhere(kOtherMachine));
    places.result = ValuePlace::inRegister("$retval");
    return places;
}

ValuePlace placeOfWord(Machine machine, std::size_t index)
{
    constexpr std::size_t kMost = 64; // of a stack that probes reach
    const std::size_t registers = machine == Machine::X86_64 ? kX86Arguments.size() : kArmArguments;
    if (machine == Machine::Other || index >= kMost)
        return ValuePlace::nowhere(kOtherMachine);
    if (index < registers)
        return ValuePlace::inRegister(machine == Machine::X86_64
                                          ? '%' + std::string(kX86Arguments[index])
                                          : "%x" + std::to_string(index));
    const std::size_t above = machine == Machine::X86_64 ? 1 : 0;
    return ValuePlace::inMemory("%sp",
                                static_cast<std::int64_t>((index - registers + above) * kWord));
}

ValuePlace placeOfSyscallParameter(Machine machine, std::size_t index)
{
    // struct pt_regs is what debuggers see too, and stays as it is.
    constexpr std::array<std::int64_t, 6> kX86{112, 104, 96, 56, 72, 64}; // di si dx r10 r8 r9
    if (machine == Machine::Other || index >= kX86.size())
        return ValuePlace::nowhere(kOtherMachine);
    ValuePlace place = machine == Machine::X86_64
                           ? ValuePlace::inMemory("%di", kX86[index])
                           : ValuePlace::inMemory("%x0", static_cast<std::int64_t>(index * kWord));
    place.isUser = true;
    return place;
}

std::string registerOfDwarf(Machine machine, std::uint64_t number)
{
    constexpr std::uint64_t kArmStackPointer = 31;
    if (machine == Machine::X86_64 && number < kX86Dwarf.size())
        return '%' + std::string(kX86Dwarf[number]);
    if (machine == Machine::Arm64 && number == kArmStackPointer)
        return "%sp";
    if (machine == Machine::Arm64 && number < kArmStackPointer)
        return "%x" + std::to_string(number);
    return {};
}

} // namespace thresher::capture
