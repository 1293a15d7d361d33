// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/analysis.h"
#include "model/analysis/counterlog_p.h"
#include "model/analysis/functiongraph_p.h"
#include "model/analysis/keptanalysis_p.h"
#include "model/analysis/notes_p.h"
#include "model/analysis/pairs_p.h"
#include "model/analysis/probes_p.h"
#include "model/analysis/segmentfile_p.h"
#include "model/analysis/syscalls_p.h"
#include "model/analysis/taskstates_p.h"
#include "model/base/parallel.h"
#include "model/query/rows.h"

#include <algorithm>

namespace thresher {

namespace {

/// The pass: slices of the merged stream, one after the other, each read in parallel.
class Pass
{
public:
    Pass(std::shared_ptr<const IndexSnapshot> index, const AnalysisOptions &options,
         const AnalysisSpecs &specs, SegmentFile file, const std::stop_token &stop)
        : m_index(std::move(index))
        , m_options(options)
        , m_file(std::move(file))
        , m_rules(*m_index)
        , m_taskStates(*m_index, m_rules, m_log)
        , m_syscalls(*m_index, m_rules, m_log)
        , m_functionGraph(*m_index, m_rules, m_log)
        , m_probes(*m_index, m_rules, m_log)
        , m_pairs(m_index, m_rules, m_log, specs, stop)
        , m_counters(*m_index, m_rules, specs)
        , m_consumers(m_pairs.consumers())
    {
        m_consumers.insert(m_consumers.begin(),
                           {&m_taskStates, &m_syscalls, &m_functionGraph, &m_probes, &m_counters});
        // An event ends a slice, or two.
        m_log.reserve(std::min<std::uint64_t>(
            m_index->eventCount * 2, m_options.slicesOfASegment + m_options.eventsAtATime));
    }

    [[nodiscard]] Result<std::shared_ptr<const Analysis>>
    run(const std::stop_token &stop, Progress &progress,
        const std::function<void(std::shared_ptr<const Analysis>)> &onPartial);
    /// After run(): puts what it found beside the index, if that is still possible.
    void keep(const Analysis &analysis, const AnalysisSpecs &specs,
              const KeptFile::Fingerprint &fingerprint);

private:
    void read(const std::vector<EventIndex> &from, const std::vector<EventIndex> &to,
              const std::stop_token &stop);
    void dispatch();
    void deliver(const Note &note);
    [[nodiscard]] Result<void> writeSegment();
    [[nodiscard]] std::shared_ptr<const Analysis> result(TimeNs frontier) const;
    [[nodiscard]] std::vector<EventIndex> ends(TimeNs time) const;

