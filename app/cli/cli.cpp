// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli.h"

#include "app/cli/cli_p.h"
#include "app/cli/filtererrortext_p.h"
#include "app/cli/progressline_p.h"
#include "app/cli/recordoptions.h"
#include "model/base/version.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <new>

namespace thresher {

namespace {

/// A file or socket that took the number of a stream that is closed would be read or written as
/// that. What takes it instead fails as a closed one does.
void holdStandardStreams()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) < 0) [[maybe_unused]]
            const int held = ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

void put(std::string_view text, std::FILE *to = stdout)
{
    if (!text.empty()) // whose data may be null, which fwrite may not be given
        std::fwrite(text.data(), 1, text.size(), to);
}

std::string programHelp(const CliHooks &hooks)
{
    std::string text = "Thresher " + std::string(version())
                       + ": a trace visualizer for Linux.\n\nUsage:\n";
    if (!hooks.furtherCommands.empty())
        text += "  thresher [FILE]          open the window; FILE may be a session\n";
    text += "  thresher record [COMMAND…]\n"
            "                           record a trace.dat: -e EVENT, -o FILE, …\n"
            "  thresher info FILE       what is in a trace\n"
            "  thresher events FILE     its events, as trace-cmd report prints them\n"
            "  thresher latency FILE    how long things took\n"
            "  thresher stats FILE      counts and times by task, CPU or event\n"
            "  thresher hist FILE       histograms that the kernel counted meanwhile\n"
            "  thresher cut FILE -o OUT a part of it, as a trace.dat of its own\n";
    text += hooks.furtherCommands;
    text += "  thresher recover DIR     make a trace of a recording that was not ended in order\n"
            "  thresher doctor          what can be recorded here, and what would help\n"
            "  thresher functions       what can be probed in the kernel, a program, a process\n"
            "  thresher bench FILE      how fast this machine handles a trace\n"
            "  thresher COMMAND --help  what a command takes\n"
            "  thresher --version\n\n"
            "FILE is a trace.dat, version 6 or 7. Times are seconds, as they are "
            "printed.\n"
            "Exit status: 0 done, 1 could not, 2 wrong usage.\n";
    return text;
}

int refuse(const std::string &what)
{
    put("thresher: " + what + "\nTry: thresher --help\n", stderr);
    return kExitUsage;
}

struct Command
{
    const CommandSpec &(*spec)();
    int (*run)(std::span<const std::string> args, const CliHooks &hooks);
};

/// For one that needs nothing of the window's program.
template<int (*Run)(std::span<const std::string>)>
int plainly(std::span<const std::string> args, const CliHooks &)
{
    return Run(args);
}

constexpr std::array kCommands{
    Command{&infoSpec, &plainly<infoCommand>},
    Command{&eventsSpec, &plainly<eventsCommand>},
    Command{&latencySpec, &plainly<latencyCommand>},
    Command{&statsSpec, &plainly<statsCommand>},
    Command{&histSpec, &plainly<histCommand>},
    Command{&cutSpec, &plainly<cutCommand>},
    Command{&recordSpec, &plainly<recordCommand>},
    Command{&probeSpec, &plainly<probeCommand>},
    Command{&recoverSpec, &plainly<recoverCommand>},
    Command{&doctorSpec, &plainly<doctorCommand>},
    Command{&functionsSpec, &plainly<functionsCommand>},
    Command{&benchSpec, &benchCommand},
};

const Command *commandOf(std::string_view word)
{
    const auto at = std::find_if(kCommands.begin(), kCommands.end(),
                                 [word](const Command &each) { return each.spec().name == word; });
    return at != kCommands.end() ? &*at : nullptr;
}

int helpCommand(std::span<const std::string> args, const CliHooks &hooks)
{
    if (args.empty())
        return printText(programHelp(hooks));
    if (args.size() > 1)
        return refuse("one command at a time, please; '" + args[1] + "' is one too many");
    if (const Command *const command = commandOf(args.front()))
        return printText(helpText(command->spec()));
    for (const CommandSpec *spec : hooks.furtherSpecs) {
        if (spec->name == args.front())
            return printText(helpText(*spec));
    }
    return refuse("there is no command '" + args.front() + "'");
}

