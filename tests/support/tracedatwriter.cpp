// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/tracedatwriter.h"

#include "model/base/bytes.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>

namespace thresher::test {

namespace {

using namespace std::string_view_literals;

void append(std::vector<std::byte> &to, std::span<const std::byte> bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

// Of "u32 value" and "char name[16]": of one element.
std::uint32_t elementSize(std::string_view field, std::uint32_t longSize)
{
    const auto type = field.substr(0, field.rfind(' '));
    const auto has = [&](std::string_view word) {
        return type.find(word) != std::string_view::npos;
    };
    if (has("__data_loc"sv))
        return 4;
    if (has("64"sv))
        return 8;
    if (has("long"sv) || has("*"sv))
        return longSize;
    if (has("32"sv) || has("int"sv) || has("pid_t"sv))
        return 4;
    if (has("16"sv) || has("short"sv))
        return 2;
    return 1;
}

} // namespace

// Bytes in the file's endianness.
class TraceDatWriter::Output
{
public:
    explicit Output(bool bigEndian)
        : m_swap(needsSwap(bigEndian))
    {}
    void u16(std::uint16_t value) { put(m_swap ? byteSwapped(value) : value); }
    void u32(std::uint32_t value) { put(m_swap ? byteSwapped(value) : value); }
    void u64(std::uint64_t value) { put(m_swap ? byteSwapped(value) : value); }
    void text(std::string_view text) { append(bytes, asBytes(text)); }
    void string(std::string_view value)
    {
        text(value);
        bytes.push_back(std::byte{0});
    }
    void add(std::span<const std::byte> more) { append(bytes, more); }
    void align(std::size_t to) { bytes.resize((bytes.size() + to - 1) / to * to); }
    void patch64(std::size_t at, std::uint64_t value)
    {
        Output number(false);
        number.m_swap = m_swap;
        number.u64(value);
        std::copy(number.bytes.begin(), number.bytes.end(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(at));
    }
    void option(std::uint16_t id, std::span<const std::byte> data)
    {
        u16(id);
        u32(static_cast<std::uint32_t>(data.size()));
        add(data);
    }
    void option(std::uint16_t id, std::string_view value)
    {
        option(id, asBytes(std::string(value) + '\0'));
    }

    std::vector<std::byte> bytes;

private:
    template<typename T>
    void put(T value)
    {
        append(bytes, std::as_bytes(std::span(&value, 1)));
    }
    bool m_swap;
};

Payload &Payload::number(std::uint64_t value, std::uint32_t size)
{
    for (std::uint32_t i = 0; i < size; ++i) {
        const auto shift = 8 * (m_bigEndian ? size - 1 - i : i);
        m_bytes.push_back(static_cast<std::byte>(value >> shift & 0xffU));
    }
    return *this;
}

Payload &Payload::chars(std::string_view text, std::size_t size)
{
    append(m_bytes, asBytes(text.substr(0, size)));
    m_bytes.resize(m_bytes.size() + size - std::min(size, text.size()));
    return *this;
}

Payload &Payload::text(std::string_view text)
{
    return chars(text, text.size() + 1);
}

TraceDatWriter::TraceDatWriter()
    : TraceDatWriter(Options())
{}

TraceDatWriter::TraceDatWriter(Options options)
    : m_options(std::move(options))
{
    const auto add = [&](const char *system, std::string_view name, std::uint32_t id,
                         const std::vector<std::string> &fields, std::string_view printFormat) {
        addFormat(system, formatText(name, id, fields, printFormat, m_options.longSize));
    };
    add("ftrace", "print", 5, {"unsigned long ip", "char buf[]"},
        R"("%ps: %s", (void *)REC->ip, REC->buf)");
    add("raw_syscalls", "sys_enter", 21, {"s64 id", "u64 args[6]"}, R"("NR %lld", REC->id)");
    add("irq", "irq_handler_entry", 150, {"int irq", "__data_loc char[] name"},
        R"("irq=%d name=%s", REC->irq, __get_str(name))");
    add("irq", "irq_handler_exit", 151, {"int irq", "int ret"},
        R"("irq=%d ret=%s", REC->irq, REC->ret ? "handled" : "unhandled")");
    const auto softirq = R"("vec=%u [action=%s]", REC->vec, __print_symbolic(REC->vec, )"
                         R"({ 0, "HI" }, { 1, "TIMER" }, { 2, "NET_TX" }, { 3, "NET_RX" }, )"
                         R"({ 4, "BLOCK" }, { 7, "SCHED" }, { 9, "RCU" }))"sv;
    add("irq", "softirq_entry", 152, {"unsigned int vec"}, softirq);
    add("irq", "softirq_exit", 153, {"unsigned int vec"}, softirq);
    add("sched", "sched_switch", 316,
        {"char prev_comm[16]", "pid_t prev_pid", "int prev_prio", "long prev_state",
         "char next_comm[16]", "pid_t next_pid", "int next_prio"},
        R"("prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d )"
        R"(next_prio=%d", REC->prev_comm, REC->prev_pid, REC->prev_prio, (REC->prev_state & 0xff) ? )"
        R"(__print_flags(REC->prev_state & 0xff, "|", { 0x0001, "S" }, { 0x0002, "D" }, )"
        R"({ 0x0004, "T" }, { 0x0008, "t" }, { 0x0010, "X" }, { 0x0020, "Z" }, { 0x0040, "P" }, )"
        R"({ 0x0080, "I" }) : "R", REC->prev_state & 0x0100 ? "+" : "", REC->next_comm, )"
        R"(REC->next_pid, REC->next_prio)");
    add("sched", "sched_waking", 319, {"char comm[16]", "pid_t pid", "int prio", "int target_cpu"},
        R"("comm=%s pid=%d prio=%d target_cpu=%03d", REC->comm, REC->pid, REC->prio, )"
        R"(REC->target_cpu)");
    m_buffers.push_back({"", m_options.clock, m_options.pageSize, {}});
}

void TraceDatWriter::addFormat(std::string system, std::string text)
{
    m_formats.push_back({std::move(system), std::move(text)});
}

std::string TraceDatWriter::formatText(std::string_view name, std::uint32_t id,
                                       const std::vector<std::string> &fields,
                                       std::string_view printFormat, std::uint32_t longSize)
{
    std::string text
        = "name: " + std::string(name) + "\nID: " + std::to_string(id)
          + "\nformat:\n"
            "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
            "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
            "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
            "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";
    std::uint32_t offset = 8;
    for (const auto &field : fields) {
        const auto size = elementSize(field, longSize);
        const auto open = field.rfind('[');
        const bool isArray = field.ends_with(']');
        const auto count = isArray ? std::strtoul(field.c_str() + open + 1, nullptr, 10) : 1;
        const bool isSigned = !field.starts_with("u") && !isArray;
        text += "\tfield:" + field + ";\toffset:" + std::to_string(offset) + ";\tsize:"
                + std::to_string(size * count) + ";\tsigned:" + (isSigned ? "1" : "0") + ";\n";
        offset += size * static_cast<std::uint32_t>(count);
    }
    return text + "\nprint fmt: " + std::string(printFormat) + '\n';
}

void TraceDatWriter::selectInstance(const std::string &name, const std::string &clock,
                                    std::uint32_t pageSize)
{
    const auto found = std::find_if(m_buffers.begin(), m_buffers.end(),
                                    [&](const Buffer &buffer) { return buffer.name == name; });
    m_selected = static_cast<std::size_t>(found - m_buffers.begin());
    if (found == m_buffers.end())
        m_buffers.push_back({name, clock, pageSize == 0 ? m_options.pageSize : pageSize, {}});
}

void TraceDatWriter::event(CpuId cpu, std::uint64_t time, Pid pid, std::uint16_t eventId,
                           const Payload &payload, std::uint8_t flags, std::uint8_t preemptCount)
{
    auto &buffer = m_buffers[m_selected];
    auto &stream = buffer.streams[cpu];
    Output record(m_options.bigEndian);
    record.u16(eventId);
    record.bytes.push_back(std::byte{flags});
    record.bytes.push_back(std::byte{preemptCount});
    record.u32(static_cast<std::uint32_t>(pid));
    record.add(payload.bytes());
    record.align(4);

    const auto size = static_cast<std::uint32_t>(record.bytes.size());
    const std::uint32_t longest = size + 16; // with a time extend and a size in front
    if (stream.page.size() + longest > buffer.pageSize - 8 - m_options.longSize)
        flush(buffer, stream);
    if (stream.page.empty())
        stream.pageTime = stream.time = time;
    Output out(m_options.bigEndian);
    const auto head = [&](std::uint32_t type, std::uint32_t delta) {
        out.u32(m_options.bigEndian ? type << 27U | delta : delta << 5U | type);
    };
    auto delta = time - stream.time;
    if (delta >> 27U != 0) {
        head(30, static_cast<std::uint32_t>(delta & 0x7ffffffU));
        out.u32(static_cast<std::uint32_t>(delta >> 27U));
        delta = 0;
    }
    if (size <= 112) {
        head(size / 4, static_cast<std::uint32_t>(delta));
    } else {
        head(0, static_cast<std::uint32_t>(delta));
        out.u32(size + 4);
    }
    out.add(record.bytes);
    append(stream.page, out.bytes);
    stream.time = time;
}

void TraceDatWriter::schedSwitch(CpuId cpu, std::uint64_t time, const Task &previous,
                                 std::uint64_t previousState, const Task &next)
{
    event(cpu, time, previous.pid, 316,
          payload()
              .chars(previous.comm, 16)
              .s32(previous.pid)
              .s32(120)
              .longNumber(previousState)
              .chars(next.comm, 16)
              .s32(next.pid)
              .s32(120));
}

void TraceDatWriter::waking(CpuId cpu, std::uint64_t time, Pid waker, const Task &task,
                            CpuId targetCpu)
{
    event(cpu, time, waker, 319,
          payload().chars(task.comm, 16).s32(task.pid).s32(120).u32(targetCpu));
}

void TraceDatWriter::irqEntry(CpuId cpu, std::uint64_t time, Pid pid, std::int32_t irq,
                              std::string_view name)
{
    const auto location = static_cast<std::uint32_t>((name.size() + 1) << 16U | 16U);
    event(cpu, time, pid, 150, payload().s32(irq).u32(location).text(name));
}

void TraceDatWriter::irqExit(CpuId cpu, std::uint64_t time, Pid pid, std::int32_t irq,
                             std::int32_t result)
{
    event(cpu, time, pid, 151, payload().s32(irq).s32(result));
}

void TraceDatWriter::softirqEntry(CpuId cpu, std::uint64_t time, Pid pid, std::uint32_t vector)
{
    event(cpu, time, pid, 152, payload().u32(vector));
}

void TraceDatWriter::softirqExit(CpuId cpu, std::uint64_t time, Pid pid, std::uint32_t vector)
{
    event(cpu, time, pid, 153, payload().u32(vector));
}

void TraceDatWriter::print(CpuId cpu, std::uint64_t time, Pid pid, std::string_view text,
                           std::uint64_t ip)
{
    event(cpu, time, pid, 5, payload().longNumber(ip).text(text));
}

void TraceDatWriter::endPage(CpuId cpu)
{
    auto &buffer = m_buffers[m_selected];
    flush(buffer, buffer.streams[cpu]);
}

void TraceDatWriter::loseEvents(CpuId cpu, std::int64_t count)
{
    endPage(cpu);
    auto &stream = m_buffers[m_selected].streams[cpu];
    stream.lostBefore = true;
    stream.lostCount = count;
}

void TraceDatWriter::rawPage(CpuId cpu, std::vector<std::byte> page)
{
    endPage(cpu);
    auto &buffer = m_buffers[m_selected];
    page.resize(buffer.pageSize);
    append(buffer.streams[cpu].pages, page);
}

void TraceDatWriter::flush(Buffer &buffer, Stream &stream) const
{
    if (stream.page.empty())
        return;
    Output out(m_options.bigEndian);
    const std::size_t room = buffer.pageSize - 8 - m_options.longSize - stream.page.size();
    const bool storesCount = stream.lostBefore && stream.lostCount >= 0
                             && room >= m_options.longSize;
    std::uint32_t commit = static_cast<std::uint32_t>(stream.page.size());
    if (stream.lostBefore)
        commit |= 1U << 31U;
    if (storesCount)
        commit |= 1U << 30U;
    const auto longNumber = [&](std::uint64_t value) {
        if (m_options.longSize == 8)
            out.u64(value);
        else
            out.u32(static_cast<std::uint32_t>(value));
    };
    out.u64(stream.pageTime);
    longNumber(commit);
    out.add(stream.page);
    if (storesCount)
        longNumber(static_cast<std::uint64_t>(stream.lostCount));
    out.bytes.resize(buffer.pageSize);
    append(stream.pages, out.bytes);
    stream.page.clear();
    stream.lostBefore = false;
    stream.lostCount = -1;
}

std::uint32_t TraceDatWriter::cpuCount() const
{
    auto count = m_options.cpuCount;
    for (const auto &buffer : m_buffers) {
        if (!buffer.streams.empty())
            count = std::max(count, buffer.streams.rbegin()->first + 1);
    }
    return std::max(count, 1U);
}

std::string TraceDatWriter::tasksText() const
{
    std::string text;
    for (const auto &task : m_options.tasks)
        text += std::to_string(task.pid) + ' ' + task.comm + '\n';
    return text;
}

std::string TraceDatWriter::clockText(const std::string &clock) const
{
    std::string text;
    for (const auto *name :
         {"local", "global", "counter", "uptime", "perf", "mono", "boot", "x86-tsc"})
        text += name == clock ? '[' + clock + "] " : name + std::string(" ");
    return text + '\n';
}

void TraceDatWriter::writeHeaderInfo(Output &out) const
{
    const auto longSize = std::to_string(m_options.longSize);
    const auto begin = std::to_string(8 + m_options.longSize);
    const auto page
        = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;"
          "\toffset:8;\tsize:"
          + longSize + ";\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
          + "\tfield: char data;\toffset:" + begin + ";\tsize:"
          + std::to_string(m_options.pageSize - 8 - m_options.longSize) + ";\tsigned:1;\n";
    const auto event
        = "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
          "\tarray       :   32 bits\n\n\tpadding     : type == 29\n"
          "\ttime_extend : type == 30\n\ttime_stamp : type == 31\n"
          "\tdata max type_len  == 28\n"sv;
    out.string("header_page");
    out.u64(page.size());
    out.text(page);
    out.string("header_event");
    out.u64(event.size());
    out.text(event);
}

void TraceDatWriter::writeFtraceEvents(Output &out) const
{
    const auto isFtrace = [](const Format &format) { return format.system == "ftrace"; };
    out.u32(
        static_cast<std::uint32_t>(std::count_if(m_formats.begin(), m_formats.end(), isFtrace)));
    for (const auto &format : m_formats) {
        if (!isFtrace(format))
            continue;
        out.u64(format.text.size());
        out.text(format.text);
    }
}

void TraceDatWriter::writeEventFormats(Output &out) const
{
    std::map<std::string, std::vector<const Format *>> systems;
    for (const auto &format : m_formats) {
        if (format.system != "ftrace")
            systems[format.system].push_back(&format);
    }
    out.u32(static_cast<std::uint32_t>(systems.size()));
    for (const auto &[system, formats] : systems) {
        out.string(system);
        out.u32(static_cast<std::uint32_t>(formats.size()));
        for (const auto *const format : formats) {
            out.u64(format->text.size());
            out.text(format->text);
        }
    }
}

// Those that both versions have, without the end mark.
void TraceDatWriter::writeOptions(Output &out) const
{
    if (!m_options.date.empty())
        out.option(1, m_options.date);
    if (!m_options.offset.empty())
        out.option(7, m_options.offset);
    for (const auto &stat : m_options.cpuStats)
        out.option(2, stat);
    out.option(4, clockText(m_options.clock));
    out.option(5, m_options.uname);
    out.option(9, "3.1.6 test");
    Output number(m_options.bigEndian);
    number.u32(cpuCount());
    out.option(8, number.bytes);
    for (const auto &[id, data] : m_options.more)
        out.option(id, data);
    if (!m_options.procMaps.empty())
        out.option(10, m_options.procMaps);
    if (m_options.tscMult != 0) {
        Output tsc(m_options.bigEndian);
        tsc.u32(m_options.tscMult);
        tsc.u32(m_options.tscShift);
        tsc.u64(m_options.tscOffset);
        out.option(14, tsc.bytes);
    }
    if (m_options.shifts.empty())
        return;
    Output shift(m_options.bigEndian);
    shift.u64(42);
    shift.u32(m_options.interpolate ? 1 : 0);
    shift.u32(static_cast<std::uint32_t>(m_options.shifts.size()));
    for (const auto &samples : m_options.shifts) {
        shift.u32(static_cast<std::uint32_t>(samples.size()));
        for (const auto &sample : samples)
            shift.u64(sample.time);
        for (const auto &sample : samples)
            shift.u64(static_cast<std::uint64_t>(sample.offset));
        for (const auto &sample : samples)
            shift.u64(sample.scaling);
    }
    for (const auto &samples : m_options.shifts) {
        for (const auto &sample : samples) {
            if (m_options.hasFractionBits)
                shift.u64(sample.fractionBits);
        }
    }
    out.option(12, shift.bytes);
}

std::vector<std::byte> TraceDatWriter::compressed(std::span<const std::byte> bytes) const
{
    std::vector<std::byte> result;
    if (m_options.compression == Compression::Zstd) {
        ZSTD_CCtx *const context = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0); // as trace-cmd does
        result.resize(ZSTD_compressBound(bytes.size()));
        const auto size = ZSTD_compress2(context, result.data(), result.size(), bytes.data(),
                                         bytes.size());
        ZSTD_freeCCtx(context);
        result.resize(ZSTD_isError(size) != 0 ? 0 : size);
    } else {
        uLongf size = compressBound(bytes.size());
        result.resize(size);
        compress2(reinterpret_cast<Bytef *>(result.data()), &size,
                  reinterpret_cast<const Bytef *>(bytes.data()), bytes.size(), 6);
        result.resize(size);
    }
    return result;
}

