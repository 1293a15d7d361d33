// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/textpart.h"
#include "model/io/tracefile.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// A record as it is printed and shown: where, when, and its payload.
struct Record
{
    TimeNs time = 0;
    StreamIndex stream = 0;
    CpuId cpu = 0;
    EventTypeId event{};
    Pid pid = 0;
    std::span<const std::byte> payload; ///< common_type first.
    std::int64_t fileOffset = -1; ///< Of the payload; of a compressed trace, of its chunk.
    std::uint32_t offsetInPage = 0;
};

/// Turns records into text that equals `trace-cmd report`'s; README.md lists where it differs, and
/// why.
///
/// Formats are compiled when first printed; symbols are read when first asked for (some 20 ms for a
/// kernel's). Not thread-safe: one per thread. Making one costs microseconds, printing about one.
class EventPrinter
{
public:
    /// Names tasks. `pid` → comm; empty: "<...>".
    using CommOfPid = std::function<std::string_view(Pid)>;

    explicit EventPrinter(std::shared_ptr<const TraceFile> trace, CommOfPid commOfPid = {});
    ~EventPrinter();
    EventPrinter(const EventPrinter &) = delete; // owns a libtraceevent handle
    EventPrinter &operator=(const EventPrinter &) = delete;

    /// The fields as the event prints them ("trace-cmd:27776 [120] S ==> …"), UTF-8 (invalid bytes
    /// and control characters escaped as \xNN), possibly several lines (stacks: one frame a line),
    /// no newline at the end. What cannot be printed by its format becomes "[FAILED TO PARSE]
    /// field=value field=value …"; never fails, and never gives more than 256 KiB.
    /// @param next  the record that follows in the merged order of the same instance, if any:
    /// function_graph prints a call without children in one line ("leaf").
    [[nodiscard]] std::string info(const Record &record, const Record *next = nullptr);
    /// The same, valid until anything is printed next: for who only reads it.
    [[nodiscard]] std::string_view infoView(const Record &record, const Record *next = nullptr);
    /// Whether info(entry, &exit) has printed `exit` as well (the leaf's return).
    [[nodiscard]] bool isLeaf(const Record &entry, const Record &exit);

    struct LineOptions
    {
        bool latency = false; ///< The irqs-off/need-resched/… columns, as `trace-cmd report -l`.
        bool rawTime = false; ///< Nanoseconds (`-t`) instead of microseconds.
    };
    /// The whole line as `trace-cmd report` prints it, without newline at the end; in a trace of
    /// several instances with the instance's name in front. Without a CommOfPid, tasks are named as
    /// trace-cmd does: by what was saved, and by the sched_switch and sched_wakeup lines printed
    /// before. Lines of the function tracer are indented by those printed before, too.
    [[nodiscard]] std::string line(const Record &record, const Record *next, LineOptions options);
    /// "CPU:1 [89 EVENTS DROPPED]"; count < 0: unknown.
    [[nodiscard]] static std::string lostLine(CpuId cpu, std::int64_t count);

    /// What info() may give for records of that type, without `next`. One part, Anything, where
    /// that cannot be told.
    [[nodiscard]] std::vector<TextPart> outline(EventTypeId event);

    /// One field as the event would print it: numbers as declared (decimal, 0x… for pointers,
    /// symbol for function addresses), strings in quotes, arrays in {}. Also flags and symbols by
    /// name where the event's print format gives them ("D  0x2").
    [[nodiscard]] std::string fieldText(const Record &record, const EventField &field);
    /// "d.h.3" for irqs off, need-resched, hard/soft irq, preempt depth.
    [[nodiscard]] std::string latencyFlags(const Record &record);
    /// A stack's frames, if the record is or holds one (kernel_stack, user_stack), innermost first,
    /// as "function+0x1f" or "path+0x123"; empty if it has none.
    [[nodiscard]] std::vector<std::string> stack(const Record &record);
    /// "do_sys_open+0x1f/0x80 [module]"-like name of a kernel address; empty if not known.
    [[nodiscard]] std::string symbol(std::uint64_t address);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// "2481.274390" (6 digits, rounded as trace-cmd does) or with `nanoseconds` "2481.274390090";
/// where the clock does not count nanoseconds the bare ticks.
[[nodiscard]] std::string formatTraceTime(TimeNs time, bool nanoseconds, bool clockIsNanoseconds);

} // namespace thresher
