// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/report/workshop.h"
#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/qt/viewstate.h"
#include "model/query/rangecounts.h"

#include <QByteArray>
#include <QString>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

/// Bug reports: a range of a trace with all that somebody else needs to look at it, in one file.
namespace thresher::ui {

/// What a report may hold; the summary always is.
enum class ReportPart : std::uint8_t {
    Pictures, ///< Of the range (PNG and SVG) and of the whole trace.
    Trace, ///< The range as a trace.dat.
    Events, ///< As text.
    Session, ///< What was looked at, as JSON.
};

struct ReportFile
{
    std::string name; ///< "timeline.png"
    std::string bytes;
    std::string about; ///< What it is and how it is opened; a sentence.
};

inline constexpr std::uint64_t kUsualEventLimit = 100'000;

struct ReportRequest
{
    std::shared_ptr<const IndexSnapshot> snapshot; ///< Complete.
    /// What of it is listed and counted; null: everything. The part of the trace holds all.
    std::shared_ptr<const Selection> selection;
    TimeRange range;
    std::string filter; ///< The expression, for the summary.
    std::string caption; ///< What is shown, in lines.
    std::string whatHappened; ///< The user's words; may be empty.
    std::vector<ReportFile> files; ///< Pictures and the session: made where the view is.
    bool hasEvents = true;
    std::uint64_t eventLimit = kUsualEventLimit;
    bool hasTrace = true;
    /// Made by anonymousPart(), whose trace `snapshot` then is of; null otherwise.
    std::shared_ptr<Workshop> workshop;
    std::filesystem::path path; ///< Of the archive, or of a folder that is not there yet:
    bool isFolder = false;
};

/// A part of a trace without names and texts, in a workshop, opened again.
struct AnonymousPart
{
    std::shared_ptr<Workshop> workshop;
    std::shared_ptr<const IndexSnapshot> snapshot;
};
/// All of an anonymous report is made from such a part: what it cannot show, the report does not
/// tell. @param selection  what is in it; null: all of the range. @param target  of the report.
[[nodiscard]] Result<AnonymousPart>
anonymousPart(const std::shared_ptr<const IndexSnapshot> &snapshot,
              const std::shared_ptr<const Selection> &selection, TimeRange range,
              const std::filesystem::path &target, const std::stop_token &stop, Progress &progress);

struct ReportSummary
{
    std::uint64_t events = 0; ///< Of the range, that are shown.
    std::uint64_t listed = 0; ///< Of them in events.txt.
    std::uint64_t bytes = 0; ///< Of the archive, or of what is in the folder.
};

/// Counts, prints, cuts and writes everything. On failure nothing is left, and what was at the path
/// stays. Thread: any; never touches a view or widget. O(events in the range).
[[nodiscard]] Result<ReportSummary> writeReport(const ReportRequest &request,
                                                const std::stop_token &stop, Progress &progress);

/// The text of summary.md. Pure. @param further  what else the report holds.
[[nodiscard]] std::string summaryText(const ReportRequest &request, const RangeCounts &counts,
                                      const std::vector<ReportFile> &further);

/// Why nothing can be written there, if that is known before: a folder, a device, a file that is
/// not to be replaced, no such folder.
[[nodiscard]] Result<void> checkReportPath(const QString &path, bool mayReplace);

} // namespace thresher::ui
