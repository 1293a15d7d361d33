// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/measurements.h"

#include "app/tracesession.h"

namespace thresher::ui {

namespace {

constexpr int kProgressMs = 100;

using StatisticsPairOf
    = std::pair<std::shared_ptr<const Statistics>, std::shared_ptr<const Statistics>>;

Result<StatisticsPairOf> measureBoth(const Analysis &analysis, const StatisticsRequest &request,
                                     const std::optional<StatisticsRequest> &compared,
                                     const std::stop_token &stop, Progress &progress)
{
    StatisticsPairOf both;
    auto first = thresher::measureStatistics(analysis, request, stop, progress);
    if (!first)
        return tl::unexpected(first.error());
    both.first = *std::move(first);
    if (!compared)
        return both;
    auto second = thresher::measureStatistics(analysis, *compared, stop, progress);
    if (!second)
        return tl::unexpected(second.error());
    both.second = *std::move(second);
    return both;
}

} // namespace

Measurements::Measurements(TraceSession &session, LatencyView *latency, StatisticsView *statistics,
                           QObject *parent)
    : QObject(parent)
    , m_latency(latency)
    , m_statistics(statistics)
{
    m_timer.setInterval(kProgressMs);
    connect(&m_timer, &QTimer::timeout, this, &Measurements::tellProgress);
    connect(latency, &LatencyView::wanted, this, &Measurements::measureLatency);
    connect(latency, &LatencyView::abandoned, this, [this] {
        m_latencyJob.abandon();
        m_latency->setMeasuring(-1);
    });
    connect(latency, &MeasureView::cancelRequested, &m_latencyJob, &JobRunner::cancel);
    connect(statistics, &StatisticsView::wanted, this, &Measurements::measureStatistics);
    connect(statistics, &StatisticsView::abandoned, this, [this] {
        m_statisticsJob.abandon();
        m_statistics->setMeasuring(-1);
    });
    connect(statistics, &MeasureView::cancelRequested, &m_statisticsJob, &JobRunner::cancel);
    for (MeasureView *view :
         {static_cast<MeasureView *>(latency), static_cast<MeasureView *>(statistics)}) {
        connect(&session, &TraceSession::indexingProgressed, view, &MeasureView::setIndexing);
        for (const auto over : {&TraceSession::indexingStopped, &TraceSession::opened})
            connect(&session, over, view, [view] { view->setIndexing(-1); });
        connect(&session, &TraceSession::indexingFinished, view, [view] { view->setIndexing(-1); });
        connect(&session, &TraceSession::indexingFailed, view, [view] { view->setIndexing(-1); });
        connect(&session.analysis(), &AnalysisRunner::progressed, view, &MeasureView::setAnalysing);
    }
}

Measurements::~Measurements() = default;

void Measurements::measureLatency(const std::shared_ptr<const Analysis> &analysis,
                                  const LatencyRequest &request)
{
    const std::uint64_t number = ++m_latencyNumber;
    const auto post = [this, number](std::shared_ptr<const LatencyResult> part) {
        QMetaObject::invokeMethod(
            this,
            [this, number, part] {
                if (number == m_latencyNumber && m_latencyJob.isRunning())
                    m_latency->setResult(part);
            },
            Qt::QueuedConnection);
    };
    m_latencyJob.start(
        [analysis, request, post](const std::stop_token &stop, Progress &progress) {
            return thresher::measureLatency(*analysis, request, stop, progress, post);
        },
        [this](const Result<std::shared_ptr<const LatencyResult>> &result) {
            if (!result)
                return tellFailure(m_latency, result.error());
            m_latency->setMeasuring(-1);
            m_latency->setResult(*result);
        });
    m_latency->setMeasuring(0);
    m_timer.start();
}

void Measurements::measureStatistics(const std::shared_ptr<const Analysis> &analysis,
                                     const StatisticsRequest &request,
                                     const std::optional<StatisticsRequest> &compared)
{
    m_statisticsJob.start(
        [analysis, request, compared](const std::stop_token &stop, Progress &progress) {
            return measureBoth(*analysis, request, compared, stop, progress);
        },
        [this](const Result<StatisticsPairOf> &result) {
            if (!result)
                return tellFailure(m_statistics, result.error());
            m_statistics->setMeasuring(-1);
            m_statistics->setResult(result->first, result->second);
        });
    m_statistics->setMeasuring(0);
    m_timer.start();
}

void Measurements::tellProgress()
{
    if (m_latencyJob.isRunning())
        m_latency->setMeasuring(m_latencyJob.fraction());
    if (m_statisticsJob.isRunning())
        m_statistics->setMeasuring(m_statisticsJob.fraction());
    if (!m_latencyJob.isRunning() && !m_statisticsJob.isRunning())
        m_timer.stop();
}

void Measurements::tellFailure(MeasureView *view, const Error &error)
{
    view->setStopped(
        error.kind == ErrorKind::Cancelled
            ? tr("Measuring was cancelled. Choose a range to measure again.")
            : tr("It could not be measured: %1").arg(QString::fromStdString(error.text())));
}

} // namespace thresher::ui
