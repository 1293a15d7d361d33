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

void ViewState::setTexts(std::shared_ptr<const Marks> texts, const TraceFile *trace)
{
    if (texts == m_texts || !m_snapshot || m_snapshot->trace.get() != trace)
        return;
    m_texts = std::move(texts);
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
    const bool hadAnalysis = std::exchange(m_analysis, nullptr) != nullptr;
    if (std::exchange(m_texts, nullptr) || hadAnalysis)
        changes |= AnalysisChanged;
    if (std::exchange(m_lanes, LaneSet()) != LaneSet())
        changes |= LanesChanged;
    return changes;
}

} // namespace thresher