    std::shared_ptr<const IndexSnapshot> m_index;
    AnalysisOptions m_options;
    SegmentFile m_file;
    NoteRules m_rules;
    TrackLog m_log;
    TaskStates m_taskStates;
    Syscalls m_syscalls;
    FunctionGraph m_functionGraph;
    Probes m_probes;
    PairList m_pairs;
    CounterLog m_counters;
    std::vector<NoteConsumer *> m_consumers;
    std::vector<std::vector<Note>> m_notes; ///< [streams]
    TimeNs m_time = kTimeMin; ///< Of the last note.
    SegmentWriter m_writer;
    std::vector<std::shared_ptr<const TrackSegment>> m_segments;
    std::vector<FilePiece> m_segmentPieces; ///< [m_segments]
    std::vector<std::shared_ptr<const CounterSegment>> m_counterSegments;
    std::vector<FilePiece> m_counterPieces; ///< [m_counterSegments]
    std::vector<TrackSummary> m_tracks; ///< Ascending by key.
};

std::vector<EventIndex> Pass::ends(TimeNs time) const
{
    std::vector<EventIndex> ends;
    ends.reserve(m_index->streams.size());
    for (const StreamView &stream : m_index->streams)
        ends.push_back(time == kTimeMax ? stream.size : stream.lowerBound(time));
    return ends;
}

void Pass::read(const std::vector<EventIndex> &from, const std::vector<EventIndex> &to,
                const std::stop_token &stop)
{
    m_notes.resize(m_index->streams.size());
    runJobs(m_index->streams.size(), stop, [&] {
        return [&, reader = std::make_shared<NoteReader>(m_index, m_rules)](std::size_t i) {
            m_notes[i].clear();
            if (from[i] < to[i])
                reader->read(static_cast<StreamIndex>(i), from[i], to[i], m_notes[i]);
        };
    });
}

void Pass::dispatch()
{
    mergeNotes(m_notes, [this](const Note &note) {
        if (note.rule == NoteRules::kLost) {
            for (NoteConsumer *const consumer : m_consumers)
                consumer->lose(note.stream, {note.time, note.fields[0]});
            return;
        }
        if (note.time < m_time) [[unlikely]] { // a damaged index's may descend
            Note late = note;
            late.time = m_time;
            deliver(late);
            return;
        }
        m_time = note.time;
        deliver(note);
    });
}

void Pass::deliver(const Note &note)
{
    if (note.rule != NoteRules::kResume) {
        const NoteRule &rule = m_rules.rule(note.rule);
        rule.consumer->take(note, rule);
        return;
    }
    for (NoteConsumer *const consumer : m_consumers)
        consumer->resume(note);
}

Result<void> Pass::writeSegment()
{
    m_log.write(m_writer);
    THRESHER_TRY_ASSIGN(auto segment, m_file.add(m_writer));
    for (const SegmentEntry &entry : segment->entries()) {
        auto at = std::lower_bound(
            m_tracks.begin(), m_tracks.end(), entry.key,
            [](const TrackSummary &track, const TrackKey &key) { return track.key < key; });
        if (at == m_tracks.end() || at->key != entry.key)
            at = m_tracks.insert(at, {entry.key, 0, {kTimeMax, kTimeMin}});
        at->slices += entry.size;
        at->range.begin = std::min(at->range.begin, segment->part(entry).slices.begin(0));
        at->range.end = entry.end;
    }
    m_segments.push_back(std::move(segment));
    m_segmentPieces.push_back(m_file.lastPiece());
    THRESHER_TRY_ASSIGN(auto counters, m_counters.write(m_file));
    if (counters) {
        m_counterSegments.push_back(std::move(counters));
        m_counterPieces.push_back(m_file.lastPiece());
    }
    return {};
}

std::shared_ptr<const Analysis> Pass::result(TimeNs frontier) const
{
    auto analysis = std::make_shared<Analysis>();
    analysis->id = newAnalysisId();
    analysis->index = m_index;
    analysis->segments = m_segments;
    analysis->tracks = m_tracks;
    analysis->frontier = frontier;
    analysis->hasSwitches = m_taskStates.hasSwitches();
    analysis->syscalls = m_syscalls.names();
    analysis->functions = m_functionGraph.functions().names(m_index->trace);
    analysis->counters = m_counters.summaries();
    analysis->counterSegments = m_counterSegments;
    analysis->pairs = m_pairs.summaries();
    analysis->probes = m_probes.names();
    analysis->hasWakeups = m_taskStates.hasWakeups();
    return analysis;
}

Result<std::shared_ptr<const Analysis>>
Pass::run(const std::stop_token &stop, Progress &progress,
          const std::function<void(std::shared_ptr<const Analysis>)> &onPartial)
{
    const RowOrder order(m_index);
    progress.setTotal(order.size() + 1);
    std::vector<EventIndex> from(m_index->streams.size());
    for (Row row = 0; !m_rules.isEmpty() && row < order.size();) {
        const Row next = row + m_options.eventsAtATime;
        const auto place = order.at(next);
        TimeNs time = place ? order.time(*place) : kTimeMax;
        std::vector<EventIndex> to = ends(time);
        // Of very many events at one time, and of a damaged index, whose times may descend.
        if (time != kTimeMax && order.lowerBound(time) <= row) {
            time = time == kTimeMax - 1 ? kTimeMax : time + 1;
            to = ends(time);
        }
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] = std::max(from[i], to[i]);
        read(from, to, stop);
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Cancelled.");
        dispatch();
        from = std::move(to);
        progress.advance(std::min<Row>(m_options.eventsAtATime, order.size() - row));
        row = next;
        if (m_log.size() + m_counters.size() >= m_options.slicesOfASegment) {
            THRESHER_TRY(writeSegment());
            if (onPartial)
                onPartial(result(time));
        }
    }
    if (stop.stop_requested()) // before there was anything to read
        return fail(ErrorKind::Cancelled, "Cancelled.");
    for (NoteConsumer *const consumer : m_consumers)
        consumer->finish(m_index->range.end);
    THRESHER_TRY(writeSegment());
    progress.advance(1);
    return result(kTimeMax);
}

void Pass::keep(const Analysis &analysis, const AnalysisSpecs &specs,
                const KeptFile::Fingerprint &fingerprint)
{
    // Where it cannot be kept, it is worked out again the next time.
    if (m_file.isDraft())
        static_cast<void>(m_file.keep(
            serializeAnalysis(analysis, specs, fingerprint, m_segmentPieces, m_counterPieces),
            m_options.cacheLimitBytes));
}

} // namespace

Result<std::shared_ptr<const Analysis>>
analyse(const std::shared_ptr<const IndexSnapshot> &index, const AnalysisOptions &options,
        const std::stop_token &stop, Progress &progress,
        const std::function<void(std::shared_ptr<const Analysis>)> &onPartial)
{
    const AnalysisSpecs specs(*index, options);
    const auto place = keptPlace(index, options.cacheDirectory);
    if (place && !options.ignoreKept) {
        if (auto kept = reopenAnalysis(index, *place, specs, options.verifyKept, stop)) {
            progress.setTotal(1);
            progress.advance(1);
            return kept;
        }
    }
    std::optional<KeptFile::Draft> draft;
    if (place) {
        if (auto begun = place->begin())
            draft.emplace(*std::move(begun));
    }
    THRESHER_TRY_ASSIGN(SegmentFile file,
                        SegmentFile::create(std::move(draft), options.temporaryDirectory));
    Pass pass(index, options, specs, std::move(file), stop);
    auto result = pass.run(stop, progress, onPartial);
    if (result && place)
        pass.keep(**result, specs, place->fingerprint());
    return result;
}

} // namespace thresher
