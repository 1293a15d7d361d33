// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <string_view>

/// What the recorder and its client say to each other; capture/README.md tells the conversation.
namespace thresher::capture {

/// Raised whenever an old client or recorder would misunderstand the other one.
inline constexpr int kProtocolVersion = 2;

enum class FrameKind : std::uint16_t {
    Message = 1, ///< A JSON object, UTF-8, with a "type".
    Blob = 2, ///< To the client: a name, NUL, and bytes as the kernel gave them. See blob names.
    Pages = 3, ///< To the client, without descriptors: whole sub-buffers of (instance, cpu).
    File = 4, ///< To the recorder: empty; the descriptor that pages of (instance, cpu) go into.
};

/// Stands before each frame's payload; little-endian, packed: 12 bytes.
struct FrameHeader
{
    std::uint32_t length = 0; ///< Bytes of payload; at most limitOf(kind).
    FrameKind kind = FrameKind::Message;
    std::uint16_t instance = 0; ///< Index in the request; 0 where it does not matter.
    std::uint32_t cpu = 0; ///< The kernel's number; 0 where it does not matter.
};
inline constexpr std::uint32_t kFrameHeaderBytes = 12;

/// The longest payload that is accepted.
[[nodiscard]] constexpr std::uint32_t limitOf(FrameKind kind)
{
    switch (kind) {
    case FrameKind::Message:
        return 16U << 20U; // capabilities of a kernel with many modules
    case FrameKind::Blob:
        return 128U << 20U; // kallsyms
    case FrameKind::Pages:
        return 4U << 20U;
    case FrameKind::File:
        return 0;
    }
    return 0;
}
/// The longest message that the recorder accepts.
inline constexpr std::uint32_t kMaxRequestBytes = 1U << 20U;

/// Names of blobs. A later blob of a name (and instance, and CPU) replaces an earlier one.
namespace blob {
inline constexpr std::string_view kHeaderPage = "header_page"; ///< Of an instance.
inline constexpr std::string_view kHeaderEvent = "header_event";
/// "format:SYSTEM/EVENT"; "format:ftrace/…" are ftrace's own.
inline constexpr std::string_view kFormatPrefix = "format:";
/// Functions that tracers can be limited to, one a line, perhaps with " [module]".
inline constexpr std::string_view kFunctions = "functions";
/// "hist:SYSTEM/EVENT": an instance's histograms of it, as text.
inline constexpr std::string_view kHistogramPrefix = "hist:";
/// The same while it is recorded, when asked for.
inline constexpr std::string_view kLiveHistogramPrefix = "hist_now:";
inline constexpr std::string_view kKallsyms = "kallsyms";
inline constexpr std::string_view kPrintkFormats = "printk_formats";
inline constexpr std::string_view kSavedCmdlines = "saved_cmdlines";
inline constexpr std::string_view kSavedTgids = "saved_tgids";
inline constexpr std::string_view kTraceClock = "trace_clock"; ///< "[local] global", an instance's.
inline constexpr std::string_view kTraceOptions = "trace_options"; ///< Of an instance.
inline constexpr std::string_view kUname = "uname"; ///< "Linux HOST RELEASE MACHINE".
inline constexpr std::string_view kStats = "stats"; ///< Of an instance and CPU, as CPUSTAT.
/// The text that a latency tracer left, of an instance. Only if the tracer is one of those.
inline constexpr std::string_view kLatencyTrace = "trace";
} // namespace blob

} // namespace thresher::capture
