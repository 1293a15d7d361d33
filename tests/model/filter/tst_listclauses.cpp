// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/listclauses.h"
#include "tests/model/filter/filterscene.h"
#include "tests/support/memoryindex.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

FilterExpr parsed(const std::string &text)
{
    const auto expr = parseFilter(text);
    if (!expr)
        qFatal("%s: %s", text.c_str(), expr.error().text().c_str());
    return *expr;
}

ListClauses clausesOf(const std::string &text, const IndexSnapshot &snapshot)
{
    const auto clauses = ListClauses::of(parsed(text), *snapshot.trace);
    if (!clauses)
        qFatal("%s: %s", text.c_str(), clauses.error().text().c_str());
    return *clauses;
}

/// CPUs 0 to 3, three types of events beside those that every trace has, and the idle task with
/// others of PIDs 10, 20, …
std::shared_ptr<const IndexSnapshot> scene(int tasks = 6)
{
    MemoryIndex index;
    index.addEventTypes({"a_one", "a_two", "b_one"});
    std::vector<Task> all;
    for (int i = 1; i <= tasks; ++i)
        all.push_back(
            {.pid = 10 * i, .tgid = 10 * i, .comm = "t" + std::to_string(i), .names = {}});
    index.addTasks(all);
    for (CpuId cpu = 0; cpu < 4; ++cpu) {
        MemoryStream &stream = index.addStream(cpu);
        for (std::uint32_t i = 0; i < 9; ++i)
            stream.addEvent(100 + i, static_cast<EventTypeId>(i % 3), TaskId{i % 7});
    }
    return index.snapshot();
}

std::string written(const std::string &before, const ShowFilter &filter,
                    const IndexSnapshot &snapshot, ListForm form = ListForm::Hide)
{
    return withLists(parsed(before), filter, snapshot, form).text();
}

/// As many random ids below `count` as chance will have.
template<typename Id>
std::vector<Id> someOf(std::mt19937 &random, std::size_t count)
{
    std::vector<Id> ids;
    const auto share = random() % 5;
    for (std::size_t i = 0; i < count; ++i) {
        if (random() % 4 < share)
            ids.push_back(static_cast<Id>(i));
    }
    return ids;
}

} // namespace

class tst_listclauses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsAtTheTopAreListClausesAndAllElseIsNot_data();
    void setsAtTheTopAreListClausesAndAllElseIsNot();
    void whatIsHiddenIsWrittenShortAndFirst_data();
    void whatIsHiddenIsWrittenShortAndFirst();
    void onlyIsWrittenAsWhatIsLeft();
    void aClauseKeepsItsFormAndItsPlace();
    void manyTasksAreWrittenInRangesThatReachNoOthers();
    void rangesReachOverNothingWhileTasksMayStillBeMet();
    void tasksMetLaterAreHiddenByOnlyAndShownByHide();
    void theFilterStaysEqualWhileNoWantedTaskIsMet();
    void listsAreWrittenAndReadBackTheSame();
    void listsSelectWhatTheWholeExpressionDoes_data();
    void listsSelectWhatTheWholeExpressionDoes();
    void aClauseThatNamesNothingIsAnErrorAtItsPlace();
};

void tst_listclauses::setsAtTheTopAreListClausesAndAllElseIsNot_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("rest");
    QTest::addColumn<int>("cpus");
    QTest::addColumn<int>("tasks");
    QTest::addColumn<int>("events");
    const auto row = [](const char *text, const char *rest, int cpus, int tasks, int events) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(rest) << cpus << tasks << events;
    };
    const int kOthers = static_cast<int>(scene()->trace->events().all().size()) - 3;
    row("", "", 0, 0, 0);
    row("cpu in {0-1}", "", 2, 0, 0);
    row("cpu not in {0-1, 3}", "", 3, 0, 0);
    row("!(cpu in {2})", "", 1, 0, 0);
    row("!!(CPU in {2})", "", 3, 0, 0);
    row("cpu in {0-1} && common_cpu in {1-2}", "", 3, 0, 0);
    row("pid not in {10-20}", "", 0, 2, 0);
    row("pid in {10, 20} && pid not in {20}", "", 0, 6, 0);
    row("event in {a_*}", "", 0, 0, kOthers + 1);
    row("event not in {a_one} && cpu in {3} && pid in {}", "", 3, 7, 1);
    row("cpu in {}", "", 4, 0, 0);
    row("cpu not in {}", "", 0, 0, 0);
    row("event in {a_one} && (time > 1 || cpu in {0})", "time > 1 || cpu in {0}", 0, 0,
        kOthers + 2);
    // What the switches of the bar are about:
    row("cpu == 1", "cpu == 1", 0, 0, 0);
    row("a_one", "a_one", 0, 0, 0);
    row("comm in {t1}", "comm in {t1}", 0, 0, 0);
    row("cpu & CPUS{1}", "cpu & CPUS{1}", 0, 0, 0);
    row("cpu in {1} || pid in {10}", "cpu in {1} || pid in {10}", 0, 0, 0);
    row("a_one: cpu in {1}", "a_one: cpu in {1}", 0, 0, 0);
    row("(cpu in {1} && a_one) && cpu == 2", "(cpu in {1} && a_one) && cpu == 2", 0, 0, 0);
    row("cpu in {1} && a_one: pid in {10}", "a_one: pid in {10}", 3, 0, 0);
}

