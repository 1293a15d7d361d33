// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/showlistmodel.h"
#include "tests/support/memoryindex.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;
using Kind = ShowListModel::Kind;

namespace {

constexpr auto kReport = QAbstractItemModelTester::FailureReportingMode::QtTest;

/// CPUs 0 and 3, three event types of which one never happens, tasks bash 12, make 15 and an unseen
/// one.
struct Scene
{
    test::MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;
    ViewState view;

    Scene()
    {
        index.addEventTypes({"sched_switch", "sched_waking", "never"});
        index.addTasks(
            {Task{12, 12, "bash", {}}, Task{15, 15, "make", {}}, Task{99, 99, "unseen", {}}});
        test::MemoryStream &cpu0 = index.addStream(0);
        for (int i = 0; i < 1500; ++i)
            cpu0.addEvent(1000 + i, EventTypeId{0}, TaskId{1});
        test::MemoryStream &cpu3 = index.addStream(3);
        cpu3.addEvent(2000, EventTypeId{1}, TaskId{2});
        cpu3.addEvent(2500, EventTypeId{0}, TaskId{0});
        snapshot = index.snapshot();
    }
};

QString dump(const QAbstractItemModel &model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        cells += model.index(row, 0).data(Qt::CheckStateRole).toInt() == Qt::Checked ? u"x"_s
                                                                                     : u"-"_s;
        for (int column = 0; column <= ShowListModel::CountColumn; ++column)
            cells += model.index(row, column).data().toString();
        lines += cells.join(u'|');
    }
    return lines.join(u'\n');
}

} // namespace

