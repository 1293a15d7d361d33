// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/probecalls.h"
#include "widgets/timeline/hovertext.h"

#include <functional>
#include <map>
#include <utility>

/// Words for calls of probed functions.
namespace thresher::ui {

/// Reads a call from the trace; nullopt if that is not possible now.
using CallProvider = std::function<std::optional<ProbedCall>(const Analysis &analysis, TaskId task,
                                                             const PlacedSlice &slice)>;

/// The function, what it was given, what it gave and how long it took. `titleRest` is the caller's.
[[nodiscard]] HoverText callHoverText(const ProbedCall &call, const Slice &slice,
                                      const TimeStyle &style);

/// What stands on slices of calls; remembers what was read, since each takes some 10 µs and a frame
/// has hundreds. GUI thread.
class CallTexts
{
public:
    void setProvider(CallProvider provider);
    /// "vfs_read count=65536 → 65536"; empty if it cannot be read.
    [[nodiscard]] const QString &text(const Analysis &analysis, TaskId task,
                                      const PlacedSlice &slice);

private:
    CallProvider m_provider;
    std::uint64_t m_analysis = 0; ///< Analysis::id of those in m_known.
    std::map<std::pair<TaskId, TimeNs>, QString> m_known;
};

} // namespace thresher::ui
