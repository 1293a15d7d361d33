// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <optional>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// thresher latency and thresher stats against what others measure.
///
/// perf: perf-sched.dat and perf-sched-timehist.txt are of one run on two CPUs:
///   trace-cmd record -d -k -B sched_compare -C mono -e sched:sched_switch … sh -c
///     'perf record -o p.data -k mono -a -e sched:sched_switch,… -- sh work.sh'
/// the one cut to where perf had begun on both CPUs, tasks' names being made unreadable; the other
/// `perf sched timehist`, the rows of that range, without tasks' names. Each recorder reads the
/// clock for itself, some microseconds apart, and perf prints whole microseconds. (perf sched
/// latency agrees too, but for tasks that were preempted: it takes those for waiting or not by a
/// letter that it looks up behind the end of a table.)
///
/// trace-cmd report --profile: interrupts to the nanosecond. Its wakeups begin with sched_wakeup,
/// ours with sched_waking.
class tst_secondopinion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachRunAndWakeupIsAsLongAsPerfSays();
    void eachTasksSumIsWhatPerfsRowsAddUpTo();
    void interruptsAreAsLongAsTraceCmdSays_data();
    void interruptsAreAsLongAsTraceCmdSays();
};

namespace {

constexpr qint64 kApart = 20'000; // ns

/// A row of `perf sched timehist`: a task leaves its CPU. All in nanoseconds.
struct PerfRun
{
    qint64 end = 0;
    int cpu = 0;
    int pid = 0;
    qint64 delay = 0; ///< From its wakeup until it ran; 0: it was not woken.
    qint64 duration = 0;

