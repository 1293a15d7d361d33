// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"

#include <vector>

namespace thresher {

/// Where events are missing, of some streams together.
class LostSpans
{
public:
    void add(const StreamView &stream, TimeNs traceEnd);
    /// After the last add(). O(spans log spans).
    void finish();
    /// Whether events of [range.begin, range.end) may be missing. O(log spans).
    [[nodiscard]] bool touch(TimeRange range) const;
    [[nodiscard]] bool beginsAt(TimeNs time) const;

private:
    std::vector<TimeRange> m_spans; ///< Ascending, disjoint.
};

/// Those of all streams, and of each CPU's.
class LostPlaces
{
public:
    explicit LostPlaces(const IndexSnapshot &index);
    [[nodiscard]] const LostSpans &all() const { return m_all; }
    [[nodiscard]] const LostSpans &of(CpuId cpu) const;

private:
    LostSpans m_all;
    std::vector<LostSpans> m_byCpu;
};

} // namespace thresher
