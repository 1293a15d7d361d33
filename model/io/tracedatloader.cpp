// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/tracedatloader_p.h"

#include <algorithm>
#include <array>
#include <bit>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr auto kMagic = "\x17\x08\x44tracing"sv;
constexpr std::uint32_t kMinPageSize = 4096;
constexpr std::uint32_t kMaxPageSize = 64U << 20U;
constexpr std::size_t kMaxInstances = 0xffff;
constexpr std::uint64_t kChunkCountSize = 4;
constexpr std::size_t kMaxDiagnostics = 1000;
// Streams cost memory, here and in the index, so a file has as many as it can have pages for;
// recorders align each CPU's data to a page, but need not.
constexpr std::size_t kMaxStreams = 1U << 17U;
constexpr std::uint64_t kLeastOfStream = 512;

// What else people try to open, so that they are told.
Error notATrace(std::span<const std::byte> file)
{
    const auto text = asText(file);
    if (file.empty())
        return {ErrorKind::NotATrace, "The file is empty.", {}, -1};
    if (text.starts_with("PERFILE2"sv) || text.starts_with("2ELIFREP"sv))
        return {
            ErrorKind::Unsupported,
            "This is a perf.data file. Thresher reads trace.dat files, as trace-cmd record makes "
            "them.",
            {},
            -1};
    if (text.starts_with("# tracer:"sv))
        return {ErrorKind::NotATrace,
                "This is the kernel's trace as text. Thresher reads trace.dat files, as trace-cmd "
                "record or trace-cmd extract make them.",
                {},
                -1};
    if (kMagic.starts_with(text))
        return {ErrorKind::Damaged,
                "The file ends within the first bytes of a trace.dat.",
                {},
                static_cast<std::int64_t>(file.size())};
    return {ErrorKind::NotATrace,
            "This is no trace.dat file: it does not begin with trace-cmd's signature.",
            {},
            0};
}

// "boot" counts nanoseconds too, though trace-cmd report shows its times as bare numbers.
bool isNanoseconds(std::string_view clock)
{
    static constexpr std::array clocks = {"local"sv, "global"sv, "uptime"sv,   "perf"sv,
                                          "boot"sv,  "tai"sv,    "tsc2nsec"sv, ""sv};
    return clock.starts_with("mono"sv)
           || std::find(clocks.begin(), clocks.end(), clock) != clocks.end();
}

bool isPageSize(std::uint64_t size)
{
    return size >= kMinPageSize && size <= kMaxPageSize && std::has_single_bit(size);
}

} // namespace

TraceDatLoader::TraceDatLoader(std::span<const std::byte> fileBytes)
    : file(fileBytes)
{}

void TraceDatLoader::report(Severity severity, std::string what, std::string section,
                            std::uint64_t offset, std::uint64_t bytes)
{
    if (diagnostics.size() >= kMaxDiagnostics) {
        ++diagnostics.back().count;
        return;
    }
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.what = std::move(what);
    diagnostic.section = std::move(section);
    diagnostic.offset = static_cast<std::int64_t>(offset);
    diagnostic.bytes = bytes;
    diagnostics.push_back(std::move(diagnostic));
}

Result<void> TraceDatLoader::load()
{
    ByteReader head(file, false);
    if (asText(head.take(kMagic.size())) != kMagic)
        return tl::unexpected<Error>(notATrace(file));
    const auto version = head.string();
    if (version == "6"sv || version == "7"sv)
        metadata.version = version == "6"sv ? 6 : 7;
    else if (head.isOk() && version.size() < 10)
        return fail(
            ErrorKind::Unsupported,
            "The file has version " + std::string(version)
                + " of the trace.dat format; versions 6 and 7 can be read. trace-cmd convert "
                  "may help.",
            {}, static_cast<std::int64_t>(kMagic.size()));
    else
        return fail(ErrorKind::Damaged, "The file's format version cannot be read.", {},
                    static_cast<std::int64_t>(kMagic.size()));

    const auto endian = head.u8();
    m_bigEndian = endian == 1;
    metadata.bigEndian = m_bigEndian;
    if (endian > 1)
        report(Severity::Error, "The byte order is neither little nor big; little is tried.",
               "file head", head.position() - 1);
    ByteReader reader(file, m_bigEndian);
    reader.seek(head.position());
    THRESHER_TRY(readHead(reader));
    if (metadata.version == 6)
        THRESHER_TRY(loadV6(reader));
    else
        THRESHER_TRY(loadV7(reader));
    finish();
    return {};
}

