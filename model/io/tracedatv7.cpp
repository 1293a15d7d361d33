// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/inflater_p.h"
#include "model/io/tracedatloader_p.h"

#include <algorithm>
#include <iterator>

/// Version 7: sections that options point at, the options being sections themselves.
namespace thresher {

namespace {

constexpr std::size_t kMaxSections = 100'000;
constexpr std::uint64_t kMaxInflated = 256U
                                       << 20U; // of a metadata section: kallsyms are some 15 MB
constexpr std::uint64_t kMaxRatio = 1024; // text is seldom beyond 20
// Of all sections together. A small file's metadata compresses no better than a large one's, so the
// file's size says what it can hold.
constexpr std::uint64_t kMaxInflatedSum = 512U << 20U;
constexpr std::uint64_t kInflatedAllowance = 16U << 20U;
constexpr std::uint64_t kMaxRatioOfFile = 32;
// Options are some KiB, and become objects of several times their size.
constexpr std::uint64_t kMaxInflatedOptions = 16U << 20U;
constexpr std::uint64_t kMaxInflatedOptionsSum = 64U << 20U;

constexpr auto kDoesNotInflate = "This section does not inflate; what it says is missing.";
constexpr auto kTooLarge
    = "This section would inflate to more than such a file can hold; what it says is missing.";

} // namespace

std::optional<Section> TraceDatLoader::sectionAt(std::uint64_t offset) const
{
    ByteReader reader(file, m_bigEndian);
    reader.seek(offset);
    Section section;
    section.offset = offset;
    section.id = reader.u16();
    section.compressed = (reader.u16() & 1U) != 0;
    section.nameOffset = reader.u32();
    section.size = reader.u64();
    if (!reader.isOk())
        return std::nullopt;
    return section;
}

Result<void> TraceDatLoader::loadV7(ByteReader &reader)
{
    instances.emplace_back();
    const auto optionsOffset = reader.u64();
    if (!reader.isOk())
        return fail(ErrorKind::Damaged, "The file ends within its head.", {},
                    static_cast<std::int64_t>(file.size()));
    walkSections(reader.position());
    readOptionSections(optionsOffset);
    readMetadataSections();
    readBuffersV7();
    recoverBuffersV7();
    if (!streams.empty())
        return {};
    if (m_hasLatencyText)
        return fail(
            ErrorKind::Unsupported,
            "This trace holds a latency tracer's report, which is text, not events: read it "
            "with trace-cmd report.");
    if (m_isDamaged)
        return fail(ErrorKind::Damaged,
                    "The file ends, or is damaged, before any event: it holds nothing that can be "
                    "shown. It may have been cut short.",
                    {}, static_cast<std::int64_t>(file.size()));
    return {};
}

// The sections follow one another. Where options are whole this is not needed; where not, it is
// what finds the rest.
void TraceDatLoader::walkSections(std::uint64_t offset)
{
    while (m_sections.size() < kMaxSections) {
        const auto section = sectionAt(offset);
        if (!section)
            return;
        m_sections.push_back(*section);
        const auto room = file.size() - offset - kSectionHeaderSize;
        if (section->size > room)
            return; // cut, or a lie: what follows is not where it says
        offset += kSectionHeaderSize + section->size;
    }
}

void TraceDatLoader::readOptionSections(std::uint64_t offset)
{
    std::set<std::uint64_t> seen;
    while (offset != 0) {
        const auto section = sectionAt(offset);
        if (!section || section->id != static_cast<std::uint16_t>(OptionId::Done)
            || !seen.insert(offset).second) {
            report(
                Severity::Error,
                "There are no options where they should be: the file was cut short or is damaged.",
                "options", offset);
            m_isDamaged = true;
            break;
        }
        Holder body; // options are copied, and not kept
        offset = readOptionsV7(sectionBody(*section, "options", body), offset);
    }
    if (!m_isDamaged)
        return;
    // Other sections of options may be whole.
    for (const auto &section : m_sections) {
        if (section.id != static_cast<std::uint16_t>(OptionId::Done)
            || !seen.insert(section.offset).second)
            continue;
        Holder body;
        readOptionsV7(sectionBody(section, "options", body), section.offset);
    }
}

// @returns where the next section of options is; 0: there is none.
std::uint64_t TraceDatLoader::readOptionsV7(std::span<const std::byte> body, std::uint64_t offset)
{
    ByteReader reader(body, m_bigEndian);
    for (;;) {
        const auto id = static_cast<OptionId>(reader.u16());
        const auto data = reader.take(reader.u32());
        if (!reader.isOk()) {
            report(Severity::Error, "The options are damaged, or the file ends in them.", "options",
                   offset);
            m_isDamaged = true;
            return 0;
        }
        if (id == OptionId::Done)
            return ByteReader(data, m_bigEndian).u64();
        readOption(id, data, offset);
    }
}

// Sections that hold one another could inflate the same few bytes thousands of times.
const char *TraceDatLoader::whyNotInflated(std::span<const std::byte> compressed,
                                           std::uint64_t size, bool isOptions) const
{
    if (metadata.compression == Compression::None || compressed.empty() || size > kMaxInflated
        || size > (64U << 10U) + compressed.size() * kMaxRatio)
        return kDoesNotInflate;
    const auto most = std::min(kMaxInflatedSum, kInflatedAllowance + file.size() * kMaxRatioOfFile);
    if (size > most - m_inflated)
        return kTooLarge;
    if (isOptions
        && (size > kMaxInflatedOptions || size > kMaxInflatedOptionsSum - m_inflatedOptions))
        return kTooLarge;
    const auto begin = static_cast<std::uint64_t>(compressed.data() - file.data());
    const auto after = m_inflatedFrom.upper_bound(begin);
    if ((after != m_inflatedFrom.end() && after->first < begin + compressed.size())
        || (after != m_inflatedFrom.begin() && std::prev(after)->second > begin))
        return "This section lies within another one; what it says is left out.";
    return nullptr;
}

std::span<const std::byte> TraceDatLoader::sectionBody(const Section &section,
                                                       const std::string &name, Holder &holder)
{
    const auto begin = section.offset + kSectionHeaderSize;
    const auto body = slice(file, begin, section.size);
    if (body.size() < section.size) {
        report(Severity::Error, "The file ends within this section.", name, begin,
               section.size - body.size());
        m_isDamaged = true;
    }
    if (!section.compressed)
        return body;
    ByteReader reader(body, m_bigEndian);
    const auto compressedSize = reader.u32();
    const auto size = reader.u32();
    const auto compressed = reader.take(compressedSize); // empty where it fails
    const bool isOptions = section.id == static_cast<std::uint16_t>(OptionId::Done);
    const char *why = whyNotInflated(compressed, size, isOptions);
    std::optional<std::size_t> inflated;
    if (why == nullptr) {
        m_inflated += size;
        m_inflatedOptions += isOptions ? size : 0;
        const auto from = static_cast<std::uint64_t>(compressed.data() - file.data());
        m_inflatedFrom.emplace(from, from + compressed.size());
        holder = std::make_unique_for_overwrite<std::byte[]>(size);
        inflated = Inflater(metadata.compression).inflate(compressed, {holder.get(), size});
        why = kDoesNotInflate;
    }
    if (inflated)
        return {holder.get(), *inflated};
    report(Severity::Error, why, name, begin, body.size());
    m_isDamaged = true;
    holder.reset();
    return {};
}

void TraceDatLoader::readMetadataSections()
{
    struct Part
    {
        OptionId id;
        bool (TraceDatLoader::*read)(ByteReader &);
        const char *name;
        const char *loss;
    };
    static constexpr std::array<Part, 6> parts = {{
        {OptionId::HeaderInfo, &TraceDatLoader::readHeaderInfo, "header_page",
         "The layout of pages is taken as usual."},
        {OptionId::FtraceEvents, &TraceDatLoader::readFtraceEvents, "ftrace formats",
         "Event formats are missing."},
        {OptionId::EventFormats, &TraceDatLoader::readEventFormats, "event formats",
         "Event formats are missing."},
        {OptionId::Kallsyms, &TraceDatLoader::readKallsyms, "kallsyms",
         "Addresses are shown without names."},
        {OptionId::Printk, &TraceDatLoader::readPrintk, "printk formats",
         "trace_printk texts are missing."},
        {OptionId::CmdLines, &TraceDatLoader::readCmdLines, "saved_cmdlines",
         "Tasks may be shown without names."},
    }};
    for (const auto &part : parts) {
        const auto id = static_cast<std::uint16_t>(part.id);
        std::optional<Section> section;
        if (const auto said = m_sectionOffsets.find(id); said != m_sectionOffsets.end())
            section = sectionAt(said->second);
        if (!section || section->id != id) {
            const auto walked = std::find_if(m_sections.begin(), m_sections.end(),
                                             [&](const Section &s) { return s.id == id; });
            if (walked == m_sections.end())
                continue; // trace-cmd leaves out what a kernel does not have
            section = *walked;
        }
        Holder body;
        ByteReader reader(sectionBody(*section, part.name, body), m_bigEndian);
        if (body)
            buffers.push_back(std::move(body));
        if (!(this->*part.read)(reader)) {
            report(Severity::Error,
                   std::string("This section is damaged, or the file ends in it. ") + part.loss,
                   part.name, section->offset, section->size);
            m_isDamaged = true;
        }
    }
}

void TraceDatLoader::readBuffersV7()
{
    // The top buffer first, wherever the file has it.
    std::stable_partition(m_descriptions.begin(), m_descriptions.end(),
                          [](const BufferDescription &buffer) { return buffer.name.empty(); });
    if (!m_descriptions.empty() && metadata.clock.empty())
        metadata.clock = m_descriptions.front().clock;
    for (auto &description : m_descriptions) {
        const auto section = sectionAt(description.offset);
        const bool isBuffer = section
                              && section->id == static_cast<std::uint16_t>(OptionId::Buffer);
        if (!isBuffer) {
            report(Severity::Error,
                   "There is no buffer where it should be; its CPUs are looked for nevertheless.",
                   "buffer \"" + description.name + "\"", description.offset);
            m_isDamaged = true;
        }
        description.compressed = isBuffer ? section->compressed
                                          : metadata.compression != Compression::None;
        addBuffer(description);
    }
}

} // namespace thresher
