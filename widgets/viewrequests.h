// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/probeplace.h"

#include <QMetaMethod>
#include <QObject>

namespace thresher::ui {

/// What a view's menus ask for that is done elsewhere in the window: one for all views. What nobody
/// listens to is not offered. GUI thread.
class ViewRequests final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    [[nodiscard]] bool offersProbes() const
    {
        return isSignalConnected(QMetaMethod::fromSignal(&ViewRequests::probeRequested));
    }
    [[nodiscard]] bool offersHistograms() const
    {
        return isSignalConnected(QMetaMethod::fromSignal(&ViewRequests::histogramRequested));
    }
    [[nodiscard]] bool offersLatencyEvents() const
    {
        return isSignalConnected(QMetaMethod::fromSignal(&ViewRequests::latencyEventRequested));
    }

Q_SIGNALS:
    void probeRequested(const thresher::ui::ProbePlace &place);
    /// How often each value of an event's field occurs. @param event  "sched:sched_switch".
    void histogramRequested(const QString &event, const QString &field);
    /// How long it takes from this event to another one.
    void latencyEventRequested(const QString &event);
};

} // namespace thresher::ui
