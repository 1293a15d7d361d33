// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/functionlines_p.h"
#include "app/cli/progressline_p.h"
#include "app/cli/stopsignals_p.h"
#include "capture/symbols/debuginfo.h"
#include "capture/symbols/kerneltypes.h"
#include "capture/symbols/processimages.h"
#include "capture/symbols/programsymbols.h"
#include "capture/symbols/usdt.h"

#include <algorithm>
#include <array>
#include <limits>

namespace thresher {

namespace {

using namespace capture;

constexpr std::array kOptions{
    OptionSpec{"kernel", 'k', {}, "of the running kernel and its modules"},
    OptionSpec{"pid", 'p', "PID", "of what this process runs: program and libraries"},
    OptionSpec{"arguments", 'a', {}, "with each argument, as a probe takes it"},
    OptionSpec{"lines",
               'l',
               {},
               "with the lines of source of each, and with --arguments\n"
               "the variables that are to be had there"},
    OptionSpec{"usdt", 'u', {}, "the probes that its authors have prepared, instead"},
    OptionSpec{"limit", 'n', "N", "at most so many"},
    OptionSpec{"json", 0, {}, "print it as JSON"},
};
constexpr CommandSpec kSpec{
    "functions", "[FILE] [NAME]",
    "Lists the functions that can be pointed at: of a program or library FILE, of a\n"
    "process, or of the kernel. NAME is a part of the name, or a glob (* ? [a-z])\n"
    "for the whole of it; without a capital it fits either case. OFFSET is the one\n"
    "in the file, which uprobes take.",
    kOptions};

struct Question
{
    bool ofKernel = false;
    bool withLines = false;
    bool usdt = false;
    std::vector<ProcessImage> images;
    ProgramSymbols::Options options;
    std::string pattern;
    std::size_t limit = std::numeric_limits<std::size_t>::max();
};

std::string nameOf(const ProgramFunction &function)
{
    std::string name(function.name);
    if (!function.version.empty())
        name += (function.isDefaultVersion ? "@@" : "@") + std::string(function.version);
    return name;
}

void addSourceLines(DebugInfo &debug, const ProgramFunction &function, FunctionLine &line)
{
    for (SourceLine &source : debug.linesOf(function)) {
        auto variables = debug.variablesAt(function, source.address);
        line.lines.push_back({std::move(source), std::move(variables)});
    }
}

Result<void> addLines(const ProcessImage &image, const Question &question,
                      const std::stop_token &stop, std::vector<FunctionLine> &lines)
{
    Progress progress;
    const ProgressLine shown("reading symbols", progress);
    THRESHER_TRY_ASSIGN(const auto symbols,
                        ProgramSymbols::read(image.path, question.options, stop, progress));
    const auto rows = symbols->names().find(question.pattern, stop);
    std::unique_ptr<DebugInfo> debug;
    if (!rows.empty() && symbols->debugImage() != nullptr) {
        Progress units;
        const ProgressLine shownToo("reading debugging information", units);
        THRESHER_TRY_ASSIGN(debug, DebugInfo::open(symbols, stop, units));
    }
    for (const auto row : rows) {
        if (lines.size() == question.limit)
            break;
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Listing functions was stopped.");
        const ProgramFunction function = symbols->function(row);
        FunctionLine line;
        line.image = image.path;
        line.name = nameOf(function);
        line.symbol = function.symbol;
        line.address = function.address;
        line.size = function.size;
        line.isTraceable = function.whyNot.empty();
        if (line.isTraceable)
            line.offset = function.offset;
        line.whyNot = function.whyNot;
        const auto described = debug ? debug->describe(function) : std::nullopt;
        line.description = described
                               ? *described
                               : describeUntyped(symbols->program().elf.machine(), function.name);
        if (const auto source = debug ? debug->sourceOf(function) : std::nullopt)
            line.source = source->file + ':' + std::to_string(source->line);
        if (question.withLines && debug)
            addSourceLines(*debug, function, line);
        lines.push_back(std::move(line));
    }
    return {};
}

Result<void> addUsdt(const ProcessImage &image, const Question &question,
                     std::vector<FunctionLine> &lines)
{
    THRESHER_TRY_ASSIGN(const auto program, openElf(image.path));
    std::vector<UsdtProbe> probes = usdtProbesOf(program->elf);
    NameTable names;
    for (const UsdtProbe &probe : probes) {
        if (!names.add(probe.provider + ':' + probe.name))
            break;
    }
    for (const auto row : names.find(question.pattern)) {
        if (lines.size() == question.limit)
            break;
        const UsdtProbe &probe = probes[row];
        FunctionLine line;
        line.image = image.path;
        line.name = line.symbol = names[row];
        line.address = probe.address;
        line.isTraceable = probe.whyNot.empty();
        line.whyNot = probe.whyNot;
        if (line.isTraceable)
            line.offset = probe.offset;
        if (probe.semaphoreOffset != 0)
            line.counter = probe.semaphoreOffset;
        for (const UsdtArgument &argument : probe.arguments) {
            DescribedValue value;
            value.name = "arg" + std::to_string(line.description.parameters.size() + 1);
            value.size = argument.size;
            value.fetch = argument.fetch;
            value.whyNot = argument.whyNot;
            line.description.parameters.push_back(std::move(value));
        }
        lines.push_back(std::move(line));
    }
    return {};
}

Result<std::vector<FunctionLine>> kernelLines(const Question &question, const std::stop_token &stop)
{
    Progress progress;
    const ProgressLine shown("reading symbols", progress);
    THRESHER_TRY_ASSIGN(const auto kernel, KernelFunctions::read({}, stop, progress));
    KernelTypes types({}, "/sys/kernel/tracing/events");
    std::vector<FunctionLine> lines;
    for (const auto row : kernel->names().find(question.pattern, stop)) {
        if (lines.size() == question.limit || stop.stop_requested())
            break;
        const KernelFunction function = kernel->function(row);
        FunctionLine line;
        line.module = function.module;
        line.name = function.name;
        line.address = function.address;
        line.size = function.size;
        line.isTraceable = function.mark == ProbeMark::Traceable
                           || function.mark == ProbeMark::Unknown;
        line.whyNot = reasonOf(function.mark);
        line.description = types.describe(function.name, function.module);
        lines.push_back(std::move(line));
    }
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Listing functions was stopped.");
    // The reason is the same for all of them.
    if (!kernel->hasFilterFunctions())
        std::for_each(lines.begin(), lines.end(), [](FunctionLine &line) {
            if (line.whyNot == reasonOf(ProbeMark::Unknown))
                line.whyNot.clear();
        });
    return lines;
}

Result<std::vector<FunctionLine>> linesOf(const Question &question, const std::stop_token &stop)
{
    if (question.ofKernel)
        return kernelLines(question, stop);
    std::vector<FunctionLine> lines;
    for (const ProcessImage &image : question.images) {
        const auto done = question.usdt ? addUsdt(image, question, lines)
                                        : addLines(image, question, stop, lines);
        if (done)
            continue;
        // Of a process, what cannot be read is said and the rest is listed.
        if (question.images.size() == 1 || done.error().kind == ErrorKind::Cancelled)
            return tl::unexpected<Error>(done.error());
        printError(done.error());
    }
    return lines;
}

Result<Question> questionOf(const Options &options)
{
    Question question;
    const auto &words = options.operands();
    const auto pid = options.value("pid");
    question.ofKernel = options.has("kernel");
    question.withLines = options.has("lines");
    question.usdt = options.has("usdt");
    if (pid && question.ofKernel)
        return fail(ErrorKind::InvalidArgument, "of the kernel or of a process, not both");
    if (question.ofKernel && (question.withLines || question.usdt))
        return fail(ErrorKind::InvalidArgument, "lines and prepared probes are of programs");
    const std::size_t most = pid || question.ofKernel ? 1 : 2;
    if (words.size() > most)
        return fail(ErrorKind::InvalidArgument, "'" + words[most] + "' is one too many");
    if (const auto limit = options.value("limit")) {
        THRESHER_TRY_ASSIGN(question.limit, parseCount(*limit));
    }
    if (pid) {
        THRESHER_TRY_ASSIGN(const auto number, parseCount(*pid));
        if (number > static_cast<std::uint64_t>(std::numeric_limits<Pid>::max()))
            return fail(ErrorKind::InvalidArgument, "there is no process " + *pid);
        if (!words.empty())
            question.pattern = words.front();
        question.options.root = processRoot(static_cast<Pid>(number));
        THRESHER_TRY_ASSIGN(question.images, readProcessImages(static_cast<Pid>(number)));
        return question;
    }
    if (question.ofKernel) {
        question.pattern = words.empty() ? "" : words.front();
        return question;
    }
    if (words.empty())
        return fail(ErrorKind::InvalidArgument,
                    "which FILE, which process (--pid), or the kernel (--kernel)?");
    question.images.push_back({words.front(), words.front()});
    if (words.size() > 1)
        question.pattern = words.back();
    return question;
}

} // namespace

const CommandSpec &functionsSpec()
{
    return kSpec;
}

int functionsCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto question = questionOf(*options);
    if (!question)
        return question.error().kind == ErrorKind::InvalidArgument
                   ? printUsageError(kSpec, question.error())
                   : printError(question.error());
    const StopSignals signals;
    const auto lines = linesOf(*question, signals.token());
    if (!lines)
        return lines.error().kind == ErrorKind::Cancelled ? kExitInterrupted
                                                          : printError(lines.error());
    return printText(options->has("json") ? functionJson(*lines)
                                          : functionText(*lines, options->has("arguments")));
}

} // namespace thresher