class tst_ShowListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void onlyWhatHappenedIsListed_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("expected");
        QTest::newRow("CPUs") << int(Kind::Cpus) << u"x|CPU 0||1,500\nx|CPU 3||2"_s;
        QTest::newRow("tasks") << int(Kind::Tasks)
                               << u"x|<idle>|0|1\nx|bash|12|1,500\nx|make|15|1"_s;
        QTest::newRow("events") << int(Kind::Events)
                                << u"x|sched_switch|%1|1,501\nx|sched_waking|%1|1"_s;
    }
    void onlyWhatHappenedIsListed()
    {
        QFETCH(int, kind);
        QFETCH(QString, expected);
        Scene scene;
        scene.view.setSnapshot(scene.snapshot);
        const ShowListModel model(scene.view, Kind(kind));
        const QString system = QString::fromStdString(
            scene.snapshot->trace->events().all()[0].system);
        QCOMPARE(dump(model), expected.contains(u"%1"_s) ? expected.arg(system) : expected);
    }

    void itIsAModelFromEmptyToFilledToGrownToAnotherTrace_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("CPUs") << int(Kind::Cpus);
        QTest::newRow("tasks") << int(Kind::Tasks);
        QTest::newRow("events") << int(Kind::Events);
    }
    void itIsAModelFromEmptyToFilledToGrownToAnotherTrace()
    {
        QFETCH(int, kind);
        Scene scene;
        ShowListModel model(scene.view, Kind(kind));
        const QAbstractItemModelTester tester(&model, kReport);
        ShowListProxy proxy(model);
        const QAbstractItemModelTester proxyTester(&proxy, kReport);
        proxy.sort(ShowListModel::CountColumn, Qt::DescendingOrder);
        QCOMPARE(model.rowCount(), 0);
        IndexSnapshot early = *scene.index.partialSnapshot({10, 0}, 1010);
        early.trace = scene.snapshot->trace;
        scene.view.setSnapshot(std::make_shared<const IndexSnapshot>(std::move(early)));
        QCoreApplication::sendPostedEvents();
        QCOMPARE_GE(model.rowCount(), 1);
        const int before = model.rowCount();
        scene.view.setSnapshot(scene.snapshot);
        QCoreApplication::sendPostedEvents();
        QCOMPARE_GE(model.rowCount(), before);
        proxy.setSearch(u"a"_s);
        proxy.setSearch(u"*3*"_s);
        proxy.setSearch({});
        QCOMPARE(proxy.rowCount(), model.rowCount());
        const Scene other;
        scene.view.setSnapshot(other.snapshot);
        QCoreApplication::sendPostedEvents();
        scene.view.setSnapshot(nullptr);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(model.rowCount(), 0);
    }

    void aCheckBoxChangesTheFilterAndFollowsIt()
    {
        Scene scene;
        scene.view.setSnapshot(scene.snapshot);
        ShowListModel model(scene.view, Kind::Events);
        QSignalSpy shown(&model, &ShowListModel::shownChanged);
        QVERIFY(model.setData(model.index(1, 0), Qt::Unchecked, Qt::CheckStateRole));
        QCOMPARE(scene.view.filter().hiddenEvents, std::vector{EventTypeId{1}});
        QCOMPARE(model.hiddenCount(), 1);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(shown.size(), 1);
        scene.view.setFilter({});
        QCOMPARE(model.index(1, 0).data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QVERIFY(!model.setData(model.index(1, 1), Qt::Unchecked, Qt::CheckStateRole));
    }

    void onlyHidesAllOthersAndThoseToCome()
    {
        Scene scene;
        scene.view.setSnapshot(scene.snapshot);
        ShowListModel model(scene.view, Kind::Tasks);
        model.showOnly({1});
        QCOMPARE(dump(model), u"-|<idle>|0|1\nx|bash|12|1,500\n-|make|15|1"_s);
        QVERIFY(scene.view.filter().hideOtherTasks);
        QVERIFY(!scene.view.filter().showsTask(TaskId{3})); // unseen, but known
        model.setShown({2}, true);
        QCOMPARE(dump(model), u"-|<idle>|0|1\nx|bash|12|1,500\nx|make|15|1"_s);
        model.invert({0, 1, 2});
        QCOMPARE(dump(model), u"x|<idle>|0|1\n-|bash|12|1,500\n-|make|15|1"_s);
        model.showAll();
        QVERIFY(scene.view.filter().isEmpty());
    }

    void listsDoNotTouchEachOthersPartOfTheFilter()
    {
        Scene scene;
        scene.view.setSnapshot(scene.snapshot);
        ShowListModel cpus(scene.view, Kind::Cpus);
        ShowListModel events(scene.view, Kind::Events);
        cpus.showOnly({3});
        events.setShown({0}, false);
        cpus.invert({0, 3});
        QCOMPARE(scene.view.filter().hiddenCpus, std::vector<CpuId>{3});
        QCOMPARE(scene.view.filter().hiddenEvents, std::vector{EventTypeId{0}});
        events.showAll();
        QCOMPARE(scene.view.filter().hiddenCpus, std::vector<CpuId>{3});
    }

    void theSearchFindsNamesNumbersAndPatterns_data()
    {
        QTest::addColumn<QString>("search");
        QTest::addColumn<QList<quint32>>("keys");
        QTest::newRow("nothing") << QString() << QList<quint32>{0, 1, 2};
        QTest::newRow("part of a name") << u"AS"_s << QList<quint32>{1};
        QTest::newRow("PID") << u"15"_s << QList<quint32>{2};
        QTest::newRow("pattern") << u"b*h"_s << QList<quint32>{1};
        QTest::newRow("pattern that begins elsewhere") << u"as*"_s << QList<quint32>{};
        QTest::newRow("a bracket is no pattern") << u"["_s << QList<quint32>{};
    }
    void theSearchFindsNamesNumbersAndPatterns()
    {
        QFETCH(QString, search);
        Scene scene;
        scene.view.setSnapshot(scene.snapshot);
        ShowListModel model(scene.view, Kind::Tasks);
        ShowListProxy proxy(model);
        proxy.setSearch(search);
        const auto keys = proxy.keys();
        QTEST(QList<quint32>(keys.begin(), keys.end()), "keys");
    }

    void aHundredThousandTasksAreListedSortedAndHidden()
    {
        constexpr std::uint32_t kTasks = 100'000;
        test::MemoryIndex index;
        index.addEventTypes({"e"});
        std::vector<Task> tasks;
        for (std::uint32_t i = 1; i <= kTasks; ++i)
            tasks.push_back(Task{Pid(i), Pid(i), "task" + std::to_string(i), {}});
        index.addTasks(tasks);
        test::MemoryStream &cpu = index.addStream(0);
        for (std::uint32_t i = 1; i <= kTasks; ++i)
            cpu.addEvent(i, EventTypeId{0}, TaskId{i});
        ViewState view;
        view.setSnapshot(index.snapshot());
        ShowListModel model(view, Kind::Tasks);
        ShowListProxy proxy(model);
        proxy.sort(ShowListModel::DetailColumn, Qt::DescendingOrder);
        QCOMPARE(proxy.rowCount(), int(kTasks));
        QCOMPARE(proxy.index(0, 0).data().toString(), u"task100000"_s);
        model.showOnly({7});
        QCOMPARE(model.hiddenCount(), int(kTasks) - 1);
    }
};

QTEST_GUILESS_MAIN(tst_ShowListModel)
#include "tst_showlistmodel.moc"
