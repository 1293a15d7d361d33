// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// thresher latency and thresher stats, as a shell starts them; and against what the lines of
/// trace-cmd report say.
class tst_measurecommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresAreThoseOfThePrintedEvents_data();
    void figuresAreThoseOfThePrintedEvents();
    void rangesCpusTasksAndFiltersNarrow();
    void whatIsNotRecordedIsSaid_data();
    void whatIsNotRecordedIsSaid();
    void wrongUseIsRefused_data();
    void wrongUseIsRefused();
    void textHasUnitsAndGroupedNumbers();
    void pairsAreMeasuredByTheirName();
    void groupsAddUp_data();
    void groupsAddUp();
    void twoRangesAreSetSideBySide();
};

namespace {

Run core(const QString &command, const QString &file, const QStringList &options = {})
{
    return run(QStringLiteral(THRESHER_CORE),
               QStringList{command, u"--no-cache"_s} + options
                   + QStringList{QStringLiteral(THRESHER_TEST_DATA "/") + file});
}

QJsonObject json(const QString &command, const QString &file, const QStringList &options)
{
    const Run got = core(command, file, QStringList{u"--json"_s} + options);
    if (got.status != 0)
        qWarning("%s", qPrintable(got.err));
    return QJsonDocument::fromJson(got.out.toUtf8()).object();
}

QList<qint64> durations(const QString &file, const QStringList &options)
{
    QList<qint64> found;
    const QJsonArray rows = json(u"latency"_s, file, options + QStringList{u"-n1000000"_s})
                                .value(u"longest"_s)
                                .toArray();
    for (const auto row : rows)
        found << row.toObject().value(u"duration"_s).toInteger();
    std::sort(found.begin(), found.end());
    return found;
}

/// What the printed lines tell of tasks and interrupts, worked out as a reader would: no losses.
class Reader
{
public:
    struct Task
    {
        qint64 running = 0;
        qint64 runs = 0;
        qint64 voluntary = 0;
        qint64 involuntary = 0;
        qint64 migrations = 0;
        std::optional<qint64> onSince;
        std::optional<qint64> wokenAt;
        std::optional<qint64> preemptedAt;
        int lastCpu = -1;
        QChar lastLeft; ///< 'i'nvoluntarily or 'v'oluntarily, and nothing since.
    };
    QHash<int, Task> tasks;
    QList<qint64> wakeups;
    QList<qint64> preemptions;
    QList<qint64> irqs;
    QList<qint64> softirqs;

