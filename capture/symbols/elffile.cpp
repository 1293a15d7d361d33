// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/elffile.h"

#include "model/base/bytes.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace thresher::capture {

namespace {

constexpr std::uint64_t kMostSections = 1U << 20;
constexpr std::uint64_t kMostSegments = 1U << 16;

constexpr std::uint64_t kLongestName = 1U << 16; ///< Also of a damaged table without ends.

std::string_view stringAt(std::span<const std::byte> table, std::uint64_t offset)
{
    const std::uint64_t left = table.size() - std::min<std::uint64_t>(offset, table.size());
    const auto rest = asText(slice(table, offset, std::min(left, kLongestName)));
    return rest.substr(0, rest.find('\0'));
}

Machine machineOf(std::uint16_t number)
{
    return number == EM_X86_64    ? Machine::X86_64
           : number == EM_AARCH64 ? Machine::Arm64
                                  : Machine::Other;
}

/// A number as wide as an address of the file.
std::uint64_t word(ByteReader &reader, bool is64)
{
    return is64 ? reader.u64() : reader.u32();
}

} // namespace

Machine hostMachine()
{
#if defined(__x86_64__)
    return Machine::X86_64;
#elif defined(__aarch64__)
    return Machine::Arm64;
#else
    return Machine::Other;
#endif
}

std::string hexOf(std::span<const std::byte> bytes)
{
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += kDigits[std::to_integer<unsigned>(byte) >> 4U];
        text += kDigits[std::to_integer<unsigned>(byte) & 0xfU];
    }
    return text;
}

Result<ElfFile> ElfFile::parse(std::span<const std::byte> bytes)
{
    const auto magic = asText(bytes.first(std::min<std::size_t>(bytes.size(), EI_NIDENT)));
    if (magic.size() < EI_NIDENT || magic.substr(0, SELFMAG) != ELFMAG)
        return fail(ErrorKind::InvalidArgument, "This is no ELF file: no program and no library.");
    ElfFile file;
    file.m_bytes = bytes;
    file.m_is64 = magic[EI_CLASS] == ELFCLASS64;
    file.m_isBigEndian = magic[EI_DATA] == ELFDATA2MSB;
    ByteReader reader(bytes, file.m_isBigEndian);
    reader.take(EI_NIDENT);
    file.m_type = reader.u16();
    file.m_machine = machineOf(reader.u16());
    reader.u32(); // version
    word(reader, file.m_is64); // entry
    const std::uint64_t segments = word(reader, file.m_is64);
    const std::uint64_t sections = word(reader, file.m_is64);
    reader.u32(); // flags
    reader.u16(); // header size
    const std::uint16_t segmentSize = reader.u16();
    const std::uint16_t segmentCount = reader.u16();
    const std::uint16_t sectionSize = reader.u16();
    const std::uint16_t sectionCount = reader.u16();
    const std::uint16_t names = reader.u16();
    if (!reader.isOk())
        return fail(ErrorKind::Damaged, "The ELF file ends within its header.");
    file.readSegments(segments, segmentCount, segmentSize);
    file.readSections(sections, sectionCount, sectionSize, names);
    return file;
}

bool ElfFile::isRelocatable() const
{
    return m_type == ET_REL;
}

void ElfFile::readSegments(std::uint64_t offset, std::uint64_t count, std::uint64_t entrySize)
{
    const std::uint64_t least = m_is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    if (entrySize < least)
        return;
    const auto table = slice(m_bytes, offset, m_bytes.size());
    count = std::min({count, table.size() / entrySize, kMostSegments});
    for (std::uint64_t i = 0; i < count; ++i) {
        ByteReader reader(table.subspan(i * entrySize), m_isBigEndian);
        const std::uint32_t type = reader.u32();
        std::uint32_t flags = m_is64 ? reader.u32() : 0;
        ElfSegment segment;
        segment.offset = word(reader, m_is64);
        segment.address = word(reader, m_is64);
        word(reader, m_is64); // physical address
        segment.fileSize = word(reader, m_is64);
        segment.memorySize = word(reader, m_is64);
        if (!m_is64)
            flags = reader.u32();
        segment.isExecutable = (flags & PF_X) != 0;
        if (type == PT_LOAD)
            m_segments.push_back(segment);
    }
}

