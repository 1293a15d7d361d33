// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/elffile.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// An argument of a probe that its program has prepared.
struct UsdtArgument
{
    std::string text; ///< As the compiler wrote it: "-4@%edi".
    std::uint32_t size = 0; ///< Bytes: 1, 2, 4 or 8.
    bool isSigned = false;
    std::string fetch; ///< "%di:s32": what stands behind "NAME=" in a uprobe's line.
    std::string whyNot; ///< A sentence's part: why there is no `fetch`.
};

/// A place that a program's authors have prepared for probes (systemtap's sys/sdt.h).
struct UsdtProbe
{
    std::string provider; ///< "libc"
    std::string name; ///< "memory_sbrk_more"
    std::uint64_t address = 0;
    std::uint64_t offset = 0; ///< In the file: what a uprobe is placed by.
    /// Of the counter that a uprobe must raise while it is there, in the file; 0: it has none.
    std::uint64_t semaphoreOffset = 0;
    std::vector<UsdtArgument> arguments;
    std::string whyNot; ///< A sentence's part; empty: a uprobe can be put there.
};

/// Those of the notes of .note.stapsdt, in file order. A name may be there many times: it stands
/// wherever the compiler has put it. Damaged notes are left out. O(notes).
[[nodiscard]] std::vector<UsdtProbe> usdtProbesOf(const ElfFile &elf);

/// One argument of such a note: "4@%eax", "-8@16(%rbp)", "8@x0", "4@[sp, 12]", "1@$5".
[[nodiscard]] UsdtArgument usdtArgument(Machine machine, std::string_view text);

} // namespace thresher::capture
