// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/callingconvention.h"
#include "capture/symbols/typesource.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// A parameter, or what is returned, as it is offered to be recorded.
struct DescribedValue
{
    std::string name; ///< "count"; "arg2" where it has none; "ret" of what is returned.
    std::string type; ///< As C writes it; empty: not known.
    std::uint64_t size = 0; ///< Bytes; 0: not known.
    std::string fetch; ///< "%dx:u64": what stands behind "NAME=" in a probe's line.
    std::string whyNot; ///< A sentence's part: why there is no `fetch`. Its members may have one.
    TypeId typeId = kVoidType; ///< Of the types that described it, to go on into its members
    ValuePlace place; ///< by fetchArgument().
};

struct FunctionDescription
{
    std::string name;
    std::string signature; ///< "ssize_t vfs_read(struct file *file, …)"; empty: not known.
    std::vector<DescribedValue> parameters;
    DescribedValue result; ///< Its type is empty if it returns nothing, or that is not known.
};

[[nodiscard]] DescribedValue describeValue(const TypeSource &types, TypeId type, std::string name,
                                           const ValuePlace &place);

/// @param places  as many parameters as the signature has.
[[nodiscard]] FunctionDescription
describe(const TypeSource &types, const FunctionSignature &signature, const CallPlaces &places);

/// Of a function of which nothing is known: the machine's registers for parameters, and what is
/// returned, as numbers of a register's size.
[[nodiscard]] FunctionDescription describeUntyped(Machine machine, std::string_view name);

/// How a kernel's probe at a function's entry gets parameters.
enum class ParameterWords : std::uint8_t {
    Registers, ///< "%si", as described.
    Numbers, ///< "$arg2": each that is in one register; fprobes know no other.
    Names, ///< "count", "file->f_mode" by the kernel's own types; what they cannot say by numbers.
    NamesOrRegisters, ///< And what has no number as described: kprobes know all of them.
};
/// The description in other words. What cannot be had in them says why.
/// @param types  of the description; nullptr: it has none, and no names.
void putInto(FunctionDescription &description, const TypeSource *types, Machine machine,
             ParameterWords words);

/// Of a system call `name` ("openat"), by the text of its event's format
/// (events/syscalls/sys_enter_NAME/format): parameters as they are at __x64_sys_NAME or
/// __arm64_sys_NAME.
[[nodiscard]] FunctionDescription describeSyscall(Machine machine, std::string_view name,
                                                  std::string_view format);
/// "openat" of "__x64_sys_openat"; empty: it is no system call's function.
[[nodiscard]] std::string_view syscallOf(std::string_view function);

} // namespace thresher::capture
