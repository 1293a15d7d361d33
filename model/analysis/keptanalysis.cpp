// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/keptanalysis_p.h"
#include "model/index/tables.h"

#include <xxhash.h>

#include <algorithm>

namespace thresher {

namespace {

constexpr std::string_view kMagic = "ThrAnlys";
constexpr std::size_t kKeyBytes = 8;
constexpr std::size_t kEntryBytes = kKeyBytes + 5 * sizeof(std::uint64_t);
constexpr std::size_t kCounterEntryBytes = 28;

void write(TableWriter &to, const TrackKey &key)
{
    to.number(static_cast<std::uint8_t>(key.what));
    to.number(key.group);
    to.number(key.depth);
    to.number(key.owner);
}

TrackKey readKey(TableReader &from)
{
    TrackKey key;
    key.what = TrackClass{from.u8()};
    key.group = from.u8();
    key.depth = from.u16();
    key.owner = from.u32();
    return key;
}

void write(TableWriter &to, const FilePiece &piece)
{
    to.number(piece.offset);
    to.number(piece.size);
    to.number(piece.hash);
}

void write(TableWriter &to, std::span<const TrackName> names)
{
    to.number(std::uint64_t{names.size()});
    for (const TrackName &name : names) {
        to.number(name.address);
        to.text(name.name);
    }
}

std::vector<TrackName> readNames(TableReader &from)
{
    std::vector<TrackName> names;
    for (std::uint64_t left = from.count(12); left > 0 && from.isOk(); --left) {
        TrackName &name = names.emplace_back();
        name.address = from.u64();
        name.name = from.text();
    }
    return names;
}

/// What makes the results of a pass differ, besides the index.
void writeRequest(TableWriter &to, const AnalysisSpecs &specs,
                  const KeptFile::Fingerprint &fingerprint)
{
    for (const std::uint64_t half : fingerprint)
        to.number(half);
    to.number(std::uint64_t{specs.pairs.size()});
    for (const PairSpec &pair : specs.pairs)
        to.text(pair.text());
    to.number(std::uint64_t{specs.counters.size()});
    for (const CounterSpec &counter : specs.counters)
        to.text(counter.text());
}

bool skipRequest(TableReader &from, const AnalysisSpecs &specs,
                 const KeptFile::Fingerprint &fingerprint)
{
    TableWriter wanted;
    writeRequest(wanted, specs, fingerprint);
    const auto bytes = wanted.take();
    return from.expect(asText(bytes));
}

/// Reads the tables, of which nothing is trusted, over the segments of a mapped file.
class Reopening
{
public:
    Reopening(std::shared_ptr<const IndexSnapshot> index, const AnalysisSpecs &specs,
              std::shared_ptr<const MappedFile> file)
        : m_specs(specs)
        , m_file(std::move(file))
        , m_analysis(std::make_shared<Analysis>())
    {
        m_analysis->id = newAnalysisId();
        m_analysis->index = std::move(index);
    }

    /// False if the tables are not what serializeAnalysis() writes.
    [[nodiscard]] bool read(TableReader &from);
    [[nodiscard]] std::shared_ptr<Analysis> analysis() const { return m_analysis; }
    [[nodiscard]] std::vector<FilePiece> &pieces() { return m_pieces; }

private:
    [[nodiscard]] bool isTrack(const TrackKey &key) const;
    [[nodiscard]] bool readTracks(TableReader &from);
    [[nodiscard]] bool readPairs(TableReader &from);
    [[nodiscard]] bool readCounters(TableReader &from);
    [[nodiscard]] std::optional<std::span<const std::byte>> readPiece(TableReader &from);
    [[nodiscard]] bool readSegment(TableReader &from);
    [[nodiscard]] bool readCounterSegment(TableReader &from);

