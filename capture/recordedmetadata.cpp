// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/protocol.h"
#include "capture/recordedmetadata_p.h"
#include "model/base/bytes.h"
#include "model/base/version.h"
#include "model/format/bytewriter.h"
#include "model/format/headerpage.h"
#include "model/format/histogramoption.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>

namespace thresher::capture {

namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kCommitMask = (1U << 27U) - 1;
constexpr std::uint32_t kMaxPage = 64U << 20U;

// "[mono] global": the one in brackets.
std::string_view clockOf(std::string_view text)
{
    const auto open = text.find('[');
    const auto close = text.find(']', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos)
        return {};
    return text.substr(open + 1, close - open - 1);
}

bool isPageSize(std::uint32_t size)
{
    return size >= 4096 && size <= kMaxPage && std::has_single_bit(size);
}

} // namespace

RecordedMetadata::RecordedMetadata(const RecordingContents &contents)
    : m_contents(contents)
{
    if (!contents.settings)
        m_notes.emplace_back("What was asked for is not known: buffers are numbered instead of "
                             "named, and the trace becomes a version 7 file.");
    if (contents.isJournalDamaged)
        m_notes.emplace_back("The recording's journal is damaged, or ends too early: what its lost "
                             "entries said is missing.");
    findBuffers();
    findByteOrder();
    takeTexts();
    takeFormats();
    makeOptions();
}

// Nobody tells; but how much of a page is in use cannot be more than the page.
void RecordedMetadata::findByteOrder()
{
    m_bigEndian = std::endian::native == std::endian::big;
    for (const PagesFile &file : m_contents.pages) {
        std::array<std::byte, 16> head{};
        const UniqueFd fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!fd.isValid() || ::read(fd.get(), head.data(), head.size()) != 16)
            continue;
        const auto makesSense = [&](bool bigEndian) {
            // The low half of a long, or a 32-bit kernel's whole one.
            const std::size_t at = bigEndian && m_longSize == 8 ? 12 : 8;
            const auto commit = loadNumber<std::uint32_t>(head.data() + at, needsSwap(bigEndian));
            return commit != 0 && (commit & kCommitMask) <= kMaxPage
                   && (commit & ~(kCommitMask | 0xc0000000U)) == 0;
        };
        if (makesSense(m_bigEndian) == makesSense(!m_bigEndian))
            continue;
        m_bigEndian = makesSense(m_bigEndian) == m_bigEndian;
        return;
    }
}

void RecordedMetadata::findBuffers()
{
    std::vector<RecordedInstance> instances;
    if (m_contents.settings)
        instances = m_contents.settings->instances;
    for (const PagesFile &file : m_contents.pages) {
        m_cpuCount = std::max(m_cpuCount, file.cpu + 1);
        while (instances.size() <= file.instance) {
            RecordedInstance unknown;
            if (!instances.empty())
                unknown.name = "buffer " + std::to_string(instances.size());
            instances.push_back(std::move(unknown));
        }
    }
    if (m_contents.settings)
        m_cpuCount = std::max(m_cpuCount, m_contents.settings->cpuCount);
    m_buffers.push_back({{}, "local", 4096});
    bool hasTop = false;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        auto &instance = instances[i];
        const auto number = static_cast<std::uint16_t>(i);
        if (const auto page = parseHeaderPage(m_contents.blob(blob::kHeaderPage, number))) {
            m_longSize = page->longSize;
            if (!m_contents.settings && page->pageSize != 0)
                instance.pageSize = page->pageSize;
        }
        if (!isPageSize(instance.pageSize))
            instance.pageSize = 4096;
        if (const auto clock = clockOf(m_contents.blob(blob::kTraceClock, number)); !clock.empty())
            instance.clock = clock;
        if (instance.clock.empty())
            instance.clock = "local";
        if (instance.name.empty() && !hasTop) {
            hasTop = true;
            m_buffers.front() = {{}, instance.clock, instance.pageSize};
            m_bufferOf.push_back(0);
            continue;
        }
        m_bufferOf.push_back(m_buffers.size());
        m_buffers.push_back({instance.name.empty() ? "buffer " + std::to_string(i) : instance.name,
                             instance.clock, instance.pageSize});
    }
    if (!hasTop && m_buffers.size() > 1) {
        m_buffers.front().clock = m_buffers[1].clock;
        m_buffers.front().pageSize = m_buffers[1].pageSize;
    }
}

std::uint32_t RecordedMetadata::pageSize() const
{
    std::uint32_t size = 0;
    for (const TraceBuffer &buffer : m_buffers)
        size = std::max(size, buffer.pageSize);
    return size;
}

std::size_t RecordedMetadata::bufferOf(std::uint16_t instance) const
{
    return m_bufferOf.at(instance);
}

PageLayout RecordedMetadata::layoutOf(std::uint16_t instance) const
{
    return {.pageSize = m_buffers[bufferOf(instance)].pageSize,
            .headerSize = 8U + m_longSize,
            .swap = needsSwap(m_bigEndian),
            .bigEndian = m_bigEndian};
}