void tst_listclauses::setsAtTheTopAreListClausesAndAllElseIsNot()
{
    QFETCH(QByteArray, text);
    const auto snapshot = scene();
    const ListClauses clauses = clausesOf(text.toStdString(), *snapshot);
    const ShowFilter filter = clauses.filter(*snapshot);
    QTEST(QByteArray::fromStdString(clauses.rest().text()), "rest");
    QTEST(static_cast<int>(filter.hiddenCpus.size()), "cpus");
    QTEST(static_cast<int>(filter.hiddenTasks.size()), "tasks");
    QTEST(static_cast<int>(filter.hiddenEvents.size()), "events");
}

void tst_listclauses::whatIsHiddenIsWrittenShortAndFirst_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("nothing") << QByteArray()
                             << QByteArray(
                                    "cpu not in {1-2} && pid not in {20} && event not in {b_one}");
    QTest::newRow("a prefix") << QByteArray("a_one: cpu == 1")
                              << QByteArray("cpu not in {1-2} && pid not in {20} && "
                                            "event not in {b_one} && a_one: cpu == 1");
    QTest::newRow("either") << QByteArray("a_one || cpu == 1")
                            << QByteArray("cpu not in {1-2} && pid not in {20} && "
                                          "event not in {b_one} && (a_one || cpu == 1)");
    QTest::newRow("some") << QByteArray("time > 1 && pid not in {20} && cpu in {0}")
                          << QByteArray("event not in {b_one} && time > 1 && pid not in {20} && "
                                        "cpu in {0, 3}");
    QTest::newRow("twice") << QByteArray("cpu in {0} && a_one && cpu in {0-1}")
                           << QByteArray("cpu in {0, 3} && pid not in {20} && "
                                         "event not in {b_one} && a_one");
}

void tst_listclauses::whatIsHiddenIsWrittenShortAndFirst()
{
    QFETCH(QByteArray, before);
    const auto snapshot = scene();
    ShowFilter filter;
    filter.hiddenCpus = {1, 2};
    filter.hiddenTasks = {TaskId{2}};
    filter.hiddenEvents = {EventTypeId{2}};
    const std::string text = written(before.toStdString(), filter, *snapshot);
    QTEST(QByteArray::fromStdString(text), "after");
    // What hides the same is not touched, and nothing hidden leaves the rest.
    QCOMPARE(written(text, filter, *snapshot), text);
    QCOMPARE(written(text, {}, *snapshot), clausesOf(text, *snapshot).rest().text());
}

void tst_listclauses::onlyIsWrittenAsWhatIsLeft()
{
    const auto snapshot = scene();
    ShowFilter filter;
    filter.hiddenCpus = {0, 1, 3};
    for (const EventFormat &event : snapshot->trace->events().all()) {
        if (event.name != "a_two")
            filter.hiddenEvents.push_back(event.id);
    }
    QCOMPARE(written("", filter, *snapshot, ListForm::Only),
             std::string("cpu in {2} && event in {a_two}"));
    filter.hiddenCpus = {0, 1, 2, 3};
    filter.hiddenEvents = {};
    QCOMPARE(written("", filter, *snapshot, ListForm::Only), std::string("cpu in {}"));
}

void tst_listclauses::aClauseKeepsItsFormAndItsPlace()
{
    const auto snapshot = scene();
    ShowFilter filter;
    filter.hiddenCpus = {0};
    QCOMPARE(written("a_one && cpu in {3}", filter, *snapshot),
             std::string("a_one && cpu in {1-3}"));
    QCOMPARE(written("a_one && !(cpu in {3})", filter, *snapshot),
             std::string("a_one && cpu not in {0}"));
}

void tst_listclauses::manyTasksAreWrittenInRangesThatReachNoOthers()
{
    const auto snapshot = scene(200); // PIDs 10, 20, …
    ShowFilter filter;
    for (std::uint32_t i = 1; i <= 200; ++i) {
        if (i != 50)
            filter.hiddenTasks.push_back(TaskId{i});
    }
    QCOMPARE(written("", filter, *snapshot), std::string("pid not in {10-490, 510-2000}"));
    filter.hiddenTasks.resize(5);
    QCOMPARE(written("", filter, *snapshot), std::string("pid not in {10, 20, 30, 40, 50}"));
}

void tst_listclauses::rangesReachOverNothingWhileTasksMayStillBeMet()
{
    IndexSnapshot growing = *scene(40);
    growing.isComplete = false;
    ShowFilter filter;
    for (std::uint32_t i = 1; i <= 40; ++i)
        filter.hiddenTasks.push_back(TaskId{i});
    const ListClauses clauses = clausesOf(written("", filter, growing), growing);
    QVERIFY(clauses.filter(growing) == filter);
    const auto text = written("", filter, growing);
    QVERIFY(text.find('-') == std::string::npos);
}

