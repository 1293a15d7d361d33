// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// The program as a shell starts it.
class tst_cli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsAreThoseOfTraceCmd_data();
    void eventsAreThoseOfTraceCmd();
    void filtersGiveTheLinesThatMatch_data();
    void filtersGiveTheLinesThatMatch();
    void infoTellsTheFacts_data();
    void infoTellsTheFacts();
    void infoReadsWellAsText();
    void theExitStatusTells_data();
    void theExitStatusTells();
    void everyPrintedTimeIsFoundAgain();
    void damageIsSaidBesideTheEvents();
    void aFileThatIsCutWhileItIsPrintedIsAnError();
    void aDamagedIndexIsNotTrusted();
    void aClosedPipeIsNoError();
    void helpAndManPageNameEveryOption();
    void benchHasEveryKey();
    void benchOfNoEventsIsOfNoTime();
};

namespace {

QString testFile(const QString &name)
{
    return QStringLiteral(THRESHER_TEST_DATA "/") + name;
}

Run core(const QStringList &args)
{
    return run(QStringLiteral(THRESHER_CORE), args);
}

/// As lines, without what stands before the events.
QStringList linesOf(const QString &text)
{
    QStringList lines = text.split(u'\n');
    if (!lines.isEmpty() && lines.back().isEmpty())
        lines.removeLast();
    static const QRegularExpression head(u"^(cpus=|version = |CPU \\d+ is empty)"_s);
    lines.erase(std::remove_if(lines.begin(), lines.end(),
                               [](const QString &line) { return head.match(line).hasMatch(); }),
                lines.end());
    return lines;
}

/// Leaves out what trace-cmd 3.1.6 is wrong about (the tests of the printer say why): the letter of
/// a task's state on kernels newer than it, negative sizes of symbols, and flags with a mask.
QString comparable(QString line)
{
    static const QRegularExpression state(u"(\\] )[A-Z+|]+( ==> )"_s);
    static const QRegularExpression size(u"/0x[0-9a-f]+"_s);
    static const QRegularExpression flags(u"(timer_start:.*flags=).*"_s);
    return line.replace(state, u"\\1?\\2"_s).replace(size, QString()).replace(flags, u"\\1"_s);
}

qlonglong nanoseconds(const QString &line)
{
    static const QRegularExpression time(u"\\] +(?:[^ ]+ +)?(\\d+)\\.(\\d{9}): "_s);
    const auto match = time.match(line);
    return match.captured(1).toLongLong() * 1'000'000'000 + match.captured(2).toLongLong();
}

} // namespace

void tst_cli::eventsAreThoseOfTraceCmd_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("options");
    for (const char *name : {"sched-basic", "empty", "marker", "multi-buffer", "one-cpu",
                             "lost-events", "clock-tsc", "net-signal-task", "blktracer", "uprobe",
                             "v6", "lab-function-graph", "lab-sched-16cpu"}) {
        const QString file = QString::fromLatin1(name) + u".dat"_s;
        QTest::addRow("%s", name) << file << QStringList();
        QTest::addRow("%s -t", name) << file << QStringList{u"-t"_s};
        QTest::addRow("%s -l", name) << file << QStringList{u"-l"_s};
    }
}

void tst_cli::eventsAreThoseOfTraceCmd()
{
    QFETCH(const QString, file);
    QFETCH(const QStringList, options);
    if (QStandardPaths::findExecutable(u"trace-cmd"_s).isEmpty())
        QSKIP("There is no trace-cmd to compare with; the tests of the printer hold its lines.");
    const Run ours = core(QStringList{u"events"_s} + options + QStringList{testFile(file)});
    QCOMPARE(ours.status, 0);
    QCOMPARE(ours.err, QString());
    const Run theirs = run(u"trace-cmd"_s,
                           QStringList{u"report"_s} + options + QStringList{testFile(file)});
    const QStringList expected = linesOf(theirs.out);
    const QStringList lines = linesOf(ours.out);
    for (qsizetype i = 0; i < std::min(lines.size(), expected.size()); ++i)
        QCOMPARE(comparable(lines[i]), comparable(expected[i]));
    QCOMPARE(lines.size(), expected.size());
}

