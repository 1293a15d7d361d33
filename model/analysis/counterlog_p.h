// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysisspecs_p.h"
#include "model/analysis/notes_p.h"
#include "model/analysis/segmentfile_p.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace thresher {

/// The samples of all counters of a pass.
class CounterLog final : public NoteConsumer
{
public:
    CounterLog(const IndexSnapshot &index, NoteRules &rules, const AnalysisSpecs &specs);

    [[nodiscard]] std::size_t size() const { return m_found.size(); }
    [[nodiscard]] std::vector<CounterSummary> summaries() const;
    /// Lays out what was found since the last time, and forgets it; null if that is nothing.
    [[nodiscard]] Result<std::shared_ptr<const CounterSegment>> write(SegmentFile &file);

    void take(const Note &note, const NoteRule &rule) override;
    void lose(StreamIndex /*stream*/, TimeRange /*range*/) override {}
    void resume(const Note & /*note*/) override {}
    void finish(TimeNs /*end*/) override {}

private:
    enum class KeyOf : std::uint8_t { None, Field, Task, Cpu };

    struct Counter
    {
        CounterSummary summary;
        KeyOf keyOf = KeyOf::None;
        std::uint8_t bits = 64; ///< Of a signed number.
        std::unordered_map<std::int64_t, std::uint32_t> handles; ///< In m_series, by key.
    };
    struct Series
    {
        CounterKey key;
        CounterSeries all;
        std::uint64_t fresh = 0; ///< Samples since the last write().
    };
    struct Found
    {
        TimeNs time = 0;
        std::int64_t value = 0;
        std::uint32_t series = 0;
    };

    void layOut(std::span<const Found> samples);

    std::vector<Counter> m_counters;
    std::vector<Series> m_series;
    std::map<CounterKey, std::uint32_t> m_order; ///< Numbers in m_series.
    std::vector<Found> m_found;
    std::vector<std::byte> m_bytes;
};

} // namespace thresher
