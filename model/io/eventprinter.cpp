// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/eventprinter.h"

#include "model/io/eventprinter_p.h"

#include <algorithm>
#include <utility>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kEventNameWidth = 20;
constexpr std::size_t kMaxUnknownBytes = 64;

// Looking symbols up first reads them all, which is not for events that print none.
bool printsSymbols(const PrintFormat &format)
{
    return std::any_of(format.pieces.begin(), format.pieces.end(), [](const PrintPiece &piece) {
        return piece.kind == PrintPiece::Kind::Pointer && !piece.text.empty();
    });
}

std::string padded(std::string_view text, std::size_t width, bool left)
{
    const std::string padding(text.size() < width ? width - text.size() : 0, ' ');
    return left ? std::string(text) + padding : padding + std::string(text);
}

} // namespace

EventPrinter::Private::Private(std::shared_ptr<const TraceFile> file, CommOfPid names)
    : trace(std::move(file))
    , commOfPid(std::move(names))
    , events(trace->events().all().size())
{
    learnsComms = !commOfPid;
    if (learnsComms) {
        for (const auto &task : trace->metadata().savedTasks)
            comms[task.pid] = task.comm;
    }
    const auto instances = trace->instances();
    if (instances.size() > 1) {
        for (const auto &instance : instances)
            prefixWidth = std::max(prefixWidth,
                                   instance.name.substr(instance.name.rfind('/') + 1).size());
    }
}

const EventFormat &EventPrinter::Private::format(const Record &record) const
{
    return trace->events().event(record.event);
}

PreparedEvent &EventPrinter::Private::prepared(const EventFormat &event)
{
    auto &how = events[toIndex(event.id)];
    if (how.isReady)
        return how;
    how.isReady = true;
    if (event.id == trace->events().unknownEvent()) {
        how.way = PrintWay::Unknown;
        return how;
    }
    how.format = PrintFormat::compile(event);
    how.needsSymbols = how.format && printsSymbols(*how.format);
    if (how.format)
        resolveNames(*how.format);
    chooseWay(event, how);
    return how;
}

// libtraceevent takes "jiffies" and "vmemmap_base" in a format for the symbols' addresses. That is
// not what the kernel means, which reads the variables; but nothing better is known.
void EventPrinter::Private::resolveNames(PrintFormat &format)
{
    for (auto &node : format.nodes) {
        if (node.isName)
            node.number = kernelSymbols().addressOf(node.text);
    }
}

const KernelSymbols &EventPrinter::Private::kernelSymbols()
{
    if (!symbols)
        symbols.emplace(trace->metadata().kallsyms);
    return *symbols;
}

const PrintkStrings &EventPrinter::Private::printkStrings()
{
    if (!strings)
        strings.emplace(trace->metadata().printkFormats);
    return *strings;
}

PluginPrinter &EventPrinter::Private::pluginPrinter()
{
    if (!plugins)
        plugins = std::make_unique<PluginPrinter>(*trace, kernelSymbols());
    return *plugins;
}

std::string_view EventPrinter::Private::comm(Pid pid) const
{
    if (pid == 0)
        return "<idle>"sv;
    std::string_view name;
    if (commOfPid) {
        name = commOfPid(pid);
    } else if (const auto found = comms.find(pid); found != comms.end()) {
        name = found->second;
    }
    return name.empty() ? "<...>"sv : name;
}

void EventPrinter::Private::learn(Pid pid, std::string_view name)
{
    if (learnsComms && pid != 0)
        comms.try_emplace(pid, name);
}

PrintContext EventPrinter::Private::context(const PreparedEvent &how, const PluginCalls *calls)
{
    PrintContext result;
    result.symbols = how.needsSymbols ? &kernelSymbols() : nullptr;
    result.strings = &printkStrings();
    result.bigEndian = trace->metadata().bigEndian;
    result.longSize = trace->metadata().longSize;
    result.plugins = calls;
    return result;
}