void tst_cli::filtersGiveTheLinesThatMatch_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("pattern"); // of the lines
    QTest::addColumn<qlonglong>("from");
    QTest::addColumn<qlonglong>("to");
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("limit");
    const qlonglong all = std::numeric_limits<qlonglong>::max();
    const qlonglong begin = 2'481'499'999'500; // what is printed as 2481.500000, rounded
    const qlonglong end = 2'481'500'399'500;
    const auto row = [&](const char *name, const QString &words, const QString &pattern,
                         qlonglong from = 0, qlonglong to = 0, int offset = 0, int limit = -1) {
        QTest::newRow(name) << words.split(u' ', Qt::SkipEmptyParts) << pattern << from
                            << (to == 0 ? all : to) << offset << limit;
    };
    row("all", QString(), QString());
    row("a CPU", u"--cpu 1"_s, u"\\[001\\]"_s);
    row("CPUs", u"-c 0,1-3"_s, u"\\[00[01]\\]"_s);
    row("an event", u"--event sched_switch"_s, u": sched_switch: "_s);
    row("events", u"-e sched_wak* -e irq:*"_s,
        u": (sched_wak\\w+|irq_handler_\\w+|softirq_\\w+|tasklet_\\w+): "_s);
    row("a task", u"--task 0"_s, u"<idle>-0 "_s);
    row("a task by name", u"--task ksoftirqd*"_s, u"ksoftirqd/\\d+-\\d+ "_s);
    row("from", u"--from 2481.500000"_s, QString(), begin);
    row("to", u"--to 2481.5004"_s, QString(), 0, end);
    row("a range", u"--from 2481.5 --to 2481.5004"_s, QString(), begin, end);
    row("a range backwards", u"--from 2481.5004 --to 2481.5"_s, QString(), end, begin);
    row("an offset", u"--offset 49170"_s, QString(), 0, 0, 49170);
    row("an offset too far", u"--offset 99999"_s, QString(), 0, 0, 99999);
    row("a limit", u"--limit 7"_s, QString(), 0, 0, 0, 7);
    row("a limit of none", u"-n 0"_s, QString(), 0, 0, 0, 0);
    row("everything", u"--from 2481.5 --to 2481.6 --cpu 0 -e sys_* --offset 10 --limit 100"_s,
        u"\\[000\\] .*: sys_\\w+: "_s, begin, 2'481'599'999'500, 10, 100);
    row("from an exact time", u"--from 2481.500000000"_s, QString(), 2'481'500'000'000);
}

void tst_cli::filtersGiveTheLinesThatMatch()
{
    QFETCH(const QStringList, options);
    QFETCH(const QString, pattern);
    QFETCH(const qlonglong, from);
    QFETCH(const qlonglong, to);
    QFETCH(const int, offset);
    QFETCH(const int, limit);
    static const QStringList all = linesOf(
        core({u"events"_s, u"-t"_s, testFile(u"sched-basic.dat"_s)}).out);
    QCOMPARE(all.size(), 49'177);
    const QRegularExpression expression(pattern);
    QStringList expected;
    for (const QString &line : all) {
        const qlonglong time = nanoseconds(line);
        QVERIFY(time > 0);
        if (time >= from && time < to && expression.match(line).hasMatch())
            expected << line;
    }
    expected = expected.mid(offset, limit);
    const Run got = core(QStringList{u"events"_s, u"-t"_s} + options
                         + QStringList{testFile(u"sched-basic.dat"_s)});
    QCOMPARE(got.err, QString());
    QCOMPARE(got.status, 0);
    QCOMPARE(linesOf(got.out), expected);
}

void tst_cli::infoTellsTheFacts_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("events");
    QTest::addColumn<QString>("cpus"); // cpu:events
    QTest::addColumn<int>("pids");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("last");
    QTest::addColumn<int>("losses");
    QTest::addColumn<int>("lost");
    QTest::addColumn<QString>("top"); // event:count
    QTest::addColumn<QString>("instances");
    const auto row = [](const char *file, int events, const char *cpus, int pids, const char *first,
                        const char *last, const char *top, int losses = 0, int lost = 0,
                        const char *instances = nullptr) {
        const QString all = instances != nullptr ? QString::fromLatin1(instances)
                                                 : QStringLiteral(":%1").arg(events);
        QTest::newRow(file) << QString::fromLatin1(file) + u".dat"_s << events
                            << QString::fromLatin1(cpus) << pids << QString::fromLatin1(first)
                            << QString::fromLatin1(last) << losses << lost
                            << QString::fromLatin1(top) << all;
    };
    row("blktracer", 2709, "0:1103 1:1606", 46, "2493.214888938", "2493.394726875",
        "sched_switch:2709");
    row("clock-tsc", 14962, "0:6394 1:8568", 94, "6459426589668", "6460442699606",
        "sched_stat_runtime:4949");
    row("empty", 0, "", 0, "", "", "");
    row("kmem", 51603, "0:33082 1:18521", 47, "2489.475902733", "2489.726916038",
        "kmem_cache_alloc:13633");
    row("lost-events", 99113, "0:52359 1:46754", 95, "2485.765782756", "2486.163088892",
        "sys_exit:36369", 37, 13347);
    row("marker", 2737, "0:712 1:2025", 74, "2486.462995733", "2486.914604275",
        "sched_switch:2134");
    row("multi-buffer", 50667, "0:30114 1:20553", 97, "2483.628234864", "2484.019416597",
        "sys_exit:18876", 0, 0, ":9255 sysc:37751 irqs:3661");
    row("net-signal-task", 1456, "0:978 1:478", 75, "2492.291605954", "2492.935534133",
        "cpu_idle:420");
    row("one-cpu", 8723, "1:8723", 17, "2491.793290280", "2491.965294622", "sys_exit:3232");
    row("sched-basic", 49177, "0:28408 1:20769", 96, "2481.274390090", "2481.807850623",
        "sys_exit:17346");
    row("stacktrace", 7893, "0:3316 1:4577", 48, "2490.114085739", "2490.402626088",
        "kernel_stack:3903");
    row("uprobe", 53576, "0:13429 1:40147", 43, "2490.794458087", "2491.078887516", "free:24182");
    row("v6", 20712, "0:10771 1:9941", 95, "2484.486585604", "2484.837761234",
        "sched_stat_runtime:6810");
}

