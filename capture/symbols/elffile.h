// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thresher::capture {

/// The machines whose calling convention and registers are known.
enum class Machine : std::uint8_t { Other, X86_64, Arm64 };
/// That this program runs on.
[[nodiscard]] Machine hostMachine();

/// Lower-case hexadecimal, as build ids are written.
[[nodiscard]] std::string hexOf(std::span<const std::byte> bytes);

struct ElfSection
{
    std::string_view name;
    std::uint32_t type = 0; ///< SHT_…
    std::uint64_t flags = 0; ///< SHF_…
    std::uint64_t address = 0;
    std::uint32_t link = 0;
    std::uint32_t info = 0;
    std::uint64_t size = 0;
    std::span<const std::byte> bytes; ///< Shorter than size if it has none (.bss) or is damaged.
};

/// A PT_LOAD: bytes of the file and where they lie in memory.
struct ElfSegment
{
    std::uint64_t address = 0;
    std::uint64_t offset = 0;
    std::uint64_t fileSize = 0;
    std::uint64_t memorySize = 0;
    bool isExecutable = false;
};

struct ElfSymbol
{
    std::string_view name;
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::uint8_t type = 0; ///< STT_…
    std::uint8_t binding = 0; ///< STB_…
    std::uint16_t section = 0; ///< SHN_UNDEF: not in this file.
    std::string_view version; ///< "GLIBC_2.2.5"; only of .dynsym.
    bool isDefaultVersion = true;
};

/// One note of a note section or segment.
struct ElfNote
{
    std::string_view owner; ///< "GNU", "stapsdt"
    std::uint32_t type = 0;
    std::span<const std::byte> bytes;
};

/// What an ELF file says of itself, of any class and endianness.
///
/// The bytes may be anything: whatever lies outside the file, or contradicts itself, is left out.
/// Views into the bytes, which must outlive it. Immutable: any thread.
class ElfFile
{
public:
    /// Fails for what is no ELF file. O(sections + segments).
    [[nodiscard]] static Result<ElfFile> parse(std::span<const std::byte> bytes);

    [[nodiscard]] Machine machine() const { return m_machine; }
    [[nodiscard]] bool is64() const { return m_is64; }
    [[nodiscard]] bool isBigEndian() const { return m_isBigEndian; }
    /// ET_REL: object files and kernel modules, which nobody runs as they are.
    [[nodiscard]] bool isRelocatable() const;
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }
    [[nodiscard]] const std::vector<ElfSection> &sections() const { return m_sections; }
    [[nodiscard]] const std::vector<ElfSegment> &segments() const { return m_segments; }
    /// The first of this name, or nullptr.
    [[nodiscard]] const ElfSection *section(std::string_view name) const;

    /// Where the byte at `address` is in the file, by the segments; nullopt outside of what is
    /// loaded from the file. This is what a uprobe is placed by.
    [[nodiscard]] std::optional<std::uint64_t> fileOffset(std::uint64_t address) const;
    /// The segment that holds the address, or nullptr.
    [[nodiscard]] const ElfSegment *segmentOf(std::uint64_t address) const;
    /// Of the first segment: files of one build differ by it only if one was prelinked.
    [[nodiscard]] std::uint64_t baseAddress() const;

    /// All symbols of the tables of this type (SHT_SYMTAB, SHT_DYNSYM), in file order. O(symbols).
    [[nodiscard]] std::vector<ElfSymbol> symbols(std::uint32_t sectionType) const;
    /// Of a section's bytes.
    [[nodiscard]] std::vector<ElfNote> notes(std::span<const std::byte> section) const;
    /// Lower-case hexadecimal; empty: none.
    [[nodiscard]] std::string buildId() const;
    /// .gnu_debuglink: the file's name and the CRC-32 that it has; empty: none.
    [[nodiscard]] std::pair<std::string_view, std::uint32_t> debugLink() const;

private:
    ElfFile() = default;
    void readSections(std::uint64_t offset, std::uint64_t count, std::uint64_t entrySize,
                      std::uint32_t names);
    void readSegments(std::uint64_t offset, std::uint64_t count, std::uint64_t entrySize);
    void addVersions(const ElfSection &table, std::vector<ElfSymbol> &symbols) const;

    std::span<const std::byte> m_bytes;
    std::vector<ElfSection> m_sections;
    std::vector<ElfSegment> m_segments;
    std::uint16_t m_type = 0;
    Machine m_machine = Machine::Other;
    bool m_is64 = true;
    bool m_isBigEndian = false;
};

} // namespace thresher::capture
