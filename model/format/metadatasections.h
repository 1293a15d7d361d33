// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/tracedat.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace thresher {

/// What the metadata sections of a trace.dat hold. Views; whoever gives them keeps them.
struct MetadataTexts
{
    std::string_view headerPage;
    std::string_view headerEvent;
    /// Format texts by system, each system once; those of "ftrace" make a section of their own.
    std::vector<std::pair<std::string_view, std::vector<std::string_view>>> formats;
    std::string_view kallsyms;
    std::string_view printkFormats;
    std::string_view tasks; ///< "pid comm" lines.
};

/// Ids of the metadata sections in the order in which both versions have them.
inline constexpr OptionId kMetadataSections[] = {OptionId::HeaderInfo,   OptionId::FtraceEvents,
                                                 OptionId::EventFormats, OptionId::Kallsyms,
                                                 OptionId::Printk,       OptionId::CmdLines};

/// The body of one of kMetadataSections. O(its size).
[[nodiscard]] std::vector<std::byte> metadataSection(OptionId id, const MetadataTexts &texts,
                                                     bool bigEndian);

} // namespace thresher
