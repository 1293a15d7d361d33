// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/filtererrortext_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/probewords.h"
#include "app/cli/recordoptions.h"
#include "app/cli/stopsignals_p.h"
#include "app/cli/texttable_p.h"
#include "capture/recorderprocess.h"

#include <array>
#include <chrono>

namespace thresher {

namespace {

using namespace capture;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPatience = 60s;

constexpr std::array kOptions{
    OptionSpec{"json", 0, {}, "print it as JSON"},
    OptionSpec{"host", 0, "SSH", "check: on another machine, by ssh; it has\nthresher-recorder"},
    OptionSpec{"privilege", 0, "HOW",
               "check: how to become root: auto (else), direct,\nsudo, pkexec"},
};
constexpr CommandSpec kSpec{
    "probe", "list | show SET… | check CALL|LINE|SET…",
    "Probes for thresher record --probe.\n\n"
    "list   the sets of probes that there are, and whether this kernel can make them\n"
    "show   a set's lines and parameters\n"
    "check  lets the kernel make each line and removes it at once: what it makes of\n"
    "       it, or what is wrong and where. Needs root, as recording does\n\n"
    "CALL is a function and what to record of it, by types of the kernel or of the\n"
    "program: 'vfs_read(file->f_path.dentry->d_name.name, count, ret)',\n"
    "'/bin/bash:readline(*)' (all that can be had); thresher functions lists them.\n"
    "LINE is one of tracefs' dynamic_events: 'p:name do_sys_openat2 $arg1',\n"
    "'r:name /bin/bash:readline +0($retval):ustring'. Places in programs may be\n"
    "symbols. SET is a name of the list or a file, with NAME=VALUE behind it.",
    kOptions};

std::string needsOf(const ProbeSet &set)
{
    std::string text;
    for (const ProbeAlternative &alternative : set.alternatives) {
        text += text.empty() ? "" : " | ";
        for (std::size_t i = 0; i < alternative.needs.size(); ++i)
            text += (i == 0 ? "" : "+") + alternative.needs[i];
        if (!alternative.machine.empty())
            text += " on " + alternative.machine;
    }
    return text;
}

int list(bool asJson)
{
    const ProbeTarget target = thisMachine();
    const auto sets = findProbeSets();
    JsonWriter json;
    json.beginArray();
    TextTable table;
    table.addColumn("set", TextTable::Align::Left);
    table.addColumn("here", TextTable::Align::Left);
    table.addColumn("title", TextTable::Align::Left);
    for (const auto &[name, set] : sets) {
        if (!set) {
            std::fprintf(stderr, "thresher: %s\n", set.error().text().c_str());
            continue;
        }
        const bool isHere = chooseAlternative(*set, target) != nullptr;
        table.addRow({name, !isHere ? "no" : target.isKnown ? "yes" : "?", set->title});
        json.beginObject();
        json.value("name", name);
        json.value("title", set->title);
        if (target.isKnown)
            json.value("here", isHere);
        else
            json.null("here");
        json.value("needs", needsOf(*set));
        json.endObject();
    }
    json.endArray();
    return printText(asJson ? json.text() : table.text());
}

int show(const std::vector<std::string> &words, bool asJson)
{
    std::string text;
    for (const std::string &word : words) {
        const auto set = findProbeSet(word);
        if (!set)
            return set.error().kind == ErrorKind::InvalidArgument
                       ? printUsageError(kSpec, set.error())
                       : printError(set.error());
        if (asJson) {
            text += printProbeSet(*set);
            continue;
        }
        text += set->name + ": " + set->title + "\n" + set->help + "\n";
        for (const ProbeParameter &parameter : set->parameters)
            text += "  " + parameter.name + "=" + parameter.value + "  " + parameter.text + "\n";
        const ProbeAlternative *const chosen = chooseAlternative(*set, thisMachine());
        for (const ProbeAlternative &alternative : set->alternatives) {
            std::string needs;
            for (const std::string &need : alternative.needs)
                needs += (needs.empty() ? "" : ", ") + need;
            text += "\nneeds " + needs
                    + (alternative.machine.empty() ? "" : " on " + alternative.machine)
                    + (&alternative == chosen ? " (chosen here):\n" : ":\n");
            for (const ProbeRequest &probe : alternative.probes)
                text += "  " + probe.line
                        + (probe.filter.empty() ? "" : "  [filter: " + probe.filter + "]") + "\n";
        }
    }
    return printText(text);
}

Result<CheckedProbes> ask(const Options &options, const std::vector<ProbeRequest> &probes,
                          const std::stop_token &stop)
{
    LaunchOptions how;
    how.host = options.value("host").value_or("");
    if (const auto word = options.value("privilege")) {
        THRESHER_TRY_ASSIGN(how.privilege, parsePrivilege(*word));
    }
    THRESHER_TRY_ASSIGN(const auto recorder, RecorderProcess::launch(how, stop));
    THRESHER_TRY_ASSIGN(const RecorderMessage message,
                        recorder->ask(checkProbesMessage(probes, true), kPatience, stop));
    if (const auto *checked = std::get_if<CheckedProbes>(&message);
        checked != nullptr && checked->probes.size() == probes.size()) {
        for (const std::string &left : checked->left)
            std::fprintf(stderr, "thresher: %s\n", left.c_str());
        return *checked;
    }
    return fail(ErrorKind::Damaged, "The recorder gave an answer to something else.");
}

std::string jsonOf(const std::vector<ProbeRequest> &probes, const CheckedProbes &checked)
{
    JsonWriter json;
    json.beginArray();
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const CheckedProbe &probe = checked.probes[i];
        json.beginObject();
        json.value("line", probes[i].line);
        json.value("ok", probe.ok);
        if (probe.ok) {
            json.value("kernel_line", probe.line);
        } else {
            json.value("part", probe.part);
            json.value("text", probe.text);
            json.value("kernel", probe.kernel);
            json.value("caret", probe.caret);
        }
        json.endObject();
    }
    json.endArray();
    return json.text();
}

int check(const Options &options, const std::vector<std::string> &words)
{
    const StopSignals signals;
    std::vector<ProbeRequest> probes;
    for (const std::string &word : words) {
        const auto read = readProbeWord(word, !options.has("host"), signals.token());
        if (!read)
            return read.error().kind == ErrorKind::InvalidArgument
                       ? printUsageError(kSpec, read.error())
                       : printError(read.error());
        probes.insert(probes.end(), read->begin(), read->end());
    }
    const auto checked = ask(options, probes, signals.token());
    if (!checked)
        return checked.error().kind == ErrorKind::Cancelled ? kExitInterrupted
                                                            : printError(checked.error());
    bool isFine = true;
    std::string text;
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const CheckedProbe &probe = checked->probes[i];
        isFine &= probe.ok;
        if (probe.ok)
            text += "ok  " + probes[i].line + "\n    " + probe.line + "\n";
        else
            text += "no  "
                    + errorOf({"", "", probe.text, probe.kernel, probe.caret},
                              partOf(probes[i], probe.part))
                          .what
                    + "\n";
    }
    const int status = printText(options.has("json") ? jsonOf(probes, *checked) : text);
    return isFine ? status : kExitFailed;
}

} // namespace

const CommandSpec &probeSpec()
{
    return kSpec;
}

int probeCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    if (const auto how = options->value("privilege"))
        if (const auto known = parsePrivilege(*how); !known)
            return printUsageError(kSpec, known.error());
    const auto wrong = [](std::string what) {
        return printUsageError(kSpec, Error{ErrorKind::InvalidArgument, std::move(what), {}, -1});
    };
    const auto &operands = options->operands();
    if (operands.empty())
        return wrong("say list, show or check");
    const std::vector<std::string> rest(operands.begin() + 1, operands.end());
    if (operands.front() == "list")
        return rest.empty() ? list(options->has("json"))
                            : wrong("'" + rest.front() + "' is one too many: list stands alone");
    if (operands.front() != "show" && operands.front() != "check")
        return wrong("list, show or check was expected, not '" + operands.front() + "'");
    if (rest.empty())
        return wrong(operands.front() + " needs the name of a set of probes"
                     + (operands.front() == "check" ? ", or a line" : ""));
    return operands.front() == "show" ? show(rest, options->has("json")) : check(*options, rest);
}

} // namespace thresher