    const AnalysisSpecs &m_specs;
    std::shared_ptr<const MappedFile> m_file;
    std::shared_ptr<Analysis> m_analysis;
    std::vector<FilePiece> m_pieces;
};

bool Reopening::isTrack(const TrackKey &key) const
{
    if (key.what == TrackClass::Pair)
        return key.group < m_specs.pairs.size();
    return key.what < TrackClass::Pair
           && (isCpuOwner(key.owner) || key.owner < m_analysis->index->tasks->size());
}

bool Reopening::readTracks(TableReader &from)
{
    auto &tracks = m_analysis->tracks;
    std::uint64_t left = from.count(kKeyBytes + 3 * sizeof(std::uint64_t));
    tracks.reserve(left);
    for (; left > 0; --left) {
        TrackSummary track;
        track.key = readKey(from);
        track.slices = from.u64();
        track.range.begin = from.s64();
        track.range.end = from.s64();
        if (!isTrack(track.key) || (!tracks.empty() && !(tracks.back().key < track.key)))
            return false;
        tracks.push_back(track);
    }
    return from.isOk();
}

bool Reopening::readPairs(TableReader &from)
{
    for (const PairSpec &spec : m_specs.pairs) {
        PairSummary &pair = m_analysis->pairs.emplace_back();
        pair.isBuiltIn = m_analysis->pairs.size() <= m_specs.builtInPairs;
        pair.spec = spec;
        pair.isRecorded = from.u8() != 0;
        pair.slices = from.u64();
        pair.unmatched = from.u64();
        pair.lanesAreKeys = from.u8() != 0;
        from.list(pair.laneKeys);
        // Not kept, since it tells of places in this text.
        if (const auto resolved = resolvePair(spec, m_analysis->index->trace); !resolved)
            pair.error = resolved.error();
    }
    return from.isOk();
}

bool Reopening::readCounters(TableReader &from)
{
    for (const CounterSpec &spec : m_specs.counters) {
        CounterSummary &counter = m_analysis->counters.emplace_back();
        counter.isBuiltIn = m_analysis->counters.size() <= m_specs.builtInCounters;
        counter.spec = spec;
        counter.isRecorded = from.u8() != 0;
        counter.leftOut = from.u64();
        from.list(counter.series);
        const auto &series = counter.series;
        const bool isAscending = std::is_sorted(
            series.begin(), series.end(),
            [](const CounterSeries &a, const CounterSeries &b) { return a.key < b.key; });
        if (!isAscending || series.size() > CounterSummary::kMostSeries)
            return false;
        if (const auto event = resolveCounter(spec, *m_analysis->index->trace); !event)
            counter.error = event.error();
    }
    return from.isOk();
}

std::optional<std::span<const std::byte>> Reopening::readPiece(TableReader &from)
{
    FilePiece piece;
    piece.offset = from.u64();
    piece.size = from.u64();
    piece.hash = from.u64();
    const auto bytes = slice(m_file->bytes(), piece.offset, piece.size);
    if (!from.isOk() || bytes.size() != piece.size || piece.offset % sizeof(std::uint64_t) != 0)
        return std::nullopt;
    m_pieces.push_back(piece);
    return bytes;
}

bool Reopening::readSegment(TableReader &from)
{
    const auto bytes = readPiece(from);
    if (!bytes)
        return false;
    std::vector<SegmentEntry> entries;
    std::uint64_t left = from.count(kEntryBytes);
    entries.reserve(left);
    for (; left > 0; --left) {
        SegmentEntry entry;
        entry.key = readKey(from);
        entry.offset = from.u64();
        entry.size = from.u64();
        entry.dictSize = from.u64();
        entry.wideBlocks = from.u64();
        entry.end = from.s64();
        if (!isTrack(entry.key) || (!entries.empty() && !(entries.back().key < entry.key)))
            return false;
        entries.push_back(entry);
    }
    auto segment = std::make_shared<const TrackSegment>(std::move(entries), *bytes, m_file);
    for (const SegmentEntry &entry : segment->entries()) {
        if (entry.size == 0 || entry.offset % sizeof(std::uint64_t) != 0
            || segment->part(entry).slices.size != entry.size)
            return false;
    }
    m_analysis->segments.push_back(std::move(segment));
    return from.isOk();
}

bool Reopening::readCounterSegment(TableReader &from)
{
    const auto bytes = readPiece(from);
    if (!bytes)
        return false;
    auto segment = std::make_shared<CounterSegment>();
    segment->bytes = *bytes;
    segment->storage = m_file;
    auto &entries = segment->entries;
    std::uint64_t left = from.count(kCounterEntryBytes);
    entries.reserve(left);
    for (; left > 0; --left) {
        CounterEntry entry;
        entry.key.counter = from.u32();
        entry.key.key = from.s64();
        entry.offset = from.u64();
        entry.size = from.u64();
        const bool isNext = entries.empty() || entries.back().key < entry.key;
        if (!isNext || entry.key.counter >= m_specs.counters.size()
            || entry.offset % sizeof(std::uint64_t) != 0 || !segment->view(entry))
            return false;
        entries.push_back(entry);
    }
    m_analysis->counterSegments.push_back(std::move(segment));
    return from.isOk();
}

bool Reopening::read(TableReader &from)
{
    Analysis &analysis = *m_analysis;
    analysis.frontier = kTimeMax;
    analysis.hasSwitches = from.u8() != 0;
    analysis.hasWakeups = from.u8() != 0;
    if (!readTracks(from))
        return false;
    for (std::uint64_t left = from.count(8); left > 0 && from.isOk(); --left) {
        SyscallName &name = analysis.syscalls.emplace_back();
        name.call = from.u32();
        name.name = from.text();
    }
    analysis.functions = readNames(from);
    analysis.probes = readNames(from);
    if (!readPairs(from) || !readCounters(from))
        return false;
    for (std::uint64_t left = from.count(sizeof(FilePiece)); left > 0; --left) {
        if (!readSegment(from))
            return false;
    }
    for (std::uint64_t left = from.count(sizeof(FilePiece)); left > 0; --left) {
        if (!readCounterSegment(from))
            return false;
    }
    return from.isAtEnd();
}

Result<bool> isIntact(const KeptAnalysis &kept, const std::stop_token &stop)
{
    constexpr std::uint64_t kAtOnce = std::uint64_t{16} << 20U; // some milliseconds
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                         &XXH3_freeState);
    for (const FilePiece &piece : kept.pieces) {
        auto bytes = slice(kept.file->bytes(), piece.offset, piece.size);
        XXH3_64bits_reset(state.get());
        while (!bytes.empty()) {
            if (stop.stop_requested())
                return fail(ErrorKind::Cancelled, "Cancelled.");
            const auto part = bytes.first(std::min<std::size_t>(bytes.size(), kAtOnce));
            XXH3_64bits_update(state.get(), part.data(), part.size());
            bytes = bytes.subspan(part.size());
        }
        if (XXH3_64bits_digest(state.get()) != piece.hash)
            return false;
    }
    return !kept.file->wasDamaged();
}

} // namespace

