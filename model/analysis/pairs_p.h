// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysisspecs_p.h"
#include "model/analysis/losslog_p.h"
#include "model/analysis/notes_p.h"
#include "model/analysis/tracklog_p.h"

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

namespace thresher {

/// The slices of one PairSpec.
///
/// - What a loss of the stream of either end makes uncertain is left out, and so are ends without a
///   begin, and begins without an end.
/// - Memory is bounded, whatever the number of keys: of more than kMaxOpen begins without end the
///   older half is forgotten, of more than kMaxDepth in one lane the oldest; keys behind the first
///   kMaxLanes share a lane.
class Pairs final : public NoteConsumer
{
public:
    /// @param group  TrackKey::group of its tracks. Adds no rule if one of the ends was not
    /// recorded. @param only  what the filters of the ends select; null: all.
    Pairs(const IndexSnapshot &index, NoteRules &rules, TrackLog &log, const PairSpec &spec,
          const ResolvedPair &resolved, std::uint8_t group,
          std::array<std::shared_ptr<const Selection>, 2> only);

    [[nodiscard]] PairSummary summary() const;

    void take(const Note &note, const NoteRule &rule) override;
    void lose(StreamIndex stream, TimeRange range) override;
    void resume(const Note & /*note*/) override {}
    void finish(TimeNs /*end*/) override {}

    static constexpr std::size_t kMaxOpen = std::size_t{1} << 16U;
    static constexpr std::size_t kMaxDepth = 256;
    static constexpr std::size_t kMaxLanes = 4096;

private:
    enum What : std::uint16_t { End, Begin };

    /// Where a part of the key comes from.
    enum class Source : std::uint8_t { None, Field, Task, Cpu };
    enum class LaneOf : std::uint8_t { All, Task, Cpu, First, Second };

    using Key = std::array<std::int64_t, PairSpec::kMaxKeys>;
    struct KeyHash
    {
        std::size_t operator()(const Key &key) const
        {
            const auto mixed = static_cast<std::uint64_t>(key[0]) * 0x9e3779b97f4a7c15U
                               ^ static_cast<std::uint64_t>(key[1]) * 0xc2b2ae3d27d4eb4fU;
            return mixed ^ mixed >> 29U;
        }
    };
    struct Lane;
    struct Open
    {
        OpenPlace place;
        Lane *lane = nullptr;
        std::uint16_t depth = 0;
    };
    using OpenMap = std::unordered_map<Key, Open, KeyHash>;
    struct Slot
    {
        TrackLog::Handle track = 0;
        bool isOpen = false;
        TimeNs begin = 0;
        Key key{};
    };
    struct Lane
    {
        std::uint32_t owner = 0;
        std::size_t firstFree = 0; ///< No slot before it is free.
        std::vector<Slot> slots; ///< By depth.
    };

    bool addRule(NoteRules &rules, What what, const EventFormat &event,
                 std::shared_ptr<const Selection> only);
    [[nodiscard]] Key keyOf(const Note &note, const std::array<Source, 2> &sources) const;
    [[nodiscard]] Lane &laneOf(const Note &note, const Key &key);
    [[nodiscard]] std::uint32_t laneNumber(std::int64_t value);
    void begin(const Note &note, const Key &key);
    void end(const Note &note, const Key &key);
    void forget(OpenMap::iterator open);
    void forgetOlderHalf();

    const IndexSnapshot &m_index;
    TrackLog &m_log;
    PairSpec m_spec;
    std::uint8_t m_group = 0;
    bool m_isRecorded = false;
    LaneOf m_laneOf = LaneOf::All;
    std::array<Source, 2> m_beginKey{};
    std::array<Source, 2> m_endKey{};
    OpenMap m_open;
    std::vector<OpenMap::node_type> m_spare; ///< Nodes to be used again.
    std::unordered_map<std::uint32_t, Lane> m_lanes; ///< By owner.
    std::unordered_map<std::int64_t, std::uint32_t> m_laneNumbers; ///< By key.
    std::vector<std::int64_t> m_laneKeys;
    LossLog m_losses;
    std::uint64_t m_slices = 0;
    std::uint64_t m_unmatched = 0;
};

/// All pairs of a pass.
class PairList
{
public:
    PairList(const std::shared_ptr<const IndexSnapshot> &index, NoteRules &rules, TrackLog &log,
             const AnalysisSpecs &specs, const std::stop_token &stop);

    [[nodiscard]] std::vector<NoteConsumer *> consumers() const;
    [[nodiscard]] std::vector<PairSummary> summaries() const;

private:
    std::vector<std::unique_ptr<Pairs>> m_pairs; ///< Null: makes no sense for the trace.
    std::vector<PairSummary> m_failed; ///< [m_pairs] of those.
};

} // namespace thresher
