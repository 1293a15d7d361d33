// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/latencyevent.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace thresher::capture;

// A text from a stranger: what passes comes back from what is printed, and the lines that are made
// of it, for events with whatever fields it names, are lines of the kernel's language.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto event = parseLatencyEvent(text);
    if (!event) {
        require(event.error().at.begin <= event.error().at.end && event.error().at.end <= size);
        require(!event.error().text.empty());
        return 0;
    }
    require(parseLatencyEvent(printLatencyEvent(*event)).value() == *event);
    std::string format;
    for (const LatencyEnd *end : {&event->start, &event->end}) {
        for (const std::string &key : end->keys)
            format += "\tfield:int " + key + ";\toffset:0;\tsize:4;\tsigned:1;\n";
        for (const LatencyField &field : end->fields)
            format += "\tfield:char " + field.field + "[16];\toffset:0;\tsize:16;\tsigned:0;\n";
    }
    const auto lines = latencyLines(*event, format, format);
    if (!lines)
        return 0;
    require(parseProbe(printProbe(lines->synthetic)).has_value());
    require(parseHistTrigger(printHistTrigger(lines->start)).has_value());
    require(parseHistTrigger(printHistTrigger(lines->end)).has_value());
    return 0;
}