void TraceDatWriter::writeV6(Output &out, std::vector<Buffer> &buffers) const
{
    writeHeaderInfo(out);
    writeFtraceEvents(out);
    writeEventFormats(out);
    out.u32(static_cast<std::uint32_t>(m_options.kallsyms.size()));
    out.text(m_options.kallsyms);
    out.u32(static_cast<std::uint32_t>(m_options.printkFormats.size()));
    out.text(m_options.printkFormats);
    out.u64(tasksText().size());
    out.text(tasksText());
    out.u32(cpuCount());
    std::map<std::string, std::size_t> offsetsAt; // of instances' options
    for (const auto &buffer : buffers) {
        const bool isTop = buffer.name.empty();
        if (!isTop)
            out.patch64(offsetsAt[buffer.name], out.bytes.size());
        out.string("options  ");
        if (isTop)
            writeOptions(out);
        for (const auto &other : buffers) {
            if (!isTop || other.name.empty())
                continue;
            out.u16(3);
            out.u32(static_cast<std::uint32_t>(8 + other.name.size() + 1));
            offsetsAt[other.name] = out.bytes.size();
            out.u64(0);
            out.string(other.name);
        }
        out.u16(0);
        out.string("flyrecord");
        const auto table = out.bytes.size();
        out.bytes.resize(table + std::size_t{16} * cpuCount());
        if (isTop) {
            out.u64(clockText(m_options.clock).size());
            out.text(clockText(m_options.clock));
        }
        for (const auto &[cpu, stream] : buffer.streams) {
            if (stream.pages.empty())
                continue;
            out.align(buffer.pageSize);
            out.patch64(table + std::size_t{16} * cpu, out.bytes.size());
            out.patch64(table + std::size_t{16} * cpu + 8, stream.pages.size());
            out.add(stream.pages);
        }
    }
}

