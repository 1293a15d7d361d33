// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/eventprinter.h"
#include "model/io/fieldsymbols.h"
#include "model/io/kernelsymbols_p.h"
#include "model/io/pluginprinter_p.h"
#include "model/io/printformat_p.h"
#include "model/io/recordtext_p.h"

#include <array>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace thresher {

/// How an event is printed: by its own format, or by hand as libtraceevent's plugins and trace-cmd
/// do for the events that everybody records.
enum class PrintWay : std::uint8_t {
    Format,
    SchedSwitch,
    SchedWakeup,
    CallSite, ///< kmem: the caller's name, then the format.
    HrtimerStart,
    HrtimerExpire,
    KernelStack,
    Function,
    GraphEntry,
    GraphExit,
    BinaryPrint, ///< trace_printk with its arguments not yet formatted.
    Plugin,
    Unknown, ///< No format in the file.
};

/// An event made ready for printing, when it is printed first.
struct PreparedEvent
{
    static constexpr std::size_t kFields = 7;

    bool isReady = false;
    bool needsSymbols = false; ///< The format prints addresses by name.
    PrintWay way = PrintWay::Format;
    std::optional<PrintFormat> format; ///< None: it could not be understood.
    std::array<const EventField *, kFields> fields = {}; ///< Those that printing by hand needs.
    std::string states; ///< Letters of the task states, by bit; sched_switch.
    /// Words for numbers that are a part of an expression; found when a field is first asked for.
    std::optional<std::vector<FieldSymbols>> words;
};

struct EventPrinter::Private
{
    /// Calls of plugins' functions while one record is printed.
    class Calls;

    std::shared_ptr<const TraceFile> trace;
    CommOfPid commOfPid;
    bool learnsComms = false; ///< Nobody names tasks: as trace-cmd does, from what is printed.
    std::unordered_map<Pid, std::string> comms;
    std::vector<PreparedEvent> events; ///< By EventTypeId.
    std::optional<KernelSymbols> symbols;
    std::optional<PrintkStrings> strings;
    std::unique_ptr<PluginPrinter> plugins;
    std::map<std::uint64_t, std::optional<PrintFormat>>
        binaryFormats; ///< Of trace_printk, by address.
    /// Who called whom on each CPU, for the indentation of function lines.
    std::map<StreamIndex, std::vector<std::string>> callers;
    BoundedText printed; ///< By infoView().
    std::string printedEscaped;
    std::size_t prefixWidth = 0; ///< Of instance names; 0: there is but one buffer.

    Private(std::shared_ptr<const TraceFile> file, CommOfPid names);

    [[nodiscard]] const EventFormat &format(const Record &record) const;
    PreparedEvent &prepared(const EventFormat &event);
    void resolveNames(PrintFormat &format);
    const KernelSymbols &kernelSymbols();
    const PrintkStrings &printkStrings();
    PluginPrinter &pluginPrinter();
    [[nodiscard]] std::string_view comm(Pid pid) const;
    void learn(Pid pid, std::string_view name);

    // eventprinter.cpp
    void printByFormat(const EventFormat &event, PreparedEvent &how, const Record &record,
                       BoundedText &out);
    void printUnknown(const Record &record, BoundedText &out) const;
    void printBinary(const EventFormat &event, PreparedEvent &how, const Record &record,
                     BoundedText &out);
    /// @param calls  of plugins' functions; must outlive the context.
    PrintContext context(const PreparedEvent &how, const PluginCalls *calls);
    /// @param isLine  function lines are indented by what was printed before.
    void printInfo(const Record &record, const Record *next, bool isLine, BoundedText &out);

    // printbyhand.cpp
    void chooseWay(const EventFormat &event, PreparedEvent &how) const;
    void printSwitch(const PreparedEvent &how, const Record &record, BoundedText &out);
    void printWakeup(const PreparedEvent &how, const Record &record, BoundedText &out);
    void printCallSite(const PreparedEvent &how, const Record &record, BoundedText &out);
    void printHrtimer(const PreparedEvent &how, const Record &record, BoundedText &out);
    void printStack(const PreparedEvent &how, const Record &record, BoundedText &out);
    void printFunction(const PreparedEvent &how, const Record &record, bool isLine,
                       BoundedText &out);
    void printGraphEntry(const PreparedEvent &how, const Record &record, const Record *leaf,
                         BoundedText &out);
    void printGraphExit(const PreparedEvent &how, const Record &record, BoundedText &out) const;
    [[nodiscard]] bool isLeaf(const Record &entry, const Record &exit);
    [[nodiscard]] std::vector<std::uint64_t> stackAddresses(const Record &record) const;
    [[nodiscard]] std::uint64_t number(const EventField *field, const Record &record) const;
};

class EventPrinter::Private::Calls final : public PluginCalls
{
public:
    Calls(Private &printer, const EventFormat &event, const PrintFormat &format,
          const Record &record)
        : m_printer(printer)
        , m_event(event)
        , m_format(format)
        , m_record(record)
    {}
    std::uint64_t call(const PrintNode &node, BoundedText &out) const override
    {
        return m_printer.pluginPrinter().call(m_event, m_format, node, m_record, out);
    }

private:
    Private &m_printer;
    const EventFormat &m_event;
    const PrintFormat &m_format;
    const Record &m_record;
};

/// Whether escaped() leaves it as it is, by its being ASCII.
[[nodiscard]] bool isPlain(std::string_view text);
/// Bytes that are no UTF-8, and control characters but newline and tab, as \xNN.
[[nodiscard]] std::string escaped(std::string_view text);

} // namespace thresher
