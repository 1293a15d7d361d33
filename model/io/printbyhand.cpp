// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/eventprinter_p.h"

#include <algorithm>
#include <bit>

/// Events that are not printed by their own format. The texts are those of libtraceevent's plugins
/// sched_switch, kmem, hrtimer and function and of trace-cmd's function_graph, which `trace-cmd
/// report` prints; where those are known to be wrong, what is right.
namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kOldStates = "SDTtZXxW"; // before formats named them
constexpr std::size_t kMaxDepth = 100; // of function_graph; the kernel's stack of calls is 50 deep

std::string_view commOf(const EventField *field, const Record &record, bool bigEndian)
{
    return field == nullptr ? std::string_view() : readString(*field, record.payload, bigEndian);
}

// "S", "D|K", and "R" for none: as the event's own format names the bits.
void addState(BoundedText &out, std::uint64_t state, std::string_view letters)
{
    bool printed = false;
    for (std::size_t bit = 0; bit < letters.size(); ++bit) {
        if ((state >> bit & 1U) == 0 || letters[bit] == '\0')
            continue;
        if (printed)
            out.add('|');
        out.add(letters[bit]);
        printed = true;
    }
    if (!printed)
        out.add('R');
}

// The letters of __print_flags(REC->prev_state & …, "|", { 0x1, "S" }, …).
std::string stateLetters(const PrintFormat &format)
{
    std::string letters;
    for (const auto &node : format.nodes) {
        if (node.kind != PrintNode::Kind::Flags || !letters.empty())
            continue;
        for (const auto &symbol : node.symbols) {
            const auto bits = static_cast<std::uint64_t>(symbol.value);
            if (!std::has_single_bit(bits) || symbol.name.size() != 1)
                continue;
            const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
            if (bit < 32 && letters.size() <= bit)
                letters.resize(bit + 1, '\0');
            if (bit < 32)
                letters[bit] = symbol.name.front();
        }
    }
    return letters;
}

void addOverhead(BoundedText &out, std::uint64_t duration)
{
    out.add(duration > 1'000'000'000 ? "$ "sv
            : duration > 1'000'000   ? "# "sv
            : duration > 100'000     ? "! "sv
            : duration > 10'000      ? "+ "sv
                                     : "  "sv);
}

// "105.387 us |  ", at least seven digits wide
void addDuration(BoundedText &out, std::uint64_t duration)
{
    const auto begin = out.size();
    const auto microseconds = std::to_string(duration / 1000);
    out.add(microseconds);
    if (microseconds.size() < 7) {
        const auto rest = std::to_string(duration % 1000);
        out.add('.');
        out.addCopies(3 - rest.size(), '0');
        out.add(rest);
    }
    const auto width = out.size() - begin;
    out.add(" us "sv);
    for (auto i = width; i < 7; ++i)
        out.add(' ');
    out.add("|  "sv);
}

void addIndent(BoundedText &out, std::uint64_t depth)
{
    out.addCopies(2 * std::min<std::uint64_t>(depth, kMaxDepth), ' ');
}

} // namespace

