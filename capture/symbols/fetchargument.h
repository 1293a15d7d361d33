// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/typesource.h"
#include "capture/symbols/valueplace.h"
#include "model/base/result.h"

#include <string>
#include <string_view>

namespace thresher::capture {

/// The fetch argument (what stands behind "NAME=" in a line of dynamic_events) that records a
/// value with its type: "%dx:u64", "+0(%di):string", "+8(+104(%di)):s32".
///
/// Text is recorded as such where a pointer or an array is one of char; numbers as signed or not as
/// they are, addresses in hexadecimal, bit-fields cut out, arrays of up to 64 numbers whole.
///
/// A value that has a name (ValuePlace::name) is written by it and its members' names:
/// "file->f_path.dentry->d_name.name"; what these cannot say (elements, bit-fields, memory of
/// programs, what would be too long), by numbers.
///
/// @param path  which part of the value: "" all of it, else members, "->d_name.name", ".id",
/// "->list[2]"; "." and "->" are one, and a pointer is followed where there must be one.
/// Fails (InvalidArgument) with a sentence where there is no such member, or where probes cannot
/// have it.
[[nodiscard]] Result<std::string> fetchArgument(const TypeSource &types, TypeId type,
                                                const ValuePlace &place,
                                                std::string_view path = {});

/// The type that `path` leads to. Fails as fetchArgument() does.
[[nodiscard]] Result<TypeId> typeOfPath(const TypeSource &types, TypeId type,
                                        std::string_view path);

} // namespace thresher::capture