    void read(const QString &text)
    {
        static const QRegularExpression line(
            u"^ *(.*)-(\\d+) +\\[(\\d+)\\] +(\\d+)\\.(\\d{9}): (\\w+): +(.*)$"_s);
        for (const QString &each : text.split(u'\n')) {
            const auto match = line.match(each);
            if (!match.hasMatch())
                continue;
            const int cpu = match.captured(3).toInt();
            const qint64 time = match.captured(4).toLongLong() * 1'000'000'000
                                + match.captured(5).toLongLong();
            const int pid = match.captured(2).toInt();
            if (!m_running.contains(cpu)) {
                m_running[cpu] = pid;
                if (pid != 0)
                    enter(pid, cpu, time, false);
            }
            m_last[cpu] = time;
            take(match.captured(6), match.captured(7), cpu, time);
        }
        for (auto at = m_running.begin(); at != m_running.end(); ++at) {
            Task &task = tasks[at.value()];
            if (at.value() != 0 && task.onSince)
                task.running += m_last[at.key()] - *task.onSince;
        }
        for (QList<qint64> *const list : {&wakeups, &preemptions, &irqs, &softirqs})
            std::sort(list->begin(), list->end());
    }

private:
    void enter(int pid, int cpu, qint64 time, bool isSwitch)
    {
        Task &task = tasks[pid];
        if (isSwitch) {
            if (task.wokenAt)
                wakeups << time - *task.wokenAt;
            if (task.preemptedAt)
                preemptions << time - *task.preemptedAt;
            ++task.runs;
        }
        if (task.lastCpu >= 0 && task.lastCpu != cpu)
            ++task.migrations;
        task.lastCpu = cpu;
        task.wokenAt.reset();
        task.preemptedAt.reset();
        task.onSince = time;
        task.lastLeft = {};
    }
    void take(const QString &event, const QString &text, int cpu, qint64 time)
    {
        static const QRegularExpression change(
            u"^.*:(\\d+) \\[\\d+\\] (\\S+) ==> .*:(\\d+) \\[\\d+\\]"_s);
        static const QRegularExpression woken(u"(?: pid=(\\d+) |^.*:(\\d+) \\[)"_s);
        static const QRegularExpression number(u"(?:irq|vec)=(\\d+)"_s);
        if (event == u"sched_switch"_s) {
            const auto match = change.match(text);
            QVERIFY2(match.hasMatch(), qPrintable(text));
            const int previous = match.captured(1).toInt();
            const int next = match.captured(3).toInt();
            // Events of a task may be left out of a recording: then another one leaves than came.
            if (m_running[cpu] != previous && m_running[cpu] != 0)
                vanish(m_running[cpu], cpu, time);
            if (previous != 0)
                leave(previous, match.captured(2), time);
            if (next != 0)
                enter(next, cpu, time, true);
            m_running[cpu] = next;
        } else if (event == u"sched_waking"_s || event.startsWith(u"sched_wakeup"_s)) {
            const auto match = woken.match(text);
            QVERIFY2(match.hasMatch(), qPrintable(text));
            Task &task = tasks[QString(match.captured(1) + match.captured(2)).toInt()];
            if (!task.onSince && !task.wokenAt && !task.preemptedAt)
                task.wokenAt = time;
            task.lastLeft = {};
        } else if (event.startsWith(u"irq_handler_"_s) || event.startsWith(u"softirq_e"_s)) {
            const bool isSoft = event.startsWith(u"soft"_s);
            const QString key = QStringLiteral("%1 %2 %3")
                                    .arg(isSoft)
                                    .arg(cpu)
                                    .arg(number.match(text).captured(1));
            if (event.endsWith(u"entry"_s))
                m_entered[key] = time;
            else if (m_entered.contains(key))
                (isSoft ? softirqs : irqs) << time - m_entered.take(key);
        }
    }
    void vanish(int pid, int cpu, qint64 time)
    {
        Task &task = tasks[pid];
        if (!task.onSince || task.lastCpu != cpu)
            return;
        task.running += time - *task.onSince;
        task.onSince.reset();
        task.lastCpu = -1;
    }
    void leave(int pid, const QString &state, qint64 time)
    {
        Task &task = tasks[pid];
        const bool isInvoluntary = state.startsWith(u'R');
        if (task.onSince) {
            task.running += time - *task.onSince;
            ++(isInvoluntary ? task.involuntary : task.voluntary);
            task.lastLeft = isInvoluntary ? u'i' : u'v';
        } else {
            // It ran unseen: so what it did since it left last is not known.
            task.involuntary -= task.lastLeft == u'i' ? 1 : 0;
            task.voluntary -= task.lastLeft == u'v' ? 1 : 0;
            task.lastLeft = {};
            task.lastCpu = -1;
        }
        task.onSince.reset();
        task.wokenAt.reset();
        task.preemptedAt.reset();
        if (isInvoluntary)
            task.preemptedAt = time;
    }

    QHash<int, int> m_running; // by CPU
    QHash<int, qint64> m_last;
    QHash<QString, qint64> m_entered;
};

} // namespace

void tst_measurecommands::figuresAreThoseOfThePrintedEvents_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("2 CPUs") << u"sched-basic.dat"_s;
    QTest::newRow("16 CPUs") << u"lab-sched-16cpu.dat"_s;
    QTest::newRow("version 6") << u"v6.dat"_s;
}

void tst_measurecommands::figuresAreThoseOfThePrintedEvents()
{
    QFETCH(const QString, file);
    if (QStandardPaths::findExecutable(u"trace-cmd"_s).isEmpty())
        QSKIP("There is no trace-cmd to compare with; tst_latency and tst_statistics count by "
              "hand.");
    const Run printed = run(u"trace-cmd"_s,
                            {u"report"_s, u"-t"_s, QStringLiteral(THRESHER_TEST_DATA "/") + file});
    Reader reader;
    reader.read(printed.out);
    QVERIFY(reader.wakeups.size() > 100);
    QCOMPARE(durations(file, {u"-k"_s, u"wakeup"_s}), reader.wakeups);
    QCOMPARE(durations(file, {u"-k"_s, u"preemption"_s}), reader.preemptions);
    if (!reader.irqs.isEmpty())
        QCOMPARE(durations(file, {u"-k"_s, u"irq"_s}), reader.irqs);
    QCOMPARE(durations(file, {u"-k"_s, u"softirq"_s}), reader.softirqs);

    const QJsonArray tasks = json(u"stats"_s, file, {}).value(u"tasks"_s).toArray();
    QVERIFY(!tasks.isEmpty());
    for (const auto each : tasks) {
        const QJsonObject task = each.toObject();
        const int pid = task.value(u"pid"_s).toInt();
        if (pid == 0)
            continue;
        const Reader::Task &expected = reader.tasks[pid];
        const auto figure = [&task](QStringView key) { return task.value(key).toInteger(); };
        QVERIFY2(figure(u"running") == expected.running, qPrintable(task[u"name"_s].toString()));
        QCOMPARE(figure(u"runs"), expected.runs);
        QCOMPARE(figure(u"voluntary"), expected.voluntary);
        QCOMPARE(figure(u"involuntary"), expected.involuntary);
        QCOMPARE(figure(u"migrations"), expected.migrations);
    }
}

