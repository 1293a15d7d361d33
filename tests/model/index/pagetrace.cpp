// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/index/pagetrace.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace thresher::test {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kHead = 16;
constexpr std::uint32_t kSwitch = 1;
constexpr std::uint32_t kIrqEntry = 2;
constexpr std::uint32_t kIrqExit = 3;
constexpr std::uint32_t kSoftirqEntry = 4;
constexpr std::uint32_t kSoftirqExit = 5;
constexpr std::uint32_t kRename = 6;
constexpr std::uint32_t kNewTask = 7;
constexpr std::uint32_t kPlain = 100;

class Bytes
{
public:
    template<typename T>
    Bytes &number(T value)
    {
        const auto from = reinterpret_cast<const std::byte *>(&value);
        m_bytes.insert(m_bytes.end(), from, from + sizeof value);
        return *this;
    }
    Bytes &text(std::string_view text)
    {
        const auto from = reinterpret_cast<const std::byte *>(text.data());
        m_bytes.insert(m_bytes.end(), from, from + text.size());
        return *this;
    }
    Bytes &comm(std::string_view name)
    {
        std::string padded(name.substr(0, 15));
        padded.resize(16);
        return text(padded);
    }
    Bytes &common(std::uint32_t type, Pid pid)
    {
        return number(static_cast<std::uint16_t>(type)).number(std::uint16_t{0}).number(pid);
    }
    std::vector<std::byte> &all() { return m_bytes; }

private:
    std::vector<std::byte> m_bytes;
};

std::string format(std::string_view name, std::uint32_t id, std::string_view fields)
{
    return "name: " + std::string(name) + "\nID: " + std::to_string(id)
           + "\nformat:\n"
             "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
             "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
             "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
             "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
           + std::string(fields) + "\nprint fmt: \"\"\n";
}

std::string field(std::string_view declaration, int offset, int size, bool isSigned)
{
    return "\tfield:" + std::string(declaration) + ";\toffset:" + std::to_string(offset)
           + ";\tsize:" + std::to_string(size) + ";\tsigned:" + (isSigned ? "1" : "0") + ";\n";
}

void addSystem(Bytes &to, std::string_view name, const std::vector<std::string> &formats)
{
    to.text(name).text("\0"sv).number(static_cast<std::uint32_t>(formats.size()));
    for (const std::string &text : formats)
        to.number(std::uint64_t{text.size()}).text(text);
}

void addFormats(Bytes &to, std::uint32_t plainEvents)
{
    to.number(std::uint32_t{4});
    addSystem(
        to, "sched",
        {format("sched_switch", kSwitch,
                field("char prev_comm[16]", 8, 16, false) + field("pid_t prev_pid", 24, 4, true)
                    + field("char next_comm[16]", 28, 16, false)
                    + field("pid_t next_pid", 44, 4, true))});
    addSystem(to, "irq",
              {format("irq_handler_entry", kIrqEntry, field("int irq", 8, 4, true)),
               format("irq_handler_exit", kIrqExit, field("int irq", 8, 4, true)),
               format("softirq_entry", kSoftirqEntry, field("unsigned int vec", 8, 4, false)),
               format("softirq_exit", kSoftirqExit, field("unsigned int vec", 8, 4, false))});
    addSystem(to, "task",
              {format("task_rename", kRename,
                      field("pid_t pid", 8, 4, true) + field("char newcomm[16]", 12, 16, false)),
               format("task_newtask", kNewTask,
                      field("pid_t pid", 8, 4, true) + field("char comm[16]", 12, 16, false)
                          + field("unsigned long clone_flags", 32, 8, false))});
    std::vector<std::string> plain;
    for (std::uint32_t i = 0; i < plainEvents; ++i)
        plain.push_back(
            format("plain_" + std::to_string(i), kPlain + i, field("int value", 8, 4, true)));
    addSystem(to, "test", plain);
}

constexpr std::string_view kHeaderPage = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
                                         "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
                                         "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
                                         "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

// A trace in memory that keeps its memory.
struct Owner
{
    std::vector<std::byte> bytes;
    std::shared_ptr<const TraceFile> trace;
};

} // namespace

PageTrace::PageTrace(std::uint32_t cpus, std::uint32_t plainEvents)
    : m_cpus(cpus)
    , m_plainEvents(plainEvents)
{}

void PageTrace::beginPage(std::uint32_t cpu, std::uint64_t time)
{
    m_cpus[cpu].push_back({time, {}, {}, time});
}

void PageTrace::lostBefore(std::uint32_t cpu, std::int64_t count)
{
    m_cpus[cpu].back().lost = count;
}

bool PageTrace::fits(std::uint32_t cpu, std::size_t payload) const
{
    // Room for a time extend, the head, and the count of lost events behind it all.
    return !m_cpus[cpu].empty()
           && m_cpus[cpu].back().data.size() + payload + 8 + 4 + 8 <= kPageSize - kHead;
}

PageTrace::Page &PageTrace::pageFor(std::uint32_t cpu, std::uint64_t time, std::size_t payload)
{
    if (!fits(cpu, payload))
        beginPage(cpu, time);
    return m_cpus[cpu].back();
}

