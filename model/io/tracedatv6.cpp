// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/tracedatloader_p.h"

#include <algorithm>

/// Version 6: everything follows one after the other; one wrong size and the rest cannot be found
/// but by its tags.
namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr auto kOptionsTag = "options  \0"sv;
constexpr auto kFlyrecordTag = "flyrecord\0"sv;
constexpr auto kLatencyTag = "latency  \0"sv;
constexpr std::size_t kTagSize = 10;
constexpr std::uint64_t kMaxClockText = 4096;

std::string_view peekTag(std::span<const std::byte> file, std::size_t position)
{
    return asText(slice(file, position, kTagSize));
}

} // namespace

Result<void> TraceDatLoader::loadV6(ByteReader &reader)
{
    instances.emplace_back();
    if (!readMetadataV6(reader) && !findDataV6(reader))
        return fail(ErrorKind::Damaged,
                    "The file ends, or is damaged, before any event: it holds nothing that can be "
                    "shown. It may have been cut short.",
                    {}, static_cast<std::int64_t>(reader.position()));
    const std::uint64_t topOffset = reader.position();
    THRESHER_TRY(readDataV6(reader, {}, true));
    readInstancesV6(topOffset);
    return {};
}

// The options and the table of each are parts of the file of their own: one that is described a
// second time, or all of them together being more than the file, is a lie that would cost the
// number of lies times the size of one.
void TraceDatLoader::readInstancesV6(std::uint64_t topOffset)
{
    const auto descriptions = m_descriptions; // an instance's own options add nothing to them
    std::set<std::uint64_t> seen = {topOffset};
    std::uint64_t walked = 0;
    for (const auto &description : descriptions) {
        const auto label = "instance \"" + description.name + "\"";
        if (!seen.insert(description.offset).second || walked > file.size()) {
            report(Severity::Error,
                   "This instance is said to lie where another one does; it is left out.", label,
                   description.offset);
            continue;
        }
        ByteReader part(file, m_bigEndian);
        part.seek(description.offset);
        if (auto read = readDataV6(part, description.name, false); !read) {
            report(Severity::DataLoss, "The events of this instance cannot be found.", label,
                   description.offset);
            m_isDamaged = true;
        }
        walked += part.position() - std::min<std::uint64_t>(part.position(), description.offset);
    }
}

// Up to the number of CPUs.
bool TraceDatLoader::readMetadataV6(ByteReader &reader)
{
    struct Step
    {
        bool (TraceDatLoader::*read)(ByteReader &);
        const char *name;
        const char *loss;
    };
    static constexpr std::array<Step, 6> steps = {{
        {&TraceDatLoader::readHeaderInfo, "header_page", "The layout of pages is taken as usual."},
        {&TraceDatLoader::readFtraceEvents, "ftrace formats", "Event formats are missing."},
        {&TraceDatLoader::readEventFormats, "event formats", "Event formats are missing."},
        {&TraceDatLoader::readKallsyms, "kallsyms", "Addresses are shown without names."},
        {&TraceDatLoader::readPrintk, "printk formats", "trace_printk texts are missing."},
        {&TraceDatLoader::readCmdLines, "saved_cmdlines", "Tasks may be shown without names."},
    }};
    for (const auto &step : steps) {
        const auto offset = reader.position();
        if ((this->*step.read)(reader))
            continue;
        report(Severity::Error,
               std::string("This part is damaged, or the file ends in it. ") + step.loss, step.name,
               offset);
        m_isDamaged = true;
        return false;
    }
    m_cpuCount = reader.u32();
    return reader.isOk();
}

// The sizes before it lie: the options' or the data's tag may still be there.
bool TraceDatLoader::findDataV6(ByteReader &reader)
{
    m_isDamaged = true;
    const auto text = asText(file);
    auto at = text.find(kOptionsTag);
    if (at == std::string_view::npos)
        at = text.find(kFlyrecordTag);
    if (at == std::string_view::npos || at < 4)
        return false;
    ByteReader found(file, m_bigEndian);
    found.seek(at - 4);
    m_cpuCount = found.u32();
    reader = found;
    report(Severity::Info, "The rest of the file was found by its tag.", "file", at);
    return true;
}

bool TraceDatLoader::readOptionsV6(ByteReader &reader, bool isTop)
{
    for (;;) {
        const auto offset = reader.position();
        const auto id = static_cast<OptionId>(reader.u16());
        if (reader.isOk() && id == OptionId::Done)
            return true;
        const auto data = reader.take(reader.u32());
        if (!reader.isOk())
            return false;
        // An instance may have its own number of CPUs; all else it shares.
        if (isTop || id == OptionId::CpuCount)
            readOption(id, data, offset);
    }
}

Result<void> TraceDatLoader::readDataV6(ByteReader &reader, const std::string &name, bool isTop)
{
    const auto begin = reader.position();
    if (peekTag(file, begin) == kOptionsTag) {
        reader.take(kTagSize);
        if (!readOptionsV6(reader, isTop)) {
            report(Severity::Error, "The options are damaged, or the file ends in them.", "options",
                   begin);
            m_isDamaged = true;
            const auto at = asText(file).find(kFlyrecordTag, begin);
            reader = ByteReader(file, m_bigEndian);
            reader.seek(std::min(at, file.size()));
        }
    }
    const auto tagAt = reader.position();
    const auto tag = asText(reader.take(kTagSize));
    if (tag == kLatencyTag)
        return fail(
            ErrorKind::Unsupported,
            "This trace holds a latency tracer's report, which is text, not events: read it "
            "with trace-cmd report.",
            {}, static_cast<std::int64_t>(tagAt));
    if (tag != kFlyrecordTag)
        return fail(
            ErrorKind::Damaged,
            "The place of the events cannot be found: the file was cut short or is damaged.", {},
            static_cast<std::int64_t>(tagAt));

    BufferDescription buffer;
    buffer.name = name;
    buffer.offset = tagAt;
    const auto cpus = std::min(m_cpuCount, kMaxCpu); // what is behind is not even a table
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
        CpuPlace place;
        place.cpu = cpu;
        place.offset = reader.u64();
        place.size = reader.u64();
        if (!reader.isOk()) {
            report(Severity::DataLoss,
                   "The file ends within the list of CPUs, or the number of CPUs ("
                       + std::to_string(m_cpuCount) + ") is wrong: CPUs from " + std::to_string(cpu)
                       + " on are missing.",
                   "CPU table", tagAt);
            m_isDamaged = true;
            break;
        }
        buffer.cpus.push_back(place);
    }
    if (isTop && m_hasTraceClock)
        readClockV6(reader);
    addBuffer(buffer);
    return {};
}

// The clocks stand behind the table, but old files may have some empty CPUs in between.
void TraceDatLoader::readClockV6(ByteReader &reader)
{
    for (int attempt = 0; attempt < 64 && reader.isOk(); ++attempt) {
        ByteReader text = reader;
        const auto size = text.u64();
        if (size > 0 && size <= kMaxClockText) {
            readTraceClock(asText(text.take(size)));
            return;
        }
        if (reader.u64() != 0 || reader.u64() != 0)
            return;
    }
}

} // namespace thresher
