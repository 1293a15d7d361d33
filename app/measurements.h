// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "widgets/latency/latencyview.h"
#include "widgets/statistics/statisticsview.h"

#include <QTimer>

namespace thresher::ui {

class TraceSession;

/// Measures in the background what views of latencies and statistics want, and tells them how far
/// it is; what is there already meanwhile, too. GUI thread.
class Measurements final : public QObject
{
    Q_OBJECT

public:
    /// All outlive it.
    Measurements(TraceSession &session, LatencyView *latency, StatisticsView *statistics,
                 QObject *parent);
    ~Measurements() override;

private:
    void measureLatency(const std::shared_ptr<const Analysis> &analysis,
                        const LatencyRequest &request);
    void measureStatistics(const std::shared_ptr<const Analysis> &analysis,
                           const StatisticsRequest &request,
                           const std::optional<StatisticsRequest> &compared);
    void tellProgress();
    void tellFailure(MeasureView *view, const Error &error);

    LatencyView *m_latency;
    StatisticsView *m_statistics;
    std::uint64_t m_latencyNumber = 0; ///< Of measurements; parts of earlier ones are late.
    QTimer m_timer;
    JobRunner m_latencyJob; // these last, so that jobs end before what they use
    JobRunner m_statisticsJob;
};

} // namespace thresher::ui
