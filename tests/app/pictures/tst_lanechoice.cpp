// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/lanechoice.h"
#include "tests/widgets/timeline/timelinescene.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

class tst_LaneChoice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void otherLanesAreHidden()
    {
        const TimelineTrace trace; // CPUs 0, 2 and 5
        const auto choice = parseLanes("cpu:0,cpu:4-7");
        QVERIFY(choice);
        const auto filter = choice->applied({}, *trace.snapshot);
        QVERIFY(filter);
        QCOMPARE(filter->hiddenCpus, std::vector<CpuId>{2});
        QCOMPARE(parseLanes("cpu:0-1,2,5")->applied({}, *trace.snapshot)->hiddenCpus,
                 std::vector<CpuId>{});
    }

    void tasksThatAreNamedStandAboveAll()
    {
        const TimelineTrace trace; // bash 412, cat 1033, rcu_preempt 15
        const auto set = parseLanes("cpus,task:bash,15")->lanes(*trace.snapshot, nullptr);
        QVERIFY(set);
        QVERIFY(set->showsCpus && !set->showsTasks);
        QCOMPARE(set->pinned, (std::vector{laneOf(TaskId{1}), laneOf(TaskId{3})}));
        QVERIFY(parseLanes("cpus")->applied({}, *trace.snapshot)->hiddenCpus.empty());
        const auto tasks = parseLanes("tasks")->lanes(*trace.snapshot, nullptr);
        QVERIFY(!tasks->showsCpus && tasks->showsTasks);
        QVERIFY(!parseLanes("cpu:0")->lanes(*trace.snapshot, nullptr)->showsTasks);
    }

    void pairsAndCountersAreNamedByTheirBegin()
    {
        const TimelineTrace trace;
        Analysis analysis;
        for (const char *const name : {"softirq", "softirq raised", "work"})
            analysis.pairs.emplace_back().spec.name = name;
        analysis.counters.emplace_back().spec.name = "CPU frequency";
        const auto set = parseLanes("pair:softirq,1,WO,counter:cpu f,marks")
                             ->lanes(*trace.snapshot, &analysis);
        QVERIFY(set);
        QCOMPARE(set->pinned, (std::vector{laneOfPair("softirq"), laneOfPair("softirq raised"),
                                           laneOfPair("work"), laneOfCounter("CPU frequency")}));
        QVERIFY(set->isUnfolded(laneOfPair("work")));
        QVERIFY(set->showsMarks && !set->showsPairs && !set->showsCpus);
        QVERIFY(parseLanes("pairs,counters")->lanes(*trace.snapshot, &analysis)->showsPairs);
        const auto several = parseLanes("pair:soft")->lanes(*trace.snapshot, &analysis);
        QCOMPARE(QString::fromStdString(several.error().what),
                 u"--lanes: 'soft' may be softirq, softirq raised"_s);
    }

    void whatIsNoLaneIsSaid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("a pair that is not there") << u"pair:x"_s << u"no pair"_s;
        QTest::newRow("no counter") << u"counter:"_s << u"is no kind of lane"_s;
        QTest::newRow("no kind") << u"0-3"_s << u"cpu:0-3,7"_s;
        QTest::newRow("another kind") << u"irq:3"_s << u"'irq' is no kind of lane"_s;
        QTest::newRow("no task") << u"task:"_s << u"is no kind of lane"_s;
        QTest::newRow("a task that is not there") << u"task:perl"_s << u"'perl'"_s;
        QTest::newRow("a part behind all") << u"cpus,3"_s << u"'3' is no kind of lane"_s;
        QTest::newRow("no number") << u"cpu:a"_s << u"'a'"_s;
        QTest::newRow("nothing") << QString() << u"cpu:0-3,7"_s;
        QTest::newRow("an end") << u"cpu:0,"_s << u"''"_s;
        QTest::newRow("a CPU that is not there") << u"cpu:3-4"_s << u"CPU 3-4"_s;
    }
    void whatIsNoLaneIsSaid()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const TimelineTrace trace;
        const auto choice = parseLanes(text.toStdString());
        std::optional<Error> error;
        if (!choice)
            error = choice.error();
        else if (const auto filter = choice->applied({}, *trace.snapshot); !filter)
            error = filter.error();
        else if (const auto lanes = choice->lanes(*trace.snapshot, nullptr); !lanes)
            error = lanes.error();
        QVERIFY(error);
        QVERIFY2(error->what.find(part.toStdString()) != std::string::npos, error->what.c_str());
    }
};

QTEST_GUILESS_MAIN(tst_LaneChoice)
#include "tst_lanechoice.moc"