Result<void> TraceDatLoader::readHead(ByteReader &reader)
{
    const auto longSize = reader.u8();
    metadata.longSize = longSize == 4 ? 4 : 8;
    if (longSize != 4 && longSize != 8)
        report(Severity::Info, "The size of a long is neither 4 nor 8 bytes; 8 is taken.",
               "file head", reader.position() - 1);
    m_pageHeaderSize = 8U + metadata.longSize;
    const auto pageSizeAt = reader.position();
    const auto pageSize = reader.u32();
    if (!reader.isOk())
        return fail(ErrorKind::Damaged, "The file ends within its head.", {},
                    static_cast<std::int64_t>(file.size()));
    m_filePageSize = checkedPageSize(pageSize, pageSizeAt);
    if (metadata.version == 6)
        return {};

    const auto nameAt = reader.position();
    const auto name = reader.string();
    const auto libraryVersion = reader.string();
    if (!reader.isOk())
        return fail(ErrorKind::Damaged, "The file ends within its head.", {},
                    static_cast<std::int64_t>(file.size()));
    metadata.compressionVersion = libraryVersion.substr(0, 100);
    if (name == "none"sv || name.empty())
        metadata.compression = Compression::None;
    else if (name == "zstd"sv)
        metadata.compression = Compression::Zstd;
    else if (name == "zlib"sv)
        metadata.compression = Compression::Zlib;
    else
        return fail(ErrorKind::Unsupported,
                    "The file's compression \"" + std::string(name.substr(0, 40))
                        + "\" is not known; zstd and zlib are. trace-cmd convert may help.",
                    {}, static_cast<std::int64_t>(nameAt));
    return {};
}

std::uint32_t TraceDatLoader::checkedPageSize(std::uint64_t said, std::uint64_t offset)
{
    if (isPageSize(said))
        return static_cast<std::uint32_t>(said);
    const auto fallback = isPageSize(m_headerPageSize) ? m_headerPageSize : kMinPageSize;
    report(Severity::Error,
           "The page size of " + std::to_string(said) + " bytes cannot be; "
               + std::to_string(fallback) + " is taken.",
           "file head", offset);
    return fallback;
}

std::string TraceDatLoader::streamLabel(std::size_t instance, CpuId cpu) const
{
    const auto &name = instances[instance].name;
    return "CPU " + std::to_string(cpu) + (name.empty() ? std::string() : " of " + name);
}

// A CPU's streams share its corrections, which may be as large as the file.
const ClockTransform &TraceDatLoader::clockOf(CpuId cpu)
{
    const bool hasShifts = cpu < m_shifts.size();
    const auto [clock, isNew] = m_clocks.try_emplace(hasShifts ? cpu : kMaxCpu);
    if (isNew)
        clock->second = {hasShifts ? m_shifts[cpu] : std::vector<ClockTransform::Shift>(),
                         m_tscMult,
                         m_tscShift,
                         m_tscOffset,
                         m_timeOffset,
                         m_interpolate};
    return clock->second;
}

void TraceDatLoader::addBuffer(const BufferDescription &description)
{
    std::size_t index = 0;
    if (!description.name.empty()) {
        if (instances.size() >= kMaxInstances)
            return;
        index = instances.size();
        instances.emplace_back();
    }
    auto &instance = instances[index];
    instance.name = description.name;
    instance.clock = description.clock.empty() ? metadata.clock : description.clock;
    const auto said = description.pageSize != 0 ? description.pageSize
                                                : std::max(m_filePageSize, m_headerPageSize);
    instance.pageSize = checkedPageSize(said, description.offset);
    for (const auto &place : description.cpus) {
        if (place.size == 0)
            continue;
        if (place.cpu >= kMaxCpu || !m_seen.emplace(index, place.cpu).second)
            report(Severity::Error,
                   place.cpu >= kMaxCpu ? "The CPU's number cannot be; its events are left out."
                                        : "The CPU is listed twice; the first one is taken.",
                   streamLabel(index, place.cpu), place.offset, place.size);
        else
            addStream(index, place, instance.pageSize, description.compressed);
    }
}

// Two streams of the same bytes are a lie, and thousands of them an endless one.
bool TraceDatLoader::isAdmitted(std::size_t instance, const CpuPlace &place)
{
    if (place.offset >= file.size()) {
        report(Severity::DataLoss,
               "The file ends before this CPU's events: they are missing. It was cut short, or the "
               "place is wrong.",
               streamLabel(instance, place.cpu), place.offset, place.size);
        m_isDamaged = true;
        return false;
    }
    if (m_starts.contains(place.offset)) {
        report(Severity::Error,
               "The CPU's events are said to begin where another one's do; they are left out.",
               streamLabel(instance, place.cpu), place.offset, place.size);
        return false;
    }
    if (streams.size() >= std::min<std::uint64_t>(kMaxStreams, file.size() / kLeastOfStream + 1)) {
        if (!m_hasTooManyStreams)
            report(Severity::Error,
                   "The file has more CPUs with events than it has room for; this one and those "
                   "behind it are left out.",
                   streamLabel(instance, place.cpu), place.offset, place.size);
        m_hasTooManyStreams = true;
        return false;
    }
    m_starts.insert(place.offset);
    return true;
}