void EventPrinter::Private::chooseWay(const EventFormat &event, PreparedEvent &how) const
{
    struct Known
    {
        std::string_view system;
        std::string_view name;
        PrintWay way;
        std::array<std::string_view, PreparedEvent::kFields> fields;
        std::size_t required; // of the fields
    };
    static constexpr std::array<std::string_view, PreparedEvent::kFields> kCallSite = {"call_site"};
    static constexpr std::array<std::string_view, PreparedEvent::kFields> kWakeup = {
        "pid", "comm", "prio", "success", "target_cpu"};
    static constexpr std::array<Known, 17> known = {{
        {"sched"sv,
         "sched_switch"sv,
         PrintWay::SchedSwitch,
         {"prev_pid", "next_pid", "prev_comm", "next_comm", "prev_prio", "next_prio", "prev_state"},
         2},
        {"sched"sv, "sched_wakeup"sv, PrintWay::SchedWakeup, kWakeup, 1},
        {"sched"sv, "sched_wakeup_new"sv, PrintWay::SchedWakeup, kWakeup, 1},
        {"kmem"sv, "kfree"sv, PrintWay::CallSite, kCallSite, 1},
        {"kmem"sv, "kmalloc"sv, PrintWay::CallSite, kCallSite, 1},
        {"kmem"sv, "kmalloc_node"sv, PrintWay::CallSite, kCallSite, 1},
        {"kmem"sv, "kmem_cache_alloc"sv, PrintWay::CallSite, kCallSite, 1},
        {"kmem"sv, "kmem_cache_alloc_node"sv, PrintWay::CallSite, kCallSite, 1},
        {"kmem"sv, "kmem_cache_free"sv, PrintWay::CallSite, kCallSite, 1},
        {"timer"sv,
         "hrtimer_start"sv,
         PrintWay::HrtimerStart,
         {"hrtimer", "expires", "softexpires", "function"},
         3},
        {"timer"sv,
         "hrtimer_expire_entry"sv,
         PrintWay::HrtimerExpire,
         {"hrtimer", "now", "", "function"},
         2},
        {"ftrace"sv, "kernel_stack"sv, PrintWay::KernelStack, {"caller"}, 1},
        {"ftrace"sv, "function"sv, PrintWay::Function, {"ip", "parent_ip"}, 2},
        {"ftrace"sv, "funcgraph_entry"sv, PrintWay::GraphEntry, {"func", "depth"}, 2},
        {"ftrace"sv, "fgraph_retaddr_entry"sv, PrintWay::GraphEntry, {"func", "depth"}, 2},
        {"ftrace"sv,
         "funcgraph_exit"sv,
         PrintWay::GraphExit,
         {"func", "depth", "calltime", "rettime"},
         4},
        {"ftrace"sv, "bprint"sv, PrintWay::BinaryPrint, {"ip", "fmt", "buf"}, 3},
    }};
    for (const auto &candidate : known) {
        if (candidate.name != event.name || candidate.system != event.system)
            continue;
        for (std::size_t i = 0; i < candidate.fields.size(); ++i)
            how.fields[i] = candidate.fields[i].empty() ? nullptr
                                                        : event.field(candidate.fields[i]);
        const auto end = how.fields.begin() + static_cast<std::ptrdiff_t>(candidate.required);
        if (std::find(how.fields.begin(), end, nullptr) == end)
            how.way = candidate.way;
    }
    if (how.way == PrintWay::SchedSwitch) {
        how.states = how.format ? stateLetters(*how.format) : std::string();
        if (how.states.empty())
            how.states = kOldStates;
    }
    if (how.way == PrintWay::Format && PluginPrinter::mayKnow(event))
        how.way = PrintWay::Plugin;
}

std::uint64_t EventPrinter::Private::number(const EventField *field, const Record &record) const
{
    if (field == nullptr)
        return 0;
    const auto value = FieldReader(*field, trace->metadata().bigEndian).read(record.payload);
    return static_cast<std::uint64_t>(value);
}

// "trace-cmd:27776 [120] S ==> swapper/0:0 [120]"
void EventPrinter::Private::printSwitch(const PreparedEvent &how, const Record &record,
                                        BoundedText &out)
{
    const auto &[prevPid, nextPid, prevComm, nextComm, prevPrio, nextPrio, prevState] = how.fields;
    const auto addTask = [&](const EventField *pidField, const EventField *commField) {
        const auto pid = static_cast<Pid>(number(pidField, record));
        if (commField != nullptr) {
            const auto name = commOf(commField, record, trace->metadata().bigEndian);
            learn(pid, name);
            out.add(name);
            out.add(':');
        }
        out.addSigned(pid);
    };
    const auto addPrio = [&](const EventField *field) {
        if (field == nullptr)
            return;
        out.add(" ["sv);
        out.addSigned(static_cast<std::int32_t>(number(field, record)));
        out.add(']');
    };
    addTask(prevPid, prevComm);
    addPrio(prevPrio);
    out.add(' ');
    if (prevState != nullptr)
        addState(out, number(prevState, record), how.states);
    out.add(" ==> "sv);
    addTask(nextPid, nextComm);
    addPrio(nextPrio);
}