void ElfFile::readSections(std::uint64_t offset, std::uint64_t count, std::uint64_t entrySize,
                           std::uint32_t names)
{
    const std::uint64_t least = m_is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    if (offset == 0 || entrySize < least)
        return;
    const auto table = slice(m_bytes, offset, m_bytes.size());
    std::vector<std::uint32_t> nameOffsets;
    for (std::uint64_t i = 0;; ++i) {
        // More than 65,279 sections are counted in the first one, which is empty.
        if (i == 1 && count == 0)
            count = m_sections.front().size;
        if (i == 1 && names == SHN_XINDEX)
            names = m_sections.front().link;
        if ((i > 0 && i >= std::min(count, kMostSections)) || i >= table.size() / entrySize)
            break;
        ByteReader reader(table.subspan(i * entrySize), m_isBigEndian);
        nameOffsets.push_back(reader.u32());
        ElfSection section;
        section.type = reader.u32();
        section.flags = word(reader, m_is64);
        section.address = word(reader, m_is64);
        const std::uint64_t at = word(reader, m_is64);
        section.size = word(reader, m_is64);
        section.link = reader.u32();
        section.info = reader.u32();
        if (section.type != SHT_NOBITS && section.type != SHT_NULL)
            section.bytes = slice(m_bytes, at, section.size);
        m_sections.push_back(section);
    }
    if (names >= m_sections.size())
        return;
    for (std::size_t i = 0; i < m_sections.size(); ++i)
        m_sections[i].name = stringAt(m_sections[names].bytes, nameOffsets[i]);
}

const ElfSection *ElfFile::section(std::string_view name) const
{
    const auto at = std::find_if(m_sections.begin(), m_sections.end(),
                                 [name](const ElfSection &each) { return each.name == name; });
    return at == m_sections.end() ? nullptr : &*at;
}

const ElfSegment *ElfFile::segmentOf(std::uint64_t address) const
{
    const auto at = std::find_if(m_segments.begin(), m_segments.end(), [&](const ElfSegment &each) {
        return address >= each.address && address - each.address < each.memorySize;
    });
    return at == m_segments.end() ? nullptr : &*at;
}

std::optional<std::uint64_t> ElfFile::fileOffset(std::uint64_t address) const
{
    const ElfSegment *const segment = segmentOf(address);
    if (segment == nullptr || address - segment->address >= segment->fileSize)
        return std::nullopt;
    return address - segment->address + segment->offset;
}

std::uint64_t ElfFile::baseAddress() const
{
    return m_segments.empty() ? 0 : m_segments.front().address - m_segments.front().offset;
}

std::vector<ElfSymbol> ElfFile::symbols(std::uint32_t sectionType) const
{
    const std::size_t entrySize = m_is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    std::vector<ElfSymbol> symbols;
    for (const ElfSection &table : m_sections) {
        // What is compressed is no table yet; nobody does that to symbols.
        if (table.type != sectionType || table.link >= m_sections.size()
            || (table.flags & SHF_COMPRESSED) != 0)
            continue;
        const auto names = m_sections[table.link].bytes;
        const std::size_t before = symbols.size();
        // Sections may lie over each other: there are no more than the file has room for.
        const std::size_t most = m_bytes.size() / entrySize;
        const std::size_t count = std::min(table.bytes.size() / entrySize,
                                           most - std::min(before, most));
        symbols.reserve(before + count);
        ByteReader reader(table.bytes, m_isBigEndian);
        for (std::size_t i = 0; i < count; ++i) {
            ElfSymbol symbol;
            symbol.name = stringAt(names, reader.u32());
            if (!m_is64) {
                symbol.address = reader.u32();
                symbol.size = reader.u32();
            }
            const std::uint8_t info = reader.u8();
            symbol.type = info & 0xfU;
            symbol.binding = static_cast<std::uint8_t>(info >> 4U);
            reader.u8(); // visibility
            symbol.section = reader.u16();
            if (m_is64) {
                symbol.address = reader.u64();
                symbol.size = reader.u64();
            }
            symbols.push_back(symbol);
        }
        if (sectionType == SHT_DYNSYM && before == 0)
            addVersions(table, symbols);
    }
    return symbols;
}

