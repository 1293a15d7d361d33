// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/marks.h"
#include "model/filter/listclauses.h"
#include "model/index/snapshot.h"
#include "model/qt/laneset.h"
#include "model/qt/viewmarks.h"
#include "model/query/rows.h"
#include "model/query/selection.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace thresher {

/// How times are written: in the ruler, the table, everywhere.
enum class TimeFormat : std::uint8_t {
    Absolute, ///< Seconds on the trace's clock, as trace-cmd prints them.
    Relative, ///< Since the trace's begin.
};

/// What a filter expression's condition does to what is shown. Each by itself, since one may want
/// to see the events that fulfil it in the table, and all of what happened around them on the
/// timeline. What its list clauses hide is hidden in any case: a lane, a task.
struct FilterUse
{
    bool table = true; ///< The table shows what fulfils it only.
    bool timeline = false; ///< So does the timeline.
    bool highlight = true; ///< What fulfils it is marked on the timeline and in the overview.
    friend bool operator==(const FilterUse &, const FilterUse &) = default;
};

/// What a search has found, so far.
struct Found
{
    std::shared_ptr<const Selection> all; ///< Hidden ones too; null: nothing is decided yet.
    std::shared_ptr<const Selection> shown; ///< Of those the ones that the table shows.
    friend bool operator==(const Found &, const Found &) = default;
};

/// What is being looked at: the one object that every view reads and changes. Views do not know
/// each other. GUI thread only.
///
/// Setters clamp to what the trace has, do nothing if nothing changes, and otherwise are heard once
/// through changed(), at most once per turn of the event loop, all changes of that turn together.
class ViewState final : public QObject
{
    Q_OBJECT

public:
    enum Change : std::uint32_t {
        SnapshotChanged = 1U << 0, ///< More is indexed, or another trace is shown.
        VisibleRangeChanged = 1U << 1,
        SelectedRangeChanged = 1U << 2,
        CurrentEventChanged = 1U << 3,
        FilterChanged = 1U << 4, ///< What the user wants hidden: expression(), or filter() alone.
        SelectionChanged = 1U << 5, ///< The filters' results, which follow a little later.
        TimeFormatChanged = 1U << 6,
        HistoryChanged = 1U << 7, ///< canGoBack() or canGoForward()
        FilterUseChanged = 1U << 8,
        MarksChanged = 1U << 9, ///< marks()
        Restored = 1U << 10, ///< By restore(), not by the user; comes with the rest of it.
        SearchChanged = 1U << 12, ///< What is searched for.
        FoundChanged = 1U << 13, ///< What was found, which follows a little later.
        AnalysisChanged = 1U << 14, ///< More is known of what happened: analysis(), texts().
        LanesChanged = 1U << 15,
    };
    Q_DECLARE_FLAGS(Changes, Change)

    explicit ViewState(QObject *parent = nullptr);

    /// Null: no trace. A snapshot of another trace resets everything else (see restore()).
    [[nodiscard]] const std::shared_ptr<const IndexSnapshot> &snapshot() const
    {
        return m_snapshot;
    }
    void setSnapshot(std::shared_ptr<const IndexSnapshot> snapshot);

    /// The part of the trace that the timeline shows; at least kMinimumVisible long, inside the
    /// trace's range widened by a little. While building, "everything" stays everything as the
    /// range grows.
    static constexpr DurationNs kMinimumVisible = 10;
    [[nodiscard]] TimeRange traceRange() const;
    [[nodiscard]] TimeRange visibleRange() const { return m_visible; }
    /// @param remember  makes the range left an entry of the history (a jump, not a scroll step).
    void setVisibleRange(TimeRange range, bool remember = false);
    /// Keeps `anchor` where it is on screen; factor < 1 zooms in.
    void zoom(double factor, TimeNs anchor);
    void pan(DurationNs by);
    void showAll();
    /// Scrolls, without zooming, so that `time` is in view (centred if it was not).
    void ensureVisible(TimeNs time);
    void goBack();
    void goForward();
    [[nodiscard]] bool canGoBack() const { return !m_back.empty(); }
    [[nodiscard]] bool canGoForward() const { return !m_forward.empty(); }

