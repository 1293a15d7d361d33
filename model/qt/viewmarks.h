// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <QJsonObject>
#include <QList>
#include <QString>

#include <array>
#include <optional>

namespace thresher {

/// The two ends of what is measured.
enum class Marker : std::uint8_t { A, B };
inline constexpr std::array kMarkers{Marker::A, Marker::B};

/// A place in the trace that has a name.
struct Bookmark
{
    quint64 id = 0; ///< Of the view's; stays through all changes. 0: not added yet.
    TimeNs time = 0;
    std::optional<TimeRange> range; ///< What it is about, if that is more than a moment.
    QString name; ///< One line.
    QString note; ///< Any number of them.

    friend bool operator==(const Bookmark &, const Bookmark &) = default;
};

/// Markers A and B, and bookmarks: a value, cheap to copy.
class ViewMarks
{
public:
    static constexpr qsizetype kMostBookmarks = 10'000;
    static constexpr qsizetype kLongestName = 200;
    static constexpr qsizetype kLongestNote = 20'000;

    [[nodiscard]] std::optional<TimeNs> marker(Marker which) const
    {
        return m_markers[static_cast<std::size_t>(which)];
    }
    void setMarker(Marker which, std::optional<TimeNs> time)
    {
        m_markers[static_cast<std::size_t>(which)] = time;
    }
    /// From one marker to the other; nullopt unless both are set. May be empty.
    [[nodiscard]] std::optional<TimeRange> between() const;

    /// By time; those of the same time in the order in which they were added.
    [[nodiscard]] const QList<Bookmark> &bookmarks() const { return m_bookmarks; }
    /// Null if there is none. O(bookmarks). Valid until the next change.
    [[nodiscard]] const Bookmark *bookmark(quint64 id) const;
    /// Those in a range, as positions [first, last) in bookmarks(). O(log bookmarks).
    [[nodiscard]] std::pair<qsizetype, qsizetype> bookmarksIn(TimeRange range) const;
    /// Names and notes that are too long are cut. @returns its id; 0 if there are kMostBookmarks.
    quint64 addBookmark(Bookmark bookmark);
    /// Replaces that of the same id; false if there is none.
    bool setBookmark(Bookmark bookmark);
    void removeBookmarks(const QList<quint64> &ids);

    [[nodiscard]] bool isEmpty() const { return *this == ViewMarks(); }

    /// {"markers": {"a": time, "b": time}, "bookmarks": [...]}, without what there is none of.
    [[nodiscard]] QJsonObject toJson() const;
    /// Takes what makes sense and leaves out the rest, whatever is given.
    [[nodiscard]] static ViewMarks fromJson(const QJsonObject &saved);

    friend bool operator==(const ViewMarks &left, const ViewMarks &right)
    {
        return left.m_markers == right.m_markers && left.m_bookmarks == right.m_bookmarks;
    }

private:
    void insert(Bookmark bookmark);

    std::array<std::optional<TimeNs>, 2> m_markers;
    QList<Bookmark> m_bookmarks;
};

} // namespace thresher
