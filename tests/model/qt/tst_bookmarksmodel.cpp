// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/bookmarksmodel.h"
#include "tests/support/memoryindex.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;

namespace {

struct Scene
{
    test::MemoryIndex index;
    ViewState view;
    BookmarksModel model{view};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};

    Scene() { openTrace(); }
    void openTrace()
    {
        index.addEventTypes({"sched_switch"});
        test::MemoryStream &stream = index.addStream(0);
        stream.addEvent(1000, EventTypeId{0}, kIdleTask);
        stream.addEvent(90'000, EventTypeId{0}, kIdleTask);
        view.setSnapshot(index.snapshot());
        turn();
    }
    static void turn() { QCoreApplication::sendPostedEvents(); }
    quint64 add(TimeNs time, const QString &name)
    {
        Bookmark bookmark;
        bookmark.time = time;
        bookmark.name = name;
        const quint64 id = view.addBookmark(bookmark);
        turn();
        return id;
    }
    [[nodiscard]] QVariant cell(int row, int column, int role = Qt::DisplayRole) const
    {
        return model.index(row, column).data(role);
    }
};

} // namespace

class BookmarksModelTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRowHasWhatABookmarkIs()
    {
        Scene scene;
        const quint64 id = scene.add(3000, u"later"_s);
        scene.add(2000, u"sooner"_s);
        QCOMPARE(scene.model.rowCount(), 2);
        QCOMPARE(scene.cell(0, BookmarksModel::NameColumn).toString(), u"later"_s);
        QCOMPARE(scene.cell(0, BookmarksModel::TimeColumn).toLongLong(), 3000);
        QVERIFY(!scene.cell(0, BookmarksModel::LengthColumn).isValid());
        QCOMPARE(scene.cell(0, 0, BookmarksModel::IdRole).toULongLong(), id);
        QCOMPARE(scene.model.rowOf(id), 0);
        QCOMPARE(scene.model.rowOf(77), -1);
        Bookmark bookmark = scene.model.at(0);
        bookmark.range = TimeRange{3000, 3500};
        scene.view.setBookmark(bookmark);
        scene.turn();
        QCOMPARE(scene.cell(0, BookmarksModel::LengthColumn).toLongLong(), 500);
        QCOMPARE(scene.cell(1, BookmarksModel::LengthColumn, BookmarksModel::SortRole), 0);
    }

    void namesAndNotesAreEditedInPlace()
    {
        Scene scene;
        scene.add(2000, u"one"_s);
        QVERIFY(scene.model.setData(scene.model.index(0, BookmarksModel::NameColumn), u"two"_s));
        QVERIFY(scene.model.setData(scene.model.index(0, BookmarksModel::NoteColumn), u"why"_s));
        QCOMPARE(scene.view.marks().bookmarks().first().name, u"two"_s);
        QCOMPARE(scene.view.marks().bookmarks().first().note, u"why"_s);
        QCOMPARE(scene.cell(0, BookmarksModel::NoteColumn).toString(), u"why"_s);
        QVERIFY(!scene.model.setData(scene.model.index(0, BookmarksModel::TimeColumn), 5));
        QVERIFY(!scene.model.setData({}, u"x"_s));
    }

    void anUnchangedRowIsNotTouched()
    {
        Scene scene;
        const quint64 first = scene.add(2000, u"one"_s);
        scene.add(3000, u"two"_s);
        scene.add(4000, u"three"_s);
        const QPersistentModelIndex kept = scene.model.index(1, 0);
        const QSignalSpy changed(&scene.model, &QAbstractItemModel::dataChanged);
        const QSignalSpy reset(&scene.model, &QAbstractItemModel::modelReset);
        scene.view.removeBookmarks({first});
        scene.turn();
        QCOMPARE(kept.row(), 0);
        QCOMPARE(kept.data().toString(), u"two"_s);
        scene.view.setMarker(Marker::A, 2000);
        scene.turn();
        QVERIFY(changed.isEmpty());
        QVERIFY(reset.isEmpty());
    }

    void itFollowsWhateverHappens()
    {
        const auto seed = QRandomGenerator::global()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        Scene scene;
        for (int i = 0; i < 300; ++i) {
            ViewMarks marks = scene.view.marks();
            for (int change = random.bounded(4); change >= 0; --change) {
                const auto &all = marks.bookmarks();
                Bookmark bookmark = all.isEmpty() ? Bookmark() : all[random.bounded(all.size())];
                bookmark.time = 1000 + random.bounded(50);
                bookmark.name = QString::number(i);
                const int what = random.bounded(3);
                if (what == 0)
                    marks.addBookmark(bookmark);
                else if (what == 1)
                    marks.setBookmark(bookmark);
                else
                    marks.removeBookmarks({bookmark.id});
            }
            scene.view.setMarks(marks);
            scene.turn();
            QList<Bookmark> rows;
            for (int row = 0; row < scene.model.rowCount(); ++row)
                rows.append(scene.model.at(row));
            QCOMPARE(rows.size(), marks.bookmarks().size());
            for (const Bookmark &row : rows)
                QVERIFY(row == *marks.bookmark(row.id));
        }
        scene.view.setSnapshot(nullptr);
        scene.turn();
        QCOMPARE(scene.model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(BookmarksModelTest)
#include "tst_bookmarksmodel.moc"
