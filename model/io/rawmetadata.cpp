// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/rawmetadata.h"

#include "model/format/histogramoption.h"
#include "model/io/tracedatloader_p.h"

#include <algorithm>
#include <utility>

namespace thresher {

namespace {

constexpr std::size_t kMaxOptions = 100'000;
constexpr std::size_t kMaxUnknown = 100;

enum class Way : std::uint8_t { Copied, Rewritten, Section, Unknown };

Way wayOf(std::uint16_t id)
{
    if (id == static_cast<std::uint16_t>(kHistogramOption))
        return Way::Copied;
    switch (static_cast<OptionId>(id)) {
    case OptionId::Date:
    case OptionId::CpuStat:
    case OptionId::TraceClock:
    case OptionId::Uname:
    case OptionId::Hook:
    case OptionId::Offset:
    case OptionId::CpuCount:
    case OptionId::Version:
    case OptionId::ProcMaps:
    case OptionId::TraceId:
    case OptionId::TimeShift:
    case OptionId::Guest:
    case OptionId::TscToNsec:
    case OptionId::LastBootInfo:
    case OptionId::SavedTgids:
        return Way::Copied;
    case OptionId::BtfFile:
    case OptionId::ModulesFile:
        return Way::Section;
    case OptionId::Done:
    case OptionId::Buffer:
    case OptionId::Strings:
    case OptionId::HeaderInfo:
    case OptionId::FtraceEvents:
    case OptionId::EventFormats:
    case OptionId::Kallsyms:
    case OptionId::Printk:
    case OptionId::CmdLines:
    case OptionId::BufferText:
        return Way::Rewritten;
    }
    return Way::Unknown;
}

} // namespace

void TraceDatLoader::keepOption(OptionId id, std::span<const std::byte> data)
{
    const auto number = static_cast<std::uint16_t>(id);
    switch (wayOf(number)) {
    case Way::Copied:
        if (raw->options.size() < kMaxOptions)
            raw->options.push_back({number, {data.begin(), data.end()}});
        break;
    case Way::Section:
        if (data.size() >= 8)
            m_sectionOffsets[number] = ByteReader(data, m_bigEndian).u64();
        break;
    case Way::Unknown:
        if (raw->unknownOptions.size() < kMaxUnknown)
            raw->unknownOptions.push_back(number);
        break;
    case Way::Rewritten:
        break;
    }
}

void TraceDatLoader::keepSections()
{
    for (const auto id : {OptionId::BtfFile, OptionId::ModulesFile}) {
        const auto number = static_cast<std::uint16_t>(id);
        const auto said = m_sectionOffsets.find(number);
        if (said == m_sectionOffsets.end() || metadata.version != 7)
            continue;
        const auto section = sectionAt(said->second);
        if (!section || section->id != number)
            continue;
        Holder holder;
        const auto body = sectionBody(*section, "further section", holder);
        if (!body.empty())
            raw->sections.push_back({number, {body.begin(), body.end()}});
    }
}

Result<RawMetadata> readRawMetadata(const TraceFile &trace)
{
    RawMetadata raw;
    TraceDatLoader loader(trace.bytes());
    loader.raw = &raw;
    THRESHER_TRY(loader.load());
    loader.keepSections();
    raw.headerPage = loader.metadata.headerPage;
    raw.kallsyms = loader.metadata.kallsyms;
    raw.printkFormats = loader.metadata.printkFormats;
    std::stable_partition(raw.formats.begin(), raw.formats.end(),
                          [](const RawFormat &format) { return format.system == "ftrace"; });
    raw.buffers = std::move(loader.buffers);
    return raw;
}

} // namespace thresher