void tst_measurecommands::rangesCpusTasksAndFiltersNarrow()
{
    const QString file = u"sched-basic.dat"_s;
    const auto all = durations(file, {});
    const auto before = durations(file, {u"--to"_s, u"2481.5"_s});
    const auto behind = durations(file, {u"--from"_s, u"2481.5"_s});
    QVERIFY(!before.isEmpty() && !behind.isEmpty());
    auto both = before + behind;
    std::sort(both.begin(), both.end());
    QCOMPARE(both, all);
    auto cpus = durations(file, {u"-c0"_s}) + durations(file, {u"-c1"_s});
    std::sort(cpus.begin(), cpus.end());
    QCOMPARE(cpus, all);
    const auto gcc = durations(file, {u"--task"_s, u"gcc"_s});
    QVERIFY(!gcc.isEmpty() && gcc.size() < all.size());
    // The same by the event that began it.
    const auto filtered = durations(file, {u"--filter"_s,
                                           u"sched_waking: target_cpu == 0 or sched_wakeup_new: "
                                           "target_cpu == 0"_s});
    QVERIFY(!filtered.isEmpty() && filtered.size() < all.size());
    const Run none = core(u"latency"_s, file, {u"--task"_s, u"nobody"_s});
    QCOMPARE(none.status, 1);
    QVERIFY2(none.err.contains(u"nobody"_s), qPrintable(none.err));
}

void tst_measurecommands::whatIsNotRecordedIsSaid_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("said");
    QTest::newRow("wakeups") << u"kmem.dat"_s << u"wakeup"_s << u"sched:sched_waking"_s;
    QTest::newRow("switches") << u"empty.dat"_s << u"running"_s << u"-e sched:sched_switch"_s;
    QTest::newRow("irqs") << u"kmem.dat"_s << u"irq"_s << u"trace-cmd record -e irq"_s;
    QTest::newRow("softirqs") << u"kmem.dat"_s << u"softirq"_s << u"softirq_entry"_s;
    QTest::newRow("calls") << u"kmem.dat"_s << u"call"_s << u"function_graph"_s;
    QTest::newRow("system calls") << u"kmem.dat"_s << u"syscall"_s << u"raw_syscalls"_s;
    QTest::newRow("pairs") << u"kmem.dat"_s << u"pair:3"_s << u"both events"_s;
}

void tst_measurecommands::whatIsNotRecordedIsSaid()
{
    QFETCH(const QString, file);
    QFETCH(const QString, kind);
    QFETCH(const QString, said);
    const Run got = core(u"latency"_s, file, {u"--kind"_s, kind});
    QCOMPARE(got.status, 1);
    QCOMPARE(got.out, QString());
    QVERIFY2(got.err.contains(said), qPrintable(got.err));
    QVERIFY2(got.err.contains(file), qPrintable(got.err));
}

