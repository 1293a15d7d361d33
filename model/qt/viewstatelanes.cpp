// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewstate.h"

#include <utility>

using namespace Qt::StringLiterals;

// What happened, and which lanes show it.
namespace thresher {

void ViewState::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
    if (analysis == m_analysis)
        return;
    if (analysis && (!m_snapshot || analysis->index->trace != m_snapshot->trace))
        return;
    m_analysis = std::move(analysis);
    notify(AnalysisChanged);
}

void ViewState::setLanes(LaneSet lanes)
{
    m_unrestored.remove(u"lanes"_s);
    applyLanes(std::move(lanes));
}

void ViewState::applyLanes(LaneSet lanes)
{
    if (!m_snapshot || lanes == m_lanes)
        return;
    m_lanes = std::move(lanes);
    notify(LanesChanged);
}

ViewState::Changes ViewState::resetLanes()
{
    Changes changes;
    if (std::exchange(m_analysis, nullptr))
        changes |= AnalysisChanged;
    if (std::exchange(m_lanes, LaneSet()) != LaneSet())
        changes |= LanesChanged;
    return changes;
}

} // namespace thresher
