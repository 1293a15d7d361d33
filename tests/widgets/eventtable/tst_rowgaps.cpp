// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "widgets/eventtable/rowgaps.h"

#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// CPU 0 at 0, 20, 40, …; CPU 1 at 10, 30, 50, … with losses before its events 2 (at 50) and 4 (at
/// 90).
struct Scene
{
    test::MemoryIndex index;

    Scene()
    {
        index.addEventTypes({"a", "b"});
        index.addTasks({Task{1, 1, "t", {}}});
        test::MemoryStream &cpu0 = index.addStream(0);
        test::MemoryStream &cpu1 = index.addStream(1);
        for (int i = 0; i < 10; ++i) {
            cpu0.addEvent(i * 20, EventTypeId{0}, TaskId{1});
            cpu1.addEvent(i * 20 + 10, EventTypeId{1}, TaskId{1});
        }
        cpu1.addLost({30, 50, 2, 89});
        cpu1.addLost({70, 90, 4, -1});
        cpu0.addLost({60, 80, 4, 1}); // between rows 7 and 8
    }
};

QString dump(const std::vector<RowGap> &gaps)
{
    QStringList lines;
    for (const RowGap &gap : gaps)
        lines += QString::number(gap.row) + u": "_s + gap.text;
    return lines.join(u'\n');
}

std::shared_ptr<const Selection> select(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                        const ShowFilter &filter)
{
    Progress progress;
    return *selectEvents(*snapshot, filter, nullptr, {}, progress);
}

} // namespace

class tst_RowGaps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLossIsAtTheRowOfTheEventThatFollows()
    {
        const Scene scene;
        const RowOrder order(scene.index.snapshot());
        QCOMPARE(dump(findLosses(order, 0, 19)), u"5: 89 events lost on CPU 1\n"
                                                 "8: 1 event lost on CPU 0\n"
                                                 "9: events lost on CPU 1"_s);
    }

    void onlyThoseBetweenTheRowsAskedForAreTold()
    {
        const Scene scene;
        const RowOrder order(scene.index.snapshot());
        QCOMPARE(dump(findLosses(order, 5, 5)), u"5: 89 events lost on CPU 1"_s);
        QCOMPARE(dump(findLosses(order, 6, 7)), QString());
        QCOMPARE(dump(findLosses(order, 0, 4)), QString());
        QCOMPARE(dump(findLosses(order, 9, 1000)), u"9: events lost on CPU 1"_s);
        QCOMPARE(dump(findLosses(order, 1000, 2000)), QString());
        QCOMPARE(dump(findLosses(RowOrder(), 0, 10)), QString());
    }

    void whereTheEventIsHiddenTheNextShownRowTells()
    {
        const Scene scene;
        const auto snapshot = scene.index.snapshot();
        ShowFilter filter;
        filter.hiddenEvents = {EventTypeId{1}}; // rows are CPU 0's: 0, 20, …
        const RowOrder order(snapshot, select(snapshot, filter));
        QCOMPARE(dump(findLosses(order, 0, 9)), u"3: 89 events lost on CPU 1\n"
                                                "4: 1 event lost on CPU 0\n"
                                                "5: events lost on CPU 1"_s);
        // Also where only that row is in view.
        QCOMPARE(dump(findLosses(order, 3, 3)), u"3: 89 events lost on CPU 1"_s);
    }

    void lossesOfHiddenCpusAreNotTold()
    {
        const Scene scene;
        const auto snapshot = scene.index.snapshot();
        ShowFilter filter;
        filter.hiddenCpus = {1};
        const RowOrder order(snapshot, select(snapshot, filter));
        QCOMPARE(dump(findLosses(order, 0, 9)), u"4: 1 event lost on CPU 0"_s);
    }

    void severalCpusShareALine()
    {
        test::MemoryIndex index;
        index.addEventTypes({"a", "b"});
        index.addTasks({Task{1, 1, "t", {}}});
        test::MemoryStream &cpu0 = index.addStream(0);
        test::MemoryStream &cpu1 = index.addStream(1);
        cpu0.addEvent(10, EventTypeId{0}, TaskId{1});
        cpu0.addEvent(20, EventTypeId{1}, TaskId{1});
        cpu0.addEvent(30, EventTypeId{0}, TaskId{1});
        cpu0.addLost({10, 20, 1, 3});
        cpu1.addEvent(21, EventTypeId{1}, TaskId{1});
        cpu1.addLost({5, 21, 0, 1234});
        const auto snapshot = index.snapshot();
        ShowFilter filter;
        filter.hiddenEvents = {EventTypeId{1}};
        const RowOrder order(snapshot, select(snapshot, filter));
        QCOMPARE(dump(findLosses(order, 0, 1)),
                 u"1: 3 events lost on CPU 0 · 1,234 events lost on CPU 1"_s);
    }
};

QTEST_GUILESS_MAIN(tst_RowGaps)
#include "tst_rowgaps.moc"
