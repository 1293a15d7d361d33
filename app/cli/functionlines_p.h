// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/debuginfo.h"
#include "capture/symbols/functiondescription.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace thresher {

/// A function as thresher functions tells of it.
struct FunctionLine
{
    std::string image; ///< Its program or library; empty: the kernel.
    std::string module; ///< Of the kernel; empty: none.
    std::string name;
    std::string symbol; ///< As the file has it.
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::optional<std::uint64_t> offset; ///< In the file.
    /// Of what a uprobe must count up while it is there, in the file (its reference counter).
    std::optional<std::uint64_t> counter;
    std::string source; ///< "file.c:12"; empty: not known.
    capture::FunctionDescription description;
    struct Source
    {
        capture::SourceLine place;
        std::vector<capture::DescribedValue> variables;
    };
    std::vector<Source> lines; ///< Of its code, if wanted.
    bool isTraceable = true;
    std::string whyNot; ///< Also where it is not known whether it is.
};

/// A line each, and one for each argument if wanted.
[[nodiscard]] std::string functionText(const std::vector<FunctionLine> &lines, bool withArguments);
[[nodiscard]] std::string functionJson(const std::vector<FunctionLine> &lines);

} // namespace thresher
