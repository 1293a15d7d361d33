// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// The words of trace.dat files that their readers and writers share. Source: trace-cmd's
/// Documentation/trace-cmd/trace-cmd.dat.v6.5.txt and trace-cmd.dat.v7.5.txt.
namespace thresher {

enum class Compression : std::uint8_t { None, Zlib, Zstd };

inline constexpr std::string_view kTraceDatMagic = "\x17\x08\x44tracing";

/// Ids of version 7's sections and of both versions' options.
enum class OptionId : std::uint16_t {
    Done = 0,
    Date = 1,
    CpuStat = 2,
    Buffer = 3,
    TraceClock = 4,
    Uname = 5,
    Hook = 6,
    Offset = 7,
    CpuCount = 8,
    Version = 9,
    ProcMaps = 10,
    TraceId = 11,
    TimeShift = 12,
    Guest = 13,
    TscToNsec = 14,
    Strings = 15,
    HeaderInfo = 16,
    FtraceEvents = 17,
    EventFormats = 18,
    Kallsyms = 19,
    Printk = 20,
    CmdLines = 21,
    BufferText = 22,
    BtfFile = 23,
    LastBootInfo = 24,
    ModulesFile = 25,
    SavedTgids = 32, ///< Written by Valve's patched trace-cmd.
};

inline constexpr std::uint64_t kSectionHeaderSize = 16;

/// One option as a file has it.
struct RawOption
{
    std::uint16_t id = 0;
    std::vector<std::byte> data;
};

/// A section that an option points at, whose body nothing here reads (BTF, modules).
struct RawSection
{
    std::uint16_t id = 0;
    std::vector<std::byte> body; ///< Inflated.
};

} // namespace thresher