void tst_listclauses::tasksMetLaterAreHiddenByOnlyAndShownByHide()
{
    const auto early = scene(2);
    const auto late = scene(6);
    ShowFilter only;
    only.hiddenTasks = {TaskId{0}, TaskId{1}};
    only.hideOtherTasks = true;
    QCOMPARE(written("", only, *early), std::string("pid in {20}"));
    const ShowFilter onlyLate = clausesOf("pid in {20}", *late).filter(*late);
    QVERIFY(!onlyLate.showsTask(TaskId{5}) && onlyLate.showsTask(TaskId{2}));
    QVERIFY(onlyLate.hideOtherTasks);
    ShowFilter hide;
    hide.hiddenTasks = {TaskId{1}};
    QCOMPARE(written("", hide, *early), std::string("pid not in {10}"));
    const ShowFilter hideLate = clausesOf("pid not in {10}", *late).filter(*late);
    QVERIFY(hideLate.showsTask(TaskId{5}) && !hideLate.hideOtherTasks);
}

void tst_listclauses::theFilterStaysEqualWhileNoWantedTaskIsMet()
{
    const auto early = scene(2);
    const auto late = scene(6);
    const ListClauses clauses = clausesOf("pid in {20, 60}", *early);
    const ShowFilter first = clauses.filter(*early);
    const auto between = scene(5);
    QVERIFY(clauses.filter(*between, first) == first);
    QVERIFY(!first.showsTask(TaskId{4})); // also of the later ones
    const ShowFilter then = clauses.filter(*late, first);
    QVERIFY(!(then == first));
    QVERIFY(then.showsTask(TaskId{6}) && !then.showsTask(TaskId{4}));
}

void tst_listclauses::listsAreWrittenAndReadBackTheSame()
{
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (const char *name : {"sched-basic.dat", "multi-buffer.dat", "lab-sched-16cpu.dat"}) {
        const auto snapshot = recording(name);
        QVERIFY(snapshot);
        std::string text = "common_pid > 3 || sched:*";
        for (int i = 0; i < 60; ++i) {
            ShowFilter filter;
            for (const CpuId cpu : snapshot->cpus()) {
                if (random() % 3 == 0)
                    filter.hiddenCpus.push_back(cpu);
            }
            filter.hiddenTasks = someOf<TaskId>(random, snapshot->tasks->size());
            filter.hiddenEvents = someOf<EventTypeId>(random,
                                                      snapshot->trace->events().all().size());
            filter.hideOtherTasks = random() % 2 == 0;
            const auto form = random() % 2 == 0 ? ListForm::Only : ListForm::Hide;
            text = written(text, filter, *snapshot, form);
            const ListClauses clauses = clausesOf(text, *snapshot);
            ShowFilter read = clauses.filter(*snapshot);
            read.knownTasks = filter.knownTasks;
            QVERIFY2(read == filter, text.c_str());
            QCOMPARE(clauses.rest().text(), std::string("common_pid > 3 || sched:*"));
        }
    }
}

void tst_listclauses::listsSelectWhatTheWholeExpressionDoes_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"cpu in {0} && sched_switch", "event not in {sched_switch, sched_waking}",
          "pid in {0} && prev_prio < 130",
          "pid not in {0-100} && event in {sched:*} && cpu in {0-1}",
          "pid in {1-2000} && !(event in {sched_wakeup})"})
        QTest::newRow(text) << QByteArray(text);
}

void tst_listclauses::listsSelectWhatTheWholeExpressionDoes()
{
    QFETCH(QByteArray, text);
    const auto snapshot = recording("sched-basic.dat");
    QVERIFY(snapshot);
    const ListClauses clauses = clausesOf(text.toStdString(), *snapshot);
    const auto whole = selectBy(snapshot, text.toStdString());
    const auto split = selectBy(snapshot, clauses.rest().text(), clauses.filter(*snapshot));
    QVERIFY(whole && split);
    QVERIFY(whole->count > 0 && whole->count < snapshot->eventCount);
    QCOMPARE(split->count, whole->count);
    for (std::size_t s = 0; s < whole->streams.size(); ++s) {
        for (EventIndex i = 0; i < whole->streams[s].size(); ++i)
            QCOMPARE(split->streams[s].contains(i), whole->streams[s].contains(i));
    }
}

void tst_listclauses::aClauseThatNamesNothingIsAnErrorAtItsPlace()
{
    const auto snapshot = scene();
    const auto clauses = ListClauses::of(parsed("a_one && event in {a_two, a_twoo}"),
                                         *snapshot->trace);
    QVERIFY(!clauses);
    QCOMPARE(clauses.error().range.begin, std::size_t{26});
    QCOMPARE(clauses.error().suggestion, std::string("a_two"));
}

QTEST_GUILESS_MAIN(tst_listclauses)
#include "tst_listclauses.moc"
