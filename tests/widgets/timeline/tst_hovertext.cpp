// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/kernelnames.h"
#include "tests/support/memoryindex.h"
#include "widgets/timeline/hovertext.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// CPU 3: idle to 1000, sh to 5000, idle to 6000, sh for 2 ns, idle, cat for 4 ns, idle to 10000.
struct Scene
{
    MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;

    Scene()
    {
        index.addEventTypes({"sched_switch"});
        index.addTasks({{.pid = 412, .tgid = 400, .comm = "sh", .names = {}},
                        {.pid = 15, .tgid = 15, .comm = "cat", .names = {}}});
        MemoryStream &cpu = index.addStream(3);
        TimeNs time = 0;
        const auto run = [&](TimeNs until, std::uint32_t task) {
            cpu.addEvent(time, EventTypeId{0}, TaskId{task});
            cpu.running.add({time, until, task});
            time = until;
        };
        run(1000, 0);
        run(5000, 1);
        run(6000, 0);
        run(6002, 1);
        run(6004, 0);
        run(6008, 2);
        run(10'000, 0);
        run(20'000, kNoValue);
        cpu.irq.add({1500, 1600, 24});
        cpu.softirq.add({1600, 1900, 1});
        cpu.softirq.add({2000, 2100, 77});
        cpu.addLost({10'000, 20'000, 8, 1204});
        cpu.addLost({20'000, 20'000, 8, -1});
        snapshot = index.snapshot();
    }
    [[nodiscard]] HoverText at(TimeNs time, DurationNs tolerance, const QString &line = {}) const
    {
        return hoverText(*snapshot, 3, momentNear(*snapshot, nullptr, 3, time, tolerance), {},
                         line);
    }
};

QString plain(QString text)
{
    return text.remove(kDigitGap);
}

} // namespace

class tst_HoverText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTaskIsNamedWithPidProcessAndCpu()
    {
        const HoverText text = Scene().at(3000, 0);
        QCOMPARE(text.title, u"sh"_s);
        QCOMPARE(text.titleRest, u"pid 412 of process 400 · CPU 3"_s);
        QCOMPARE(text.main, u"ran 4.000 µs"_s);
        QCOMPARE(plain(text.details.join(u'|')), u"0.000001000 – 0.000005000 s"_s);
        QVERIFY(text.lost.isEmpty() && text.event.isEmpty() && text.more.isEmpty());
    }

    void idleAndUnknownSaySo()
    {
        const Scene scene;
        QCOMPARE(scene.at(500, 0).title, u"CPU 3"_s);
        QCOMPARE(scene.at(500, 0).main, u"idle for 1.000 µs"_s);
        QCOMPARE(scene.at(15'000, 0).main, u"not known what ran for 10.000 µs"_s);
    }

    void whatIsNarrowerThanAPixelIsFoundToo()
    {
        const Scene scene;
        // At the very time the CPU is idle; the pixel stands for 3 ns to either side.
        QCOMPARE(scene.at(6003, 0).main, u"idle for 2 ns"_s);
        QCOMPARE(scene.at(6003, 3).title, u"cat"_s); // the longer of two
        QCOMPARE(scene.at(5999, 3).title, u"sh"_s);
    }

    void interruptsHaveNames()
    {
        const Scene scene;
        QCOMPARE(scene.at(1550, 0).details.value(1), u"interrupt 24 for 100 ns"_s);
        QCOMPARE(scene.at(1700, 0).details.value(1), u"softirq TIMER for 300 ns"_s);
        QCOMPARE(scene.at(2050, 0).details.value(1), u"softirq 77 for 100 ns"_s);
        QCOMPARE(softirqName(9), std::string_view("RCU"));
        QCOMPARE(softirqName(10), std::string_view());
    }

    void lostEventsAreCounted()
    {
        const Scene scene;
        QCOMPARE(scene.at(15'000, 10).lost, u"1,204 events lost here in 10.000 µs"_s);
        LostSpan unknown{5, 5, 0, -1};
        CpuMoment moment;
        moment.lost = unknown;
        QCOMPARE(hoverText(*scene.snapshot, 3, moment, {}, {}).lost,
                 u"events lost here, it is not known how many"_s);
        moment.lost->count = 1;
        QCOMPARE(hoverText(*scene.snapshot, 3, moment, {}, {}).lost, u"1 event lost here"_s);
    }

    void theNearestEventIsQuotedAndOthersCounted()
    {
        const HoverText text = Scene().at(6003, 5, u"a line"_s);
        QCOMPARE(text.event, u"a line"_s);
        QCOMPARE(text.more, u"and 3 more events here"_s);
    }
};

QTEST_GUILESS_MAIN(tst_HoverText)
#include "tst_hovertext.moc"
