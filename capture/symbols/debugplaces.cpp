// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers

// Where values are: DWARF's expressions, as far as fetch arguments can say them.

#include "capture/symbols/debuginfo_p.h"

#include <dwarf.h>

namespace thresher::capture {

namespace {

constexpr std::int64_t kWord = 8; // bytes

std::optional<std::uint64_t> registerNumber(const Dwarf_Op &op)
{
    if (op.atom >= DW_OP_reg0 && op.atom <= DW_OP_reg31)
        return op.atom - DW_OP_reg0;
    if (op.atom == DW_OP_regx)
        return op.number;
    return std::nullopt;
}

/// A register and what is added to it.
std::optional<std::pair<std::uint64_t, std::int64_t>> registerAndOffset(const Dwarf_Op &op)
{
    if (op.atom >= DW_OP_breg0 && op.atom <= DW_OP_breg31)
        return std::pair(std::uint64_t{op.atom} - DW_OP_breg0,
                         static_cast<std::int64_t>(op.number));
    if (op.atom == DW_OP_bregx)
        return std::pair(std::uint64_t{op.number}, static_cast<std::int64_t>(op.number2));
    return std::nullopt;
}

std::optional<std::int64_t> constantOf(const Dwarf_Op &op)
{
    if (op.atom >= DW_OP_lit0 && op.atom <= DW_OP_lit31)
        return static_cast<std::int64_t>(op.atom - DW_OP_lit0);
    switch (op.atom) {
    case DW_OP_const1u:
    case DW_OP_const1s:
    case DW_OP_const2u:
    case DW_OP_const2s:
    case DW_OP_const4u:
    case DW_OP_const4s:
    case DW_OP_const8u:
    case DW_OP_const8s:
    case DW_OP_constu:
    case DW_OP_consts:
        return static_cast<std::int64_t>(op.number);
    default:
        return std::nullopt;
    }
}

std::int64_t plus(std::int64_t a, std::int64_t b) // without overflow, whatever a file says
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::string loadedFrom(const std::string &base, std::int64_t offset)
{
    const auto size = offset < 0 ? 0 - static_cast<std::uint64_t>(offset)
                                 : static_cast<std::uint64_t>(offset);
    return (offset < 0 ? "-" : "+") + std::to_string(size) + '(' + base + ')';
}

const char *const kTooHard = "it is worked out in a way that probes cannot follow";

} // namespace

std::optional<std::pair<std::string, std::int64_t>>
DebugInfo::Private::frameAddress(std::uint64_t address, bool isEntry)
{
    if (isEntry) {
        if (machine == Machine::Other)
            return std::nullopt;
        // What called has pushed the address to return to, or has it in a register.
        return std::pair(std::string("%sp"), machine == Machine::X86_64 ? kWord : 0);
    }
    Dwarf_Frame *frame = nullptr;
    Dwarf_Op *ops = nullptr;
    std::size_t count = 0;
    if (frames == nullptr
        || ::dwarf_cfi_addrframe(frames.get(), address + symbols->debugBias(), &frame) != 0)
        return std::nullopt;
    const std::unique_ptr<Dwarf_Frame, decltype(&std::free)> owner(frame, &std::free);
    if (::dwarf_frame_cfa(frame, &ops, &count) != 0 || count != 1)
        return std::nullopt;
    const auto base = registerAndOffset(ops[0]);
    const std::string name = base ? registerOfDwarf(machine, base->first) : std::string();
    if (name.empty())
        return std::nullopt;
    return std::pair(name, base->second);
}

std::optional<std::pair<std::string, std::int64_t>>
DebugInfo::Private::frameBase(Dwarf_Die &function, std::uint64_t address, bool isEntry)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops = nullptr;
    std::size_t count = 0;
    if (::dwarf_attr_integrate(&function, DW_AT_frame_base, &attribute) == nullptr
        || ::dwarf_getlocation_addr(&attribute, address, &ops, &count, 1) != 1 || count != 1)
        return std::nullopt;
    if (ops[0].atom == DW_OP_call_frame_cfa)
        return frameAddress(address, isEntry);
    // clang names a register, whose value it is.
    if (const auto number = registerNumber(ops[0])) {
        const std::string name = registerOfDwarf(machine, *number);
        return name.empty() ? std::nullopt : std::optional(std::pair(name, std::int64_t{0}));
    }
    if (const auto base = registerAndOffset(ops[0])) {
        const std::string name = registerOfDwarf(machine, base->first);
        return name.empty() ? std::nullopt : std::optional(std::pair(name, base->second));
    }
    return std::nullopt;
}