void tst_measurecommands::wrongUseIsRefused_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("said");
    QTest::newRow("kind") << u"latency"_s << QStringList{u"-kfoo"_s} << u"'foo'"_s;
    QTest::newRow("kind with a number")
        << u"latency"_s << QStringList{u"-kirq:3"_s} << u"'irq:3'"_s;
    QTest::newRow("no pair") << u"latency"_s << QStringList{u"-kpair:"_s} << u"pair:NAME"_s;
    QTest::newRow("half a pair") << u"latency"_s << QStringList{u"--pair"_s, u"x: a ->"_s}
                                 << u"expected an event\n"_s;
    QTest::newRow("group") << u"latency"_s << QStringList{u"--by=event"_s} << u"'event'"_s;
    QTest::newRow("group of stats") << u"stats"_s << QStringList{u"--by=name"_s} << u"'name'"_s;
    QTest::newRow("time") << u"latency"_s << QStringList{u"--from=x"_s} << u"'x'"_s;
    QTest::newRow("range") << u"stats"_s << QStringList{u"--compare=12"_s} << u"FROM-TO"_s;
    QTest::newRow("range's time") << u"stats"_s << QStringList{u"--compare=1-x"_s} << u"'x'"_s;
    QTest::newRow("two formats") << u"stats"_s << QStringList{u"--json"_s, u"--csv"_s}
                                 << u"not both"_s;
    QTest::newRow("limit") << u"latency"_s << QStringList{u"-n"_s, u"-1"_s} << u"'-1'"_s;
    QTest::newRow("filter") << u"latency"_s << QStringList{u"-f"_s, u"cpu =="_s} << u"--filter"_s;
}

void tst_measurecommands::wrongUseIsRefused()
{
    QFETCH(const QString, command);
    QFETCH(const QStringList, options);
    QFETCH(const QString, said);
    const Run got = core(command, u"one-cpu.dat"_s, options);
    QCOMPARE(got.status, 2);
    QCOMPARE(got.out, QString());
    QVERIFY2(got.err.startsWith(u"thresher "_s + command + u": "_s), qPrintable(got.err));
    QVERIFY2(got.err.contains(said), qPrintable(got.err));
}

void tst_measurecommands::textHasUnitsAndGroupedNumbers()
{
    const Run latency = core(u"latency"_s, u"sched-basic.dat"_s, {u"--histogram"_s});
    QCOMPARE(latency.status, 0);
    QVERIFY2(latency.out.contains(u"2,270\n"_s), qPrintable(latency.out));
    QVERIFY2(latency.out.contains(u"16,591.409  us\n"_s), qPrintable(latency.out));
    QVERIFY2(latency.out.contains(u"not known are left out"_s), qPrintable(latency.out));
    const Run lossy = core(u"latency"_s, u"lost-events.dat"_s);
    QVERIFY2(lossy.out.contains(u"events lost"_s), qPrintable(lossy.out));
    QVERIFY2(lossy.out.contains(u"--no-lost"_s), qPrintable(lossy.out));
    const Run ticks = core(u"latency"_s, u"clock-tsc.dat"_s);
    QVERIFY2(ticks.out.contains(u" ticks\n"_s), qPrintable(ticks.out));
    QVERIFY(!ticks.out.contains(u" us"_s));
    const Run stats = core(u"stats"_s, u"sched-basic.dat"_s, {u"-n"_s, u"3"_s});
    QVERIFY2(stats.out.contains(u"ON CPU (ms)"_s), qPrintable(stats.out));
    QVERIFY2(stats.out.contains(u"and 94 more"_s), qPrintable(stats.out));
    const Run silent = core(u"stats"_s, u"uprobe.dat"_s);
    QVERIFY2(silent.out.contains(u"record sched:sched_waking"_s), qPrintable(silent.out));
    for (const QString &out : {latency.out, lossy.out, stats.out}) {
        for (const QString &line : out.split(u'\n'))
            QVERIFY2(!line.endsWith(u' '), qPrintable(line));
    }
}

