// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/functiondescription.h"
#include "capture/symbols/programsymbols.h"
#include "capture/symbols/typesource.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// A line of source and the first instruction of it, within one function.
struct SourceLine
{
    std::string file; ///< As the compiler was told it.
    std::uint32_t line = 0; ///< From 1.
    std::uint64_t address = 0; ///< In the program's own address space.
    std::uint64_t offset = 0; ///< In the file: what a uprobe is placed by.
};

/// A program's DWARF: parameters, types, places of values, lines of source.
///
/// Read by elfutils' libdw, over a mapped file. For one thread: libdw keeps what it has read. A
/// damaged file gives less, or nothing.
class DebugInfo final : public TypeSource
{
public:
    /// Looks at each unit once, to know which addresses are whose: some µs each. Fails
    /// (Unsupported) if there is no DWARF, or if asked to stop.
    [[nodiscard]] static Result<std::unique_ptr<DebugInfo>>
    open(std::shared_ptr<const ProgramSymbols> symbols, const std::stop_token &stop,
         Progress &progress);
    ~DebugInfo() override;

    /// Signature, and where parameters are at the first instruction: as DWARF tells it there, else
    /// by the calling convention. nullopt: it has no DWARF. The first of a unit takes as long as it
    /// is large (ms), others O(log n).
    [[nodiscard]] std::optional<FunctionDescription> describe(const ProgramFunction &function);
    /// Where a function is declared; nullopt: not known.
    [[nodiscard]] std::optional<SourceLine> sourceOf(const ProgramFunction &function);
    /// The lines of a function's code where a probe can be put, ascending by address; what has been
    /// inlined too. O(lines of the unit).
    [[nodiscard]] std::vector<SourceLine> linesOf(const ProgramFunction &function);
    /// Where the code of a line begins, of whichever function; ascending by address. Of a line that
    /// has none, that of the next one which has. @param file  its name, or the end of its path:
    /// "probed.c", "src/probed.c". O(lines of the units that have the file).
    [[nodiscard]] std::vector<SourceLine> codeOf(std::string_view file, std::uint32_t line,
                                                 const std::stop_token &stop);
    /// Parameters and variables that can be seen at an address of the function, inner ones first,
    /// with where they are there.
    [[nodiscard]] std::vector<DescribedValue> variablesAt(const ProgramFunction &function,
                                                          std::uint64_t address);

    [[nodiscard]] TypeInfo info(TypeId type) const override;
    [[nodiscard]] std::string name(TypeId type) const override;
    [[nodiscard]] std::vector<TypeMember> members(TypeId type) const override;
    [[nodiscard]] std::uint32_t pointerSize() const override;

    struct Private; // What knows libdw.

private:
    explicit DebugInfo(std::unique_ptr<Private> data);

    std::unique_ptr<Private> m_data;
};

} // namespace thresher::capture
