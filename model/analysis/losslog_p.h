// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <algorithm>
#include <vector>

namespace thresher {

/// When each stream lost events, so that what was open then is found out about when it is next
/// asked for, instead of going through all that is open.
class LossLog
{
public:
    /// As NoteConsumer::lose(); begins ascend.
    void add(StreamIndex stream, TimeNs begin)
    {
        if (stream >= m_begins.size())
            m_begins.resize(std::size_t{stream} + 1);
        m_begins[stream].push_back(begin);
    }
    /// How many a stream had so far: to be kept with what opens.
    [[nodiscard]] std::uint32_t count(StreamIndex stream) const
    {
        return stream < m_begins.size() ? static_cast<std::uint32_t>(m_begins[stream].size()) : 0;
    }
    /// Begin of the first one since count() was `count`; kTimeMax: there is none. O(1).
    [[nodiscard]] TimeNs firstSince(StreamIndex stream, std::uint32_t count) const
    {
        return count < this->count(stream) ? m_begins[stream][count] : kTimeMax;
    }
    /// Of the first one that began at or after `time`. O(log losses).
    [[nodiscard]] TimeNs firstAfter(StreamIndex stream, TimeNs time) const
    {
        if (stream >= m_begins.size() || m_begins[stream].empty() || m_begins[stream].back() < time)
            return kTimeMax;
        const std::vector<TimeNs> &begins = m_begins[stream];
        return *std::lower_bound(begins.begin(), begins.end(), time);
    }

private:
    std::vector<std::vector<TimeNs>> m_begins; ///< [streams]
};

/// Where and when something opened that another event is to end.
struct OpenPlace
{
    TimeNs begin = 0;
    StreamIndex stream = 0;
    std::uint32_t losses = 0; ///< LossLog::count() of the stream then.

    /// When it became uncertain whether it is still open: the first loss of its stream, or of the
    /// one that now tells of its end. kTimeMax: it is certain.
    [[nodiscard]] TimeNs certainUntil(const LossLog &log, StreamIndex now) const
    {
        const TimeNs here = log.firstSince(stream, losses);
        return now == stream ? here : std::min(here, log.firstAfter(now, begin));
    }
};

} // namespace thresher