void TraceDatWriter::writeV7(Output &out, std::vector<Buffer> &buffers) const
{
    const bool compresses = m_options.compression != Compression::None;
    out.string(!compresses ? "none" : m_options.compression == Compression::Zstd ? "zstd" : "zlib");
    out.string("1");
    const auto optionsAt = out.bytes.size();
    out.u64(0);
    std::map<std::uint16_t, std::uint64_t> sections;
    const auto section = [&](std::uint16_t id, std::span<const std::byte> body, bool compress) {
        sections[id] = out.bytes.size();
        std::vector<std::byte> packed;
        if (compress) {
            Output head(m_options.bigEndian);
            const auto inner = compressed(body);
            head.u32(static_cast<std::uint32_t>(inner.size()));
            head.u32(static_cast<std::uint32_t>(body.size()));
            head.add(inner);
            packed = std::move(head.bytes);
            body = packed;
        }
        out.u16(id);
        out.u16(compress ? 1 : 0);
        out.u32(0);
        out.u64(body.size());
        out.add(body);
    };
    const auto metadata = [&](std::uint16_t id, const std::function<void(Output &)> &write) {
        Output body(m_options.bigEndian);
        write(body);
        section(id, body.bytes, compresses);
    };
    metadata(16, [&](Output &body) { writeHeaderInfo(body); });
    metadata(17, [&](Output &body) { writeFtraceEvents(body); });
    metadata(18, [&](Output &body) { writeEventFormats(body); });
    metadata(19, [&](Output &body) {
        body.u32(static_cast<std::uint32_t>(m_options.kallsyms.size()));
        body.text(m_options.kallsyms);
    });
    metadata(20, [&](Output &body) {
        body.u32(static_cast<std::uint32_t>(m_options.printkFormats.size()));
        body.text(m_options.printkFormats);
    });
    metadata(21, [&](Output &body) {
        body.u64(tasksText().size());
        body.text(tasksText());
    });

    Output options(m_options.bigEndian);
    for (const auto &[id, offset] : sections) {
        Output place(m_options.bigEndian);
        place.u64(offset);
        options.option(id, place.bytes);
    }
    writeOptions(options);
    options.u16(0);
    options.u32(8);
    options.u64(0);
    out.patch64(optionsAt, out.bytes.size());
    section(0, options.bytes, false);
    auto nextAt = out.bytes.size() - 8; // where the next section of options is said to be

    for (const auto &buffer : buffers) {
        if (buffer.name.empty() && !m_options.hasTopBuffer)
            continue;
        const auto begin = out.bytes.size();
        out.u16(3);
        out.u16(compresses ? 1 : 0);
        out.u32(0);
        const auto sizeAt = out.bytes.size();
        out.u64(0);
        Output description(m_options.bigEndian);
        description.u64(begin);
        description.string(buffer.name);
        description.string(buffer.clock);
        description.u32(buffer.pageSize);
        const auto &streams = buffer.streams;
        description.u32(static_cast<std::uint32_t>(
            std::count_if(streams.begin(), streams.end(),
                          [](const auto &stream) { return !stream.second.pages.empty(); })));
        for (const auto &[cpu, stream] : streams) {
            if (stream.pages.empty())
                continue;
            out.align(buffer.pageSize);
            description.u32(cpu);
            description.u64(out.bytes.size());
            if (!compresses) {
                description.u64(stream.pages.size());
                out.add(stream.pages);
                continue;
            }
            const auto chunkSize = std::size_t{buffer.pageSize} * m_options.pagesPerChunk;
            out.u32(static_cast<std::uint32_t>((stream.pages.size() + chunkSize - 1) / chunkSize));
            const auto dataAt = out.bytes.size();
            for (std::size_t at = 0; at < stream.pages.size(); at += chunkSize) {
                const auto chunk = slice(stream.pages, at, chunkSize);
                const auto packed = compressed(chunk);
                out.u32(static_cast<std::uint32_t>(packed.size()));
                out.u32(static_cast<std::uint32_t>(chunk.size()));
                out.add(packed);
            }
            description.u64(out.bytes.size()
                            - dataAt); // trace-cmd does not count the number of chunks
        }
        out.patch64(sizeAt, out.bytes.size() - begin - 16);
        Output more(m_options.bigEndian);
        more.option(3, description.bytes);
        more.u16(0);
        more.u32(8);
        more.u64(0);
        out.patch64(nextAt, out.bytes.size());
        section(0, more.bytes, false);
        nextAt = out.bytes.size() - 8;
    }
}

std::vector<std::byte> TraceDatWriter::bytes() const
{
    auto buffers = m_buffers;
    for (auto &buffer : buffers) {
        for (auto &[cpu, stream] : buffer.streams)
            flush(buffer, stream);
    }
    Output out(m_options.bigEndian);
    out.text("\x17\x08\x44tracing");
    out.string(m_options.version == 6 ? "6" : "7");
    out.bytes.push_back(m_options.bigEndian ? std::byte{1} : std::byte{0});
    out.bytes.push_back(static_cast<std::byte>(m_options.longSize));
    out.u32(m_options.pageSize);
    if (m_options.version == 6)
        writeV6(out, buffers);
    else
        writeV7(out, buffers);
    return std::move(out.bytes);
}

bool TraceDatWriter::save(const std::filesystem::path &path) const
{
    const auto content = bytes();
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(content.data()),
               static_cast<std::streamsize>(content.size()));
    return file.good();
}

} // namespace thresher::test
