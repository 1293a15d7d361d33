// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/metadatasections.h"

#include "model/format/bytewriter.h"

#include <cstdint>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr auto kFtrace = "ftrace"sv;

void writeHeaderInfo(const MetadataTexts &texts, ByteWriter &out)
{
    out.string("header_page");
    out.u64(texts.headerPage.size());
    out.text(texts.headerPage);
    out.string("header_event");
    out.u64(texts.headerEvent.size());
    out.text(texts.headerEvent);
}

void writeFormats(const MetadataTexts &texts, bool ofFtrace, ByteWriter &out)
{
    std::uint32_t systems = 0;
    std::uint32_t ftraceFormats = 0;
    for (const auto &[system, formats] : texts.formats) {
        if (system == kFtrace)
            ftraceFormats += static_cast<std::uint32_t>(formats.size());
        else
            ++systems;
    }
    out.u32(ofFtrace ? ftraceFormats : systems);
    for (const auto &[system, formats] : texts.formats) {
        if ((system == kFtrace) != ofFtrace)
            continue;
        if (!ofFtrace) {
            out.string(system);
            out.u32(static_cast<std::uint32_t>(formats.size()));
        }
        for (const auto text : formats) {
            out.u64(text.size());
            out.text(text);
        }
    }
}

} // namespace

std::vector<std::byte> metadataSection(OptionId id, const MetadataTexts &texts, bool bigEndian)
{
    ByteWriter out(bigEndian);
    switch (id) {
    case OptionId::HeaderInfo:
        writeHeaderInfo(texts, out);
        break;
    case OptionId::FtraceEvents:
    case OptionId::EventFormats:
        writeFormats(texts, id == OptionId::FtraceEvents, out);
        break;
    case OptionId::Kallsyms:
    case OptionId::Printk: {
        const auto text = id == OptionId::Kallsyms ? texts.kallsyms : texts.printkFormats;
        out.u32(static_cast<std::uint32_t>(text.size()));
        out.text(text);
        break;
    }
    case OptionId::CmdLines:
        out.u64(texts.tasks.size());
        out.text(texts.tasks);
        break;
    default:
        break;
    }
    return {out.bytes().begin(), out.bytes().end()};
}

} // namespace thresher
