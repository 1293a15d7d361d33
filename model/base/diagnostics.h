// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace thresher {

enum class Severity : std::uint8_t {
    Info, ///< Worth knowing; no data is missing.
    DataLoss, ///< Something that was recorded, or should have been, is not shown.
    Error, ///< A part of the file could not be used at all.
};

/// Bad or missing data in a trace. It never fails the load; it is listed, drawn and counted.
struct Diagnostic
{
    Severity severity = Severity::Info;
    std::string what; ///< A sentence: what is wrong and what is missing because of it.
    std::string section; ///< The part of the file ("event formats", "CPU 3 of instance irqs").
    std::int64_t offset = -1; ///< Byte offset in the file; -1 where there is none.
    std::uint64_t bytes = 0; ///< Bytes skipped there; 0 where none or not known.
    std::optional<StreamIndex> stream; ///< The stream it belongs to, if any.
    std::optional<TimeRange> time; ///< The time it concerns, if known.
    std::uint64_t count = 1; ///< How often (equal ones beyond a limit are only counted).
};

/// Collects diagnostics from several threads. Bounded: per (severity, section, what) at most
/// `kMaxEach` are kept whole; the further ones are counted in the last of them. Kinds that are new
/// once `kMaxAll` are kept are counted in one last entry that says so.
class Diagnostics
{
public:
    static constexpr std::size_t kMaxEach = 100;
    static constexpr std::size_t kMaxAll = 10'000;

    /// O(length of section and what). Thread: any.
    void add(Diagnostic diagnostic);
    /// A copy, ordered as added. O(n). Thread: any.
    [[nodiscard]] std::vector<Diagnostic> all() const;
    /// The sum of Diagnostic::count of everything added. O(1). Thread: any.
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] std::uint64_t count(Severity severity) const;

private:
    struct Kind
    {
        std::size_t kept = 0;
        std::size_t last = 0; ///< Its last kept one's position in m_all.
    };

    mutable std::mutex m_mutex;
    std::vector<Diagnostic> m_all;
    std::unordered_map<std::string, Kind> m_kinds;
    std::array<std::uint64_t, 3> m_counts{};
};

} // namespace thresher
