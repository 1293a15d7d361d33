// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "app/report/report.h"

#include <QObject>

namespace thresher::ui {

/// What the user wants in a report.
struct ReportOptions
{
    TimeRange range;
    QString path;
    bool isFolder = false;
    bool hasPictures = true;
    bool hasTrace = true;
    bool hasEvents = true;
    bool hasSession = true;
    /// Names of tasks, hosts and files, and texts, are replaced; of the filter nothing is told.
    bool isAnonymous = false;
    std::uint64_t eventLimit = kUsualEventLimit;
    QString whatHappened;
};

/// Pictures of a range and of the whole trace, as a report holds them. GUI thread; some tenths of a
/// second.
[[nodiscard]] std::vector<ReportFile> reportPictures(const ViewState &view, TimeRange range);

/// Everything of a report that is made where the view is. GUI thread.
/// @param pictures  by reportPictures(); taken if they are wanted.
[[nodiscard]] ReportRequest reportRequest(const ViewState &view, const ReportOptions &options,
                                          std::vector<ReportFile> pictures);

/// Makes a report: pictures here, the rest in the background. One at a time. GUI thread.
class ReportMaker final : public QObject
{
    Q_OBJECT

public:
    explicit ReportMaker(QObject *parent = nullptr);
    ~ReportMaker() override; ///< Cancels, and waits until nothing is left.

    /// finished() or failed() follows. The view is not needed afterwards.
    /// @param pictures  as above; empty: they are drawn if they are wanted. Not used where they
    /// would tell names.
    void start(const ViewState &view, const ReportOptions &options,
               std::vector<ReportFile> pictures = {});
    /// failed() follows, with ErrorKind::Cancelled.
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    [[nodiscard]] double fraction() const { return m_job.fraction(); }

Q_SIGNALS:
    void finished(const thresher::ui::ReportSummary &summary);
    void failed(const thresher::Error &error);

private:
    void startAnonymous(const ViewState &view, const ReportOptions &options);
    void write(ReportRequest request);

    JobRunner m_job;
};

} // namespace thresher::ui
