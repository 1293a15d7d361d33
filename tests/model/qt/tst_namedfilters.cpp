// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/namedfilters.h"
#include "tests/support/memoryindex.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;

class tst_NamedFilters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsAModelThroughAllChanges()
    {
        NamedFilters filters;
        const QAbstractItemModelTester tester(
            &filters, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy spy(&filters, &NamedFilters::changed);
        QCOMPARE(filters.save(u"b"_s, u"cpu == 1"_s), 0);
        QCOMPARE(filters.save(u"a"_s, u"cpu == 2"_s), 0);
        QCOMPARE(filters.save(u"b"_s, u"cpu == 3"_s), 1); // another one of that name
        QCOMPARE(filters.rowCount(), 2);
        QVERIFY(filters.setData(filters.index(0, NamedFilters::NameColumn), u"c"_s, Qt::EditRole));
        QCOMPARE(filters.name(1), u"c"_s);
        QCOMPARE(filters.expression(1), u"cpu == 2"_s);
        QVERIFY(!filters.setData(filters.index(0, NamedFilters::NameColumn), u"c"_s, Qt::EditRole));
        QVERIFY(!filters.setData(filters.index(0, NamedFilters::NameColumn), u" "_s, Qt::EditRole));
        QVERIFY(filters.setData(filters.index(0, NamedFilters::ExpressionColumn), u"cpu == 4"_s,
                                Qt::EditRole));
        filters.remove(1);
        filters.remove(7);
        QCOMPARE(filters.toText(), u"b = cpu == 4\n"_s);
        QCOMPARE_GE(spy.size(), 6);
    }

    void itsTextIsReadAgain()
    {
        NamedFilters filters;
        filters.save(u"x = y\n#z"_s, u"a == 1 &&\nb ~ \"=  *\""_s);
        filters.save(u"# second"_s, u"cpu == 1"_s);
        NamedFilters others;
        QCOMPARE(others.addText(u"# a remark = x\n\nno filter\n = nothing\n"_s + filters.toText()),
                 2);
        QCOMPARE(others.toText(), filters.toText());
        QCOMPARE(others.toText(), u"second = cpu == 1\nx - y #z = a == 1 && b ~ \"=  *\"\n"_s);
    }

    void whatATraceDoesNotUnderstandIsSaid()
    {
        test::MemoryIndex index;
        index.addEventTypes({"sched_switch"});
        index.addStream(0).addEvent(1, EventTypeId{0}, TaskId{0});
        NamedFilters filters;
        filters.save(u"good"_s, u"sched_switch"_s);
        filters.save(u"other"_s, u"sched_swatch"_s);
        filters.save(u"wrong"_s, u"cpu == "_s);
        QVERIFY(filters.problem(0).isEmpty() && filters.problem(1).isEmpty());
        QVERIFY(!filters.problem(2).isEmpty());
        QSignalSpy spy(&filters, &QAbstractItemModel::dataChanged);
        filters.setTrace(index.snapshot()->trace);
        QCOMPARE(spy.size(), 1);
        QVERIFY(filters.problem(0).isEmpty());
        QCOMPARE(filters.problem(1),
                 u"the trace has no event 'sched_swatch'; did you mean 'sched_switch'?"_s);
    }

    void theLatestAreKeptOnceAndNotTooMany()
    {
        NamedFilters filters;
        for (int i = 0; i < 20; ++i)
            filters.addRecent(u"cpu == %1"_s.arg(i));
        filters.addRecent(u"cpu == 15"_s);
        filters.addRecent({});
        QCOMPARE(filters.recent().size(), NamedFilters::kMostRecent);
        QCOMPARE(filters.recent().mid(0, 3),
                 (QStringList{u"cpu == 15"_s, u"cpu == 19"_s, u"cpu == 18"_s}));
    }
};

QTEST_GUILESS_MAIN(tst_NamedFilters)
#include "tst_namedfilters.moc"
