// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewstate.h"
#include "tests/support/memoryindex.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;

namespace {

constexpr EventTypeId kSwitch{0};

/// One CPU, two events, 1000 to 9001 ns.
struct Scene
{
    test::MemoryIndex index;
    ViewState view;
    QSignalSpy spy{&view, &ViewState::changed};

    Scene()
    {
        index.addEventTypes({"sched_switch"});
        test::MemoryStream &cpu = index.addStream(0);
        cpu.addEvent(1000, kSwitch, kIdleTask);
        cpu.addEvent(9000, kSwitch, kIdleTask);
        view.setSnapshot(index.snapshot());
        deliver();
    }
    ViewState::Changes deliver()
    {
        QCoreApplication::sendPostedEvents();
        return spy.isEmpty() ? ViewState::Changes()
                             : spy.takeFirst().first().value<ViewState::Changes>();
    }
    [[nodiscard]] std::optional<TimeNs> at(Marker which) const
    {
        return view.marks().marker(which);
    }
};

Bookmark bookmarkAt(TimeNs time, const QString &name = {})
{
    Bookmark bookmark;
    bookmark.time = time;
    bookmark.name = name;
    return bookmark;
}

QStringList namesOf(const ViewMarks &marks)
{
    QStringList names;
    for (const Bookmark &bookmark : marks.bookmarks())
        names += bookmark.name;
    return names;
}

QJsonObject parsed(const char *text)
{
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s", qPrintable(error.errorString()));
    return document.object();
}

} // namespace

class ViewMarksTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void markersAreSetInTurnBeginningWithA()
    {
        Scene scene;
        scene.view.setNextMarker(2000);
        QCOMPARE(scene.deliver(), ViewState::Changes(ViewState::MarksChanged));
        scene.view.setNextMarker(3000);
        QCOMPARE(scene.at(Marker::A), 2000);
        QCOMPARE(scene.at(Marker::B), 3000);
        scene.view.setNextMarker(4000);
        scene.view.setNextMarker(5000);
        QCOMPARE(scene.at(Marker::A), 4000);
        QCOMPARE(scene.at(Marker::B), 5000);
        QVERIFY(scene.view.marks().between() == (TimeRange{4000, 5000}));
        scene.view.setMarker(Marker::B, std::nullopt);
        QVERIFY(!scene.view.marks().between());
        scene.view.setNextMarker(1500);
        QCOMPARE(scene.at(Marker::B), 1500);
        QVERIFY(scene.view.marks().between() == (TimeRange{1500, 4000}));
        scene.view.clearMarkers();
        QVERIFY(scene.view.marks().isEmpty());
    }

    void marksAreClampedToTheTraceAndSayNothingIfNothingChanges()
    {
        Scene scene;
        scene.view.setMarker(Marker::A, kTimeMin);
        scene.view.setMarker(Marker::B, kTimeMax);
        QVERIFY(*scene.at(Marker::A) <= 1000 && *scene.at(Marker::A) > 900);
        QVERIFY(*scene.at(Marker::B) >= 9001 && *scene.at(Marker::B) < 9200);
        scene.deliver();
        scene.view.setMarker(Marker::A, kTimeMin);
        scene.view.setBookmark(bookmarkAt(1));
        scene.view.removeBookmarks({7});
        QCOMPARE(scene.deliver(), ViewState::Changes());
    }

    void withoutATraceThereIsNothingToMark()
    {
        ViewState view;
        view.setMarker(Marker::A, 1);
        QCOMPARE(view.addBookmark(bookmarkAt(1)), 0U);
        QVERIFY(view.marks().isEmpty());
    }

    void anotherTraceHasNoneOfThem()
    {
        Scene scene;
        Scene other;
        scene.view.setNextMarker(2000);
        scene.view.addBookmark(bookmarkAt(3000));
        scene.deliver();
        scene.view.setSnapshot(other.view.snapshot());
        QVERIFY(scene.deliver() & ViewState::MarksChanged);
        QVERIFY(scene.view.marks().isEmpty());
    }

    void bookmarksAreInOrderOfTheirTimes()
    {
        ViewMarks marks;
        const quint64 late = marks.addBookmark(bookmarkAt(30, u"late"_s));
        const quint64 early = marks.addBookmark(bookmarkAt(10, u"early"_s));
        marks.addBookmark(bookmarkAt(30, u"late too"_s));
        QCOMPARE(namesOf(marks), QStringList({u"early"_s, u"late"_s, u"late too"_s}));
        Bookmark moved = *marks.bookmark(early);
        moved.time = 30;
        QVERIFY(marks.setBookmark(moved));
        QCOMPARE(namesOf(marks), QStringList({u"late"_s, u"late too"_s, u"early"_s}));
        marks.removeBookmarks({late, 99});
        QCOMPARE(namesOf(marks), QStringList({u"late too"_s, u"early"_s}));
        QVERIFY(!marks.bookmark(late));
    }

    void bookmarksOfARangeAreThoseThatOneWouldCount()
    {
        const auto seed = QRandomGenerator::global()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        ViewMarks marks;
        for (int i = 0; i < 60; ++i)
            marks.addBookmark(bookmarkAt(random.bounded(40)));
        for (int i = 0; i < 200; ++i) {
            const TimeRange range{random.bounded(44) - 2, random.bounded(44) - 2};
            const auto [first, last] = marks.bookmarksIn(range);
            qsizetype expected = 0;
            for (const Bookmark &bookmark : marks.bookmarks())
                expected += range.contains(bookmark.time) ? 1 : 0;
            QCOMPARE(last - first, expected);
            for (qsizetype at = first; at < last; ++at)
                QVERIFY(range.contains(marks.bookmarks()[at].time));
        }
    }

    void namesAndNotesAreKeptWithinBounds()
    {
        ViewMarks marks;
        Bookmark bookmark = bookmarkAt(1, u" two\nlines\t"_s);
        bookmark.note = QString(ViewMarks::kLongestNote, u'x') + u"tail"_s;
        bookmark.range = TimeRange{5, 5};
        marks.addBookmark(bookmark);
        QCOMPARE(marks.bookmarks().first().name, u"two lines"_s);
        QCOMPARE(marks.bookmarks().first().note.size(), ViewMarks::kLongestNote);
        QVERIFY(!marks.bookmarks().first().range);
        // Not between the two halves of a character.
        const QString name = QString(ViewMarks::kLongestName - 1, u'x') + u"😀"_s;
        marks.addBookmark(bookmarkAt(2, name));
        QCOMPARE(marks.bookmarks().last().name, name.chopped(2));
    }

    void thereIsAnEndToBookmarks()
    {
        QJsonArray many;
        for (qsizetype i = 0; i < ViewMarks::kMostBookmarks + 5; ++i)
            many.append(QJsonObject{{u"time"_s, i}});
        ViewMarks marks = ViewMarks::fromJson({{u"bookmarks"_s, many}});
        QCOMPARE(marks.bookmarks().size(), ViewMarks::kMostBookmarks);
        QCOMPARE(marks.addBookmark(bookmarkAt(1)), 0U);
    }

    void allOfItIsKept()
    {
        Scene scene;
        scene.view.setMarker(Marker::B, 8999);
        Bookmark bookmark = bookmarkAt(4000, u"IRQ \"storm\""_s);
        bookmark.range = TimeRange{4000, 4500};
        bookmark.note = u"first\nsecond"_s;
        scene.view.addBookmark(bookmark);
        scene.view.addBookmark(bookmarkAt(2000));
        const QByteArray text = QJsonDocument(scene.view.save()).toJson();
        Scene other;
        other.view.restore(QJsonDocument::fromJson(text).object());
        QVERIFY(other.deliver() & ViewState::Restored);
        QVERIFY(!other.at(Marker::A));
        QCOMPARE(other.at(Marker::B), 8999);
        QCOMPARE(other.view.marks().bookmarks().size(), 2);
        const Bookmark &restored = other.view.marks().bookmarks().last();
        QCOMPARE(restored.name, bookmark.name);
        QCOMPARE(restored.note, bookmark.note);
        QVERIFY(restored.range == bookmark.range);
        other.view.restore({});
        QVERIFY(other.view.marks().isEmpty());
    }

    void hostileTextsGiveWhatMakesSense_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected"); // A, B and the bookmarks' times
        QTest::newRow("wrong types")
            << QByteArray(R"({"markers": 7, "bookmarks": {"time": 1}})") << u"- -"_s;
        QTest::newRow("no whole number")
            << QByteArray(R"({"markers": {"a": 1.5, "b": "12"}, "bookmarks": [{"time": 2.5}]})")
            << u"- -"_s;
        QTest::newRow("numbers too large")
            << QByteArray(R"({"markers": {"a": 1e300, "b": 9223372036854775808},
                              "bookmarks": [{"time": -1e30}, {"time": 9223372036854775807}]})")
            << u"- - 9223372036854775807"_s;
        QTest::newRow("ends of time")
            << QByteArray(R"({"markers": {"a": -9223372036854775808, "b": 9223372036854775807}})")
            << u"-9223372036854775808 9223372036854775807"_s;
        QTest::newRow("among good ones") << QByteArray(R"({"markers": {"a": 0, "b": null},
                  "bookmarks": [null, 5, [], {"time": 3, "name": 4, "note": [], "range": 5},
                                {"time": 1, "range": {"begin": 9, "end": 2}}]})")
                                         << u"0 - 1 3"_s;
    }
    void hostileTextsGiveWhatMakesSense()
    {
        QFETCH(QByteArray, text);
        const ViewMarks marks = ViewMarks::fromJson(parsed(text.constData()));
        QStringList left;
        for (const Marker which : kMarkers) {
            const auto time = marks.marker(which);
            left += time ? QString::number(*time) : u"-"_s;
        }
        for (const Bookmark &bookmark : marks.bookmarks()) {
            left += QString::number(bookmark.time);
            QVERIFY(!bookmark.range);
        }
        QFETCH(QString, expected);
        QCOMPARE(left.join(u' '), expected);
    }

    void aGestureHasANumberOfItsOwn()
    {
        ViewState view;
        QCOMPARE(view.gesture(), 0U);
        view.beginGesture();
        const quint64 first = view.gesture();
        QVERIFY(first != 0);
        view.endGesture();
        QCOMPARE(view.gesture(), 0U);
        view.beginGesture();
        QVERIFY(view.gesture() != first);
    }
};

QTEST_GUILESS_MAIN(ViewMarksTest)
#include "tst_viewmarks.moc"
