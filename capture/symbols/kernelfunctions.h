// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/nametable.h"
#include "model/base/progress.h"
#include "model/base/result.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thresher::capture {

/// Where a kernel tells of itself; another folder for tests.
struct KernelFiles
{
    std::string kallsyms = "/proc/kallsyms";
    std::string filterFunctions = "/sys/kernel/tracing/available_filter_functions";
    std::string blacklist = "/sys/kernel/debug/kprobes/blacklist";
    std::string btfFolder = "/sys/kernel/btf";
};

/// Whether a kprobe or fprobe can be put on a function.
enum class ProbeMark : std::uint8_t {
    Traceable,
    Unknown, ///< What this kernel can trace may not be read (only root may), or it does not tell.
    NoTrace, ///< Not among what it traces: marked notrace, or part of another function.
    Blacklisted, ///< Probing it would crash the kernel.
    Ambiguous, ///< Several have the name; newer kernels refuse it, older ones take any.
};
/// "it is on the kernel's blacklist": a sentence's part; empty for Traceable.
[[nodiscard]] std::string_view reasonOf(ProbeMark mark);

struct KernelFunction
{
    std::string_view name;
    std::string_view module; ///< Empty: of the kernel itself.
    std::uint64_t address = 0; ///< 0: the kernel hides it from this user.
    std::uint64_t size = 0; ///< Up to the next symbol: at least the function's; 0: not known.
    ProbeMark mark = ProbeMark::Unknown;
    bool isGlobal = false;
};

/// The functions of the running kernel and its modules.
///
/// 24 bytes and twice its name a function: 10 MB for 120,000. Immutable: any thread.
class KernelFunctions
{
public:
    /// Fails if kallsyms cannot be read or is empty, or if asked to stop. O(n log n), some 100 ms.
    [[nodiscard]] static Result<std::shared_ptr<const KernelFunctions>>
    read(const KernelFiles &files, const std::stop_token &stop, Progress &progress);

    [[nodiscard]] const NameTable &names() const { return m_names; } ///< Ascending.
    [[nodiscard]] KernelFunction function(NameTable::Row row) const;
    /// The first row of this name and how many follow it. O(log n).
    [[nodiscard]] std::pair<NameTable::Row, NameTable::Row> named(std::string_view name) const;
    [[nodiscard]] bool hasFilterFunctions() const { return m_hasFilter; }
    [[nodiscard]] bool hasBlacklist() const { return m_hasBlacklist; }
    [[nodiscard]] const std::vector<std::string> &modules() const { return m_modules; }

private:
    struct Entry
    {
        std::uint64_t address = 0;
        std::uint32_t size = 0;
        std::uint16_t module = 0; ///< Of m_modules.
        ProbeMark mark = ProbeMark::Unknown;
        bool isGlobal = false;
    };
    struct Reader;

    KernelFunctions() = default;

    NameTable m_names;
    std::vector<Entry> m_entries; ///< By row.
    std::vector<std::string> m_modules{std::string()};
    bool m_hasFilter = false;
    bool m_hasBlacklist = false;
};

} // namespace thresher::capture
