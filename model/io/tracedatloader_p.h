// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/bytes.h"
#include "model/format/tracedat.h"
#include "model/io/tracefile.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How a trace.dat is opened, shared by the files of this folder. A TraceDatLoader is filled step
/// by step (head, options, metadata sections, buffers) by the two versions' readers, and becomes a
/// TraceFile at the end. Whatever a file says is checked here before anything is sized by it.
namespace thresher {

/// Where one CPU's pages are said to lie.
struct CpuPlace
{
    CpuId cpu = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    bool isCut = false; ///< There was more of it.
};

/// A buffer instance as an option describes it, not yet checked.
struct BufferDescription
{
    std::string name;
    std::string clock;
    std::uint64_t offset = 0; ///< Of its section (v7) or its options (v6).
    std::uint32_t pageSize = 0; ///< 0: not said.
    std::vector<CpuPlace> cpus;
    bool compressed = false;
};

/// One section of a version 7 file.
struct Section
{
    std::uint16_t id = 0;
    bool compressed = false;
    std::uint32_t nameOffset = 0; ///< In the strings sections.
    std::uint64_t offset = 0; ///< Of its header.
    std::uint64_t size = 0; ///< Behind the header, as said.
};
inline constexpr std::uint32_t kMaxCpu = 1U << 16U; ///< Numbers from here on cannot be.

struct RawMetadata;

class TraceDatLoader
{
public:
    explicit TraceDatLoader(std::span<const std::byte> file);

    /// Reads all. On success the members below are filled.
    [[nodiscard]] Result<void> load();

    std::span<const std::byte> file;
    TraceMetadata metadata;
    EventCatalog events;
    std::vector<Instance> instances;
    std::vector<StreamInfo> streams;
    std::vector<Diagnostic> diagnostics;
    std::vector<std::unique_ptr<std::byte[]>> buffers; ///< Inflated sections that views point into.
    RawMetadata *raw = nullptr; ///< Where to keep what is written elsewhere again; null: nowhere.

    void keepSections(); ///< rawmetadata.cpp, as keepOption()
    /// Once loaded: a stream of an instance whose pages are not in the file, at no place yet.
    /// nullopt: there is no instance of that name, or no such CPU can be.
    [[nodiscard]] std::optional<StreamInfo> growingStream(std::string_view instance, CpuId cpu);

private:
    // tracedatloader.cpp: the head, and what both versions end with
    Result<void> readHead(ByteReader &reader);
    void report(Severity severity, std::string what, std::string section, std::uint64_t offset,
                std::uint64_t bytes = 0);
    void addBuffer(const BufferDescription &description);
    void addStream(std::size_t instance, const CpuPlace &place, std::uint32_t pageSize,
                   bool compressed);
    [[nodiscard]] StreamInfo streamOf(std::size_t instance, CpuId cpu, std::uint32_t pageSize);
    [[nodiscard]] bool isAdmitted(std::size_t instance, const CpuPlace &place);
    void cutOverlaps();
    void nameStreamsOfDiagnostics();
    void finish();
    [[nodiscard]] std::string streamLabel(std::size_t instance, CpuId cpu) const;
    [[nodiscard]] const ClockTransform &clockOf(CpuId cpu);
    [[nodiscard]] std::uint32_t checkedPageSize(std::uint64_t said, std::uint64_t offset);

    // tracedatsections.cpp: bodies of the metadata sections; false where they end too early
    bool readHeaderInfo(ByteReader &reader);
    bool readFtraceEvents(ByteReader &reader);
    bool readEventFormats(ByteReader &reader);
    bool readKallsyms(ByteReader &reader);
    bool readPrintk(ByteReader &reader);
    bool readCmdLines(ByteReader &reader);
    bool readFormats(ByteReader &reader, std::string_view system, std::uint32_t count);
    void readHeaderPage();

