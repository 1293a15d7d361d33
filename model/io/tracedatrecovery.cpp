// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/chunkwalk_p.h"
#include "model/io/tracedatloader_p.h"

#include <algorithm>

/// Version 7 describes a buffer behind its data, so a file that was cut short has data without a
/// description: neither name nor CPU numbers, nor where each CPU's data begins. Most of that can be
/// found again, since each CPU's data is aligned, leads to its own end, and is in order of time.
namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxCpus = 4096; // that are guessed

std::uint64_t aligned(std::uint64_t offset, std::uint64_t to)
{
    return (offset + to - 1) / to * to;
}

} // namespace

void TraceDatLoader::recoverBuffersV7()
{
    std::set<std::uint64_t> described;
    for (const auto &description : m_descriptions)
        described.insert(description.offset);
    std::size_t nameless = 0;
    for (const auto &section : m_sections) {
        if (section.id != static_cast<std::uint16_t>(OptionId::Buffer)
            || described.contains(section.offset))
            continue;
        BufferDescription buffer;
        buffer.offset = section.offset;
        buffer.compressed = section.compressed && metadata.compression != Compression::None;
        buffer.cpus = buffer.compressed ? recoverCompressed(section) : recoverPages(section);
        if (buffer.cpus.empty())
            continue;
        // The top buffer is written first.
        const bool hasTop = nameless > 0
                            || std::any_of(
                                m_descriptions.begin(), m_descriptions.end(),
                                [](const BufferDescription &known) { return known.name.empty(); });
        ++nameless;
        if (hasTop)
            buffer.name = "buffer " + std::to_string(nameless + m_descriptions.size());
        m_isDamaged = true;
        report(
            Severity::Error,
            "The description of a buffer is missing, since the file was cut short or is damaged. "
            "Its events were found, but which CPUs they are of is a guess.",
            buffer.name.empty() ? "top buffer" : buffer.name, section.offset, section.size);
        addBuffer(buffer);
    }
}

// Each CPU's chunks lead to where they end; the next CPU's begin at the next page.
std::vector<CpuPlace> TraceDatLoader::recoverCompressed(const Section &section) const
{
    const std::uint64_t pageSize = std::max(m_filePageSize, m_headerPageSize);
    const std::uint64_t begin = section.offset + kSectionHeaderSize;
    const std::uint64_t end = section.size <= file.size() - begin ? begin + section.size
                                                                  : file.size();
    std::vector<CpuPlace> places;
    for (auto at = aligned(begin, m_filePageSize); at + 4 < end && places.size() < kMaxCpus;) {
        ChunkWalk walk(file, at, end - at, m_bigEndian, static_cast<std::uint32_t>(pageSize));
        Chunk chunk;
        std::size_t chunks = 0;
        while (walk.next(chunk))
            ++chunks;
        if (chunks == 0)
            break;
        CpuPlace place;
        place.cpu = static_cast<CpuId>(places.size());
        place.offset = at;
        place.size = (walk.damage() != nullptr ? end : walk.position()) - at - 4;
        places.push_back(place);
        if (walk.damage() != nullptr)
            break;
        at = aligned(walk.position(), m_filePageSize);
    }
    return places;
}

// Pages lie one after the other; where time goes back, another CPU begins.
std::vector<CpuPlace> TraceDatLoader::recoverPages(const Section &section) const
{
    PageLayout layout;
    layout.pageSize = std::max(m_filePageSize, m_headerPageSize);
    layout.headerSize = m_pageHeaderSize;
    layout.swap = needsSwap(m_bigEndian);
    layout.bigEndian = m_bigEndian;
    const std::uint64_t begin = section.offset + kSectionHeaderSize;
    const std::uint64_t end = section.size <= file.size() - begin ? begin + section.size
                                                                  : file.size();
    const auto most = m_cpuCount == 0 ? kMaxCpus : std::min<std::size_t>(m_cpuCount, kMaxCpus);
    std::vector<CpuPlace> places;
    std::uint64_t previous = 0;
    for (auto at = aligned(begin, m_filePageSize); at + layout.headerSize <= end;
         at += layout.pageSize) {
        const auto page = slice(file.first(end), at, layout.pageSize);
        const auto header = readPageHeader(page, layout);
        const bool isNothing = header.time == 0 && header.dataSize == 0;
        if (isNothing || (header.isDamaged && page.size() == layout.pageSize))
            break;
        if (places.empty() || (header.time < previous && places.size() < most)) {
            CpuPlace place;
            place.cpu = static_cast<CpuId>(places.size());
            place.offset = at;
            places.push_back(place);
        }
        places.back().size += page.size();
        previous = header.time;
    }
    if (!places.empty() && end == file.size())
        places.back().isCut = true;
    return places;
}

} // namespace thresher