/// By .gnu.version and .gnu.version_d: one function may be there in several versions.
void ElfFile::addVersions(const ElfSection &table, std::vector<ElfSymbol> &symbols) const
{
    const auto ofType = [this](std::uint32_t type) {
        const auto at = std::find_if(m_sections.begin(), m_sections.end(),
                                     [type](const auto &each) { return each.type == type; });
        return at == m_sections.end() ? nullptr : &*at;
    };
    const ElfSection *const numbers = ofType(SHT_GNU_versym);
    const ElfSection *const definitions = ofType(SHT_GNU_verdef);
    if (numbers == nullptr || definitions == nullptr)
        return;
    const auto names = m_sections[table.link].bytes;
    std::unordered_map<std::uint16_t, std::string_view> versions;
    std::uint64_t at = 0;
    for (;;) {
        ByteReader reader(slice(definitions->bytes, at, definitions->bytes.size()), m_isBigEndian);
        reader.u16(); // version of this structure
        const std::uint16_t flags = reader.u16();
        const std::uint16_t index = reader.u16();
        reader.u16(); // how many names; the others are what it inherits from
        reader.u32(); // hash
        const std::uint32_t first = reader.u32();
        const std::uint32_t next = reader.u32();
        reader.seek(first);
        const std::uint32_t name = reader.u32();
        if (!reader.isOk())
            break;
        if ((flags & VER_FLG_BASE) == 0)
            versions.emplace(index, stringAt(names, name));
        if (next == 0)
            break;
        at += next; // Only forward: it ends.
    }
    ByteReader reader(numbers->bytes, m_isBigEndian);
    for (ElfSymbol &symbol : symbols) {
        const std::uint16_t number = reader.u16();
        if (!reader.isOk())
            return;
        constexpr std::uint16_t kHidden = 0x8000;
        const auto version = versions.find(number & static_cast<std::uint16_t>(~kHidden));
        if (version == versions.end())
            continue;
        symbol.version = version->second;
        symbol.isDefaultVersion = (number & kHidden) == 0;
    }
}

std::vector<ElfNote> ElfFile::notes(std::span<const std::byte> section) const
{
    constexpr std::uint64_t kAlign = 4;
    const auto padded = [](std::uint32_t size) {
        return (std::uint64_t{size} + kAlign - 1) / kAlign * kAlign;
    };
    std::vector<ElfNote> notes;
    ByteReader reader(section, m_isBigEndian);
    while (reader.isOk() && reader.remaining() > 0) {
        const std::uint32_t ownerSize = reader.u32();
        const std::uint32_t size = reader.u32();
        ElfNote note;
        note.type = reader.u32();
        const auto owner = asText(reader.take(padded(ownerSize)));
        // The last note may lack its padding.
        note.bytes = reader.take(std::min<std::uint64_t>(padded(size), reader.remaining()));
        if (!reader.isOk() || note.bytes.size() < size)
            break;
        note.bytes = note.bytes.first(size);
        note.owner = owner.substr(0, std::min<std::size_t>(owner.find('\0'), ownerSize));
        notes.push_back(note);
    }
    return notes;
}

std::string ElfFile::buildId() const
{
    std::uint64_t left = m_bytes.size(); // sections may lie over each other
    for (const ElfSection &section : m_sections) {
        if (section.type != SHT_NOTE)
            continue;
        if (section.bytes.size() > left)
            break;
        left -= section.bytes.size();
        for (const ElfNote &note : notes(section.bytes)) {
            if (note.owner != "GNU" || note.type != NT_GNU_BUILD_ID)
                continue;
            return hexOf(note.bytes);
        }
    }
    return {};
}

std::pair<std::string_view, std::uint32_t> ElfFile::debugLink() const
{
    const ElfSection *const link = section(".gnu_debuglink");
    if (link == nullptr || link->bytes.size() < sizeof(std::uint32_t))
        return {};
    const auto name = asText(link->bytes);
    const auto crc = link->bytes.last(sizeof(std::uint32_t));
    return {name.substr(0, name.find('\0')),
            loadNumber<std::uint32_t>(crc.data(), needsSwap(m_isBigEndian))};
}

} // namespace thresher::capture
