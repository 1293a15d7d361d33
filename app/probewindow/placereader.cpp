// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/placereader.h"

#include "app/probewindow/processlist_p.h"
#include "capture/machine.h"
#include "capture/probes/callprobe.h"
#include "capture/symbols/debuginfo.h"
#include "capture/symbols/kerneltypes.h"
#include "capture/symbols/programsymbols.h"
#include "capture/symbols/usdt.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <unordered_set>

namespace thresher::ui {

using namespace capture;

namespace {

constexpr std::array<std::string_view, 2> kSyscallPrefixes{"__x64_sys_", "__arm64_sys_"};

tl::unexpected<Error> refuse(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

tl::unexpected<Error> stopped()
{
    return fail(ErrorKind::Cancelled, "Reading was stopped.");
}

std::string bytesText(std::uint64_t size)
{
    return size == 0 ? std::string() : std::to_string(size) + " bytes";
}

/// A kernel's function; a reason that is everybody's, since the kernel's lists may not be read,
/// counts for none.
std::string whyNotOf(const KernelFunction &function)
{
    const bool isFine = function.mark == ProbeMark::Traceable
                        || function.mark == ProbeMark::Unknown;
    return isFine ? std::string() : std::string(reasonOf(function.mark));
}

/// A program or library, as far as it was read.
struct Program
{
    std::shared_ptr<const ProgramSymbols> symbols;
    std::vector<UsdtProbe> prepared;
    NameTable names; ///< Functions, then what is prepared.
    std::shared_ptr<DebugInfo> debug; ///< Read when it is asked for; may be none.
    bool hasLookedForDebug = false;
    /// For lines alone: `debug` may be in use by who was given types of it.
    std::unique_ptr<DebugInfo> lines;
};

PlaceEntry entryOf(const Program &program, NameTable::Row row, const PlaceFolder &folder)
{
    PlaceEntry entry;
    entry.place.name = program.names[row];
    entry.place.program = folder.program;
    entry.place.root = folder.root;
    const NameTable::Row functions = program.symbols->names().size();
    if (row >= functions) {
        const UsdtProbe &probe = program.prepared[row - functions];
        entry.place.kind = PlaceRef::Kind::PreparedProbe;
        entry.place.address = probe.address;
        entry.note = "prepared by its authors";
        entry.whyNot = probe.whyNot;
        return entry;
    }
    const ProgramFunction function = program.symbols->function(row);
    entry.place.kind = PlaceRef::Kind::ProgramFunction;
    entry.place.address = function.address;
    entry.note = bytesText(function.size);
    if (!function.version.empty())
        entry.note = std::string(function.version) + (entry.note.empty() ? "" : ", ") + entry.note;
    entry.whyNot = function.whyNot;
    return entry;
}

/// The function that a place means: of several of a name the one at its address, else that which
/// programs get.
Result<ProgramFunction> functionOf(const ProgramSymbols &symbols, const PlaceRef &place)
{
    const auto rows = symbols.named(place.name);
    if (rows.empty())
        return refuse("There is no function " + place.name + " in it: it may have no symbols.");
    ProgramFunction found = symbols.function(rows.front());
    for (const NameTable::Row row : rows) {
        const ProgramFunction each = symbols.function(row);
        if (place.address != 0 ? each.address == place.address
                               : each.whyNot.empty() && each.isDefaultVersion) {
            found = each;
            break;
        }
    }
    if (!found.whyNot.empty())
        return refuse(place.name + ": " + std::string(found.whyNot) + '.');
    return found;
}

std::string fileName(const std::string &path)
{
    return path.substr(path.rfind('/') + 1);
}

/// A name that an event may have.
std::string identifierOf(std::string_view name)
{
    ProbeSubject subject;
    subject.place.symbol = name;
    return suggestedName(subject);
}

ProbeSpec offsetOf(const std::string &program, std::uint64_t offset)
{
    ProbeSpec spec;
    spec.kind = ProbeKind::Uprobe;
    spec.path = program;
    spec.offset = {offset, ProbeNumber::Base::Hex, 0};
    spec.hasOffset = true;
    return spec;
}

DescribedValue describedField(const EventField &field)
{
    DescribedValue value;
    value.name = field.name;
    value.type = field.type;
    value.size = field.size;
    value.fetch = field.fetch;
    if (value.fetch.empty())
        value.whyNot = "event probes cannot read it";
    return value;
}

Result<PlaceDescription> describeTracepoint(const PlaceRef &place,
                                            const PlaceReader::Machine &machine)
{
    const std::size_t colon = std::min(place.name.find(':'), place.name.size());
    const std::string system = place.name.substr(0, colon);
    const std::string event = place.name.substr(std::min(colon + 1, place.name.size()));
    const std::string format = machine ? machine->formatOf(system, event) : std::string();
    if (format.empty())
        return refuse("The fields of " + place.name
                      + " are not known: only root may read them, or this kernel has no such "
                        "event.");
    PlaceDescription described;
    described.place = place;
    described.name = identifierOf(event);
    ProbeSubject &subject = described.subject;
    subject.returns = false;
    subject.place.kind = ProbeKind::Eprobe;
    subject.place.parentGroup = system;
    subject.place.symbol = event;
    subject.description.name = event;
    for (const EventField &field : eventFieldsOf(format)) {
        if (!field.isCommon)
            subject.description.parameters.push_back(describedField(field));
    }
    return described;
}

/// Says how a kernel function's parameters are got, as the kernel can.
void chooseWords(PlaceDescription &described, const PlaceReader::Machine &machine)
{
    const auto offers = [&](const char *feature) {
        return machine && has(machine->capabilities, feature);
    };
    ProbeSubject &subject = described.subject;
    PlaceRef &place = described.place;
    if (machine && !whyNot(machine->capabilities, "kprobes").empty() && offers("fprobes"))
        place.isByFprobe = true;
    if (place.isByFprobe) {
        subject.place.kind = ProbeKind::FprobeEntry;
        subject.place.module.clear(); // It has no place in the line.
    }
    const bool hasNames = subject.types && offers("btf");
    const auto byFprobe = hasNames ? ParameterWords::Names : ParameterWords::Numbers;
    // The kernel looks for the types of "MODULE:FUNCTION" as it stands there, and finds none.
    const auto byKprobe = hasNames && subject.place.module.empty()
                              ? ParameterWords::NamesOrRegisters
                              : ParameterWords::Registers;
    const auto words = place.isByFprobe ? byFprobe : byKprobe;
    putInto(subject.description, subject.types.get(), hostMachine(), words);
    subject.knowsEntryAtReturn = words != ParameterWords::Registers && offers("entry_at_return");
}

PlaceList tracepointList(const PlaceReader::Machine &machine)
{
    auto names = std::make_shared<NameTable>();
    if (machine) {
        for (const auto &[system, events] : machine->capabilities.events) {
            for (const std::string &event : events)
                names->add(system + ':' + event);
        }
    }
    const auto entry = [names](NameTable::Row row) {
        PlaceEntry each;
        each.place.kind = PlaceRef::Kind::Tracepoint;
        each.place.name = (*names)[row];
        each.note = "event of the kernel";
        return each;
    };
    return {names, entry};
}

/// Each function once, where the line begins in it.
LineList lineList(const Program &program, const std::vector<SourceLine> &lines,
                  const PlaceFolder &folder, const std::stop_token &stop)
{
    LineList found;
    found.text = fileName(lines.front().file) + ':' + std::to_string(lines.front().line);
    auto names = std::make_shared<NameTable>();
    auto entries = std::make_shared<std::vector<PlaceEntry>>();
    std::unordered_set<std::uint64_t> listed; // functions may have several names
    for (NameTable::Row row = 0; row < program.symbols->names().size() && !stop.stop_requested();
         ++row) {
        const ProgramFunction function = program.symbols->function(row);
        const auto line = std::lower_bound(
            lines.begin(), lines.end(), function.address,
            [](const SourceLine &each, std::uint64_t address) { return each.address < address; });
        const bool isHere = line != lines.end() && line->address - function.address < function.size;
        if (!isHere || !listed.insert(function.address).second)
            continue;
        PlaceEntry entry = entryOf(program, row, folder);
        entry.place.line = line->address;
        names->add(found.text + " in " + std::string(function.name));
        entries->push_back(std::move(entry));
    }
    found.list = {names, [entries](NameTable::Row row) { return (*entries)[row]; }};
    return found;
}

PlaceList syscallList(const std::shared_ptr<const KernelFunctions> &kernel)
{
    auto names = std::make_shared<NameTable>();
    std::vector<NameTable::Row> rows;
    for (const std::string_view prefix : kSyscallPrefixes) {
        for (const NameTable::Row row : kernel->names().find(std::string(prefix) + '*')) {
            names->add(syscallOf(kernel->names()[row]));
            rows.push_back(row);
        }
    }
    const auto entry = [names, kernel, rows = std::move(rows)](NameTable::Row row) {
        const KernelFunction function = kernel->function(rows[row]);
        PlaceEntry each;
        each.place.kind = PlaceRef::Kind::Syscall;
        each.place.name = (*names)[row];
        each.note = function.name;
        each.whyNot = whyNotOf(function);
        return each;
    };
    return {names, entry};
}

PlaceList kernelList(const std::shared_ptr<const KernelFunctions> &kernel)
{
    const auto entry = [kernel](NameTable::Row row) {
        const KernelFunction function = kernel->function(row);
        PlaceEntry each;
        each.place.name = function.name;
        each.place.module = function.module;
        each.note = function.module.empty() ? bytesText(function.size)
                                            : "module " + std::string(function.module);
        each.whyNot = whyNotOf(function);
        return each;
    };
    return {{kernel, &kernel->names()}, entry};
}

} // namespace

std::optional<SourcePlace> sourcePlaceOf(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    const std::string_view file = text.substr(0, std::min(colon, text.size()));
    // "std::max" and "vfs_read" are functions.
    if (colon == std::string_view::npos || file.find('.') == std::string_view::npos
        || file.find_first_of(" :*") != std::string_view::npos)
        return std::nullopt;
    SourcePlace place;
    place.file = file;
    const char *const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, place.line);
    if (read.ec != std::errc() || read.ptr != end || place.line == 0)
        return std::nullopt;
    return place;
}

struct PlaceReader::Private
{
    Result<std::shared_ptr<const KernelFunctions>> readKernel(const std::stop_token &stop,
                                                              Progress &progress);
    Result<std::shared_ptr<Program>> readProgram(const std::string &path, const std::string &root,
                                                 const std::stop_token &stop, Progress &progress);
    Result<PlaceDescription> describeKernel(const PlaceRef &place, const std::stop_token &stop,
                                            Progress &progress);
    Result<PlaceDescription> describeSyscall(const PlaceRef &place, const Machine &machine,
                                             const std::stop_token &stop, Progress &progress);
    Result<PlaceDescription> describePrepared(const PlaceRef &place, const Program &program) const;
    Result<PlaceDescription> describeFunction(const PlaceRef &place, Program &program,
                                              const std::stop_token &stop, Progress &progress);
    static Result<void> readDebug(Program &program, const std::stop_token &stop,
                                  Progress &progress);
    static Result<void> placeAtLine(PlaceDescription &described, const ProgramFunction &function,
                                    const Program &program);

