// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorderprocess.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>
#include <vector>

namespace thresher::ui {

/// Recorders that nobody needs any longer. Each may take a while to put back what it changed, and
/// one that hangs takes for ever: the window waits for none of them. What has not ended when its
/// time is over is ended by force, as far as this user may do that. A child of the application,
/// with which the waiting ends. GUI thread.
class RecorderFarewell final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds kGrace{10};

    /// From any thread. Hangs up at once, and does not wait.
    /// @param process  null: nothing is done. @param grace  until it is ended by force.
    static void say(std::unique_ptr<capture::RecorderProcess> process,
                    std::chrono::milliseconds grace = kGrace);

private:
    struct Leaving
    {
        std::unique_ptr<capture::RecorderProcess> process;
        std::chrono::steady_clock::time_point end;
    };

    explicit RecorderFarewell(QObject *parent);
    void look();

    std::vector<Leaving> m_leaving;
    QTimer m_timer;
};

} // namespace thresher::ui
