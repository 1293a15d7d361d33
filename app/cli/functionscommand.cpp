// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/progressline_p.h"
#include "app/cli/stopsignals_p.h"
#include "app/cli/texttable_p.h"
#include "capture/symbols/processimages.h"
#include "capture/symbols/programsymbols.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace thresher {

namespace {

using namespace capture;

constexpr std::array kOptions{
    OptionSpec{"pid", 'p', "PID", "of what this process runs: program and libraries"},
    OptionSpec{"limit", 'n', "N", "at most so many"},
    OptionSpec{"json", 0, {}, "print it as JSON"},
};
constexpr CommandSpec kSpec{
    "functions", "[FILE] [NAME]",
    "Lists the functions that can be pointed at: of a program or library FILE, or of\n"
    "a process. NAME is a part of the name, or a glob (* ? [a-z]) for the whole of\n"
    "it; without a capital it fits either case. OFFSET is what uprobes take.",
    kOptions};

/// One function, as it is told.
struct Line
{
    std::string image; ///< Its program or library.
    std::string name;
    std::string symbol; ///< As the file has it.
    std::uint64_t address = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::string whyNot; ///< Empty: can be probed.
};

std::string hex(std::uint64_t number)
{
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return "0x" + std::string(digits.data(), end);
}

struct Question
{
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

Result<void> addLines(const ProcessImage &image, const Question &question,
                      const std::stop_token &stop, std::vector<Line> &lines)
{
    Progress progress;
    const ProgressLine shown("reading symbols", progress);
    THRESHER_TRY_ASSIGN(const auto symbols,
                        ProgramSymbols::read(image.path, question.options, stop, progress));
    for (const auto row : symbols->names().find(question.pattern, stop)) {
        if (lines.size() == question.limit)
            break;
        const ProgramFunction function = symbols->function(row);
        lines.push_back({image.path, nameOf(function), std::string(function.symbol),
                         function.address, function.offset, function.size,
                         std::string(function.whyNot)});
    }
    return {};
}

Result<std::vector<Line>> linesOf(const Question &question, const std::stop_token &stop)
{
    std::vector<Line> lines;
    for (const ProcessImage &image : question.images) {
        const auto done = addLines(image, question, stop, lines);
        if (done)
            continue;
        // Of a process, what cannot be read is said and the rest is listed.
        if (question.images.size() == 1 || done.error().kind == ErrorKind::Cancelled)
            return tl::unexpected<Error>(done.error());
        printError(done.error());
    }
    return lines;
}

std::string textOf(const std::vector<Line> &lines)
{
    TextTable table;
    table.addColumn("OFFSET");
    table.addColumn("SIZE");
    table.addColumn("FUNCTION", TextTable::Align::Left);
    std::string text;
    for (const Line &line : lines) {
        const std::string note = line.whyNot.empty() ? ""
                                                     : "  (not traceable: " + line.whyNot + ")";
        table.addRow({line.whyNot.empty() ? hex(line.offset) : "-", std::to_string(line.size),
                      line.name + note});
    }
    return table.text();
}

std::string jsonOf(const std::vector<Line> &lines)
{
    JsonWriter json;
    json.beginArray();
    for (const Line &line : lines) {
        json.beginObject();
        json.value("file", line.image);
        json.value("name", line.name);
        json.value("symbol", line.symbol);
        json.value("address", hex(line.address));
        json.value("size", line.size);
        json.value("traceable", line.whyNot.empty());
        if (line.whyNot.empty())
            json.value("offset", hex(line.offset));
        else
            json.value("why_not", line.whyNot);
        json.endObject();
    }
    json.endArray();
    return json.text();
}

Result<Question> questionOf(const Options &options)
{
    Question question;
    const auto &words = options.operands();
    const auto pid = options.value("pid");
    const std::size_t most = pid ? 1 : 2;
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
    if (words.empty())
        return fail(ErrorKind::InvalidArgument, "which FILE, or which process (--pid)?");
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
    return printText(options->has("json") ? jsonOf(*lines) : textOf(*lines));
}

} // namespace thresher
