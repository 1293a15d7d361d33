// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace thresher {

/// What a step changed, for its name.
struct ViewChange
{
    enum class What : std::uint8_t {
        SetMarker,
        MoveMarker,
        RemoveMarker,
        SetMarkers, ///< Both at once.
        ClearMarkers,
        AddBookmark,
        RemoveBookmark,
        RemoveBookmarks,
        RenameBookmark,
        EditNote,
        MoveBookmark,
        ChangeBookmarks, ///< Several, in several ways.
        ChangeFilter, ///< The expression.
        ClearFilter,
        ChangeShown, ///< What the lists show and hide.
        ChangeFilterUse,
        ChangeLanes, ///< Which there are, hidden, pinned or in another order.
        Select,
        Deselect,
        Jump, ///< To another part of the trace.
    };
    What what = What::Jump;
    Marker marker = Marker::A;
    QString name; ///< Of the one bookmark that it is about.
    friend bool operator==(const ViewChange &, const ViewChange &) = default;
};

/// Undo and redo of what the user has set in a view: marks, filter, lists, lanes, the selected
/// range, jumps.
///
/// It watches the state and keeps what was and what is, so whoever changes something need not know
/// of it, and nothing can be forgotten. (A stack of commands, as QUndoStack, would need each change
/// to be made by a command, and QtGui.) What comes in one turn of the event loop is one step; so is
/// all of a gesture (ViewState::beginGesture()), and what is typed into an expression letter by
/// letter. Scrolling and zooming are no steps. What restore() brings is none either; another trace
/// begins anew, unless it is the file that a recording became. GUI thread.
class ViewUndo final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostSteps = 300;

    /// @param view  outlives it.
    explicit ViewUndo(ViewState &view, QObject *parent = nullptr);
    ~ViewUndo() override;

    /// What undo() and redo() would take back or do again; nullopt: nothing.
    [[nodiscard]] std::optional<ViewChange> undoable() const;
    [[nodiscard]] std::optional<ViewChange> redoable() const;
    /// @returns what was done.
    std::optional<ViewChange> undo();
    std::optional<ViewChange> redo();

    /// Milliseconds, for tests.
    void setClock(std::function<qint64()> clock) { m_clock = std::move(clock); }

Q_SIGNALS:
    void changed(); ///< undoable() or redoable()

private:
    struct Moment; ///< All that can be undone, as it is at one moment.
    struct Step;

    [[nodiscard]] Moment now() const;
    void follow(ViewState::Changes changes);
    void record(bool isJump);
    void push(Moment now, unsigned fields);
    void apply(const Moment &moment, unsigned fields);
    void forget();
    void moveTo(std::shared_ptr<const IndexSnapshot> snapshot);

    ViewState &m_view;
    std::shared_ptr<const IndexSnapshot> m_snapshot; ///< That the steps are of.
    std::unique_ptr<Moment> m_last;
    std::vector<Step> m_steps;
    std::size_t m_done = 0; ///< Steps before it can be undone, those behind it redone.
    std::function<qint64()> m_clock;
};

} // namespace thresher
