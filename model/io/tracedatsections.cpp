// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/headerpage.h"
#include "model/io/formattext_p.h"
#include "model/io/rawmetadata.h"
#include "model/io/tracedatloader_p.h"

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kMaxFormatSize = 1U << 20U;
constexpr std::size_t kMaxTasks = 1U << 22U; // the kernel's PID_MAX_LIMIT

} // namespace

bool TraceDatLoader::readHeaderInfo(ByteReader &reader)
{
    if (asText(reader.take(12)) != "header_page\0"sv)
        return false;
    metadata.headerPage = asText(reader.take(reader.u64()));
    if (!reader.isOk())
        return false;
    readHeaderPage();
    if (asText(reader.take(13)) != "header_event\0"sv)
        return false;
    const auto headerEvent = reader.take(reader.u64()); // its layout has never changed
    if (raw != nullptr)
        raw->headerEvent = asText(headerEvent);
    return reader.isOk();
}

void TraceDatLoader::readHeaderPage()
{
    const auto page = parseHeaderPage(metadata.headerPage);
    if (!page) {
        report(Severity::Error,
               "The layout of the buffer's pages (header_page) cannot be understood; that of a "
                   + std::to_string(metadata.longSize * 8) + "-bit kernel is taken.",
               "header_page", 0);
        return;
    }
    metadata.longSize = page->longSize;
    m_pageHeaderSize = page->headerSize;
    if (page->pageSize != 0)
        m_headerPageSize = page->pageSize;
    if (raw != nullptr)
        raw->isHeaderPageUsable = page->pageSize != 0;
}

bool TraceDatLoader::readFormats(ByteReader &reader, std::string_view system, std::uint32_t count)
{
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto size = reader.u64();
        const auto offset = reader.position();
        const auto text = asText(reader.take(size));
        if (!reader.isOk())
            return false;
        if (raw != nullptr && size <= kMaxFormatSize)
            raw->formats.push_back({std::string(system), text});
        if (size <= kMaxFormatSize && events.add(system, text))
            continue;
        const auto name = text.substr(0, std::min<std::size_t>(text.find('\n'), 80));
        report(
            Severity::Error,
            "A format of the system \"" + std::string(system)
                + "\" cannot be understood, or uses another event's number: its events are shown "
                  "as unknown. It begins with \""
                + std::string(name) + "\".",
            "event formats", offset, size);
    }
    return true;
}

bool TraceDatLoader::readFtraceEvents(ByteReader &reader)
{
    const auto count = reader.u32();
    return reader.isOk() && readFormats(reader, "ftrace"sv, count);
}

bool TraceDatLoader::readEventFormats(ByteReader &reader)
{
    const auto systems = reader.u32();
    for (std::uint32_t i = 0; i < systems && reader.isOk(); ++i) {
        const auto system = reader.string();
        const auto count = reader.u32();
        if (!reader.isOk() || !readFormats(reader, system, count))
            return false;
    }
    return reader.isOk();
}

bool TraceDatLoader::readKallsyms(ByteReader &reader)
{
    metadata.kallsyms = asText(reader.take(reader.u32()));
    return reader.isOk();
}

bool TraceDatLoader::readPrintk(ByteReader &reader)
{
    metadata.printkFormats = asText(reader.take(reader.u32()));
    return reader.isOk();
}

bool TraceDatLoader::readCmdLines(ByteReader &reader)
{
    auto text = asText(reader.take(reader.u64()));
    while (!text.empty() && metadata.savedTasks.size() < kMaxTasks) {
        const auto line = formattext::takeLine(text);
        const auto pid = formattext::number(line);
        const auto digits = line.find_first_not_of(" \t0123456789-"sv);
        const auto blank = line.find_first_of(" \t"sv, line.find_first_not_of(" \t"sv));
        if (!pid || *pid < 0 || *pid > 0x7fffffff || blank == std::string_view::npos
            || digits < blank)
            continue; // the tail of a NUL, or what a flipped bit left
        const auto comm = formattext::trimmed(line.substr(blank));
        metadata.savedTasks.push_back({static_cast<Pid>(*pid),
                                       std::string(comm.substr(0, comm.find('\0')).substr(0, 256)),
                                       -1});
    }
    return reader.isOk();
}

} // namespace thresher