std::optional<KeptFile> keptPlace(const std::shared_ptr<const IndexSnapshot> &index,
                                  const std::filesystem::path &cache)
{
    return cache.empty() ? std::nullopt : KeptFile::of(index, cache, "analysis");
}

std::vector<std::byte> serializeAnalysis(const Analysis &analysis, const AnalysisSpecs &specs,
                                         const KeptFile::Fingerprint &fingerprint,
                                         std::span<const FilePiece> segments,
                                         std::span<const FilePiece> counterSegments)
{
    TableWriter to;
    writeRequest(to, specs, fingerprint);
    to.number(std::uint8_t{analysis.hasSwitches});
    to.number(std::uint8_t{analysis.hasWakeups});
    to.number(std::uint64_t{analysis.tracks.size()});
    for (const TrackSummary &track : analysis.tracks) {
        write(to, track.key);
        to.number(track.slices);
        to.number(track.range);
    }
    to.number(std::uint64_t{analysis.syscalls.size()});
    for (const SyscallName &name : analysis.syscalls) {
        to.number(name.call);
        to.text(name.name);
    }
    write(to, analysis.functions);
    write(to, analysis.probes);
    for (const PairSummary &pair : analysis.pairs) {
        to.number(std::uint8_t{pair.isRecorded});
        to.number(pair.slices);
        to.number(pair.unmatched);
        to.number(std::uint8_t{pair.lanesAreKeys});
        to.list(pair.laneKeys);
    }
    for (const CounterSummary &counter : analysis.counters) {
        to.number(std::uint8_t{counter.isRecorded});
        to.number(counter.leftOut);
        to.list(counter.series);
    }
    to.number(std::uint64_t{segments.size()});
    for (std::size_t i = 0; i < segments.size(); ++i) {
        write(to, segments[i]);
        const auto entries = analysis.segments[i]->entries();
        to.number(std::uint64_t{entries.size()});
        for (const SegmentEntry &entry : entries) {
            write(to, entry.key);
            to.number(entry.offset);
            to.number(entry.size);
            to.number(entry.dictSize);
            to.number(entry.wideBlocks);
            to.number(entry.end);
        }
    }
    to.number(std::uint64_t{counterSegments.size()});
    for (std::size_t i = 0; i < counterSegments.size(); ++i) {
        write(to, counterSegments[i]);
        const auto &entries = analysis.counterSegments[i]->entries;
        to.number(std::uint64_t{entries.size()});
        for (const CounterEntry &entry : entries) {
            to.number(entry.key.counter);
            to.number(entry.key.key);
            to.number(entry.offset);
            to.number(entry.size);
        }
    }
    return sealTables(kMagic, kKeptAnalysisVersion, to.take());
}

std::shared_ptr<const Analysis> reopenAnalysis(const std::shared_ptr<const IndexSnapshot> &index,
                                               const KeptFile &place, const AnalysisSpecs &specs,
                                               bool verify, const std::stop_token &stop)
{
    const auto file = place.open();
    if (!file)
        return nullptr;
    const auto tables = unsealTables(kMagic, kKeptAnalysisVersion, tablesOf(file->bytes()));
    if (!tables)
        return nullptr;
    TableReader from(*tables);
    Reopening reopening(index, specs, file);
    if (!skipRequest(from, specs, place.fingerprint()) || !reopening.read(from)
        || file->wasDamaged())
        return nullptr;
    auto kept = std::make_shared<KeptAnalysis>(
        KeptAnalysis{place, file, std::move(reopening.pieces())});
    if (verify && !isIntact(*kept, stop).value_or(false))
        return nullptr;
    auto analysis = reopening.analysis();
    analysis->kept = std::move(kept);
    return analysis;
}

Result<bool> verifyAnalysis(const Analysis &analysis, const std::stop_token &stop)
{
    if (!analysis.kept)
        return true;
    auto intact = isIntact(*analysis.kept, stop);
    if (intact && !*intact)
        analysis.kept->place.remove(*analysis.kept->file);
    return intact;
}

} // namespace thresher