    /// A stretch chosen on the timeline.
    [[nodiscard]] std::optional<TimeRange> selectedRange() const { return m_selectedRange; }
    void setSelectedRange(std::optional<TimeRange> range);

    /// Markers A and B, and bookmarks; viewstatemarks.cpp. What is set one by one is clamped to
    /// what one can scroll to.
    [[nodiscard]] const ViewMarks &marks() const { return m_marks; }
    void setMarks(const ViewMarks &marks);
    void setMarker(Marker which, std::optional<TimeNs> time); ///< nullopt: takes it away.
    /// Sets A, then B; then in turn again that which was set longer ago.
    void setNextMarker(TimeNs time);
    void clearMarkers();
    quint64 addBookmark(Bookmark bookmark); ///< @returns its id; 0: there are too many.
    void setBookmark(const Bookmark &bookmark); ///< That of its id.
    void removeBookmarks(const QList<quint64> &ids);

    /// What is set from here to endGesture() is one change to the user, as he drags something.
    void beginGesture();
    void endGesture();
    /// Another number for each gesture; 0: none is under way. One that has just ended still counts
    /// as long as changed() has not told its last changes.
    [[nodiscard]] quint64 gesture() const
    {
        return m_isInGesture || m_isGesturePending ? m_gesture : 0;
    }

    /// The event that table, timeline and details have in common.
    [[nodiscard]] std::optional<Place> currentEvent() const { return m_current; }
    void setCurrentEvent(std::optional<Place> place);

    /// A filter expression (model/filter) that the trace understands; empty: none. All that hides
    /// anything is in it.
    [[nodiscard]] const QString &expression() const { return m_expression; }
    void setExpression(const QString &expression);
    /// What its list clauses hide, from table and timeline alike, of the tasks that are known.
    [[nodiscard]] const ShowFilter &filter() const { return m_filter; }
    /// Changes the expression so that its list clauses hide this, and nothing else of it. Nothing
    /// happens if it became longer than an expression may be.
    void setFilter(ShowFilter filter, ListForm form = ListForm::Hide);
    /// The rest of the expression, which filterUse() is about; empty: none.
    [[nodiscard]] const std::string &condition() const { return m_condition; }
    [[nodiscard]] FilterUse filterUse() const { return m_use; }
    void setFilterUse(FilterUse use);

    /// The evaluation of filter(), which lags behind; null while it hides nothing.
    /// @param snapshot  that it was made of; null: snapshot(). A selection may be of an older one,
    /// while the index is being built.
    void setSelection(std::shared_ptr<const Selection> selection,
                      std::shared_ptr<const IndexSnapshot> snapshot = {});
    [[nodiscard]] const std::shared_ptr<const Selection> &listed() const
    {
        return m_listed.selection;
    }
    /// The evaluation of filter() and condition() together; null while there is no condition.
    void setMatches(std::shared_ptr<const Selection> matches,
                    std::shared_ptr<const IndexSnapshot> snapshot = {});
    [[nodiscard]] const std::shared_ptr<const Selection> &matches() const
    {
        return m_matches.selection;
    }
    /// What the timeline shows, of selectionSnapshot(); null: everything.
    [[nodiscard]] const std::shared_ptr<const Selection> &selection() const;
    [[nodiscard]] const std::shared_ptr<const IndexSnapshot> &selectionSnapshot() const;
    /// The rows that the table shows; of an older snapshot if the selection is. Cheap to copy.
    [[nodiscard]] const RowOrder &rows() const { return m_rows; }
    /// The rows of matches(), to walk from one to the next.
    [[nodiscard]] RowOrder matchingRows() const;