std::optional<ValuePlace> DebugInfo::Private::placeAt(Dwarf_Die &variable, Dwarf_Die &function,
                                                      std::uint64_t address, bool isEntry)
{
    Dwarf_Attribute attribute;
    Dwarf_Word constant = 0;
    if (::dwarf_attr_integrate(&variable, DW_AT_const_value, &attribute) != nullptr
        && ::dwarf_formudata(&attribute, &constant) == 0)
        return ValuePlace::inRegister('\\' + std::to_string(static_cast<std::int64_t>(constant)));
    Dwarf_Op *ops = nullptr;
    std::size_t count = 0;
    if (::dwarf_attr_integrate(&variable, DW_AT_location, &attribute) == nullptr
        || ::dwarf_getlocation_addr(&attribute, address, &ops, &count, 1) != 1 || count == 0)
        return std::nullopt;
    return evaluate(ops, count, &function, address, isEntry);
}

ValuePlace DebugInfo::Private::evaluate(const Dwarf_Op *ops, std::size_t count, Dwarf_Die *function,
                                        std::uint64_t address, bool isEntry)
{
    constexpr std::size_t kMostOps = 64; // real ones have a handful
    if (count > kMostOps)
        return ValuePlace::nowhere(kTooHard);
    ValuePlace pieces; // Of a value in several registers.
    std::optional<std::pair<std::string, std::int64_t>> at;
    for (std::size_t i = 0; i < count; ++i) {
        const Dwarf_Op &op = ops[i];
        const bool isLast = i + 1 == count;
        if (const auto number = registerNumber(op)) {
            const std::string name = registerOfDwarf(machine, *number);
            if (name.empty())
                return ValuePlace::nowhere("it is in a register that probes cannot read");
            pieces.registers.push_back(name);
            if (isLast)
                return pieces;
            const bool isWhole = ops[i + 1].atom == DW_OP_piece
                                 && (ops[i + 1].number == kWord
                                     || (i + 2 == count && ops[i + 1].number < kWord));
            if (!isWhole)
                return ValuePlace::nowhere(kTooHard);
            ++i;
        } else if (const auto base = registerAndOffset(op)) {
            const std::string name = registerOfDwarf(machine, base->first);
            if (name.empty() || at)
                return ValuePlace::nowhere(kTooHard);
            at = std::pair(name, base->second);
        } else if (op.atom == DW_OP_fbreg && function != nullptr && !at) {
            at = frameBase(*function, address, isEntry);
            if (!at)
                return ValuePlace::nowhere("where the function's frame is cannot be told here");
            at->second = plus(at->second, static_cast<std::int64_t>(op.number));
        } else if (op.atom == DW_OP_call_frame_cfa && !at) {
            at = frameAddress(address, isEntry);
            if (!at)
                return ValuePlace::nowhere("where the function's frame is cannot be told here");
        } else if (op.atom == DW_OP_plus_uconst && at) {
            at->second = plus(at->second, static_cast<std::int64_t>(op.number));
        } else if (op.atom == DW_OP_deref && at) {
            at = std::pair(loadedFrom(at->first, at->second), std::int64_t{0});
        } else if (op.atom == DW_OP_stack_value && isLast && at && at->second == 0) {
            return ValuePlace::inRegister(at->first);
        } else if (const auto value = constantOf(op);
                   value && i + 2 == count && ops[i + 1].atom == DW_OP_stack_value) {
            return ValuePlace::inRegister('\\' + std::to_string(*value));
        } else if (op.atom == DW_OP_addr) {
            return ValuePlace::nowhere("it is not of this call, but of the whole program");
        } else {
            return ValuePlace::nowhere(kTooHard);
        }
    }
    if (!pieces.registers.empty())
        return pieces;
    return at ? ValuePlace::inMemory(at->first, at->second) : ValuePlace::nowhere(kTooHard);
}

} // namespace thresher::capture
