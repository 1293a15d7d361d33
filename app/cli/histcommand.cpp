// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/texttable_p.h"
#include "capture/probes/histogram.h"
#include "model/base/grouped.h"
#include "model/io/kepthistograms.h"

#include <algorithm>
#include <array>

namespace thresher {

namespace {

using capture::Histogram;
using capture::HistogramColumn;

constexpr std::array kOptions{
    OptionSpec{"raw", 0, {}, "as the kernel wrote them"},
    OptionSpec{"event", 'e', "EVENT", "those of SYSTEM:EVENT only"},
    OptionSpec{"all",
               'a',
               {},
               "also those that only serve others: that keep the\nbegin of a latency, or end it"},
    OptionSpec{"json", 0, {}, "as JSON, all of it"},
    OptionSpec{"csv", 0, {}, "as CSV; several with an empty line between them"},
};
constexpr CommandSpec kSpec{
    "hist", "FILE",
    "Prints the histograms that the kernel counted while the trace was recorded\n"
    "(thresher record --hist), as tables. They count the whole recording, whatever\n"
    "part of it the file is.",
    kOptions};

/// "sched:sched_switch", and the buffer where it has a name.
std::string titleOf(const KeptHistograms &kept)
{
    std::string event = kept.event;
    std::replace(event.begin(), event.end(), '/', ':');
    return kept.instance.empty() ? event : kept.instance + ' ' + event;
}

std::string tableText(const KeptHistograms &kept, const Histogram &histogram)
{
    std::string text = titleOf(kept) + "  " + histogram.trigger + '\n';
    if (!histogram.rows.empty()) {
        TextTable table;
        for (const HistogramColumn &column : histogram.columns)
            table.addColumn(column.name, column.kind == HistogramColumn::Kind::Number
                                                 && column.role != HistogramColumn::Role::Graph
                                             ? TextTable::Align::Right
                                             : TextTable::Align::Left);
        for (const auto &row : histogram.rows) {
            std::vector<std::string> cells;
            for (const auto &cell : row)
                cells.push_back(capture::stackInOneLine(cell.text));
            table.addRow(std::move(cells));
        }
        text += table.text();
    }
    text += grouped(histogram.hits) + " hits, " + grouped(histogram.entries) + " entries";
    if (histogram.dropped > 0)
        text += ", " + grouped(histogram.dropped) + " hits without a place: size= was too small";
    if (histogram.unreadable > 0)
        text += ", " + grouped(histogram.unreadable) + " rows cannot be read";
    if (!histogram.isWhole)
        text += "; cut short";
    return text + '\n';
}

void writeJson(JsonWriter &json, const KeptHistograms &kept, const Histogram &histogram)
{
    static constexpr std::array<const char *, 5> kRoles{"key", "value", "percent", "graph",
                                                        "saved"};
    static constexpr std::array<const char *, 3> kKinds{"number", "text", "stack"};
    json.beginObject();
    json.value("buffer", kept.instance);
    json.value("event", kept.event);
    json.value("trigger", histogram.trigger);
    json.value("hits", histogram.hits);
    json.value("entries", histogram.entries);
    json.value("dropped", histogram.dropped);
    json.value("whole", histogram.isWhole);
    json.beginArray("columns");
    for (const HistogramColumn &column : histogram.columns) {
        json.beginObject();
        json.value("name", column.name);
        json.value("role", kRoles[static_cast<std::size_t>(column.role)]);
        json.value("kind", kKinds[static_cast<std::size_t>(column.kind)]);
        json.endObject();
    }
    json.endArray();
    json.beginArray("rows");
    for (const auto &row : histogram.rows) {
        json.beginArray();
        for (const auto &cell : row)
            json.value({}, cell.text);
        json.endArray();
    }
    json.endArray();
    json.endObject();
}

std::string textOf(const std::vector<KeptHistograms> &all, const Options &options)
{
    std::string text;
    JsonWriter json;
    json.beginArray();
    for (const KeptHistograms &kept : all) {
        if (options.has("raw")) {
            text += (text.empty() ? "# " : "\n# ") + titleOf(kept) + '\n' + kept.text;
            continue;
        }
        for (const Histogram &histogram : capture::parseHistograms(kept.text)) {
            if (histogram.isAuxiliary() && !options.has("all"))
                continue;
            if (options.has("json"))
                writeJson(json, kept, histogram);
            else
                text += (text.empty() ? "" : "\n")
                        + (options.has("csv") ? capture::histogramCsv(histogram)
                                              : tableText(kept, histogram));
        }
    }
    json.endArray();
    return options.has("json") ? json.text() + '\n' : text;
}

} // namespace

const CommandSpec &histSpec()
{
    return kSpec;
}

int histCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto file = options->operand(kSpec);
    if (!file)
        return printUsageError(kSpec, file.error());
    if (options->has("json") + options->has("csv") + options->has("raw") > 1)
        return printUsageError(
            kSpec, {ErrorKind::InvalidArgument, "one of --json, --csv and --raw, please", {}, -1});
    const auto trace = TraceFile::open(*file);
    if (!trace)
        return printError(trace.error());
    auto all = readKeptHistograms(**trace);
    if (!all)
        return printError(all.error());
    if (const auto event = options->value("event")) {
        std::string wanted = *event;
        std::replace(wanted.begin(), wanted.end(), ':', '/');
        std::erase_if(*all, [&](const KeptHistograms &kept) { return kept.event != wanted; });
    }
    if (all->empty() && !options->has("json"))
        return printError({ErrorKind::InvalidArgument,
                           "There are no histograms in it: thresher record --hist counts them.",
                           *file, -1});
    return printText(textOf(*all, *options), **trace);
}

} // namespace thresher