void TraceDatLoader::addStream(std::size_t instance, const CpuPlace &place, std::uint32_t pageSize,
                               bool compressed)
{
    if (!isAdmitted(instance, place))
        return;
    StreamInfo stream = streamOf(instance, place.cpu, pageSize);
    stream.fileOffset = place.offset;
    stream.compression = compressed ? metadata.compression : Compression::None;
    const std::uint64_t room = file.size() - place.offset;
    if (room < place.size) {
        const auto missing = place.size - room;
        report(Severity::DataLoss,
               "The file ends within this CPU's events: the last " + std::to_string(missing)
                   + " bytes are missing.",
               streamLabel(instance, place.cpu), file.size(), missing);
        m_isDamaged = true;
    }
    stream.isCut = place.isCut || room < place.size;
    // trace-cmd leaves the number of chunks out of a compressed CPU's size.
    stream.fileBytes = std::min(room, place.size);
    if (stream.compression != Compression::None)
        stream.fileBytes = std::min(room, stream.fileBytes + kChunkCountSize);
    streams.push_back(std::move(stream));
}

StreamInfo TraceDatLoader::streamOf(std::size_t instance, CpuId cpu, std::uint32_t pageSize)
{
    StreamInfo stream;
    stream.instance = static_cast<std::uint16_t>(instance);
    stream.cpu = cpu;
    stream.layout.pageSize = pageSize;
    stream.layout.headerSize = m_pageHeaderSize;
    stream.layout.swap = needsSwap(m_bigEndian);
    stream.layout.bigEndian = m_bigEndian;
    stream.clock = clockOf(cpu);
    return stream;
}

std::optional<StreamInfo> TraceDatLoader::growingStream(std::string_view instance, CpuId cpu)
{
    const auto found = std::find_if(instances.begin(), instances.end(),
                                    [&](const Instance &each) { return each.name == instance; });
    if (found == instances.end() || cpu >= kMaxCpu)
        return std::nullopt;
    return streamOf(static_cast<std::size_t>(found - instances.begin()), cpu, found->pageSize);
}

// Where a stream is said to go on behind another one's begin, one of the two numbers is wrong. The
// events from there on are the other's: they follow its begin, and nobody else says where they end.
void TraceDatLoader::cutOverlaps()
{
    std::vector<std::size_t> byPlace(streams.size());
    for (std::size_t i = 0; i < byPlace.size(); ++i)
        byPlace[i] = i;
    std::sort(byPlace.begin(), byPlace.end(), [&](std::size_t a, std::size_t b) {
        return streams[a].fileOffset < streams[b].fileOffset;
    });
    for (std::size_t i = 1; i < byPlace.size(); ++i) {
        auto &stream = streams[byPlace[i - 1]];
        const auto &next = streams[byPlace[i]];
        const auto room = next.fileOffset - stream.fileOffset;
        if (stream.fileBytes <= room)
            continue;
        const auto excess = stream.fileBytes - room;
        stream.fileBytes = room;
        if (stream.compression != Compression::None && excess <= kChunkCountSize)
            continue; // see addStream()
        stream.isCut = true;
        report(Severity::DataLoss,
               "This CPU's events are said to reach into those of "
                   + streamLabel(next.instance, next.cpu)
                   + ": they are cut where those begin. One of the two places is wrong: events may "
                     "be missing, or shown as the other CPU's.",
               streamLabel(stream.instance, stream.cpu), next.fileOffset, excess);
    }
}

// Diagnostics are made before it is known which number their stream will have.
void TraceDatLoader::nameStreamsOfDiagnostics()
{
    if (diagnostics.empty())
        return;
    std::map<std::string, StreamIndex, std::less<>> byLabel;
    for (std::size_t i = 0; i < streams.size(); ++i)
        byLabel.emplace(streamLabel(streams[i].instance, streams[i].cpu),
                        static_cast<StreamIndex>(i));
    for (auto &diagnostic : diagnostics) {
        if (const auto found = byLabel.find(diagnostic.section); found != byLabel.end())
            diagnostic.stream = found->second;
    }
}

void TraceDatLoader::finish()
{
    std::stable_sort(streams.begin(), streams.end(), [](const StreamInfo &a, const StreamInfo &b) {
        return a.instance != b.instance ? a.instance < b.instance : a.cpu < b.cpu;
    });
    cutOverlaps();
    nameStreamsOfDiagnostics();
    for (auto &instance : instances) {
        // Taken, not copied: thousands of instances may have one name.
        if (auto stats = m_cpuStats.extract(instance.name))
            instance.cpuStats = std::move(stats.mapped());
    }
    for (auto &task : metadata.savedTasks) {
        if (const auto found = m_tgids.find(task.pid); found != m_tgids.end())
            task.tgid = found->second;
    }
    if (instances.front().pageSize == 0) { // the file has no top buffer
        instances.front().clock = metadata.clock;
        instances.front().pageSize = m_filePageSize;
    }
    metadata.clockIsNanoseconds = m_tscMult != 0 || isNanoseconds(metadata.clock);
    metadata.pageSize = instances.front().pageSize;
    metadata.cpuCount = std::min(m_cpuCount, kMaxCpu);
    for (const auto &stream : streams)
        metadata.cpuCount = std::max(metadata.cpuCount, stream.cpu + 1);
}

} // namespace thresher
