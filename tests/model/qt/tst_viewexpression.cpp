// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/filteredit.h"
#include "model/qt/showlistmodel.h"
#include "tests/support/memoryindex.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;

namespace {

/// CPUs 0 and 1, two types of events, tasks of PIDs 0, 12 and 15, of which the last is met late.
struct Scene
{
    test::MemoryIndex index;
    test::MemoryIndex early;
    std::shared_ptr<const IndexSnapshot> snapshot;
    ViewState view;

    Scene()
    {
        fill(index, {Task{12, 12, "bash", {}}, Task{15, 15, "make", {}}});
        fill(early, {Task{12, 12, "bash", {}}});
        snapshot = index.snapshot();
        view.setSnapshot(snapshot);
        QCoreApplication::sendPostedEvents();
    }
    static void fill(test::MemoryIndex &to, const std::vector<Task> &tasks)
    {
        to.addEventTypes({"sched_switch", "sched_waking"});
        to.addTasks(tasks);
        for (CpuId cpu = 0; cpu < 2; ++cpu) {
            test::MemoryStream &stream = to.addStream(cpu);
            for (std::uint32_t i = 0; i < tasks.size(); ++i)
                stream.addEvent(1000 + i, static_cast<EventTypeId>(cpu), TaskId{i + 1});
        }
    }
    /// Of the same trace, when only the first task was known.
    [[nodiscard]] std::shared_ptr<const IndexSnapshot> partial() const
    {
        IndexSnapshot part = *early.snapshot();
        part.trace = snapshot->trace;
        part.isComplete = false;
        return std::make_shared<const IndexSnapshot>(std::move(part));
    }
};

QStringList checked(const ShowListModel &model)
{
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.index(row, 0).data(Qt::CheckStateRole).toInt() == Qt::Checked)
            names += model.index(row, 0).data().toString();
    }
    return names;
}

} // namespace