void PageTrace::record(std::uint32_t cpu, std::uint64_t time, const std::vector<std::byte> &payload)
{
    Page &page = pageFor(cpu, time, payload.size());
    Bytes bytes;
    std::uint64_t delta = time - page.last;
    if (delta >= std::uint64_t{1} << 27U) {
        bytes.number(30U | static_cast<std::uint32_t>(delta & 0x7ffffffU) << 5U);
        bytes.number(static_cast<std::uint32_t>(delta >> 27U));
        delta = 0;
    }
    const auto words = static_cast<std::uint32_t>((payload.size() + 3) / 4);
    bytes.number(words | static_cast<std::uint32_t>(delta) << 5U);
    page.last = time;
    page.data.insert(page.data.end(), bytes.all().begin(), bytes.all().end());
    page.data.insert(page.data.end(), payload.begin(), payload.end());
    page.data.resize((page.data.size() + 3) / 4 * 4);
}

void PageTrace::garbage(std::uint32_t cpu)
{
    Bytes bytes;
    // A payload beyond the page's end.
    bytes.number(std::uint32_t{0}).number(std::uint32_t{0x7ffffff0});
    Page &page = m_cpus[cpu].back();
    page.data.insert(page.data.end(), bytes.all().begin(), bytes.all().end());
}

void PageTrace::plain(std::uint32_t cpu, std::uint64_t time, Pid pid, std::uint32_t event)
{
    record(cpu, time, Bytes().common(kPlain + event, pid).number(std::int32_t{42}).all());
}

void PageTrace::schedSwitch(std::uint32_t cpu, std::uint64_t time, Pid previous, Pid next,
                            const std::string &previousComm, const std::string &nextComm)
{
    record(cpu, time,
           Bytes()
               .common(kSwitch, previous)
               .comm(previousComm)
               .number(previous)
               .comm(nextComm)
               .number(next)
               .all());
}

void PageTrace::irq(std::uint32_t cpu, std::uint64_t time, Pid pid, std::int32_t irq, bool isEntry)
{
    record(cpu, time, Bytes().common(isEntry ? kIrqEntry : kIrqExit, pid).number(irq).all());
}

void PageTrace::softirq(std::uint32_t cpu, std::uint64_t time, Pid pid, std::uint32_t vec,
                        bool isEntry)
{
    record(cpu, time,
           Bytes().common(isEntry ? kSoftirqEntry : kSoftirqExit, pid).number(vec).all());
}

void PageTrace::rename(std::uint32_t cpu, std::uint64_t time, Pid pid, const std::string &comm)
{
    record(cpu, time, Bytes().common(kRename, pid).number(pid).comm(comm).all());
}

void PageTrace::newTask(std::uint32_t cpu, std::uint64_t time, Pid parent, Pid child, bool isThread)
{
    record(cpu, time,
           Bytes()
               .common(kNewTask, parent)
               .number(child)
               .comm("child")
               .number(std::uint32_t{0})
               .number(std::uint64_t{isThread ? 0x10000U : 0U})
               .all());
}

void PageTrace::saveComm(Pid pid, const std::string &comm)
{
    m_comms += std::to_string(pid) + " " + comm + "\n";
}

std::vector<std::byte> PageTrace::bytes() const
{
    Bytes file;
    file.text("\x17\x08\x44tracing6\0"sv).number(std::uint8_t{0}).number(std::uint8_t{8});
    file.number(static_cast<std::uint32_t>(kPageSize));
    file.text("header_page\0"sv).number(std::uint64_t{kHeaderPage.size()}).text(kHeaderPage);
    file.text("header_event\0"sv).number(std::uint64_t{0});
    file.number(std::uint32_t{0});
    addFormats(file, m_plainEvents);
    file.number(std::uint32_t{0}).number(std::uint32_t{0});
    file.number(std::uint64_t{m_comms.size()}).text(m_comms);
    file.number(static_cast<std::uint32_t>(m_cpus.size()));
    file.text("flyrecord\0"sv);
    const std::size_t table = file.all().size();
    std::size_t offset = (table + m_cpus.size() * 16 + kPageSize - 1) / kPageSize * kPageSize;
    for (const auto &pages : m_cpus) {
        file.number(std::uint64_t{pages.empty() ? 0 : offset});
        file.number(std::uint64_t{pages.size() * kPageSize});
        offset += pages.size() * kPageSize;
    }
    file.all().resize((file.all().size() + kPageSize - 1) / kPageSize * kPageSize);
    for (const auto &pages : m_cpus) {
        for (const Page &page : pages) {
            const std::size_t end = file.all().size() + kPageSize;
            std::uint64_t commit = page.data.size();
            if (page.lost)
                commit |= std::uint64_t{1} << 31U;
            if (page.lost.value_or(-1) >= 0)
                commit |= std::uint64_t{1} << 30U;
            file.number(page.time).number(commit);
            file.all().insert(file.all().end(), page.data.begin(), page.data.end());
            if (page.lost.value_or(-1) >= 0)
                file.number(*page.lost);
            file.all().resize(end);
        }
    }
    return std::move(file.all());
}

std::shared_ptr<const TraceFile> PageTrace::open() const
{
    const auto owner = std::make_shared<Owner>();
    owner->bytes = bytes();
    auto trace = TraceFile::fromBytes(owner->bytes, "pages");
    if (!trace)
        return nullptr;
    owner->trace = *trace;
    return {owner, owner->trace.get()};
}

} // namespace thresher::test
