// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/analysisrunner.h"
#include "app/jobrunner.h"
#include "app/searcher.h"
#include "model/index/traceindex.h"
#include "model/qt/viewstate.h"
#include "model/query/rowprinter.h"

#include <QString>
#include <QTimer>

#include <memory>
#include <mutex>
#include <vector>

namespace thresher::ui {

/// The trace that the window shows: opens it, has its index built or reopened, the filter evaluated
/// and the index verified, all in the background, and keeps ViewState up to date. GUI thread.
class TraceSession final : public QObject
{
    Q_OBJECT

public:
    explicit TraceSession(IndexOptions options, QObject *parent = nullptr);
    ~TraceSession() override;

    [[nodiscard]] ViewState &view() { return m_view; }
    [[nodiscard]] Searcher &searcher() { return m_searcher; }
    [[nodiscard]] AnalysisRunner &analysis() { return m_analysis; }
    /// Of the trace that is open; empty: none.
    [[nodiscard]] const QString &path() const { return m_path; }

    /// opened() follows, or failed(): then what was open stays open.
    void open(const QString &path);
    void close();

    /// Shows a recording that is being made, in place of what was open, or more of it.
    /// @param path  what the trace will be called.
    void showLive(const QString &path, std::shared_ptr<const IndexSnapshot> snapshot);
    /// The recording is finished: what is shown stays as it is, but is of the file from now on.
    void finishLive(const BuiltIndex &built);
    /// What is shown is still being recorded, or was when something went wrong.
    [[nodiscard]] bool isLive() const { return m_isLive; }

    /// Stops indexing; what is indexed stays usable.
    void cancelIndexing();
    /// Goes on after cancelIndexing() or an error.
    void continueIndexing();
    /// Forgets the index that was kept and builds it anew.
    void rebuildIndex();

    [[nodiscard]] bool isIndexing() const { return m_opening.isRunning(); }
    /// Nothing is under way that would change what is shown.
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] double indexingFraction() const { return m_opening.fraction(); }

    /// Prints rows of view().rows(); null without a trace.
    [[nodiscard]] std::shared_ptr<RowPrinter> printer();
    /// A row as `trace-cmd report` prints it.
    [[nodiscard]] QString reportLine(const RowData &row);
    /// Time, name and fields in one line, for a hover card.
    [[nodiscard]] QString shortLine(Place place);

Q_SIGNALS:
    void opened(); ///< The first snapshot is there.
    void liveOpened(); ///< The same of a recording that is being made.
    void liveGrown(); ///< There is more of it: comes before ViewState::changed().
    void failed(const thresher::Error &error);
    void indexingProgressed(double fraction);
    void indexingFinished(bool wasReopened);
    void indexingStopped(); ///< By cancelIndexing().
    void indexingFailed(const thresher::Error &error); ///< The latest snapshot stays.
    void noted(const thresher::Diagnostic &note); ///< For the list of diagnostics.
    /// Of the filter's evaluation, while it takes longer than a moment; negative: done.
    void matchingProgressed(double fraction);

private:
    /// Snapshots on their way from the builder: only the latest is worth delivering.
    struct Mailbox
    {
        std::mutex mutex;
        std::shared_ptr<const IndexSnapshot> latest;
        bool isPosted = false;
    };
    void startOpening(std::shared_ptr<const TraceFile> trace, bool ignoreCached);
    void take(const std::shared_ptr<Mailbox> &mailbox);
    void applySnapshot(std::shared_ptr<const IndexSnapshot> snapshot);
    void finishOpening(Result<BuiltIndex> result);
    void verifyLater(const IndexStatistics &statistics);
    void verify();
    void followView(ViewState::Changes changes);
    void startSelecting();
    void startMatching();
    void takeMatches(Result<std::shared_ptr<const Selection>> result);

    IndexOptions m_options;
    ViewState m_view;
    QString m_path;
    bool m_isLive = false;
    std::shared_ptr<RowPrinter> m_printer;
    std::shared_ptr<Mailbox> m_mailbox; ///< Of the trace being opened; others are late.
    std::shared_ptr<const IndexSnapshot> m_selecting; ///< What the running selection is made of.
    std::shared_ptr<const IndexSnapshot> m_matching; ///< The same of the filter's evaluation.
    std::uint64_t m_matchingNumber = 0; ///< Of evaluations; results of earlier ones are late.
    QJsonObject m_toRestore; ///< While the index is built anew.
    std::filesystem::path m_toVerify;
    QTimer m_verifyTimer;
    QTimer m_progressTimer;
    QTimer m_matchingTimer;
    Searcher m_searcher{m_view};
    AnalysisRunner m_analysis;
    JobRunner m_probing; // these last, so that jobs end before what they use
    JobRunner m_opening;
    JobRunner m_selectingJob;
    JobRunner m_matchingJob;
    JobRunner m_verifying;
};

} // namespace thresher::ui