int runCommand(const std::string &word, std::span<const std::string> rest, const CliHooks &hooks)
{
    if (const Command *const command = commandOf(word))
        return command->run(rest, hooks);
    if (word == "help")
        return helpCommand(rest, hooks);
    const bool isVersion = word == "--version" || word == "-V";
    if (!isVersion && word != "--help" && word != "-h")
        return refuse("there is no command '" + word + "'");
    if (!rest.empty())
        return refuse(word + " stands alone; '" + rest.front() + "' is one too many");
    return printText(isVersion ? "thresher " + std::string(version()) + "\n" : programHelp(hooks));
}

} // namespace

int printError(const Error &error)
{
    put("thresher: " + error.text() + "\n", stderr);
    return kExitFailed;
}

int printUsageError(const CommandSpec &command, const Error &error)
{
    const std::string name(command.name);
    put("thresher " + name + ": " + error.what + "\nTry: thresher " + name + " --help\n", stderr);
    return kExitUsage;
}

int printFilterError(const CommandSpec &command, std::string_view expression,
                     const FilterError &error)
{
    put("thresher " + std::string(command.name) + ": --filter: " + error.text() + "\n"
            + markedText(expression, error.range),
        stderr);
    return kExitUsage;
}

Result<void> finishOutput(std::FILE *to)
{
    const bool hadFailed = std::ferror(to) != 0;
    const int before = errno;
    const bool isFlushed = std::fflush(to) == 0;
    if (isFlushed && !hadFailed)
        return {};
    const int error = isFlushed ? before : errno;
    if (error == EPIPE) {
        std::clearerr(to); // told once
        return {};
    }
    return failErrno(error, "writing the output");
}

int printText(std::string_view text)
{
    put(text);
    const auto done = finishOutput();
    return done ? kExitOk : printError(done.error());
}

namespace {

Result<void> checkStillWhole(const TraceFile &trace)
{
    const MappedFile *const file = trace.mappedFile();
    if (file == nullptr)
        return {};
    struct stat status = {};
    const bool hasShrunk = ::fstat(file->fd(), &status) == 0
                           && static_cast<std::uint64_t>(status.st_size) < trace.bytes().size();
    if (!file->wasDamaged() && !hasShrunk)
        return {};
    return fail(ErrorKind::Damaged,
                "The file was cut short, or could not be read, while it was being printed: what "
                "was printed is not all, and may be wrong.",
                trace.path().string());
}

} // namespace

int printText(std::string_view text, const TraceFile &trace)
{
    const int status = printText(text);
    const auto whole = checkStillWhole(trace);
    return whole ? status : printError(whole.error());
}

void printDamage(const IndexSnapshot &snapshot)
{
    constexpr std::uint64_t kShown = 10;
    std::uint64_t shown = 0;
    std::uint64_t all = 0;
    for (const Diagnostic &diagnostic : snapshot.diagnostics) {
        // Losses in the ring buffer have no place in the file; they are printed among the events.
        if (diagnostic.severity == Severity::Info || diagnostic.offset < 0)
            continue;
        all += diagnostic.count;
        if (shown == kShown)
            continue;
        ++shown;
        const std::string where = snapshot.trace->path().string()
                                  + (diagnostic.section.empty() ? "" : ": " + diagnostic.section);
        printError({ErrorKind::Damaged, diagnostic.what, where, diagnostic.offset});
    }
    if (all > shown)
        put("thresher: and " + std::to_string(all - shown) + " more; thresher info lists them\n",
            stderr);
}

Result<BuiltIndex> openForCommand(const std::filesystem::path &path, bool keepIndex,
                                  const std::stop_token &stop)
{
    THRESHER_TRY_ASSIGN(auto trace, TraceFile::open(path));
    IndexOptions options;
    if (keepIndex)
        options.cacheDirectory = defaultCacheDirectory();
    options.verifyCached = true; // what is printed cannot be taken back
    Progress progress;
    const ProgressLine line("indexing", progress);
    return openIndex(std::move(trace), options, stop, progress, {});
}

bool isCliCommand(std::span<const std::string> args)
{
    static constexpr std::array kWords{"help", "-h", "--help", "--version", "-V"};
    return !args.empty()
           && (commandOf(args.front()) != nullptr
               || std::find(kWords.begin(), kWords.end(), args.front()) != kWords.end());
}

int runCli(std::span<const std::string> args, const CliHooks &hooks)
{
    holdStandardStreams();
    if (args.empty()) {
        put(programHelp(hooks), stderr);
        return kExitUsage;
    }
    try {
        return runCommand(args.front(), args.subspan(1), hooks);
    } catch (const std::bad_alloc &) {
        put("thresher: There is not enough memory.\n", stderr);
        return kExitFailed;
    }
}

} // namespace thresher