    /// What is searched for, beside the filter: an expression that the trace understands; empty:
    /// nothing. It hides nothing, and is not saved.
    [[nodiscard]] const QString &search() const { return m_search; }
    void setSearch(const QString &expression);
    [[nodiscard]] const Found &found() const { return m_found; }
    /// @param snapshot  that it was made of.
    void setFound(Found found, std::shared_ptr<const IndexSnapshot> snapshot);
    /// The rows of found().shown, to walk from one to the next.
    [[nodiscard]] RowOrder foundRows() const;

    /// What happened, as far as it is worked out; null: nothing is yet. Of this trace, maybe of an
    /// older snapshot.
    [[nodiscard]] const std::shared_ptr<const Analysis> &analysis() const { return m_analysis; }
    /// Does nothing if it is of another trace.
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    /// Texts that were written into the trace; null: not looked for yet, or none. Of this trace.
    [[nodiscard]] const std::shared_ptr<const Marks> &texts() const { return m_texts; }
    /// @param trace  that they are of; does nothing if it is another one.
    void setTexts(std::shared_ptr<const Marks> texts, const TraceFile *trace);
    /// Which lanes the timeline has.
    [[nodiscard]] const LaneSet &lanes() const { return m_lanes; }
    void setLanes(LaneSet lanes);

    [[nodiscard]] TimeFormat timeFormat() const { return m_timeFormat; }
    void setTimeFormat(TimeFormat format);

    /// Visible and selected range, marks, current event, filter (by name, so that it survives a
    /// rebuild), time format. restore() takes what fits the trace and ignores the rest; events and
    /// tasks that are not indexed yet are taken when they are. Marks are taken wherever they are.
    [[nodiscard]] QJsonObject save() const;
    void restore(const QJsonObject &saved);

Q_SIGNALS:
    void changed(thresher::ViewState::Changes changes);

private:
    [[nodiscard]] TimeRange bounds() const; ///< How far one can scroll.
    [[nodiscard]] Changes setVisible(TimeRange range);
    [[nodiscard]] Changes reset();
    void go(std::vector<TimeRange> &from, std::vector<TimeRange> &to);
    void applyExpression(const QString &expression);
    [[nodiscard]] Changes updateFilter();
    void restoreFilter();
    struct Evaluated
    {
        std::shared_ptr<const Selection> selection;
        std::shared_ptr<const IndexSnapshot> snapshot; ///< That it was made of.
    };
    /// Of the filters' results that which counts where `usesExpression`.
    [[nodiscard]] const Evaluated &shown(bool usesExpression) const;
    void setEvaluated(Evaluated &evaluated, std::shared_ptr<const Selection> selection,
                      std::shared_ptr<const IndexSnapshot> snapshot);
    void updateRows();
    void restoreRest();
    [[nodiscard]] Changes resetLanes();
    void applyLanes(LaneSet lanes);
    void notify(Changes changes);

    std::shared_ptr<const IndexSnapshot> m_snapshot;
    Evaluated m_listed;
    Evaluated m_matches;
    RowOrder m_rows;
    QString m_expression;
    ListClauses m_lists; ///< Of the expression.
    std::string m_condition;
    ShowFilter m_filter; ///< Of the lists, for this snapshot.
    FilterUse m_use;
    QString m_search;
    Found m_found;
    std::shared_ptr<const IndexSnapshot> m_foundSnapshot;
    TimeRange m_visible;
    bool m_showsAll = true;
    std::optional<TimeRange> m_selectedRange;
    ViewMarks m_marks;
    std::optional<Marker> m_lastMarker; ///< That was set.
    quint64 m_gesture = 0;
    bool m_isInGesture = false;
    bool m_isGesturePending = false;
    std::optional<Place> m_current;
    std::shared_ptr<const Analysis> m_analysis;
    std::shared_ptr<const Marks> m_texts;
    LaneSet m_lanes;
    TimeFormat m_timeFormat = TimeFormat::Absolute;
    std::vector<TimeRange> m_back;
    std::vector<TimeRange> m_forward;
    QJsonObject m_unrestored; ///< Of restore(): waits for the index.
    Changes m_pending;
};

Q_DECLARE_OPERATORS_FOR_FLAGS(ViewState::Changes)

} // namespace thresher
