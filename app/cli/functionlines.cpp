// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/functionlines_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/texttable_p.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace thresher {

namespace {

using capture::DescribedValue;

std::string hex(std::uint64_t number)
{
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return "0x" + std::string(digits.data(), end);
}

std::string titleOf(const FunctionLine &line)
{
    const std::string &signature = line.description.signature;
    // A system call's is of the call, not of the function that is entered.
    std::string title = signature.find(line.name) != std::string::npos ? signature
                        : signature.empty()                            ? line.name
                                            : line.name + ": " + signature;
    if (!line.module.empty())
        title += " [" + line.module + ']';
    if (line.counter)
        title += "  (counter at " + hex(*line.counter) + ')';
    if (!line.source.empty())
        title += "  " + line.source;
    if (!line.whyNot.empty())
        title += (line.isTraceable ? "  (" : "  (not traceable: ") + line.whyNot + ')';
    return title;
}

std::string argumentLine(const DescribedValue &value)
{
    std::string text = "  "
                       + (value.fetch.empty() ? value.name + ": " + value.whyNot
                                              : value.name + '=' + value.fetch);
    if (!value.type.empty())
        text += "  " + value.type;
    return text;
}

void addArgument(JsonWriter &json, std::string_view key, const DescribedValue &value)
{
    json.beginObject(key);
    json.value("name", value.name);
    if (!value.type.empty())
        json.value("type", value.type);
    if (value.size != 0)
        json.value("size", value.size);
    if (value.fetch.empty())
        json.value("why_not", value.whyNot);
    else
        json.value("fetch", value.name + '=' + value.fetch);
    json.endObject();
}

std::string sourceText(const capture::SourceLine &place)
{
    return place.file + ':' + std::to_string(place.line);
}

void addLines(JsonWriter &json, const FunctionLine &line)
{
    if (line.lines.empty())
        return;
    json.beginArray("lines");
    for (const auto &[place, variables] : line.lines) {
        json.beginObject();
        json.value("source", sourceText(place));
        json.value("offset", hex(place.offset));
        json.beginArray("variables");
        for (const DescribedValue &value : variables)
            addArgument(json, {}, value);
        json.endArray();
        json.endObject();
    }
    json.endArray();
}

} // namespace

std::string functionText(const std::vector<FunctionLine> &lines, bool withArguments)
{
    const bool isOfKernel = std::all_of(
        lines.begin(), lines.end(), [](const FunctionLine &line) { return line.image.empty(); });
    TextTable table;
    table.addColumn(isOfKernel ? "ADDRESS" : "OFFSET");
    table.addColumn("SIZE");
    table.addColumn("FUNCTION", TextTable::Align::Left);
    const std::string *image = nullptr;
    for (const FunctionLine &line : lines) {
        if (!isOfKernel && (image == nullptr || *image != line.image))
            table.addRow({{}, {}, line.image + ':'});
        image = &line.image;
        const std::string where = isOfKernel    ? hex(line.address)
                                  : line.offset ? hex(*line.offset)
                                                : "-";
        table.addRow({where, std::to_string(line.size), titleOf(line)});
        if (withArguments && line.isTraceable) {
            for (const DescribedValue &value : line.description.parameters)
                table.addRow({{}, {}, argumentLine(value)});
            if (!line.description.result.type.empty())
                table.addRow({{}, {}, argumentLine(line.description.result)});
        }
        for (const auto &[place, variables] : line.lines) {
            table.addRow({hex(place.offset), {}, "  " + sourceText(place)});
            for (const DescribedValue &value : variables) {
                if (withArguments)
                    table.addRow({{}, {}, "  " + argumentLine(value)});
            }
        }
    }
    return table.text();
}

std::string functionJson(const std::vector<FunctionLine> &lines)
{
    JsonWriter json;
    json.beginArray();
    for (const FunctionLine &line : lines) {
        json.beginObject();
        json.value("name", line.name);
        if (!line.image.empty()) {
            json.value("file", line.image);
            json.value("symbol", line.symbol);
        }
        if (!line.module.empty())
            json.value("module", line.module);
        json.value("address", hex(line.address));
        if (line.offset)
            json.value("offset", hex(*line.offset));
        if (line.counter)
            json.value("counter_offset", hex(*line.counter));
        json.value("size", line.size);
        if (!line.description.signature.empty())
            json.value("signature", line.description.signature);
        if (!line.source.empty())
            json.value("source", line.source);
        json.value("traceable", line.isTraceable);
        if (!line.whyNot.empty())
            json.value("note", line.whyNot);
        json.beginArray("parameters");
        for (const DescribedValue &value : line.description.parameters)
            addArgument(json, {}, value);
        json.endArray();
        if (!line.description.result.type.empty())
            addArgument(json, "result", line.description.result);
        addLines(json, line);
        json.endObject();
    }
    json.endArray();
    return json.text();
}

} // namespace thresher