void RecordedMetadata::takeTexts()
{
    const auto of = [&](std::string_view name, const char *what) {
        const auto text = m_contents.blob(name);
        if (text.empty() && what != nullptr)
            m_notes.emplace_back(what);
        return text;
    };
    m_texts.headerPage = of(blob::kHeaderPage, nullptr);
    if (!parseHeaderPage(m_texts.headerPage)) {
        m_notes.emplace_back(
            "The layout of pages (header_page) was not recorded: a 64-bit kernel's is taken.");
        m_headerPage = headerPageText(m_longSize, m_buffers.front().pageSize);
        m_texts.headerPage = m_headerPage;
    }
    m_texts.headerEvent = of(blob::kHeaderEvent, nullptr);
    if (m_texts.headerEvent.empty())
        m_texts.headerEvent = headerEventText();
    m_texts.printkFormats = of(blob::kPrintkFormats, nullptr);
    m_texts.kallsyms = of(blob::kKallsyms,
                          "No kernel symbols were recorded: addresses are shown without names.");
    m_texts.tasks = of(blob::kSavedCmdlines,
                       "No names of tasks were recorded: those that no event tells are missing.");
}

void RecordedMetadata::takeFormats()
{
    // Keys are ordered: a system's formats follow one another.
    for (const auto &[key, text] : m_contents.blobs) {
        const std::string_view name = std::get<0>(key);
        if (!name.starts_with(blob::kFormatPrefix))
            continue;
        const auto event = name.substr(blob::kFormatPrefix.size());
        const auto system = event.substr(0, event.find('/'));
        if (m_texts.formats.empty() || m_texts.formats.back().first != system)
            m_texts.formats.push_back({system, {}});
        m_texts.formats.back().second.push_back(text);
    }
    if (m_texts.formats.empty())
        m_notes.emplace_back("No event formats were recorded: events are shown as unknown, by the "
                             "number of their kind.");
}

void RecordedMetadata::addText(OptionId id, std::string_view text)
{
    const auto bytes = asBytes(text);
    RawOption option{static_cast<std::uint16_t>(id), {bytes.begin(), bytes.end()}};
    option.data.push_back(std::byte{0});
    m_options.push_back(std::move(option));
}

// As trace-cmd writes them: the top buffer's first; an instance's behind its name.
void RecordedMetadata::addStats()
{
    bool hasStats = false;
    for (std::size_t buffer = 0; buffer < m_buffers.size(); ++buffer) {
        bool isNamed = buffer == 0;
        for (const auto &[key, text] : m_contents.blobs) {
            const auto &[name, instance, cpu] = key;
            if (name != blob::kStats || instance >= m_bufferOf.size()
                || m_bufferOf[instance] != buffer)
                continue;
            if (!isNamed)
                addText(OptionId::CpuStat, "\nBuffer: " + m_buffers[buffer].name + "\n\n");
            isNamed = true;
            hasStats = true;
            const bool tellsCpu = std::string_view(text).starts_with("CPU:"sv);
            addText(OptionId::CpuStat,
                    (tellsCpu ? std::string() : "CPU: " + std::to_string(cpu) + '\n') + text);
        }
    }
    if (!hasStats)
        m_notes.emplace_back("The counters of lost events were not recorded: what was lost after "
                             "the last page is not known.");
}

void RecordedMetadata::addHistograms()
{
    for (const auto &[key, text] : m_contents.blobs) {
        const auto &[name, instance, cpu] = key;
        if (!std::string_view(name).starts_with(blob::kHistogramPrefix)
            || instance >= m_bufferOf.size())
            continue;
        m_options.push_back(
            {static_cast<std::uint16_t>(kHistogramOption),
             histogramOptionData({m_buffers[m_bufferOf[instance]].name,
                                  name.substr(blob::kHistogramPrefix.size()), text})});
    }
}

void RecordedMetadata::makeOptions()
{
    ByteWriter count(m_bigEndian);
    count.u32(m_cpuCount);
    m_options.push_back({static_cast<std::uint16_t>(OptionId::CpuCount),
                         {count.bytes().begin(), count.bytes().end()}});
    addStats();
    const auto topAt = std::find(m_bufferOf.begin(), m_bufferOf.end(), std::size_t{0});
    const auto top = static_cast<std::uint16_t>(
        topAt == m_bufferOf.end() ? 0 : topAt - m_bufferOf.begin());
    const auto clocks = m_contents.blob(blob::kTraceClock, top);
    addText(OptionId::TraceClock,
            clockOf(clocks).empty() ? '[' + m_buffers.front().clock + ']' : std::string(clocks));
    if (const auto uname = m_contents.blob(blob::kUname); !uname.empty())
        addText(OptionId::Uname, uname);
    addText(OptionId::Version, "Thresher " + std::string(version()));
    if (m_contents.settings && m_contents.settings->traceId != 0) {
        ByteWriter id(m_bigEndian);
        id.u64(m_contents.settings->traceId);
        m_options.push_back({static_cast<std::uint16_t>(OptionId::TraceId),
                             {id.bytes().begin(), id.bytes().end()}});
    }
    if (const auto tgids = m_contents.blob(blob::kSavedTgids); !tgids.empty())
        addText(OptionId::SavedTgids, tgids);
    if (const auto maps = m_contents.blob(kProcMapsBlob); !maps.empty())
        addText(OptionId::ProcMaps, maps);
    addHistograms();
}

} // namespace thresher::capture