void EventPrinter::Private::printByFormat(const EventFormat &event, PreparedEvent &how,
                                          const Record &record, BoundedText &out)
{
    if (!how.format) {
        out.add("[FAILED TO PARSE]"sv);
        printRawFields(out, event, record.payload, trace->metadata().bigEndian);
        return;
    }
    const Calls calls(*this, event, *how.format, record);
    const auto where = context(how, &calls);
    RecordText(event, *how.format, record.payload, where).print(out);
}

// A record whose format the file does not have: its number and first bytes are all there is.
void EventPrinter::Private::printUnknown(const Record &record, BoundedText &out) const
{
    if (record.payload.size() >= 2) {
        out.add("type="sv);
        out.addNumber(loadNumber<std::uint16_t>(record.payload.data(),
                                                needsSwap(trace->metadata().bigEndian)));
        out.add(' ');
    }
    out.add("bytes="sv);
    for (std::size_t i = 0; i < std::min(record.payload.size(), kMaxUnknownBytes); ++i) {
        if (i > 0)
            out.add(' ');
        out.addHexByte(record.payload[i]);
    }
    if (record.payload.size() > kMaxUnknownBytes)
        out.add(" …"sv);
}

void EventPrinter::Private::printInfo(const Record &record, const Record *next, bool isLine,
                                      BoundedText &out)
{
    const auto &event = format(record);
    auto &how = prepared(event);
    switch (how.way) {
    case PrintWay::Unknown:
        printUnknown(record, out);
        return;
    case PrintWay::SchedSwitch:
        printSwitch(how, record, out);
        return;
    case PrintWay::SchedWakeup:
        printWakeup(how, record, out);
        return;
    case PrintWay::HrtimerStart:
    case PrintWay::HrtimerExpire:
        printHrtimer(how, record, out);
        return;
    case PrintWay::KernelStack:
        printStack(how, record, out);
        return;
    case PrintWay::Function:
        printFunction(how, record, isLine, out);
        return;
    case PrintWay::GraphEntry:
        printGraphEntry(how, record, next != nullptr && isLeaf(record, *next) ? next : nullptr,
                        out);
        return;
    case PrintWay::GraphExit:
        printGraphExit(how, record, out);
        return;
    case PrintWay::BinaryPrint:
        printBinary(event, how, record, out);
        return;
    case PrintWay::CallSite:
        printCallSite(how, record, out);
        break;
    case PrintWay::Plugin:
        if (pluginPrinter().print(event, record, out) == PluginPrinter::Result::Done)
            return;
        break;
    case PrintWay::Format:
        break;
    }
    printByFormat(event, how, record, out);
}

EventPrinter::EventPrinter(std::shared_ptr<const TraceFile> trace, CommOfPid commOfPid)
    : d(std::make_unique<Private>(std::move(trace), std::move(commOfPid)))
{}

EventPrinter::~EventPrinter() = default;

std::string EventPrinter::info(const Record &record, const Record *next)
{
    return std::string(infoView(record, next));
}

std::string_view EventPrinter::infoView(const Record &record, const Record *next)
{
    BoundedText &out = d->printed;
    out.truncate(0);
    d->printInfo(record, next, false, out);
    if (out.text().ends_with('\n'))
        out.truncate(out.size() - 1);
    if (isPlain(out.text()))
        return out.text();
    d->printedEscaped = escaped(out.text());
    return d->printedEscaped;
}

bool EventPrinter::isLeaf(const Record &entry, const Record &exit)
{
    return d->isLeaf(entry, exit);
}

