// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/tasklist_p.h"
#include "model/index/tasktable.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <random>

using namespace thresher;

namespace {

NameSpan span(const char *name, TimeNs first, TimeNs last)
{
    return {Comm(name), first, last};
}

} // namespace

class tst_TaskTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyTableHasTheIdleTask();
    void tasksAreFoundByPidAndId();
    void namesHoldFromTheirTimeOn();
    void theLastSavedNameWins();
    void savedGroupsGoBeforeEvents();
    void namesSeenInAnyOrderGiveTheSameTable();
    void aNameSeenWithinAnotherSplitsIt();
    void namesOfATaskAreBounded();
};

void tst_TaskTable::anEmptyTableHasTheIdleTask()
{
    for (const TaskTable &table : {TaskTable(), TaskTable(std::vector<Task>())}) {
        QCOMPARE(table.size(), 1U);
        QCOMPARE(table.name(kIdleTask), "<idle>");
        QCOMPARE(table.fromPid(0), kIdleTask);
        QCOMPARE(table.fromPid(1), kNoTask);
        QCOMPARE(table.task(kNoTask).pid, -1);
    }
}

void tst_TaskTable::tasksAreFoundByPidAndId()
{
    const TaskTable table(
        std::vector<Task>{{0, 0, "<idle>", {}}, {30, 30, "bash", {}}, {31, 30, {}, {}}});
    QCOMPARE(table.size(), 3U);
    QCOMPARE(table.fromPid(30), TaskId{1});
    QCOMPARE(table.name(TaskId{1}), "bash");
    QCOMPARE(table.name(TaskId{2}), "<...>");
    QCOMPARE(table.name(TaskId{3}), "<...>");
    QCOMPARE(table.task(TaskId{2}).tgid, 30);
}

void tst_TaskTable::namesHoldFromTheirTimeOn()
{
    const TaskTable table(std::vector<Task>{
        {0, 0, "<idle>", {}}, {30, 30, "saved", {{100, "first"}, {200, "second"}, {300, {}}}}});
    QCOMPARE(table.nameAt(TaskId{1}, kTimeMin), "first");
    QCOMPARE(table.nameAt(TaskId{1}, 199), "first");
    QCOMPARE(table.nameAt(TaskId{1}, 200), "second");
    QCOMPARE(table.nameAt(TaskId{1}, kTimeMax), "saved");
    QCOMPARE(table.nameAt(kIdleTask, 5), "<idle>");
    QCOMPARE(table.nameAt(kNoTask, 5), "<...>");
}

void tst_TaskTable::theLastSavedNameWins()
{
    TraceMetadata metadata;
    metadata.savedTasks = {
        {40, "later", -1}, {30, "one", -1}, {30, "two", -1}, {0, "idle?", -1}, {-5, "nobody", -1}};
    const auto tasks = TaskList(metadata).tasks();
    QCOMPARE(tasks.size(), 3U);
    QCOMPARE(tasks[0].comm, "<idle>");
    QCOMPARE(tasks[1].pid, 30); // by pid, so that ids do not depend on the file's order
    QCOMPARE(tasks[1].comm, "two");
    QCOMPARE(tasks[2].comm, "later");
}

void tst_TaskTable::savedGroupsGoBeforeEvents()
{
    TraceMetadata metadata;
    metadata.savedTasks = {{30, "a", 29}, {31, "b", -1}, {32, "c", -1}};
    metadata.mappings = {{32, 0, 1, "/bin/c"}};
    TaskList list(metadata);
    list.setGroup(list.idOf(30), 30);
    list.setGroup(list.idOf(31), 31);
    list.setThreadOf(list.idOf(33), list.idOf(31));
    list.setThreadOf(list.idOf(34), kNoTask);
    const TaskTable table(list.tasks());
    QCOMPARE(table.task(table.fromPid(30)).tgid, 29);
    QCOMPARE(table.task(table.fromPid(31)).tgid, 31);
    QCOMPARE(table.task(table.fromPid(32)).tgid, 32);
    QCOMPARE(table.task(table.fromPid(33)).tgid, 31);
    QCOMPARE(table.task(table.fromPid(34)).tgid, -1);
}

void tst_TaskTable::namesSeenInAnyOrderGiveTheSameTable()
{
    // What workers see of one task on several CPUs: spans that follow each other.
    std::vector<NameSpan> spans;
    for (TimeNs i = 0; i < 60; ++i) {
        const std::string name = "name" + std::to_string(i / 6);
        spans.push_back(span(name.c_str(), i * 100, i * 100 + 50));
    }
    std::mt19937 random(12);
    for (int round = 0; round < 200; ++round) {
        std::shuffle(spans.begin(), spans.end(), random);
        TaskList list({});
        const TaskId id = list.idOf(7);
        for (const NameSpan &seen : spans)
            list.addName(id, seen);
        const TaskTable table(list.tasks());
        QCOMPARE(table.task(id).names.size(), 10U);
        for (TimeNs i = 0; i < 60; ++i) {
            QCOMPARE(table.nameAt(id, i * 100), "name" + std::to_string(i / 6));
            QCOMPARE(table.nameAt(id, i * 100 + 50), "name" + std::to_string(i / 6));
        }
        QCOMPARE(table.name(id), "name0");
    }
}

void tst_TaskTable::aNameSeenWithinAnotherSplitsIt()
{
    TaskList list({});
    const TaskId id = list.idOf(7);
    list.addName(id, span("outer", 100, 900));
    list.addName(id, span("inner", 400, 500));
    const TaskTable table(list.tasks());
    QCOMPARE(table.nameAt(id, 399), "outer");
    QCOMPARE(table.nameAt(id, 400), "inner");
    QCOMPARE(table.nameAt(id, 500), "inner");
    QCOMPARE(table.nameAt(id, 900), "outer");
}

void tst_TaskTable::namesOfATaskAreBounded()
{
    TaskList list({});
    const TaskId id = list.idOf(7);
    for (int i = 0; i < 100'000; ++i)
        list.addName(id, span(i % 2 == 0 ? "even" : "odd", i, i));
    QVERIFY(TaskTable(list.tasks()).task(id).names.size() <= 1000);
    list.addName(kNoTask, span("none", 1, 2));
    list.addName(kIdleTask, span("idle", 1, 2));
    QVERIFY(TaskTable(list.tasks()).task(kIdleTask).names.empty());
}

QTEST_GUILESS_MAIN(tst_TaskTable)
#include "tst_tasktable.moc"
