// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/tracefile.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thresher::test {

/// The bytes of a record behind its common fields, in the file's endianness.
class Payload
{
public:
    Payload(bool bigEndian, std::uint32_t longSize)
        : m_bigEndian(bigEndian)
        , m_longSize(longSize)
    {}
    Payload &u8(std::uint8_t value) { return number(value, 1); }
    Payload &u16(std::uint16_t value) { return number(value, 2); }
    Payload &u32(std::uint32_t value) { return number(value, 4); }
    Payload &u64(std::uint64_t value) { return number(value, 8); }
    Payload &s32(std::int32_t value) { return u32(static_cast<std::uint32_t>(value)); }
    Payload &longNumber(std::uint64_t value) { return number(value, m_longSize); }
    /// Text in an array of `size` chars, cut or filled with NULs.
    Payload &chars(std::string_view text, std::size_t size);
    /// Text and a NUL at the record's end.
    Payload &text(std::string_view text);

    [[nodiscard]] const std::vector<std::byte> &bytes() const { return m_bytes; }

private:
    Payload &number(std::uint64_t value, std::uint32_t size);

    bool m_bigEndian;
    std::uint32_t m_longSize;
    std::vector<std::byte> m_bytes;
};

/// Makes trace.dat files, of both versions and of every kind that can be read, out of a few calls.
///
///     TraceDatWriter writer({.version = 7, .compression = Compression::Zstd});
///     writer.schedSwitch(0, 1'000, {1, "init"}, 1, {0, "swapper/0"});
///     auto trace = TraceFile::fromBytes(bytes = writer.bytes(), "x");
///
/// Events of one CPU are to be added in their order of time. The formats of sched_switch (316),
/// sched_waking (319), irq_handler_entry and _exit (150, 151), softirq_entry and _exit (152, 153),
/// sys_enter (21) and ftrace's print (5) are there from the start.
class TraceDatWriter
{
public:
    struct Options
    {
        int version = 7;
        bool bigEndian = false;
        std::uint32_t longSize = 8; ///< Of the kernel.
        Compression compression = Compression::None; ///< Version 7 only.
        std::uint32_t pageSize = 4096; ///< Of the buffer's pages.
        std::uint32_t pagesPerChunk = 10;
        std::uint32_t cpuCount = 0; ///< 0: the highest CPU with events, plus one.
        std::string clock = "local";
        std::string date; ///< Text of the DATE option, microseconds ("0x…"); empty: none.
        std::string offset; ///< Text of the OFFSET option, nanoseconds; empty: none.
        std::uint32_t tscMult = 0; ///< 0: no TSC2NSEC option.
        std::uint32_t tscShift = 0;
        std::uint64_t tscOffset = 0;
        std::vector<std::vector<ClockTransform::Shift>>
            shifts; ///< TIME_SHIFT, by CPU; empty: none.
        bool interpolate = true; ///< The flag of TIME_SHIFT.
        bool hasFractionBits = true; ///< Old files have none.
        std::vector<SavedTask> tasks;
        std::string kallsyms;
        std::string printkFormats;
        std::string procMaps; ///< As the option has it.
        std::vector<std::string> cpuStats; ///< One option each.
        std::string uname = "Linux host 6.1.0 x86_64";
        bool hasTopBuffer = true; ///< Version 7 only.
        std::vector<std::pair<std::uint16_t, std::vector<std::byte>>>
            more; ///< Other options, as they are.
    };
    struct Task
    {
        Pid pid = 0;
        std::string comm;
    };

    TraceDatWriter();
    explicit TraceDatWriter(Options options);

    [[nodiscard]] Payload payload() const { return {m_options.bigEndian, m_options.longSize}; }

    /// Adds a format text as the kernel writes it.
    void addFormat(std::string system, std::string text);
    /// A format of fields like "u32 value" and "char name[16]", laid out one after the other behind
    /// the common ones. @returns its text.
    static std::string formatText(std::string_view name, std::uint32_t id,
                                  const std::vector<std::string> &fields,
                                  std::string_view printFormat, std::uint32_t longSize = 8);

    /// Events go to the top buffer, or from here on to the instance of this name ("" is the top).
    void selectInstance(const std::string &name, const std::string &clock = "local",
                        std::uint32_t pageSize = 0);

    /// Any event. `time` is raw: before the clock's options apply.
    void event(CpuId cpu, std::uint64_t time, Pid pid, std::uint16_t eventId,
               const Payload &payload, std::uint8_t flags = 0, std::uint8_t preemptCount = 0);
    void schedSwitch(CpuId cpu, std::uint64_t time, const Task &previous,
                     std::uint64_t previousState, const Task &next);
    void waking(CpuId cpu, std::uint64_t time, Pid waker, const Task &task, CpuId targetCpu);
    void irqEntry(CpuId cpu, std::uint64_t time, Pid pid, std::int32_t irq, std::string_view name);
    void irqExit(CpuId cpu, std::uint64_t time, Pid pid, std::int32_t irq, std::int32_t result);
    void softirqEntry(CpuId cpu, std::uint64_t time, Pid pid, std::uint32_t vector);
    void softirqExit(CpuId cpu, std::uint64_t time, Pid pid, std::uint32_t vector);
    void print(CpuId cpu, std::uint64_t time, Pid pid, std::string_view text, std::uint64_t ip = 0);

    /// Ends the CPU's page here.
    void endPage(CpuId cpu);
    /// Ends the page, and marks the next one: events were lost. count < 0: without their number.
    void loseEvents(CpuId cpu, std::int64_t count);
    /// Adds a page of the CPU's as it is; it is filled with zeros, or cut, to the page size.
    void rawPage(CpuId cpu, std::vector<std::byte> page);

    [[nodiscard]] std::vector<std::byte> bytes() const;
    [[nodiscard]] bool save(const std::filesystem::path &path) const;

private:
    struct Stream
    {
        std::vector<std::byte> pages; ///< Whole ones.
        std::vector<std::byte> page; ///< The one that is being filled, behind its head.
        std::uint64_t pageTime = 0;
        std::uint64_t time = 0; ///< Of the last event on it.
        bool lostBefore = false;
        std::int64_t lostCount = -1;
    };
    struct Buffer
    {
        std::string name;
        std::string clock;
        std::uint32_t pageSize = 4096;
        std::map<CpuId, Stream> streams;
    };
    struct Format
    {
        std::string system;
        std::string text;
    };
    class Output;

    void flush(Buffer &buffer, Stream &stream) const;
    void writeV6(Output &out, std::vector<Buffer> &buffers) const;
    void writeV7(Output &out, std::vector<Buffer> &buffers) const;
    void writeHeaderInfo(Output &out) const;
    void writeFtraceEvents(Output &out) const;
    void writeEventFormats(Output &out) const;
    void writeOptions(Output &out) const;
    [[nodiscard]] std::string tasksText() const;
    [[nodiscard]] std::string clockText(const std::string &clock) const;
    [[nodiscard]] std::uint32_t cpuCount() const;
    [[nodiscard]] std::vector<std::byte> compressed(std::span<const std::byte> bytes) const;

    Options m_options;
    std::vector<Format> m_formats;
    std::vector<Buffer> m_buffers; ///< The top one first.
    std::size_t m_selected = 0;
};

} // namespace thresher::test
