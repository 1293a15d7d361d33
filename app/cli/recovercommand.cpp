// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/progressline_p.h"
#include "app/cli/recordoptions.h"
#include "app/cli/stopsignals_p.h"
#include "capture/assemble.h"
#include "model/base/grouped.h"

#include <array>
#include <cstdio>

namespace thresher {

namespace {

using namespace std::string_view_literals;
using namespace capture;

constexpr std::array kOptions{
    OptionSpec{"output", 'o', "FILE", "where the trace goes; else where it was to go"},
    OptionSpec{"force", 0, {}, "replace that file if it exists"},
    OptionSpec{"format", 0, "v6|v7", "of the file; else as it was to be"},
    OptionSpec{"compression", 0, "none|zstd", "of a v7 file; else as it was to be"},
    OptionSpec{"keep", 0, {}, "keep the recording's folder when the trace is made"},
    OptionSpec{"json", 0, {}, "print what was made as JSON"},
};
constexpr CommandSpec kSpec{
    "recover", "DIR",
    "Makes a trace.dat of a recording that was not ended in order: DIR is the folder\n"
    "FILE.recording beside where the trace was to go. Every page that reached the\n"
    "disk is in the trace; what is missing is said. The folder is removed then.",
    kOptions};

// What recordingFolderOf() added.
std::filesystem::path outputOf(const RecordingContents &contents)
{
    constexpr auto kSuffix = ".recording"sv;
    auto name = contents.folder.lexically_normal().string();
    if (name.ends_with('/'))
        name.pop_back();
    if (name.ends_with(kSuffix))
        return name.substr(0, name.size() - kSuffix.size());
    return name + ".dat";
}

std::string jsonOf(const AssembledTrace &trace)
{
    JsonWriter json;
    json.beginObject();
    json.value("file", trace.path.string());
    json.value("file_bytes", trace.bytes);
    json.value("pages", trace.pages);
    json.value("torn_pages", trace.tornPages);
    json.value("lost_torn_bytes", trace.lostTornBytes);
    json.beginArray("notes");
    for (const std::string &note : trace.notes)
        json.value({}, note);
    json.endArray();
    json.endObject();
    return json.text();
}

std::string textOf(const AssembledTrace &trace)
{
    std::string text = trace.path.string() + ": " + grouped(trace.pages)
                       + (trace.pages == 1 ? " page" : " pages") + ", " + grouped(trace.bytes)
                       + " bytes\n";
    if (trace.tornPages > 0)
        text += grouped(trace.tornPages) + (trace.tornPages == 1 ? " page was" : " pages were")
                + " written in part: the whole events are there.\n";
    return text;
}

} // namespace

const CommandSpec &recoverSpec()
{
    return kSpec;
}

int recoverCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto folder = options->operand(kSpec);
    if (!folder)
        return printUsageError(kSpec, folder.error());
    AssembleRequest request;
    if (const auto read = readTraceFormat(*options, request.version, request.compression); !read)
        return printUsageError(kSpec, read.error());
    const StopSignals signals;
    const auto contents = readRecording(*folder);
    if (!contents)
        return printError(contents.error());
    request.output = options->value("output").value_or(outputOf(*contents).string());
    request.mayReplace = options->has("force")
                         || (!options->has("output") && contents->settings
                             && contents->settings->mayReplace);
    Progress progress;
    const auto trace = [&] {
        const ProgressLine line("writing", progress);
        return assembleTrace(*contents, request, signals.token(), progress);
    }();
    if (!trace) {
        auto error = trace.error();
        if (error.kind == ErrorKind::Cancelled)
            return kExitInterrupted;
        if (error.kind == ErrorKind::NoSpace)
            error.what += " The recording is as it was; -o FILE writes to another disk.";
        return printError(error);
    }
    for (const std::string &note : trace->notes)
        std::fprintf(stderr, "thresher: %s\n", note.c_str());
    if (!options->has("keep"))
        removeRecording(*contents);
    return printText(options->has("json") ? jsonOf(*trace) : textOf(*trace));
}

} // namespace thresher