/// The expression is all that hides: lists write to it, and read what is written there.
class tst_ViewExpression : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatListsHideIsWrittenIntoTheExpression()
    {
        Scene scene;
        scene.view.setExpression(u"sched_switch: prev_prio < 100"_s);
        hideCpu(scene.view, 1);
        QCOMPARE(scene.view.expression(), u"cpu not in {1} && sched_switch: prev_prio < 100"_s);
        QCOMPARE(scene.view.condition(), std::string("sched_switch: prev_prio < 100"));
        showOnlyTask(scene.view, TaskId{1});
        showOnlyEvent(scene.view, EventTypeId{0});
        QCOMPARE(scene.view.expression(),
                 u"cpu not in {1} && pid in {12} && event in {sched_switch} && "
                 "sched_switch: prev_prio < 100"_s);
        scene.view.setFilter({});
        QCOMPARE(scene.view.expression(), u"sched_switch: prev_prio < 100"_s);
        QVERIFY(scene.view.filter().isEmpty());
    }

    void whatIsWrittenUpdatesTheCheckBoxes()
    {
        Scene scene;
        const ShowListModel cpus(scene.view, ShowListModel::Kind::Cpus);
        const ShowListModel tasks(scene.view, ShowListModel::Kind::Tasks);
        const ShowListModel events(scene.view, ShowListModel::Kind::Events);
        QSignalSpy spy(&cpus, &ShowListModel::shownChanged);
        scene.view.setExpression(u"cpu in {1} && event not in {sched_waking} && pid in {0, 15}"_s);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(spy.size(), 1);
        QCOMPARE(checked(cpus), QStringList{u"CPU 1"_s});
        QCOMPARE(checked(tasks), QStringList{u"make"_s});
        QCOMPARE(checked(events), QStringList{u"sched_switch"_s});
        QVERIFY(scene.view.condition().empty());
        scene.view.setExpression(u"cpu in {1} || event not in {sched_waking}"_s);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(checked(cpus), (QStringList{u"CPU 0"_s, u"CPU 1"_s}));
        QCOMPARE(scene.view.condition(), std::string("cpu in {1} || event not in {sched_waking}"));
    }

    void anExpressionTheListsDoNotUnderstandStaysWhenAllIsShown()
    {
        Scene scene;
        ShowListModel cpus(scene.view, ShowListModel::Kind::Cpus);
        scene.view.setExpression(u"cpu == 1 && cpu in {1}"_s);
        cpus.showAll();
        QCOMPARE(scene.view.expression(), u"cpu == 1"_s);
        cpus.showOnly({0});
        QCOMPARE(scene.view.expression(), u"cpu in {0} && cpu == 1"_s);
        showEverything(scene.view);
        QVERIFY(scene.view.expression().isEmpty());
    }

    void aTaskThatIsMetLaterIsHiddenByOnlyAndShownIfItIsNamed()
    {
        Scene scene;
        ViewState view;
        view.setSnapshot(scene.partial());
        view.setExpression(u"pid in {12}"_s);
        ViewState named;
        named.setSnapshot(scene.partial());
        named.setExpression(u"pid in {15}"_s);
        const ShowFilter before = view.filter();
        view.setSnapshot(scene.snapshot);
        QVERIFY(view.filter() == before); // so that its selection is extended, not made anew
        QVERIFY(!view.filter().showsTask(TaskId{2}));
        QVERIFY(view.filter().showsTask(TaskId{1}));
        QCoreApplication::sendPostedEvents();
        QSignalSpy spy(&named, &ViewState::changed);
        named.setSnapshot(scene.snapshot);
        QCoreApplication::sendPostedEvents();
        QVERIFY(spy.first().first().value<ViewState::Changes>().testFlag(ViewState::FilterChanged));
        QVERIFY(named.filter().showsTask(TaskId{2}) && !named.filter().showsTask(TaskId{1}));
    }

    void aViewWithListsBesideItsExpressionIsRestored_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<bool>("others");
        QTest::addColumn<QString>("restored");
        QTest::newRow("lists alone") << QString() << false
                                     << u"cpu not in {1} && pid not in {12} && "
                                        "event not in {sched_waking}"_s;
        QTest::newRow("both") << u"cpu == 0"_s << true
                              << u"cpu not in {1} && pid in {0, 15} && "
                                 "event not in {sched_waking} && cpu == 0"_s;
        QTest::newRow("a set that was no list then")
            << u"cpu in {1}"_s << false
            << u"cpu in {} && pid not in {12} && event not in {sched_waking}"_s;
    }
    void aViewWithListsBesideItsExpressionIsRestored()
    {
        QFETCH(QString, expression);
        QFETCH(bool, others);
        Scene scene;
        const QString system = QString::fromStdString(
            scene.snapshot->trace->events().all()[1].system);
        const QJsonObject saved{
            {u"expression"_s, expression},
            {u"filter"_s,
             QJsonObject{{u"hiddenCpus"_s, QJsonArray{1}},
                         {u"hiddenTasks"_s, QJsonArray{12}},
                         {u"hiddenEvents"_s, QJsonArray{QString(system + u"/sched_waking"_s)}},
                         {u"hideOtherTasks"_s, others}}}};
        scene.view.restore(saved);
        QTEST(scene.view.expression(), "restored");
        QVERIFY(!scene.view.save().contains(u"filter"_s));
        // While it is indexed: again with each snapshot, from what was saved.
        ViewState view;
        view.setSnapshot(scene.partial());
        view.restore(saved);
        QCOMPARE(view.save().value(u"filter"_s), saved.value(u"filter"_s));
        QCOMPARE(view.save().value(u"expression"_s), saved.value(u"expression"_s));
        view.setSnapshot(scene.snapshot);
        QTEST(view.expression(), "restored");
        QVERIFY(!view.save().contains(u"filter"_s));
        ViewState edited; // the user was faster
        edited.setSnapshot(scene.partial());
        edited.restore(saved);
        edited.setExpression(u"cpu == 1"_s);
        edited.setSnapshot(scene.snapshot);
        QCOMPARE(edited.expression(), u"cpu == 1"_s);
    }

    void hidingTenThousandTasksOneByOneIsWrittenAndRead()
    {
        test::MemoryIndex index;
        index.addEventTypes({"e"});
        std::vector<Task> tasks;
        for (Pid pid = 1; pid <= 20'000; ++pid)
            tasks.push_back(Task{pid, pid, "t", {}});
        index.addTasks(tasks);
        index.addStream(0).addEvent(1, EventTypeId{0}, TaskId{1});
        ViewState view;
        view.setSnapshot(index.snapshot());
        ShowFilter filter;
        for (std::uint32_t id = 1; id <= 20'000; id += 2)
            filter.hiddenTasks.push_back(TaskId{id});
        view.setFilter(filter);
        QVERIFY(view.filter() == filter);
    }
};

QTEST_GUILESS_MAIN(tst_ViewExpression)
#include "tst_viewexpression.moc"