// "trace-cmd:27776 [120] success=1 CPU:001"
void EventPrinter::Private::printWakeup(const PreparedEvent &how, const Record &record,
                                        BoundedText &out)
{
    const EventField *const comm = how.fields[1];
    const EventField *const prio = how.fields[2];
    const EventField *const success = how.fields[3];
    const EventField *const targetCpu = how.fields[4];
    const auto pid = static_cast<Pid>(number(how.fields[0], record));
    if (comm != nullptr) {
        const auto name = commOf(comm, record, trace->metadata().bigEndian);
        learn(pid, name);
        out.add(name);
        out.add(':');
    }
    out.addSigned(pid);
    if (prio != nullptr) {
        out.add(" ["sv);
        out.addSigned(static_cast<std::int32_t>(number(prio, record)));
        out.add(']');
    }
    if (success != nullptr) {
        out.add(" success="sv);
        out.addSigned(static_cast<std::int32_t>(number(success, record)));
    }
    if (targetCpu != nullptr) {
        const auto text = std::to_string(number(targetCpu, record));
        out.add(" CPU:"sv);
        out.addCopies(text.size() < 3 ? 3 - text.size() : 0, '0');
        out.add(text);
    }
}

void EventPrinter::Private::printCallSite(const PreparedEvent &how, const Record &record,
                                          BoundedText &out)
{
    const auto address = number(how.fields[0], record);
    const auto *const symbol = kernelSymbols().find(address);
    if (symbol == nullptr)
        return;
    out.add('(');
    out.add(symbol->name);
    out.add("+0x"sv);
    out.addNumber((address - symbol->address) & 0xffffffffU, 16);
    out.add(") "sv);
}

void EventPrinter::Private::printHrtimer(const PreparedEvent &how, const Record &record,
                                         BoundedText &out)
{
    const auto *const timer = how.fields[0];
    const auto *const first = how.fields[1];
    const auto *const second = how.fields[2];
    const auto *const function = how.fields[3];
    const bool isStart = how.way == PrintWay::HrtimerStart;
    const auto addFunction = [&] {
        if (function == nullptr)
            return;
        const auto address = number(function, record);
        const auto *const symbol = kernelSymbols().find(address);
        out.add(" function="sv);
        if (symbol != nullptr) {
            out.add(symbol->name);
            out.add("/0x"sv);
            out.addNumber(address - symbol->address, 16);
        } else {
            out.add("0x"sv);
            out.addCopies(address == 0 ? 7
                          : std::countl_zero(address) / 4 > 8
                              ? static_cast<std::size_t>(std::countl_zero(address) / 4 - 8)
                              : 0,
                          '0');
            out.addNumber(address, 16);
        }
    };
    out.add("hrtimer=0x"sv);
    out.addNumber(number(timer, record), 16);
    if (isStart)
        addFunction();
    out.add(isStart ? " expires="sv : " now="sv);
    out.addNumber(number(first, record));
    if (!isStart) {
        addFunction();
        return;
    }
    out.add(" softexpires="sv);
    out.addNumber(number(second, record));
}

std::vector<std::uint64_t> EventPrinter::Private::stackAddresses(const Record &record) const
{
    const auto &event = format(record);
    const auto *field = event.field("caller");
    std::span<const std::byte> bytes;
    if (field != nullptr && event.name.ends_with("_stack"sv)) {
        // The array's declared size is not what is recorded: it goes up to the record's end.
        bytes = slice(record.payload, field->offset, record.payload.size());
    } else if (field = event.field("stack");
               field != nullptr && (field->isDynamic || field->isRelative)) {
        bytes = readBytes(*field, record.payload, trace->metadata().bigEndian);
    } else {
        return {};
    }
    const bool isUser = event.name == "user_stack";
    const std::size_t size = isUser && field->type.find("64") != std::string::npos
                                 ? 8
                                 : trace->metadata().longSize;
    const auto swap = needsSwap(trace->metadata().bigEndian);
    std::vector<std::uint64_t> addresses;
    for (std::size_t at = 0; bytes.size() - at >= size; at += size) {
        const auto address = size == 8 ? loadNumber<std::uint64_t>(bytes.data() + at, swap)
                                       : loadNumber<std::uint32_t>(bytes.data() + at, swap);
        if (static_cast<std::uint32_t>(address) == 0xffffffffU || (isUser && address == 0))
            break;
        addresses.push_back(address);
    }
    return addresses;
}

