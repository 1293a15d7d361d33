// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewmarks.h"

#include <QJsonArray>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

constexpr std::array kMarkerKeys{"a", "b"};

/// JSON knows one kind of number: only a whole one that fits is a time.
std::optional<TimeNs> timeFrom(const QJsonValue &value)
{
    // A value that is no such number gives what is asked for, so two questions tell.
    const qint64 time = value.toInteger(0);
    if (time != value.toInteger(1))
        return std::nullopt;
    return time;
}

std::optional<TimeRange> rangeFrom(const QJsonValue &value)
{
    const auto begin = timeFrom(value[u"begin"_s]);
    const auto end = timeFrom(value[u"end"_s]);
    if (!begin || !end || *end <= *begin)
        return std::nullopt;
    return TimeRange{*begin, *end};
}

/// Cuts, but not between the two halves of a character.
void limit(QString &text, qsizetype most)
{
    if (text.size() <= most)
        return;
    text.truncate(text.at(most - 1).isHighSurrogate() ? most - 1 : most);
}

void tidy(Bookmark &bookmark)
{
    limit(bookmark.name, ViewMarks::kLongestName);
    limit(bookmark.note, ViewMarks::kLongestNote);
    bookmark.name = bookmark.name.simplified();
    if (bookmark.range && bookmark.range->isEmpty())
        bookmark.range.reset();
}

bool isEarlier(const Bookmark &bookmark, TimeNs time)
{
    return bookmark.time < time;
}

} // namespace

std::optional<TimeRange> ViewMarks::between() const
{
    const auto a = marker(Marker::A);
    const auto b = marker(Marker::B);
    if (!a || !b)
        return std::nullopt;
    return TimeRange{std::min(*a, *b), std::max(*a, *b)};
}

const Bookmark *ViewMarks::bookmark(quint64 id) const
{
    const auto found = std::ranges::find(m_bookmarks, id, &Bookmark::id);
    return found == m_bookmarks.end() ? nullptr : &*found;
}

std::pair<qsizetype, qsizetype> ViewMarks::bookmarksIn(TimeRange range) const
{
    if (range.isEmpty())
        return {0, 0};
    const auto begin = m_bookmarks.begin();
    const auto first = std::lower_bound(begin, m_bookmarks.end(), range.begin, isEarlier);
    return {first - begin,
            std::lower_bound(first, m_bookmarks.end(), range.end, isEarlier) - begin};
}

void ViewMarks::insert(Bookmark bookmark)
{
    // Behind all of the same time.
    const auto place = std::upper_bound(
        m_bookmarks.cbegin(), m_bookmarks.cend(), bookmark.time,
        [](TimeNs time, const Bookmark &other) { return time < other.time; });
    m_bookmarks.insert(place, std::move(bookmark));
}

quint64 ViewMarks::addBookmark(Bookmark bookmark)
{
    if (m_bookmarks.size() >= kMostBookmarks)
        return 0;
    quint64 last = 0;
    for (const Bookmark &other : m_bookmarks)
        last = std::max(last, other.id);
    bookmark.id = last + 1;
    tidy(bookmark);
    insert(std::move(bookmark));
    return last + 1;
}

bool ViewMarks::setBookmark(Bookmark bookmark)
{
    const auto found = std::ranges::find(m_bookmarks, bookmark.id, &Bookmark::id);
    if (found == m_bookmarks.end())
        return false;
    tidy(bookmark);
    if (found->time == bookmark.time) {
        *found = std::move(bookmark);
    } else {
        m_bookmarks.erase(found);
        insert(std::move(bookmark));
    }
    return true;
}

void ViewMarks::removeBookmarks(const QList<quint64> &ids)
{
    const QSet<quint64> removed(ids.begin(), ids.end());
    m_bookmarks.removeIf([&](const Bookmark &bookmark) { return removed.contains(bookmark.id); });
}

QJsonObject ViewMarks::toJson() const
{
    QJsonObject saved;
    QJsonObject markers;
    for (const Marker which : kMarkers) {
        if (const auto time = marker(which))
            markers.insert(QLatin1StringView(kMarkerKeys[static_cast<std::size_t>(which)]),
                           qint64{*time});
    }
    if (!markers.isEmpty())
        saved.insert(u"markers"_s, markers);
    QJsonArray bookmarks;
    for (const Bookmark &bookmark : m_bookmarks) {
        QJsonObject object{{u"time"_s, qint64{bookmark.time}}, {u"name"_s, bookmark.name}};
        if (bookmark.range) {
            object.insert(u"range"_s, QJsonObject{{u"begin"_s, qint64{bookmark.range->begin}},
                                                  {u"end"_s, qint64{bookmark.range->end}}});
        }
        if (!bookmark.note.isEmpty())
            object.insert(u"note"_s, bookmark.note);
        bookmarks.append(object);
    }
    if (!bookmarks.isEmpty())
        saved.insert(u"bookmarks"_s, bookmarks);
    return saved;
}

ViewMarks ViewMarks::fromJson(const QJsonObject &saved)
{
    ViewMarks marks;
    const QJsonValue markers = saved.value(u"markers"_s);
    for (const Marker which : kMarkers)
        marks.setMarker(
            which,
            timeFrom(markers[QLatin1StringView(kMarkerKeys[static_cast<std::size_t>(which)])]));
    const QJsonArray bookmarks = saved.value(u"bookmarks"_s).toArray();
    // Not addBookmark(), which looks for a free number each time.
    quint64 id = 0;
    for (const QJsonValue value : bookmarks) {
        const auto time = timeFrom(value[u"time"_s]);
        if (!time || id == kMostBookmarks)
            continue;
        Bookmark bookmark{++id, *time, rangeFrom(value[u"range"_s]), value[u"name"_s].toString(),
                          value[u"note"_s].toString()};
        tidy(bookmark);
        marks.m_bookmarks.append(std::move(bookmark));
    }
    std::ranges::stable_sort(marks.m_bookmarks, {}, &Bookmark::time);
    return marks;
}

} // namespace thresher
