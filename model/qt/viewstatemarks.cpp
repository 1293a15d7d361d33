// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What ViewState knows of markers and bookmarks.
#include "model/qt/viewstate.h"

#include <algorithm>
#include <utility>

namespace thresher {

void ViewState::setMarks(const ViewMarks &marks)
{
    if (!m_snapshot || marks == m_marks)
        return;
    m_marks = marks;
    notify(MarksChanged);
}

void ViewState::setMarker(Marker which, std::optional<TimeNs> time)
{
    if (time)
        time = std::clamp(*time, bounds().begin, bounds().end);
    ViewMarks marks = m_marks;
    marks.setMarker(which, time);
    if (marks == m_marks || !m_snapshot)
        return;
    m_lastMarker = time ? std::optional(which) : std::nullopt;
    setMarks(marks);
}

void ViewState::setNextMarker(TimeNs time)
{
    const bool hasA = m_marks.marker(Marker::A).has_value();
    const bool hasB = m_marks.marker(Marker::B).has_value();
    const Marker next = !hasA                       ? Marker::A
                        : !hasB                     ? Marker::B
                        : m_lastMarker == Marker::A ? Marker::B
                                                    : Marker::A;
    setMarker(next, time);
}

void ViewState::clearMarkers()
{
    ViewMarks marks = m_marks;
    for (const Marker which : kMarkers)
        marks.setMarker(which, std::nullopt);
    setMarks(marks);
}

quint64 ViewState::addBookmark(Bookmark bookmark)
{
    if (!m_snapshot)
        return 0;
    bookmark.time = std::clamp(bookmark.time, bounds().begin, bounds().end);
    ViewMarks marks = m_marks;
    const quint64 id = marks.addBookmark(std::move(bookmark));
    setMarks(marks);
    return id;
}

void ViewState::setBookmark(const Bookmark &bookmark)
{
    ViewMarks marks = m_marks;
    if (marks.setBookmark(bookmark))
        setMarks(marks);
}

void ViewState::removeBookmarks(const QList<quint64> &ids)
{
    ViewMarks marks = m_marks;
    marks.removeBookmarks(ids);
    setMarks(marks);
}

void ViewState::beginGesture()
{
    ++m_gesture;
    m_isInGesture = true;
}

void ViewState::endGesture()
{
    if (std::exchange(m_isInGesture, false))
        m_isGesturePending = bool(m_pending);
}

} // namespace thresher
