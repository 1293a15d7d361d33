// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probecheck.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace thresher::capture {

namespace {

using Answer = ProbeKernel::Answer;
using Kind = FetchSource::Kind;

constexpr std::size_t kMaxArgumentBytes = 63; ///< MAX_ARGSTR_LEN
constexpr std::size_t kMaxSyntheticFields = 64;

tl::unexpected<ProbeError> wrong(TextSpan at, std::string text, std::string help = {})
{
    return tl::unexpected<ProbeError>({at, std::move(text), std::move(help)});
}

/// What the kernel's README says, or what it would say if it could be read.
bool documents(const ProbeKernel &kernel, std::string_view words)
{
    return kernel.readme().empty() || kernel.readme().find(words) != std::string::npos;
}

ProbeResult<void> checkForm(const ProbeSpec &spec, const ProbeKernel &kernel)
{
    switch (spec.kind) {
    case ProbeKind::Kprobe:
    case ProbeKind::Kretprobe:
        if (!kernel.hasFile("kprobe_events"))
            return wrong(spec.targetAt,
                         "This kernel makes no probes in its functions (CONFIG_KPROBE_EVENTS).",
                         "A tracepoint or system call may tell the same: see its events.");
        break;
    case ProbeKind::FprobeEntry:
    case ProbeKind::FprobeExit:
        if (!documents(kernel, "f[:"))
            return wrong(spec.headAt, "This kernel makes no fprobes (CONFIG_FPROBE_EVENTS).",
                         kernel.hasFile("kprobe_events")
                             ? "p and r do nearly the same. Linux 6.5 was the first to have them."
                             : "Linux 6.5 was the first to have them.");
        break;
    case ProbeKind::Tracepoint:
        if (!documents(kernel, "t[:"))
            return wrong(spec.headAt, "This kernel makes no tracepoint probes.",
                         "Linux 6.5 was the first to have them; e on the tracepoint's event does "
                         "much of the same.");
        break;
    case ProbeKind::Uprobe:
    case ProbeKind::Uretprobe:
        if (!kernel.hasFile("uprobe_events"))
            return wrong(spec.targetAt,
                         "This kernel makes no probes in programs (CONFIG_UPROBE_EVENTS).");
        break;
    case ProbeKind::Eprobe:
        if (!kernel.hasEventProbes())
            return wrong(spec.headAt, "This kernel makes no event probes (CONFIG_EPROBE_EVENTS).",
                         "Linux 5.15 was the first to have them.");
        break;
    case ProbeKind::Synthetic:
        if (!kernel.hasFile("synthetic_events"))
            return wrong(spec.headAt,
                         "This kernel makes no synthetic events (CONFIG_SYNTH_EVENTS).");
        break;
    case ProbeKind::Delete:
        break;
    }
    return {};
}

std::string similarTo(const ProbeKernel::Symbol &symbol)
{
    if (symbol.similar.empty())
        return "It may be of a module that is not loaded, or inlined everywhere.";
    std::string list;
    for (const std::string &name : symbol.similar)
        list += (list.empty() ? "" : ", ") + name;
    return "The compiler made " + list + " of it.";
}

ProbeResult<void> checkFunction(const ProbeSpec &spec, const ProbeKernel &kernel)
{
    if (spec.isReturn() && spec.hasOffset && spec.offset.value != 0)
        return wrong(spec.targetAt, "A return probe stands at the function's begin.",
                     "Leave out the offset.");
    if (spec.symbol.empty())
        return {}; // an address
    const auto symbol = kernel.symbol(spec.module, spec.symbol);
    if (symbol.exists == Answer::No)
        return wrong(spec.targetAt,
                     "There is no function " + spec.symbol
                         + (spec.module.empty() ? "." : " in the module " + spec.module + "."),
                     similarTo(symbol));
    if (symbol.exists == Answer::Yes && !symbol.isFunction)
        return wrong(spec.targetAt, spec.symbol + " is no function.");
    if (spec.hasOffset && symbol.bytes > 0 && spec.offset.value >= symbol.bytes)
        return wrong(spec.targetAt,
                     spec.symbol + " has " + std::to_string(symbol.bytes) + " bytes only.");
    if (kernel.isBlacklisted(spec.symbol) == Answer::Yes)
        return wrong(spec.targetAt, "The kernel allows no probe in " + spec.symbol
                                        + ": probes themselves need it.");
    const bool isFprobe = spec.kind == ProbeKind::FprobeEntry || spec.kind == ProbeKind::FprobeExit;
    if ((isFprobe || !kernel.probesNotrace()) && kernel.isTraceable(spec.symbol) == Answer::No)
        return wrong(spec.targetAt, spec.symbol + " cannot be traced (notrace).",
                     "One that calls it, or is called by it, may be.");
    return {};
}

bool isKernels(ProbeKind kind)
{
    return kind != ProbeKind::Uprobe && kind != ProbeKind::Uretprobe;
}

/// What may stand behind %: see regs_query_register_offset() of each architecture. nullopt: what is
/// not known.
std::optional<bool> hasRegister(std::string_view architecture, std::string_view name)
{
    static constexpr std::array<std::string_view, 21> kX86{
        "ax",  "bx",  "cx",  "dx",  "si",  "di", "bp", "sp", "r8",    "r9",     "r10",
        "r11", "r12", "r13", "r14", "r15", "ip", "cs", "ss", "flags", "orig_ax"};
    static constexpr std::array<std::string_view, 4> kArm{"lr", "sp", "pc", "pstate"};
    if (architecture == "x86_64")
        return std::find(kX86.begin(), kX86.end(), name) != kX86.end();
    if (architecture != "aarch64")
        return std::nullopt;
    for (int i = 0; i <= 30; ++i) {
        if (name == "x" + std::to_string(i))
            return true;
    }
    return std::find(kArm.begin(), kArm.end(), name) != kArm.end();
}

ProbeResult<void> checkRegister(const FetchSource &source, const ProbeKernel &kernel)
{
    const std::string architecture = kernel.architecture();
    if (hasRegister(architecture, source.name).value_or(true))
        return {};
    std::string help = architecture == "x86_64"
                           ? "Parameters are in %di, %si, %dx, %cx, %r8, %r9; what is returned in "
                             "%ax."
                           : "Parameters are in %x0 to %x7; what is returned in %x0.";
    // As debuggers and assemblers call them.
    if (source.name.size() == 3 && (source.name[0] == 'r' || source.name[0] == 'e')
        && hasRegister(architecture, source.name.substr(1)) == std::optional(true))
        help = "The kernel calls it %" + source.name.substr(1) + '.';
    return wrong(source.at, "This machine has no register %" + source.name + ".", std::move(help));
}

/// Of one source, without what is inside.
ProbeResult<void> checkSource(const FetchSource &source, const ProbeSpec &spec,
                              const ProbeKernel &kernel)
{
    const bool isUser = !isKernels(spec.kind);
    switch (source.kind) {
    case Kind::Register:
        return checkRegister(source, kernel);
    case Kind::ReturnValue:
        if (!spec.isReturn())
            return wrong(source.at, "$retval is of return probes only (r, or %return).");
        break;
    case Kind::Argument:
        if (isUser)
            return wrong(source.at, "Programs' arguments have no numbers ($argN).",
                         "Give the register: %di, %si, %dx, %cx, %r8, %r9 on x86-64, %x0 to "
                         "%x7 on arm64.");
        if (spec.isReturn() && !documents(kernel, "return probes support: $retval, $arg"))
            return wrong(source.at, "This kernel knows a function's arguments at its entry only.",
                         "Probe the entry, too: both become one slice.");
        if (spec.hasOffset && spec.offset.value != 0)
            return wrong(source.at, "Arguments ($argN) are known at a function's begin only.",
                         "Give a register, or leave out the offset.");
        break;
    case Kind::AllArguments:
    case Kind::Variable:
    case Kind::Cast:
        if (isUser)
            return wrong(source.at, "A program's parameters cannot be given by name.",
                         "Give registers.");
        if (!documents(kernel, "<argname>"))
            return wrong(source.at, "This kernel does not know parameters by name (BTF).",
                         "Linux 6.5 was the first to. $argN does it by number.");
        break;
    case Kind::FileOffset:
        if (!isUser)
            return wrong(source.at, "A place in the file (@+) is of probes in programs only.");
        break;
    case Kind::Symbol:
        if (isUser)
            return wrong(source.at, "@ and a symbol is of the kernel's probes only.",
                         "@+OFFSET is a place in the program's file.");
        break;
    default:
        break;
    }
    return {};
}

ProbeResult<void> checkField(const FetchSource &source, const ProbeSpec &spec,
                             const std::vector<std::string> &fields)
{
    if (source.kind == Kind::Field
        && std::find(fields.begin(), fields.end(), source.name) == fields.end()) {
        std::string list;
        for (const std::string &field : fields)
            list += (list.empty() ? "" : ", ") + field;
        return wrong(source.at, "The event " + spec.symbol + " has no field " + source.name + ".",
                     "It has " + list + ".");
    }
    return {};
}

ProbeResult<void> checkType(const FetchArgument &argument, const ProbeKernel &kernel)
{
    const FetchType &type = argument.type;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNewer{
        {{"char", "char,"},
         {"ustring", "ustring"},
         {"symstr", "symstr"},
         {"%pd", "%pd"},
         {"%pD", "%pD"}}};
    for (const auto &[name, words] : kNewer)
        if (type.name == name && !documents(kernel, words))
            return wrong(type.at, "This kernel does not know the type " + type.name + ".");
    static constexpr std::array kInMemory{Kind::Dereference, Kind::Symbol,     Kind::Address,
                                          Kind::FileOffset,  Kind::Variable,   Kind::Cast,
                                          Kind::Field,       Kind::ReturnValue};
    const Kind kind = argument.source.kind;
    if (type.count > 0 && !type.isText()
        && std::find(kInMemory.begin(), kInMemory.end(), kind) == kInMemory.end())
        return wrong(type.at, "An array is read from memory only.",
                     "As in +0(" + printArgument({{}, argument.source, {}, {}}) + ").");
    if ((type.name == "string" || type.name == "ustring") && type.count == 0
        && (kind == Kind::Register || kind == Kind::Stack || kind == Kind::StackEntry))
        return wrong(type.at, "A text is read from memory only.",
                     "As in +0(" + printArgument({{}, argument.source, {}, {}}) + "):" + type.name
                         + ".");
    const bool isString = kind == Kind::Comm || kind == Kind::String;
    if (isString && ((type.name != "string" && !type.name.empty()) || type.count > 0))
        return wrong(type.at, "This is a text: its type can be string only.");
    return {};
}

ProbeResult<void> checkArgument(const FetchArgument &argument, const ProbeSpec &spec,
                                const std::vector<std::string> &fields, const ProbeKernel &kernel)
{
    if (printArgument(argument).size() > kMaxArgumentBytes)
        return wrong(argument.at, "The kernel takes arguments of at most 63 bytes.",
                     "A shorter name may do.");
    for (const FetchSource *source = &argument.source;; source = &source->inner.front()) {
        if (auto done = checkSource(*source, spec, kernel); !done)
            return done;
        if (spec.kind == ProbeKind::Eprobe)
            if (auto done = checkField(*source, spec, fields); !done)
                return done;
        if (source->inner.empty())
            break;
    }
    return checkType(argument, kernel);
}

ProbeResult<void> checkArguments(const ProbeSpec &spec, const ProbeKernel &kernel)
{
    std::vector<std::string> fields;
    if (spec.kind == ProbeKind::Eprobe) {
        const auto known = kernel.fields(spec.parentGroup, spec.symbol);
        if (!known)
            return wrong(spec.targetAt,
                         "There is no event " + spec.parentGroup + "." + spec.symbol + ".");
        fields = *known;
    }
    std::set<std::string_view> names{"common_type", "common_flags", "common_preempt_count",
                                     "common_pid",  "__probe_ip",   "__probe_ret_ip",
                                     "__probe_func"};
    for (const FetchArgument &argument : spec.arguments) {
        if (!argument.name.empty() && !names.insert(argument.name).second)
            return wrong(argument.at, "The name " + argument.name + " is taken.");
        if (auto done = checkArgument(argument, spec, fields, kernel); !done)
            return done;
    }
    return {};
}

} // namespace

ProbeResult<void> checkProbe(const ProbeSpec &spec, const ProbeKernel &kernel)
{
    if (auto done = checkForm(spec, kernel); !done)
        return done;
    if (!spec.group.empty() && !spec.event.empty() && spec.kind != ProbeKind::Delete
        && kernel.fields(spec.group, spec.event))
        return wrong(spec.headAt,
                     "There is an event " + spec.group + ":" + spec.event + " already.");
    if (spec.fields.size() > kMaxSyntheticFields)
        return wrong(spec.targetAt, "A synthetic event has at most 64 fields.");
    const bool isFunction = spec.kind == ProbeKind::Kprobe || spec.kind == ProbeKind::Kretprobe
                            || spec.kind == ProbeKind::FprobeEntry
                            || spec.kind == ProbeKind::FprobeExit;
    if (isFunction)
        if (auto done = checkFunction(spec, kernel); !done)
            return done;
    return checkArguments(spec, kernel);
}

} // namespace thresher::capture