    std::mutex mutex; ///< Of all that follows, and of what it leads to.
    std::shared_ptr<const KernelFunctions> kernel;
    KernelTypes types{{}, "/sys/kernel/tracing/events"};
    std::string path; ///< Of `program`.
    std::string root;
    std::shared_ptr<Program> program; ///< The last one.
};

PlaceReader::PlaceReader()
    : m(std::make_unique<Private>())
{}

PlaceReader::~PlaceReader() = default;

Result<std::shared_ptr<const KernelFunctions>>
PlaceReader::Private::readKernel(const std::stop_token &stop, Progress &progress)
{
    if (!kernel) {
        THRESHER_TRY_ASSIGN(kernel, KernelFunctions::read({}, stop, progress));
    }
    return kernel;
}

Result<std::shared_ptr<Program>> PlaceReader::Private::readProgram(const std::string &file,
                                                                   const std::string &fileRoot,
                                                                   const std::stop_token &stop,
                                                                   Progress &progress)
{
    if (program && path == file && root == fileRoot)
        return program;
    auto read = std::make_shared<Program>();
    THRESHER_TRY_ASSIGN(read->symbols, ProgramSymbols::read(file, {fileRoot}, stop, progress));
    read->prepared = usdtProbesOf(read->symbols->program().elf);
    const NameTable &functions = read->symbols->names();
    read->names.reserve(functions.size() + read->prepared.size(), functions.memoryBytes() / 2);
    for (NameTable::Row row = 0; row < functions.size(); ++row)
        read->names.add(functions[row]);
    for (const UsdtProbe &probe : read->prepared)
        read->names.add(probe.provider + ':' + probe.name);
    path = file;
    root = fileRoot;
    program = read;
    return read;
}

Result<PlaceList> PlaceReader::list(const PlaceFolder &folder, const Machine &machine,
                                    const std::stop_token &stop, Progress &progress)
{
    const std::lock_guard lock(m->mutex);
    if (stop.stop_requested())
        return stopped();
    switch (folder.kind) {
    case PlaceFolder::Kind::Kernel:
    case PlaceFolder::Kind::Syscall: {
        THRESHER_TRY_ASSIGN(const auto kernel, m->readKernel(stop, progress));
        return folder.kind == PlaceFolder::Kind::Kernel ? kernelList(kernel) : syscallList(kernel);
    }
    case PlaceFolder::Kind::Tracepoint:
        return tracepointList(machine);
    case PlaceFolder::Kind::Program:
    case PlaceFolder::Kind::Process:
        break;
    }
    if (folder.program.empty()) {
        if (folder.kind == PlaceFolder::Kind::Program)
            return programList(stop);
        return folder.process == 0 ? processList(stop) : imageList(folder.process);
    }
    THRESHER_TRY_ASSIGN(const auto program,
                        m->readProgram(folder.program, folder.root, stop, progress));
    return PlaceList{{program, &program->names}, [program, folder](NameTable::Row row) {
                         return entryOf(*program, row, folder);
                     }};
}

Result<LineList> PlaceReader::listLine(const PlaceFolder &folder, const SourcePlace &source,
                                       const std::stop_token &stop, Progress &progress)
{
    const std::lock_guard lock(m->mutex);
    if (stop.stop_requested())
        return stopped();
    THRESHER_TRY_ASSIGN(const auto program,
                        m->readProgram(folder.program, folder.root, stop, progress));
    if (program->symbols->debugImage() == nullptr)
        return refuse(folder.program + " has no debugging information: its lines are not known.");
    if (!program->lines) {
        THRESHER_TRY_ASSIGN(program->lines, DebugInfo::open(program->symbols, stop, progress));
    }
    const auto lines = program->lines->codeOf(source.file, source.line, stop);
    if (stop.stop_requested())
        return stopped();
    if (lines.empty())
        return refuse("No code comes from " + source.file + ':' + std::to_string(source.line)
                      + " or the lines behind it.");
    return lineList(*program, lines, folder, stop);
}

Result<PlaceDescription> PlaceReader::describe(const PlaceRef &place, const Machine &machine,
                                               const std::stop_token &stop, Progress &progress)
{
    const std::lock_guard lock(m->mutex);
    // Another question has been asked meanwhile: what it got is no longer ours to touch.
    if (stop.stop_requested())
        return stopped();
    switch (place.kind) {
    case PlaceRef::Kind::KernelFunction: {
        THRESHER_TRY_ASSIGN(auto described, m->describeKernel(place, stop, progress));
        chooseWords(described, machine);
        if (described.place.isByFprobe && m->kernel->named(place.name).second > 1)
            return refuse("Several functions are called " + place.name
                          + ": fprobes cannot tell them apart.");
        return described;
    }
    case PlaceRef::Kind::Syscall:
        return m->describeSyscall(place, machine, stop, progress);
    case PlaceRef::Kind::Tracepoint:
        return describeTracepoint(place, machine);
    case PlaceRef::Kind::ProgramFunction:
    case PlaceRef::Kind::PreparedProbe:
        break;
    }
    THRESHER_TRY_ASSIGN(const auto program,
                        m->readProgram(place.program, place.root, stop, progress));
    return place.kind == PlaceRef::Kind::PreparedProbe
               ? m->describePrepared(place, *program)
               : m->describeFunction(place, *program, stop, progress);
}

Result<PlaceDescription> PlaceReader::Private::describeKernel(const PlaceRef &place,
                                                              const std::stop_token &stop,
                                                              Progress &progress)
{
    THRESHER_TRY_ASSIGN(const auto functions, readKernel(stop, progress));
    const auto [first, count] = functions->named(place.name);
    for (NameTable::Row row = first; row < first + count; ++row) {
        const KernelFunction function = functions->function(row);
        if (!place.module.empty() && function.module != place.module)
            continue;
        if (const std::string whyNot = whyNotOf(function); !whyNot.empty())
            return refuse(place.name + ": " + whyNot + '.');
        PlaceDescription described;
        described.place = place;
        described.place.module = function.module;
        ProbeSubject &subject = described.subject;
        subject.place.symbol = place.name;
        subject.place.module = function.module;
        subject.description = types.describe(place.name, function.module);
        const bool isTyped = !subject.description.signature.empty()
                             && syscallOf(place.name).empty();
        if (isTyped)
            subject.types = types.types(function.module);
        described.name = suggestedName(subject);
        return described;
    }
    return refuse("There is no function " + place.name + " in this kernel.");
}

Result<PlaceDescription> PlaceReader::Private::describeSyscall(const PlaceRef &place,
                                                               const Machine &machine,
                                                               const std::stop_token &stop,
                                                               Progress &progress)
{
    THRESHER_TRY_ASSIGN(const auto functions, readKernel(stop, progress));
    for (const std::string_view prefix : kSyscallPrefixes) {
        const std::string function = std::string(prefix) + place.name;
        if (functions->named(function).second == 0)
            continue;
        THRESHER_TRY_ASSIGN(
            auto described,
            describeKernel({PlaceRef::Kind::KernelFunction, function, {}, {}, {}, 0, 0, false},
                           stop, progress));
        const std::string format = machine
                                       ? machine->formatOf("syscalls", "sys_enter_" + place.name)
                                       : std::string();
        if (!format.empty()) {
            described.subject.description = capture::describeSyscall(hostMachine(), place.name,
                                                                     format);
            described.subject.description.name = function;
            described.subject.types = nullptr;
        }
        described.place = place;
        described.name = identifierOf(place.name);
        return described;
    }
    return refuse("There is no system call " + place.name + " in this kernel.");
}

Result<PlaceDescription> PlaceReader::Private::describePrepared(const PlaceRef &place,
                                                                const Program &from) const
{
    const auto probe = std::find_if(
        from.prepared.begin(), from.prepared.end(), [&](const UsdtProbe &each) {
            return each.provider + ':' + each.name == place.name
                   && (place.address == 0 || each.address == place.address);
        });
    if (probe == from.prepared.end())
        return refuse("There is no prepared probe " + place.name + " in it.");
    if (!probe->whyNot.empty())
        return refuse(place.name + ": " + probe->whyNot + '.');
    PlaceDescription described;
    described.place = place;
    described.name = identifierOf(probe->name);
    ProbeSubject &subject = described.subject;
    subject.returns = false;
    subject.place = offsetOf(place.program, probe->offset);
    if (probe->semaphoreOffset != 0)
        subject.place.referenceCounter = {probe->semaphoreOffset, ProbeNumber::Base::Hex, 0};
    subject.description.name = probe->name;
    for (const UsdtArgument &argument : probe->arguments) {
        DescribedValue value;
        value.name = "arg" + std::to_string(subject.description.parameters.size() + 1);
        value.size = argument.size;
        value.fetch = argument.fetch;
        value.whyNot = argument.whyNot;
        subject.description.parameters.push_back(std::move(value));
    }
    return described;
}

Result<void> PlaceReader::Private::readDebug(Program &program, const std::stop_token &stop,
                                             Progress &progress)
{
    if (!program.hasLookedForDebug && program.symbols->debugImage() != nullptr) {
        auto debug = DebugInfo::open(program.symbols, stop, progress);
        if (!debug && debug.error().kind == ErrorKind::Cancelled)
            return tl::unexpected<Error>(debug.error());
        if (debug)
            program.debug = *std::move(debug);
    }
    program.hasLookedForDebug = true;
    return {};
}

Result<void> PlaceReader::Private::placeAtLine(PlaceDescription &described,
                                               const ProgramFunction &function,
                                               const Program &program)
{
    const auto lines = program.debug->linesOf(function);
    const auto line = std::find_if(lines.rbegin(), lines.rend(), [&](const SourceLine &each) {
        return each.address == described.place.line;
    });
    if (line == lines.rend())
        return refuse("There is no such line in " + described.place.name + '.');
    ProbeSubject &subject = described.subject;
    subject.returns = false;
    subject.place = offsetOf(described.place.program, line->offset);
    subject.description.parameters = program.debug->variablesAt(function, line->address);
    subject.description.result = {};
    subject.types = program.debug;
    described.name += "_line" + std::to_string(line->line);
    return {};
}

Result<PlaceDescription> PlaceReader::Private::describeFunction(const PlaceRef &place,
                                                                Program &from,
                                                                const std::stop_token &stop,
                                                                Progress &progress)
{
    THRESHER_TRY_ASSIGN(const ProgramFunction function, functionOf(*from.symbols, place));
    THRESHER_TRY(readDebug(from, stop, progress));
    PlaceDescription described;
    described.place = place;
    described.place.address = function.address;
    ProbeSubject &subject = described.subject;
    subject.place = offsetOf(place.program, function.offset);
    const auto known = from.debug ? from.debug->describe(function) : std::nullopt;
    if (known) {
        subject.description = *known;
        subject.types = from.debug;
    } else {
        subject.description = describeUntyped(from.symbols->program().elf.machine(), place.name);
    }
    described.name = suggestedName(subject);
    if (!from.debug)
        return described;
    if (const auto source = from.debug->sourceOf(function))
        described.source = source->file + ':' + std::to_string(source->line);
    for (const SourceLine &each : from.debug->linesOf(function)) {
        // Of lines that begin at one instruction the last has it; the others are empty.
        if (!described.lines.empty() && described.lines.back().address == each.address)
            described.lines.pop_back();
        described.lines.push_back(
            {fileName(each.file) + ':' + std::to_string(each.line), each.address});
    }
    if (place.line != 0) {
        THRESHER_TRY(placeAtLine(described, function, from));
    }
    return described;
}

} // namespace thresher::ui