    // tracedatoptions.cpp
    void keepOption(OptionId id, std::span<const std::byte> data);
    void readOption(OptionId id, std::span<const std::byte> data, std::uint64_t offset);
    void readCpuStat(std::string_view text);
    void readTraceClock(std::string_view text);
    void readTimeShift(std::span<const std::byte> data, std::uint64_t offset);
    void readGuest(std::span<const std::byte> data, std::uint64_t offset);
    void readProcMaps(std::string_view text, std::uint64_t offset);
    void readTgids(std::string_view text);
    void readBuffer(std::span<const std::byte> data, std::uint64_t offset);

    // tracedatv6.cpp
    Result<void> loadV6(ByteReader &reader);
    void readInstancesV6(std::uint64_t topOffset);
    bool readMetadataV6(ByteReader &reader);
    bool findDataV6(ByteReader &reader);
    Result<void> readDataV6(ByteReader &reader, const std::string &name, bool isTop);
    bool readOptionsV6(ByteReader &reader, bool isTop);
    void readClockV6(ByteReader &reader);

    // tracedatv7.cpp
    Result<void> loadV7(ByteReader &reader);
    void readOptionSections(std::uint64_t offset);
    std::uint64_t readOptionsV7(std::span<const std::byte> body, std::uint64_t offset);
    [[nodiscard]] std::optional<Section> sectionAt(std::uint64_t offset) const;
    void walkSections(std::uint64_t offset);
    /// What is inflated, if it is, and has to outlive the returned bytes.
    using Holder = std::unique_ptr<std::byte[]>;
    std::span<const std::byte> sectionBody(const Section &section, const std::string &name,
                                           Holder &holder);
    [[nodiscard]] const char *whyNotInflated(std::span<const std::byte> compressed,
                                             std::uint64_t size, bool isOptions) const;
    void readMetadataSections();
    void readBuffersV7();

    // tracedatrecovery.cpp: buffers whose description was lost with the file's end
    void recoverBuffersV7();
    [[nodiscard]] std::vector<CpuPlace> recoverCompressed(const Section &section) const;
    [[nodiscard]] std::vector<CpuPlace> recoverPages(const Section &section) const;

    bool m_bigEndian = false;
    std::uint32_t m_filePageSize = 4096;
    std::uint32_t m_headerPageSize = 0; // by header_page; 0 where it does not say
    std::uint32_t m_pageHeaderSize = 16;
    std::uint32_t m_cpuCount = 0;
    bool m_hasTraceClock = false;
    bool m_hasLatencyText = false;
    bool m_isDamaged = false; // metadata is missing, so that "nothing found" is not "nothing there"

    std::int64_t m_timeOffset = 0;
    std::uint32_t m_tscMult = 0;
    std::uint32_t m_tscShift = 0;
    std::uint64_t m_tscOffset = 0;
    bool m_interpolate = true;
    std::vector<std::vector<ClockTransform::Shift>> m_shifts; // by CPU
    std::map<CpuId, ClockTransform> m_clocks; // those asked for: each holds its CPU's shifts

    std::vector<BufferDescription> m_descriptions;
    std::set<std::pair<std::size_t, CpuId>> m_seen; // (instance, CPU) that a stream was made for
    std::set<std::uint64_t> m_starts; // offsets of the streams
    bool m_hasTooManyStreams = false;
    std::map<std::string, std::vector<CpuStat>, std::less<>> m_cpuStats; // by instance
    std::string m_cpuStatInstance;
    std::map<Pid, Pid> m_tgids;
    std::map<std::uint16_t, std::uint64_t> m_sectionOffsets; // as options say
    std::vector<Section> m_sections; // as they follow one another
    std::map<std::uint64_t, std::uint64_t> m_inflatedFrom; // begin and end in the file
    std::uint64_t m_inflated = 0; // bytes, of all sections
    std::uint64_t m_inflatedOptions = 0; // of those of options
};

/// The file that a loader has filled.
class TraceDatFile final : public TraceFile
{
public:
    TraceDatFile(std::filesystem::path path, std::shared_ptr<const MappedFile> map,
                 TraceDatLoader loader);

private:
    std::vector<std::unique_ptr<std::byte[]>> m_buffers;
};

} // namespace thresher
