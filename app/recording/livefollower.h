// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"
#include "model/qt/viewstate.h"

#include <QObject>

namespace thresher::ui {

class EventTable;
class TraceSession;

/// Scrolls timeline and table with a recording that is being made, until the user looks at
/// something else. GUI thread.
class LiveFollower final : public QObject
{
    Q_OBJECT

public:
    /// Both outlive it.
    LiveFollower(TraceSession &session, EventTable &table, QObject *parent = nullptr);

    /// Goes to the end and stays there; false: stays where it is. Only while session.isLive().
    void setFollowing(bool isFollowing);
    [[nodiscard]] bool isFollowing() const { return m_isFollowing; }
    /// To be called before more is shown: what the user has changed meanwhile counts.
    void notice();
    /// The recording has ended; nothing moves any more.
    void end();

Q_SIGNALS:
    void followingChanged(bool isFollowing);

private:
    void begin();
    void scroll();
    TraceSession &m_session;
    EventTable &m_table;
    bool m_isFollowing = false;
    TimeRange m_set; ///< By us.
    DurationNs m_width = 0; ///< Of the visible range; as much as there is, if there is less.
};

} // namespace thresher::ui
