// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/elffile.h"
#include "capture/symbols/typesource.h"
#include "capture/symbols/valueplace.h"

#include <vector>

namespace thresher::capture {

struct CallPlaces
{
    std::vector<ValuePlace> parameters; ///< One for each of the signature.
    ValuePlace result; ///< When it returns.
};

/// Where a function that keeps to the machine's calling convention (x86-64: System V; arm64:
/// AAPCS64) has its parameters at its first instruction, and its result when it returns. What the
/// compiler has cut to its callers (".isra", ".constprop") does not keep to it. O(members of the
/// types).
[[nodiscard]] CallPlaces placesOfCall(Machine machine, const TypeSource &types,
                                      const FunctionSignature &signature);

/// Where parameter `index` (from 0) of a function is of which nothing is known, if all before it
/// are integers and pointers.
[[nodiscard]] ValuePlace placeOfWord(Machine machine, std::size_t index);

/// Where system call parameter `index` (0 to 5) is at the begin of __x64_sys_*, __arm64_sys_*,
/// which are given the address of the user's registers alone.
[[nodiscard]] ValuePlace placeOfSyscallParameter(Machine machine, std::size_t index);

/// The register of this number in DWARF ("%di"); empty: probes cannot read it.
[[nodiscard]] std::string registerOfDwarf(Machine machine, std::uint64_t number);

} // namespace thresher::capture