void tst_cli::infoTellsTheFacts()
{
    QFETCH(const QString, file);
    QFETCH(const int, events);
    QFETCH(const int, losses);
    QFETCH(const int, lost);
    const Run got = core({u"info"_s, u"--json"_s, testFile(file)});
    QCOMPARE(got.status, 0);
    QJsonParseError error;
    const QJsonObject info = QJsonDocument::fromJson(got.out.toUtf8(), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    const auto pairs = [&](const char *array, const char *name) {
        QStringList list;
        for (const QJsonValue value : info.value(QLatin1String(array)).toArray()) {
            const QJsonObject object = value.toObject();
            list << object.value(QLatin1String(name)).toVariant().toString() + u':'
                        + QString::number(object.value(u"events"_s).toInt());
        }
        return list;
    };
    QCOMPARE(info.value(u"events"_s).toInt(), events);
    QTEST(pairs("cpus", "cpu").join(u' '), "cpus");
    QTEST(int(info.value(u"tasks"_s).toArray().size()), "pids");
    QTEST(info.value(u"first"_s).toString(), "first");
    QTEST(info.value(u"last"_s).toString(), "last");
    QCOMPARE(info.value(u"lost_spans"_s).toInt(), losses);
    QCOMPARE(info.value(u"lost_events"_s).toInt(), lost);
    QTEST(pairs("event_types", "event").value(0), "top");
    QTEST(pairs("instances", "name").join(u' '), "instances");
    int sum = 0;
    for (const QJsonValue task : info.value(u"tasks"_s).toArray())
        sum += task.toObject().value(u"events"_s).toInt();
    QCOMPARE(sum, events);
    // Where events were lost the kernel's counters say so as well.
    QCOMPARE(info.value(u"diagnostics"_s).toArray().isEmpty(), losses == 0);
}

void tst_cli::infoReadsWellAsText()
{
    const Run got = core({u"info"_s, testFile(u"lost-events.dat"_s)});
    QCOMPARE(got.status, 0);
    for (const QString &part :
         {u"Clock        local\n"_s, u"Events       99,113\n"_s, u"13,347 known, in 37 gaps"_s,
          u"2485.765782756 to 2486.163088892: 0.397306136 s"_s, u"raw_syscalls:sys_exit"_s})
        QVERIFY2(got.out.contains(part), qPrintable(part));
}

void tst_cli::theExitStatusTells_data()
{
    QTest::addColumn<QStringList>("args");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("said"); // on stderr
    const QString file = testFile(u"marker.dat"_s);
    QTest::newRow("version") << QStringList{u"--version"_s} << 0 << QString();
    QTest::newRow("help") << QStringList{u"--help"_s} << 0 << QString();
    QTest::newRow("help of a command") << QStringList{u"events"_s, u"-h"_s} << 0 << QString();
    QTest::newRow("help by word") << QStringList{u"help"_s, u"bench"_s} << 0 << QString();
    QTest::newRow("nothing") << QStringList{} << 2 << u"Usage"_s;
    QTest::newRow("no command") << QStringList{u"frobnicate"_s} << 2 << u"frobnicate"_s;
    QTest::newRow("no file") << QStringList{u"info"_s} << 2 << u"no FILE"_s;
    QTest::newRow("two files") << QStringList{u"info"_s, file, u"b.dat"_s} << 2 << u"b.dat"_s;
    QTest::newRow("no option") << QStringList{u"events"_s, u"--frob"_s, file} << 2 << u"--frob"_s;
    QTest::newRow("no time") << QStringList{u"events"_s, u"--from"_s, u"noon"_s, file} << 2
                             << u"noon"_s;
    QTest::newRow("no number") << QStringList{u"events"_s, u"--limit"_s, u"-1"_s, file} << 2
                               << u"-1"_s;
    QTest::newRow("no CPUs") << QStringList{u"events"_s, u"--cpu"_s, u"a-b"_s, file} << 2
                             << u"a-b"_s;
    QTest::newRow("not there") << QStringList{u"events"_s, u"not-there.dat"_s} << 1
                               << u"not-there.dat"_s;
    QTest::newRow("no trace") << QStringList{u"info"_s, QStringLiteral(THRESHER_MAN_PAGE)} << 1
                              << u"thresher.1"_s;
    QTest::newRow("a folder") << QStringList{u"info"_s, testFile(QString())} << 1 << u"data"_s;
    QTest::newRow("no such event")
        << QStringList{u"events"_s, u"-e"_s, u"sched_swich"_s, file} << 1 << u"sched_swich"_s;
    QTest::newRow("no such CPU") << QStringList{u"events"_s, u"--cpu"_s, u"0,7"_s, file} << 1
                                 << u"no CPU 7"_s;
    QTest::newRow("help of no command") << QStringList{u"help"_s, u"foo"_s} << 2 << u"foo"_s;
    QTest::newRow("help of two") << QStringList{u"help"_s, u"info"_s, u"foo"_s} << 2 << u"foo"_s;
    QTest::newRow("version of something") << QStringList{u"-V"_s, u"x"_s} << 2 << u"'x'"_s;
    QTest::newRow("help of something") << QStringList{u"--help"_s, u"x"_s} << 2 << u"'x'"_s;
    QTest::newRow("no such task") << QStringList{u"events"_s, u"--task"_s, u"nobody"_s, file} << 1
                                  << u"nobody"_s;
    QTest::newRow("bench without runs")
        << QStringList{u"bench"_s, u"--runs"_s, u"0"_s, file} << 2 << u"--runs"_s;
}

void tst_cli::theExitStatusTells()
{
    QFETCH(const QStringList, args);
    QFETCH(const int, status);
    QFETCH(const QString, said);
    const Run got = core(args);
    QCOMPARE(got.status, status);
    QCOMPARE(got.err.isEmpty(), status == 0);
    QCOMPARE(got.out.isEmpty(), status != 0);
    QVERIFY2(got.err.contains(said), qPrintable(got.err));
}

void tst_cli::everyPrintedTimeIsFoundAgain()
{
    // Six digits are rounded, half of them up: no event may be lost at its own time.
    const QString file = testFile(u"marker.dat"_s);
    const QStringList all = linesOf(core({u"events"_s, file}).out);
    static const QRegularExpression time(u" (\\d+\\.\\d{6}): "_s);
    for (qsizetype i = 1; i < all.size(); i += all.size() / 20) {
        const QString at = time.match(all[i]).captured(1);
        const auto isBefore = [&](const QString &line) { // of one length
            return time.match(line).captured(1) < at;
        };
        const auto first = std::find_if_not(all.begin(), all.end(), isBefore) - all.begin();
        QCOMPARE(linesOf(core({u"events"_s, u"--from"_s, at, file}).out), all.mid(first));
        QCOMPARE(linesOf(core({u"events"_s, u"--to"_s, at, file}).out), all.first(first));
    }
}

void tst_cli::damageIsSaidBesideTheEvents()
{
    QFile whole(testFile(u"v6.dat"_s));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    QFile cut(u"cut.dat"_s);
    QVERIFY(cut.open(QIODevice::WriteOnly));
    cut.write(whole.read(whole.size() * 3 / 4));
    cut.close();
    const Run got = core({u"events"_s, u"--no-cache"_s, cut.fileName()});
    QCOMPARE(got.status, 0);
    QVERIFY(!got.out.isEmpty());
    QVERIFY2(got.err.startsWith(u"thresher: cut.dat: CPU 1, byte "_s), qPrintable(got.err));
    // Hundreds of pages are wrong, and ten of them are named.
    whole.seek(0);
    QByteArray noise = whole.readAll();
    for (qsizetype i = noise.size() / 4; i + 16 < noise.size(); i += 4096)
        noise.replace(i, 16, QByteArray(16, '\xff'));
    QVERIFY(cut.open(QIODevice::WriteOnly | QIODevice::Truncate));
    cut.write(noise);
    cut.close();
    const Run noisy = core({u"events"_s, u"--no-cache"_s, cut.fileName()});
    QCOMPARE(noisy.status, 0);
    const QStringList said = noisy.err.split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(said.size(), 11);
    QVERIFY2(said.back().contains(u"more; thresher info lists them"_s), qPrintable(said.back()));
}

void tst_cli::aFileThatIsCutWhileItIsPrintedIsAnError()
{
    const QString path = u"shrinking.dat"_s;
    QFile::remove(path);
    QVERIFY(QFile::copy(testFile(u"sched-basic.dat"_s), path));
    QFile file(path);
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    // Nobody reads on, so that it stops where the pipe is full: far from the end.
    QProcess process;
    process.start(QStringLiteral(THRESHER_CORE), {u"events"_s, u"--no-cache"_s, path});
    QVERIFY(process.waitForReadyRead());
    QVERIFY(file.resize(4096));
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    const QString said = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(said.contains(u"was cut short"_s), qPrintable(said));
}

void tst_cli::aDamagedIndexIsNotTrusted()
{
    const QString file = testFile(u"marker.dat"_s);
    const QStringList words{u"events"_s, file};
    qputenv("XDG_CACHE_HOME", QDir(u"damaged-cache"_s).absolutePath().toUtf8());
    const Run good = core(words);
    int damaged = 0;
    QDirIterator files(u"damaged-cache"_s, {u"columns.*"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile column(files.next());
        QVERIFY(column.open(QIODevice::ReadWrite));
        QByteArray bytes = column.readAll();
        for (qsizetype i = 0; i < bytes.size(); i += 97)
            bytes[i] = static_cast<char>(~bytes[i]);
        column.seek(0);
        column.write(bytes);
        ++damaged;
    }
    QVERIFY(damaged > 0);
    const Run again = core(words);
    qunsetenv("XDG_CACHE_HOME");
    QCOMPARE(again.status, 0);
    QCOMPARE(linesOf(again.out), linesOf(good.out));
}

void tst_cli::aClosedPipeIsNoError()
{
    const QString command = QStringLiteral("'" THRESHER_CORE "' events '%1' | head -1")
                                .arg(testFile(u"sched-basic.dat"_s));
    const Run got = run(u"/bin/sh"_s, {u"-c"_s, command});
    QCOMPARE(got.err, QString());
    QCOMPARE(got.out.count(u'\n'), 1);
    // The same where nobody wants the signal.
    const QString ignoring = QStringLiteral("trap '' PIPE; { '" THRESHER_CORE
                                            "' events '%1'; echo $? >&2; } | head -1")
                                 .arg(testFile(u"sched-basic.dat"_s));
    QCOMPARE(run(u"/bin/sh"_s, {u"-c"_s, ignoring}).err, u"0\n"_s);
}

void tst_cli::helpAndManPageNameEveryOption()
{
    QFile page(QStringLiteral(THRESHER_MAN_PAGE));
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QString manual = QString::fromUtf8(page.readAll()).remove(u'\\');
    QStringList options;
    for (const QString &command : {u"info"_s, u"events"_s, u"latency"_s, u"stats"_s, u"bench"_s,
                                   u"record"_s, u"recover"_s, u"doctor"_s, u"functions"_s}) {
        const QString help = core({command, u"--help"_s}).out;
        QVERIFY(help.startsWith(u"Usage: thresher "_s + command));
        static const QRegularExpression option(u"--[a-z-]+"_s);
        for (auto it = option.globalMatch(help); it.hasNext();)
            options << it.next().captured();
        QVERIFY(core({u"--help"_s}).out.contains(u"thresher "_s + command));
        for (const QString &line : help.split(u'\n'))
            QVERIFY2(line.size() <= 80, qPrintable(line));
    }
    QVERIFY(options.size() > 15);
    for (const QString &option : options)
        QVERIFY2(manual.contains(option), qPrintable(option));
}

void tst_cli::benchHasEveryKey()
{
    const Run got = core({u"bench"_s, u"--json"_s, u"--runs"_s, u"1"_s, u"--directory"_s, u"."_s,
                          testFile(u"sched-basic.dat"_s)});
    QCOMPARE(got.status, 0);
    const QJsonObject report = QJsonDocument::fromJson(got.out.toUtf8()).object();
    QCOMPARE(report.value(u"events"_s).toInt(), 49'177);
    for (const QString &key :
         {u"scan_ns_per_event"_s, u"build_ns_per_event"_s, u"inflate_ns_per_event"_s,
          u"reopen_ms"_s, u"heap_bytes_per_event"_s, u"peak_rss_mib"_s, u"filter_ns_per_event"_s,
          u"expression_ns_per_event"_s, u"text_search_ns_per_event"_s, u"analyse_ns_per_event"_s,
          u"analyse_cpu_ns_per_event"_s, u"analysis_bytes_per_event"_s, u"analysis_reopen_ms"_s,
          u"analysis_slices"_s, u"analysis_heap_mib"_s})
        QVERIFY2(report.value(key).toDouble() > 0, qPrintable(key));
    for (const QString &key : {u"latency_ms"_s, u"statistics_ms"_s}) {
        const QJsonObject view = report.value(key).toObject();
        QVERIFY2(view.value(u"whole"_s).toDouble() > 0, qPrintable(key));
        QVERIFY2(view.value(u"hundredth"_s).toDouble() > 0, qPrintable(key));
    }
    const double bytesOfSlice = report.value(u"analysis_bytes_per_slice"_s).toDouble();
    QVERIFY(bytesOfSlice > 7 && bytesOfSlice < 40); // and its track's place
    for (const QString &key : {u"row_us"_s, u"row_text_us"_s}) {
        const QJsonObject row = report.value(key).toObject();
        QVERIFY(row.value(u"median"_s).toDouble() > 0);
        QVERIFY(row.value(u"p99"_s).toDouble() >= row.value(u"median"_s).toDouble());
    }
    const QJsonObject bytes = report.value(u"index_bytes_per_event"_s).toObject();
    double sum = 0;
    for (auto it = bytes.begin(); it != bytes.end(); ++it)
        sum += it.key() == u"total"_s ? 0 : it->toDouble();
    QVERIFY(sum > 5 && std::abs(sum - bytes.value(u"total"_s).toDouble()) < 0.01);
    // This program has no window.
    QVERIFY(!report.contains(u"frame_ms"_s));
    QVERIFY(!report.contains(u"task_frame_ms"_s));
    // The index that was measured is gone.
    QCOMPARE(QDir(u"."_s).entryList({u"thresher-bench-*"_s}, QDir::AllEntries).size(), 0);
}

void tst_cli::benchOfNoEventsIsOfNoTime()
{
    const Run got = core({u"bench"_s, u"--json"_s, u"--runs"_s, u"1"_s, u"--directory"_s, u"."_s,
                          testFile(u"empty.dat"_s)});
    QCOMPARE(got.status, 0);
    const QJsonObject report = QJsonDocument::fromJson(got.out.toUtf8()).object();
    for (const QString &key :
         {u"scan_ns_per_event"_s, u"build_ns_per_event"_s, u"filter_ns_per_event"_s,
          u"heap_bytes_per_event"_s, u"text_search_ns_per_event"_s, u"analyse_ns_per_event"_s,
          u"analysis_bytes_per_slice"_s}) {
        QVERIFY2(report.contains(key), qPrintable(key));
        QCOMPARE(report.value(key).toDouble(), 0.0);
    }
}

QTEST_GUILESS_MAIN(tst_cli)
#include "tst_cli.moc"
