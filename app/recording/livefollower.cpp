// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recording/livefollower.h"

#include "app/tracesession.h"
#include "widgets/eventtable/eventtable.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace thresher::ui {

namespace {

constexpr DurationNs kUsualWidth = 10'000'000'000;
constexpr DurationNs kEverything = std::numeric_limits<DurationNs>::max();

} // namespace

LiveFollower::LiveFollower(TraceSession &session, EventTable &table, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_table(table)
{
    connect(&session, &TraceSession::liveOpened, this, &LiveFollower::begin);
    connect(&session, &TraceSession::liveGrown, this, &LiveFollower::scroll);
    connect(&session.view(), &ViewState::changed, this, [this](ViewState::Changes changes) {
        if (changes.testFlag(ViewState::VisibleRangeChanged))
            notice();
    });
}

void LiveFollower::begin()
{
    const auto &snapshot = m_session.view().snapshot();
    // Ticks of another clock say nothing about what fits a window.
    m_width = snapshot->trace->metadata().clockIsNanoseconds ? kUsualWidth : kEverything;
    setFollowing(true);
}

void LiveFollower::setFollowing(bool isFollowing)
{
    isFollowing = isFollowing && m_session.isLive();
    const bool isChanged = std::exchange(m_isFollowing, isFollowing) != isFollowing;
    m_table.setFollowing(isFollowing);
    if (isFollowing)
        scroll();
    if (isChanged)
        Q_EMIT followingChanged(isFollowing);
}

void LiveFollower::end()
{
    setFollowing(false);
}

void LiveFollower::scroll()
{
    if (!m_isFollowing)
        return;
    ViewState &view = m_session.view();
    TimeRange range = view.traceRange();
    if (range.duration() > m_width)
        range.begin = range.end - m_width;
    view.setVisibleRange(range);
    m_set = view.visibleRange();
}

// Who looks at what was before wants it to stay; who zooms with the end in view, or goes there,
// wants to see more or less of it.
void LiveFollower::notice()
{
    const ViewState &view = m_session.view();
    const TimeRange now = view.visibleRange();
    if (!m_isFollowing || !m_session.isLive() || now == m_set)
        return;
    const TimeRange trace = view.traceRange();
    if (now.end < trace.end) {
        setFollowing(false);
        return;
    }
    m_width = now.begin <= trace.begin ? kEverything : trace.end - now.begin;
    m_set = now;
}

} // namespace thresher::ui
