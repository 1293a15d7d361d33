// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"
#include "capture/symbols/functiondescription.h"
#include "model/base/result.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Probes written as calls: "vfs_read(count, ret)", "/bin/bash:readline(prompt, ret)".
namespace thresher::capture {

/// What is to be recorded of a function.
struct ProbeCall
{
    std::string program; ///< The file; empty: the kernel.
    std::string module; ///< Of the kernel; empty: any.
    std::string function;
    /// Parameters and members of them ("path->dentry->d_name.name"), "ret" for what is returned,
    /// "*" for all that can be had.
    std::vector<std::string> values;
};

/// Whether a text is meant as a call, rather than as a line or a set.
[[nodiscard]] bool isProbeCall(std::string_view text);
/// InvalidArgument with a sentence where it is none.
[[nodiscard]] Result<ProbeCall> parseProbeCall(std::string_view text);

/// "a->b.c" → "a" and "->b.c": the parameter that a value begins with, and the way on from it.
[[nodiscard]] std::pair<std::string_view, std::string_view> dividedValue(std::string_view value);
/// "c" of "a->b.c": what a value's field is called, but where another one is called so.
[[nodiscard]] std::string_view lastNameOf(std::string_view value);

/// The probe of what a call returns that belongs to the one at its entry, without names.
[[nodiscard]] ProbeSpec returnOf(ProbeSpec place);

/// The probes that record a call: one where it begins, and, if "ret" is among the values, one where
/// it returns.
/// @param place  kind and target of the first; of the second, what belongs to it.
/// @param types  of the description, to go into members; nullptr: it has none.
/// Fails (InvalidArgument) with a sentence for a value that there is not or that cannot be had.
[[nodiscard]] Result<std::vector<ProbeSpec>> probesOfCall(const ProbeSpec &place,
                                                          const FunctionDescription &description,
                                                          const TypeSource *types,
                                                          const std::vector<std::string> &values);

/// The same, of the kernel that runs here, or of a program's file. Reads symbols and types: up to
/// a second or so.
[[nodiscard]] Result<std::vector<ProbeSpec>> probesOfCall(const ProbeCall &call,
                                                          const std::stop_token &stop);

} // namespace thresher::capture