std::string EventPrinter::line(const Record &record, const Record *next, LineOptions options)
{
    const auto &metadata = d->trace->metadata();
    const auto &event = d->format(record);
    std::string text;
    if (d->prefixWidth > 0 && record.stream < d->trace->streams().size()) {
        const auto &name = d->trace->instances()[d->trace->streams()[record.stream].instance].name;
        text = padded(std::string_view(name).substr(name.rfind('/') + 1), d->prefixWidth, false);
        text += name.empty() ? "  "sv : ": "sv;
    }
    const auto comm = escaped(d->comm(record.pid));
    const auto pid = padded(std::to_string(record.pid), 5, true);
    auto cpu = std::to_string(record.cpu);
    if (options.latency) {
        text += padded(std::string_view(comm).substr(0, 8), 8, false) + '-' + pid + ' '
                + padded(cpu, 3, false) + latencyFlags(record);
    } else {
        cpu.insert(0, cpu.size() < 3 ? 3 - cpu.size() : 0, '0');
        text += padded(comm, 16, false) + '-' + pid + " [" + cpu + ']';
    }
    const auto time = formatTraceTime(record.time, options.rawTime, metadata.clockIsNanoseconds);
    const auto point = time.find('.');
    text += metadata.clockIsNanoseconds
                ? ' ' + padded(time, 5 + time.size() - std::min(point, time.size()), false)
                : padded(time, 12, false);
    text += ": " + event.name + ": ";
    if (event.name.size() < kEventNameWidth)
        text.append(kEventNameWidth - event.name.size(), ' ');
    BoundedText out;
    d->printInfo(record, next, true, out);
    text += escaped(out.text());
    if (text.ends_with('\n'))
        text.pop_back();
    return text;
}

std::string EventPrinter::lostLine(CpuId cpu, std::int64_t count)
{
    auto text = "CPU:" + std::to_string(cpu) + " [";
    if (count > 0)
        text += std::to_string(count) + ' ';
    return text + "EVENTS DROPPED]";
}

std::string EventPrinter::latencyFlags(const Record &record)
{
    const auto &event = d->format(record);
    const auto value = [&](std::string_view name) -> std::optional<std::int64_t> {
        const auto *const field = event.field(name);
        if (field == nullptr)
            return std::nullopt;
        return FieldReader(*field, d->trace->metadata().bigEndian).read(record.payload);
    };
    const auto flags = static_cast<std::uint32_t>(value("common_flags").value_or(0));
    const auto count = static_cast<std::uint32_t>(value("common_preempt_count").value_or(0))
                       & 0xffU;
    const bool hard = (flags & 0x08U) != 0;
    const bool soft = (flags & 0x10U) != 0;
    BoundedText out;
    out.add((flags & 0x01U) != 0 ? 'd' : (flags & 0x02U) != 0 ? 'X' : '.');
    out.add((flags & 0x04U) != 0 ? 'N' : '.');
    out.add(hard && soft ? 'H' : hard ? 'h' : soft ? 's' : '.');
    const auto addDigit = [&](std::uint32_t digit) {
        if (digit != 0)
            out.addNumber(digit, 16);
        else
            out.add('.');
    };
    addDigit(count & 0x0fU);
    addDigit(count >> 4U);
    for (const auto name : {"common_migrate_disable"sv, "common_lock_depth"sv}) {
        if (const auto depth = value(name)) {
            if (*depth < 0)
                out.add('.');
            else
                out.addSigned(*depth);
        }
    }
    return std::string(out.text());
}

std::string formatTraceTime(TimeNs time, bool nanoseconds, bool clockIsNanoseconds)
{
    if (!clockIsNanoseconds)
        return std::to_string(time);
    const bool negative = time < 0;
    auto amount = negative ? 0 - static_cast<std::uint64_t>(time)
                           : static_cast<std::uint64_t>(time);
    const std::uint64_t unit = nanoseconds ? 1'000'000'000 : 1'000'000;
    if (!nanoseconds)
        amount = (amount + 500) / 1000;
    const auto fraction = std::to_string(amount % unit);
    const std::size_t digits = nanoseconds ? 9 : 6;
    return (negative ? "-" : "") + std::to_string(amount / unit) + '.'
           + std::string(digits - fraction.size(), '0') + fraction;
}

} // namespace thresher