    [[nodiscard]] qint64 begin() const { return end - duration; }
};

/// What latency --json has of one.
struct Span
{
    qint64 begin = 0;
    qint64 end = 0;
};

using Spans = QHash<int, QList<Span>>; // by PID

QString dataFile(const char *name)
{
    return QStringLiteral(THRESHER_TEST_DATA "/") + QString::fromLatin1(name);
}

QList<PerfRun> perfRuns()
{
    static const QRegularExpression row(
        uR"(^ *(\d+)\.(\d{6}) \[(\d+)\]  task\[(\d+)\] +\d+\.\d+ +(\d+)\.(\d{3}) +(\d+)\.(\d{3})$)"_s);
    QFile file(dataFile("perf-sched-timehist.txt"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<PerfRun> runs;
    while (!file.atEnd()) {
        const auto match = row.match(QString::fromLatin1(file.readLine().trimmed()));
        if (!match.hasMatch())
            continue;
        // Both parts are digits of one number: microseconds.
        const auto joined = [&](int at) {
            return QString(match.captured(at) + match.captured(at + 1)).toLongLong() * 1000;
        };
        runs.append({joined(1), match.captured(3).toInt(), match.captured(4).toInt(), joined(5),
                     joined(7)});
    }
    return runs;
}

QByteArray core(const QStringList &args)
{
    return run(QStringLiteral(THRESHER_CORE), args).bytes;
}

QJsonObject latency(const QString &kind)
{
    return QJsonDocument::fromJson(core({u"latency"_s, u"--no-cache"_s, u"--json"_s, u"-n1000000"_s,
                                         u"--kind"_s, kind, dataFile("perf-sched.dat")}))
        .object();
}

Spans spans(const QString &kind)
{
    Spans found;
    for (const auto row : latency(kind).value(u"longest"_s).toArray()) {
        const QJsonObject span = row.toObject();
        found[span.value(u"pid"_s).toInt()].append(
            {span.value(u"begin"_s).toInteger(), span.value(u"end"_s).toInteger()});
    }
    return found;
}

/// That which ends nearest to a time.
std::optional<Span> endingAt(const QList<Span> &among, qint64 time)
{
    const auto nearest = std::min_element(
        among.begin(), among.end(), [&](const Span &a, const Span &b) {
            return std::abs(a.end - time) < std::abs(b.end - time);
        });
    if (nearest == among.end() || std::abs(nearest->end - time) > kApart)
        return std::nullopt;
    return *nearest;
}

/// How often an interrupt was handled, and how long that took, in nanoseconds.
struct Handled
{
    qint64 count = 0;
    qint64 sum = 0;
    qint64 least = 0;
    qint64 most = 0;

    void add(const Handled &other)
    {
        least = count == 0 ? other.least : std::min(least, other.least);
        most = std::max(most, other.most);
        count += other.count;
        sum += other.sum;
    }
    friend bool operator==(const Handled &, const Handled &) = default;
};

/// By the softirq's name or the interrupt's number; trace-cmd has them by task.
QMap<QString, Handled> profile(const QString &file)
{
    static const QRegularExpression row(
        uR"(^ *Event: (softirq_entry|irq_handler_entry):(\S+) \((\d+)\) Total: (\d+) Avg: \d+ )"
        uR"(Max: (\d+)\([^)]*\) Min:(\d+))"_s);
    QMap<QString, Handled> found;
    for (const QByteArray &line :
         run(u"trace-cmd"_s, {u"report"_s, u"--profile"_s, file}).bytes.split('\n')) {
        const auto match = row.match(QString::fromLatin1(line));
        if (!match.hasMatch())
            continue;
        const QString name = match.captured(1) == u"softirq_entry"
                                 ? match.captured(2)
                                 : QString::number(match.captured(2).toInt(nullptr, 0));
        found[name].add({match.captured(3).toLongLong(), match.captured(4).toLongLong(),
                         match.captured(6).toLongLong(), match.captured(5).toLongLong()});
    }
    return found;
}

void addHandled(QMap<QString, Handled> &found, const QString &kind, const QString &file)
{
    const QByteArrayList lines = core({u"latency"_s, u"--no-cache"_s, u"--csv"_s, u"--by"_s,
                                       u"name"_s, u"--kind"_s, kind, file})
                                     .split('\n');
    QByteArrayList head = lines.value(0).split(',');
    for (QByteArray &name : head)
        name.replace("_ticks", "_ns"); // of a clock that counts no nanoseconds
    for (const QByteArray &line : lines.mid(1)) {
        const QByteArrayList cells = line.split(',');
        const auto number = [&](const char *name) {
            return cells.value(head.indexOf(QByteArray(name))).toLongLong();
        };
        // "36 virtio1-req.0": the number is what both have.
        const QString name = QString::fromUtf8(cells.value(0)).section(u' ', 0, 0);
        if (cells.size() == head.size() && name != u"all")
            found[name].add(
                {number("count"), number("sum_ns"), number("min_ns"), number("max_ns")});
    }
}

} // namespace

void tst_secondopinion::eachRunAndWakeupIsAsLongAsPerfSays()
{
    const QList<PerfRun> perf = perfRuns();
    QVERIFY(perf.size() > 700);
    const qint64 first = latency(u"running"_s).value(u"from"_s).toInteger();
    const Spans running = spans(u"running"_s);
    const Spans wakeups = spans(u"wakeup"_s);
    qsizetype runs = 0;
    qsizetype delays = 0;
    for (const PerfRun &row : perf) {
        const QByteArray where = QByteArray::number(row.pid) + " until "
                                 + QByteArray::number(row.end);
        // What began before is not in the part.
        if (row.begin() >= first) {
            const auto run = endingAt(running.value(row.pid), row.end);
            QVERIFY2(run, where);
            QVERIFY2(std::abs(run->begin - row.begin()) <= kApart, where);
            ++runs;
        }
        if (row.delay > 0 && row.begin() - row.delay >= first) {
            const auto wakeup = endingAt(wakeups.value(row.pid), row.begin());
            QVERIFY2(wakeup, where);
            QVERIFY2(std::abs(wakeup->end - wakeup->begin - row.delay) <= kApart, where);
            ++delays;
        }
    }
    // Nor have we any that perf does not know.
    qsizetype ours = 0;
    for (const QList<Span> &each : wakeups)
        ours += each.size();
    QVERIFY(ours >= delays);
    QVERIFY2(ours - delays <= 3, "of less than a microsecond, which perf prints as none");
    QVERIFY(runs > 700);
    QVERIFY(delays > 300);
}

void tst_secondopinion::eachTasksSumIsWhatPerfsRowsAddUpTo()
{
    struct Sum
    {
        qint64 running = 0;
        qint64 runs = 0;
    };
    QHash<int, Sum> perf;
    qint64 last = 0;
    for (const PerfRun &row : perfRuns()) {
        perf[row.pid].running += row.duration;
        ++perf[row.pid].runs;
        last = row.end;
    }
    QVERIFY(last > 0);
    const QByteArrayList lines
        = core({u"stats"_s, u"--no-cache"_s, u"--csv"_s, dataFile("perf-sched.dat")}).split('\n');
    const QByteArrayList head = lines.value(0).split(',');
    const auto column = [&](const char *name) { return head.indexOf(QByteArray(name)); };
    int compared = 0;
    for (const QByteArray &line : lines.mid(1)) {
        const QByteArrayList cells = line.split(',');
        const int pid = cells.value(column("pid")).toInt();
        if (pid == 0 || !perf.contains(pid))
            continue;
        // perf has a row where a run ends. One that began before the part is no run of ours, but
        // its end is a switch.
        const Sum sum = perf.value(pid);
        const qint64 switches = cells.value(column("voluntary")).toLongLong()
                                + cells.value(column("involuntary")).toLongLong();
        QCOMPARE(switches, sum.runs);
        if (cells.value(column("runs")).toLongLong() != sum.runs)
            continue;
        const qint64 running = cells.value(column("running_ns")).toLongLong();
        QVERIFY2(std::abs(running - sum.running) <= sum.runs * kApart, line);
        ++compared;
    }
    QVERIFY(compared > 30);
}

void tst_secondopinion::interruptsAreAsLongAsTraceCmdSays_data()
{
    QTest::addColumn<QString>("file");
    for (const char *file :
         {"sched-basic.dat", "v6.dat", "clock-tsc.dat", "lost-events.dat", "lab-sched-16cpu.dat"})
        QTest::newRow(file) << dataFile(file);
}

void tst_secondopinion::interruptsAreAsLongAsTraceCmdSays()
{
    if (QStandardPaths::findExecutable(u"trace-cmd"_s).isEmpty())
        QSKIP("trace-cmd is not installed");
    QFETCH(QString, file);
    const QMap<QString, Handled> theirs = profile(file);
    QVERIFY(theirs.size() >= 3);
    QMap<QString, Handled> ours;
    addHandled(ours, u"softirq"_s, file);
    addHandled(ours, u"irq"_s, file);
    QCOMPARE(ours.keys(), theirs.keys());
    for (const QString &name : theirs.keys()) {
        QCOMPARE(ours[name].count, theirs[name].count);
        QCOMPARE(ours[name].sum, theirs[name].sum);
        QVERIFY2(ours[name] == theirs[name], qPrintable(name));
    }
}

QTEST_GUILESS_MAIN(tst_secondopinion)
#include "tst_secondopinion.moc"