void EventPrinter::Private::printStack(const PreparedEvent &, const Record &record,
                                       BoundedText &out)
{
    out.add("<stack trace >\n"sv);
    for (const auto address : stackAddresses(record)) {
        const auto *const symbol = kernelSymbols().find(address);
        out.add("=> "sv);
        if (symbol != nullptr) {
            out.add(symbol->name);
            out.add(" ("sv);
        }
        out.addNumber(address, 16);
        out.add(symbol != nullptr ? ")\n"sv : "\n"sv);
    }
}

// A line is indented below the caller, if that was printed before on this CPU; else the caller is
// named.
void EventPrinter::Private::printFunction(const PreparedEvent &how, const Record &record,
                                          bool isLine, BoundedText &out)
{
    const auto name = [&](const EventField *field) {
        const auto address = number(field, record);
        const auto *const symbol = kernelSymbols().find(address);
        BoundedText text;
        if (symbol != nullptr) {
            text.add(symbol->name);
        } else {
            text.add("0x"sv);
            text.addNumber(address, 16);
        }
        return std::pair(std::string(text.text()), symbol != nullptr);
    };
    const auto [function, isKnown] = name(how.fields[0]);
    const auto [parent, parentIsKnown] = name(how.fields[1]);
    if (!isLine) {
        out.add(function);
        out.add(" <-- "sv);
        out.add(parent);
        return;
    }
    if (parentIsKnown) {
        auto &stack = callers[record.stream];
        auto found = std::find(stack.begin(), stack.end(), parent);
        if (found == stack.end()) {
            stack.assign(1, parent);
            found = stack.begin();
        }
        const auto depth = static_cast<std::size_t>(found - stack.begin());
        out.addCopies(3 * std::min(depth, kMaxDepth), ' ');
        if (isKnown) {
            stack.resize(depth + 1);
            stack.push_back(function);
        }
    }
    out.add(function);
}

bool EventPrinter::Private::isLeaf(const Record &entry, const Record &exit)
{
    const auto &how = prepared(format(entry));
    if (how.way != PrintWay::GraphEntry || entry.pid != exit.pid)
        return false;
    const auto &exitHow = prepared(format(exit));
    return exitHow.way == PrintWay::GraphExit
           && number(how.fields[0], entry) == number(exitHow.fields[0], exit)
           && trace->streams()[entry.stream].instance == trace->streams()[exit.stream].instance;
}

// "  1.272 us   |    __cond_resched();" or "             |    getname() {"
void EventPrinter::Private::printGraphEntry(const PreparedEvent &how, const Record &record,
                                            const Record *leaf, BoundedText &out)
{
    if (leaf != nullptr) {
        const auto &exit = prepared(format(*leaf));
        const auto duration = number(exit.fields[3], *leaf) - number(exit.fields[2], *leaf);
        addOverhead(out, duration);
        addDuration(out, duration);
    } else {
        out.add("             |  "sv);
    }
    addIndent(out, number(how.fields[1], record));
    const auto address = number(how.fields[0], record);
    if (const auto *const symbol = kernelSymbols().find(address))
        out.add(symbol->name);
    else
        out.addNumber(address, 16);
    out.add(leaf != nullptr ? "();"sv : "() {"sv);
}

void EventPrinter::Private::printGraphExit(const PreparedEvent &how, const Record &record,
                                           BoundedText &out) const
{
    const auto duration = number(how.fields[3], record) - number(how.fields[2], record);
    addOverhead(out, duration);
    addDuration(out, duration);
    addIndent(out, number(how.fields[1], record));
    out.add('}');
}

} // namespace thresher
