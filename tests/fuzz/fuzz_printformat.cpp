// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/recordtext_p.h"

#include <cstddef>
#include <cstdint>

/// The first bytes are a record, the rest an event's format: parsed, compiled, and the record
/// printed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace thresher;
    const std::span bytes(reinterpret_cast<const std::byte *>(data), size);
    const auto payload = slice(bytes, 0, 64);
    EventCatalog catalog;
    if (!catalog.add("fuzz", asText(slice(bytes, 64, size))))
        return 0;
    const auto &event = catalog.event(EventTypeId{0});
    const KernelSymbols symbols("ffffffff81000000 T _text\nffffffff81000100 t function [module]\n");
    const PrintkStrings strings("0xffffffff81000000 : \"text\\n\"\n");
    PrintContext context;
    context.symbols = &symbols;
    context.strings = &strings;
    for (const bool bigEndian : {false, true}) {
        context.bigEndian = bigEndian;
        context.longSize = bigEndian ? 4 : 8;
        BoundedText out;
        if (const auto format = PrintFormat::compile(event))
            RecordText(event, *format, payload, context).print(out);
        printRawFields(out, event, payload, bigEndian);
        for (const auto &field : event.fields)
            static_cast<void>(readString(field, payload, bigEndian));
    }
    return 0;
}