void tst_measurecommands::pairsAreMeasuredByTheirName()
{
    const QString file = u"sched-basic.dat"_s;
    const QString spec = u"'my waits': sched_waking -> sched_switch by pid=next_pid on cpu"_s;
    QString pair = spec;
    pair.replace(u'\'', u'"');
    const QStringList mine{u"--pair"_s, pair};
    const Run kinds = core(u"latency"_s, file, mine + QStringList{u"--kinds"_s});
    QCOMPARE(kinds.status, 0);
    static const QRegularExpression line(u"^pair:my waits +([0-9,]+)  \"my waits\": sched_waking"_s,
                                         QRegularExpression::MultilineOption);
    const auto found = line.match(kinds.out);
    QVERIFY2(found.hasMatch(), qPrintable(kinds.out));
    const qint64 count = found.captured(1).remove(u',').toLongLong();
    QCOMPARE_GT(count, 10);
    // By name, by the begin of it, and by number, which is its place in the list.
    const qsizetype number = kinds.out.left(found.capturedStart()).count(u"\npair:"_s);
    for (const QString &kind : {u"pair:my waits"_s, u"pair:MY"_s, u"pair:%1"_s.arg(number)}) {
        const QJsonObject got = json(u"latency"_s, file, mine + QStringList{u"-k"_s, kind});
        QCOMPARE(got.value(u"pair"_s).toString(), u"my waits"_s);
        QCOMPARE(got.value(u"all"_s)[u"count"_s].toInteger(), count);
    }
    const Run none = core(u"latency"_s, file, mine + QStringList{u"-k"_s, u"pair:nobody"_s});
    QCOMPARE(none.status, 1);
    static const QRegularExpression names(u"no pair 'nobody'; there are .*\\bmy waits"_s);
    QVERIFY2(names.match(none.err).hasMatch(), qPrintable(none.err));
    const Run wrong = core(u"latency"_s, file,
                           {u"--pair"_s, u"x: sched_waking -> nothing"_s, u"-kpair"_s});
    QVERIFY(wrong.status != 0);
    QVERIFY2(wrong.err.contains(u"'nothing', expected an event of the trace"_s),
             qPrintable(wrong.err));
}

void tst_measurecommands::groupsAddUp_data()
{
    QTest::addColumn<QStringList>("options");
    for (const char *const kind :
         {"wakeup", "preemption", "blocked", "sleep", "running", "irq", "softirq", "syscall"}) {
        for (const char *const by : {"task", "cpu", "name"})
            QTest::addRow("%s by %s", kind, by) << QStringList{
                u"--kind"_s, QString::fromLatin1(kind), u"--by"_s, QString::fromLatin1(by)};
    }
}

void tst_measurecommands::groupsAddUp()
{
    QFETCH(const QStringList, options);
    const QJsonObject got = json(u"latency"_s, u"sched-basic.dat"_s, options);
    const QJsonObject all = got.value(u"all"_s).toObject();
    QVERIFY(all.value(u"count"_s).toInteger() > 0);
    qint64 count = 0;
    qint64 sum = 0;
    qint64 max = 0;
    for (const auto each : got.value(u"groups"_s).toArray()) {
        const QJsonObject group = each.toObject();
        QVERIFY(!group.value(u"name"_s).toString().isEmpty());
        count += group.value(u"count"_s).toInteger();
        sum += group.value(u"sum"_s).toInteger();
        max = std::max(max, group.value(u"max"_s).toInteger());
    }
    QCOMPARE(count, all.value(u"count"_s).toInteger());
    QCOMPARE(sum, all.value(u"sum"_s).toInteger());
    QCOMPARE(max, all.value(u"max"_s).toInteger());
    // CSV has as many rows, a head and the total.
    const Run csv = core(u"latency"_s, u"sched-basic.dat"_s, options + QStringList{u"--csv"_s});
    const QStringList lines = csv.out.trimmed().split(u'\n');
    QCOMPARE(lines.size(), got.value(u"groups"_s).toArray().size() + 2);
    for (const QString &line : lines)
        QCOMPARE(line.count(u','), lines.front().count(u','));
}

void tst_measurecommands::twoRangesAreSetSideBySide()
{
    const QStringList options{u"--from"_s, u"2481.3"_s, u"--to"_s, u"2481.4"_s};
    const QStringList compared = options + QStringList{u"--compare"_s, u"2481.5-2481.6"_s};
    for (const QString &by : {u"task"_s, u"cpu"_s, u"event"_s}) {
        const QString rows = by + u's';
        const QJsonArray both = json(u"stats"_s, u"sched-basic.dat"_s,
                                     compared + QStringList{u"--by"_s, by})
                                    .value(rows)
                                    .toArray();
        const QJsonArray first = json(u"stats"_s, u"sched-basic.dat"_s,
                                      options + QStringList{u"--by"_s, by})
                                     .value(rows)
                                     .toArray();
        QVERIFY(both.size() >= first.size());
        for (qsizetype i = 0; i < first.size(); ++i)
            QCOMPARE(both[i][u"range"_s][u"events"_s].toInteger(),
                     first[i][u"events"_s].toInteger());
    }
    const Run text = core(u"stats"_s, u"sched-basic.dat"_s, compared);
    QCOMPARE(text.status, 0);
    QVERIFY2(text.out.contains(u"B - A"_s), qPrintable(text.out));
}

QTEST_GUILESS_MAIN(tst_measurecommands)
#include "tst_measurecommands.moc"
