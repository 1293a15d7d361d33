// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/format/tracedat.h"
#include "model/io/tracefile.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// One event format as the file has it, understood or not.
struct RawFormat
{
    std::string system; ///< "ftrace" for those of the ftrace section.
    std::string_view text;
};

/// What a trace.dat says besides its events, byte for byte, for who writes another one. Views are
/// into the trace's bytes or into `buffers`.
struct RawMetadata
{
    std::string_view headerPage;
    bool isHeaderPageUsable = false; ///< It says where commit and data are.
    std::string_view headerEvent;
    std::vector<RawFormat> formats; ///< ftrace's first, then as in the file.
    std::string_view kallsyms;
    std::string_view printkFormats;
    /// In the file's order. Those that point at places of this file (buffers, sections) are left
    /// out, and so are those whose meaning is not known, since they may.
    std::vector<RawOption> options;
    std::vector<RawSection> sections;
    std::vector<std::uint16_t> unknownOptions; ///< Ids of what was left out.
    std::string clockText; ///< "[local] global …"; version 6 has it behind the CPU table.
    std::vector<std::unique_ptr<std::byte[]>> buffers;
};

/// Reads the metadata of an open trace once more. Fails as TraceFile::open() does. O(metadata),
/// and as much memory.
[[nodiscard]] Result<RawMetadata> readRawMetadata(const TraceFile &trace);

} // namespace thresher
