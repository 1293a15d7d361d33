// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/eventtable/rowmarks.h"
#include "widgets/theme.h"

#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// Rows at 0, 10, 20, … 190.
struct Scene
{
    test::MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;

    Scene()
    {
        index.addEventTypes({"a"});
        test::MemoryStream &cpu = index.addStream(0);
        for (int i = 0; i < 20; ++i)
            cpu.addEvent(i * 10, EventTypeId{0}, kIdleTask);
        snapshot = index.snapshot();
    }
};

QString dump(const std::vector<RowMark> &marks)
{
    QStringList texts;
    for (const RowMark &mark : marks) {
        const QString name = !mark.marker ? mark.name : *mark.marker == Marker::A ? u"A"_s : u"B"_s;
        texts += (mark.isBefore ? u"<"_s : QString()) + QString::number(mark.row) + u' ' + name;
    }
    return texts.join(u", "_s);
}

} // namespace

class RowMarksTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void aSignIsAtItsRowOrBeforeIt()
    {
        const Scene scene;
        const RowOrder order(scene.snapshot);
        ViewMarks marks;
        marks.setMarker(Marker::A, 50);
        marks.setMarker(Marker::B, 55);
        for (const TimeNs time : {-5, 0, 77, 190, 191}) {
            Bookmark bookmark;
            bookmark.time = time;
            bookmark.name = u"t%1"_s.arg(time);
            marks.addBookmark(bookmark);
        }
        QCOMPARE(dump(findMarks(order, marks, 0, 19)),
                 u"<0 t-5, 0 t0, <8 t77, 19 t190, 5 A, <6 B"_s);
        QCOMPARE(dump(findMarks(order, marks, 5, 7)), u"5 A, <6 B"_s);
        QCOMPARE(dump(findMarks(order, marks, 6, 8)), u"<8 t77, <6 B"_s);
        QCOMPARE(dump(findMarks(order, marks, 9, 18)), u""_s);
        QCOMPARE(dump(findMarks(order, marks, 20, 30)), u""_s);
        QCOMPARE(dump(findMarks(RowOrder(), marks, 0, 5)), u""_s);
        QCOMPARE(dump(findMarks(order, {}, 0, 19)), u""_s);
    }

    void theTableFollowsTheMarksInView()
    {
        const Scene scene;
        ViewState view;
        EventTable table(view);
        table.resize(900, 260);
        table.show();
        view.setSnapshot(scene.snapshot);
        QCoreApplication::sendPostedEvents();
        QVERIFY(table.table()->marks().empty());
        view.setMarker(Marker::A, 30);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(dump(table.table()->marks()), u"3 A"_s);
        QVERIFY(!table.grab().isNull());
        table.table()->setTopRow(9);
        QVERIFY(table.table()->marks().empty());
        view.clearMarkers();
        table.table()->setTopRow(0);
        QCoreApplication::sendPostedEvents();
        QVERIFY(table.table()->marks().empty());
    }

    void theSignHasTheMarkersColourBesideTheTime()
    {
        const Scene scene;
        ViewState view;
        EventTable table(view);
        table.resize(900, 260);
        table.show();
        view.setSnapshot(scene.snapshot);
        view.setMarker(Marker::B, 20);
        QCoreApplication::sendPostedEvents();
        const QImage image = table.table()->viewport()->grab().toImage();
        const QRect row = table.table()->rowRect(2);
        const QRgb wanted = Theme::light().markerB.rgb();
        int found = 0;
        for (int x = 0; x < 200; ++x)
            found += image.pixel(x, row.top() + 5) == wanted ? 1 : 0;
        QCOMPARE_GE(found, 8);
    }
};

QTEST_MAIN(RowMarksTest)
#include "tst_rowmarks.moc"
