// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <sys/resource.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <limits>
#include <vector>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// thresher cut, as a shell starts it.
class tst_clicut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thePartPrintsAsTheTraceDoes_data();
    void thePartPrintsAsTheTraceDoes();
    void traceCmdPrintsThePartAsTheTrace_data();
    void traceCmdPrintsThePartAsTheTrace();
    void jsonTellsWhatWasWritten();
    void whatIsWrongIsSaid_data();
    void whatIsWrongIsSaid();
    void anExistingFileIsReplacedByForceOnly();
    void anonymiseStandsAloneOrNot();
    void aFileSizeLimitIsAnErrorAndLeavesNothing();
    void anInterruptLeavesNothing();
};

namespace {

Run core(const QStringList &args, const std::function<void()> &before = {})
{
    return run(QStringLiteral(THRESHER_CORE), args, {.before = before, .patienceMs = 120'000});
}

QString data(const QString &name)
{
    return QStringLiteral(THRESHER_TEST_DATA "/") + name;
}

struct Folder
{
    QTemporaryDir folder;
    [[nodiscard]] QString part() const { return folder.filePath(u"part.dat"_s); }
    [[nodiscard]] QStringList files() const
    {
        return QDir(folder.path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }
};

/// An event's lines, with what is told before it.
struct Printed
{
    qint64 time = 0;
    QByteArray text;
};

std::vector<Printed> printed(const QByteArray &report)
{
    static const QRegularExpression head(u"-\\d+ +\\[\\d+\\] *(\\d+)(?:\\.(\\d{9}))?: "_s);
    std::vector<Printed> events;
    QByteArray before;
    for (const QByteArray &line : report.split('\n')) {
        if (line.isEmpty() || line.startsWith("cpus="))
            continue;
        const auto match = head.match(QString::fromLatin1(line));
        if (match.hasMatch()) {
            const auto time = QString(match.captured(1) + match.captured(2)).toLongLong();
            events.push_back({time, before + line});
            before.clear();
        } else if (line.contains("EVENTS DROPPED")) {
            before += line;
        } else if (!events.empty()) {
            events.back().text += line;
        }
    }
    return events;
}

} // namespace

void tst_clicut::thePartPrintsAsTheTraceDoes_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("which");
    QTest::addColumn<QStringList>("how");
    const auto row = [](const char *file, const QStringList &which, const QStringList &how) {
        QTest::addRow("%s %s %s", file, qPrintable(which.join(u' ')), qPrintable(how.join(u' ')))
            << QString::fromLatin1(file) << which << how;
    };
    row("sched-basic.dat", {u"--from"_s, u"2481.5"_s, u"--to=2481.6"_s}, {});
    row("sched-basic.dat", {u"--from"_s, u"2481.400000123"_s}, {u"--format"_s, u"v6"_s});
    row("sched-basic.dat", {u"-c"_s, u"1"_s}, {u"--compression=zlib"_s});
    row("multi-buffer.dat", {u"--filter"_s, u"instance == irqs"_s}, {u"--compression=none"_s});
    row("v6.dat", {u"--to"_s, u"2484.6"_s}, {});
    row("lab-sched-16cpu.dat", {u"-c"_s, u"0-3,9"_s}, {u"--all-formats"_s});
    row("clock-tsc.dat", {u"--from"_s, u"6459500000000"_s}, {});
    row("lost-events.dat", {u"--from"_s, u"2485.9"_s}, {});
    row("empty.dat", {}, {});
}

void tst_clicut::thePartPrintsAsTheTraceDoes()
{
    QFETCH(const QString, file);
    QFETCH(const QStringList, which);
    QFETCH(const QStringList, how);
    const Folder folder;
    const auto cut = core(QStringList{u"cut"_s, data(file), u"-o"_s, folder.part()} + which + how);
    QCOMPARE(cut.err, QString());
    QCOMPARE(cut.status, 0);
    const auto whole = core(QStringList{u"events"_s, u"-t"_s, data(file)} + which);
    const auto part = core({u"events"_s, u"-t"_s, folder.part()});
    QCOMPARE(part.status, 0);
    QCOMPARE(part.bytes, whole.bytes);
    QCOMPARE(folder.files(), QStringList{u"part.dat"_s});
}

void tst_clicut::traceCmdPrintsThePartAsTheTrace_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<QString>("format");
    const QDir folder(QStringLiteral(THRESHER_TEST_DATA));
    int number = 0;
    for (const auto &name : folder.entryList({u"*.dat"_s}, QDir::Files)) {
        for (const auto &[from, to] : {std::pair{0, 100}, {20, 40}}) {
            const bool isOld = ++number % 3 == 0;
            QTest::addRow("%s %d-%d %s", qPrintable(name), from, to, isOld ? "v6" : "v7")
                << name << from << to << (isOld ? u"v6"_s : u"v7"_s);
        }
    }
}

void tst_clicut::traceCmdPrintsThePartAsTheTrace()
{
    QFETCH(const QString, file);
    QFETCH(const int, from);
    QFETCH(const int, to);
    QFETCH(const QString, format);
    const auto traceCmd = QStandardPaths::findExecutable(u"trace-cmd"_s);
    if (traceCmd.isEmpty())
        QSKIP("there is no trace-cmd");
    const Folder folder;
    const auto whole = printed(run(traceCmd, {u"report"_s, u"-t"_s, u"-i"_s, data(file)}).bytes);
    const bool isTicks = file.startsWith(u"clock-tsc"_s);
    QStringList range;
    qint64 begin = 0;
    qint64 end = std::numeric_limits<qint64>::max();
    if (to < 100 && !whole.empty()) {
        const auto text = [&](qint64 time) {
            return isTicks ? QString::number(time)
                           : u"%1.%2"_s.arg(time / 1'000'000'000)
                                 .arg(time % 1'000'000'000, 9, 10, QLatin1Char('0'));
        };
        begin = whole[whole.size() * static_cast<std::size_t>(from) / 100].time;
        end = whole[whole.size() * static_cast<std::size_t>(to) / 100].time;
        range = {u"--from"_s, text(begin), u"--to"_s, text(end)};
    }
    const auto cut = core(
        QStringList{u"cut"_s, data(file), u"-o"_s, folder.part(), u"--format"_s, format} + range);
    QCOMPARE(cut.err, QString());
    QCOMPARE(cut.status, 0);
    const auto report = run(traceCmd, {u"report"_s, u"-t"_s, u"-i"_s, folder.part()});
    QCOMPARE(report.status, 0);
    const auto part = printed(report.bytes);
    std::size_t next = 0;
    for (const Printed &event : whole) {
        if (event.time < begin || event.time >= end)
            continue;
        QVERIFY(next < part.size());
        QCOMPARE(part[next].text, event.text);
        ++next;
    }
    QCOMPARE(next, part.size());
}

void tst_clicut::jsonTellsWhatWasWritten()
{
    const Folder folder;
    const auto cut = core({u"cut"_s, data(u"marker.dat"_s), u"-o"_s, folder.part(), u"--json"_s,
                           u"--filter=print"_s});
    QCOMPARE(cut.status, 0);
    const auto json = QJsonDocument::fromJson(cut.bytes).object();
    QCOMPARE(json.value(u"events"_s).toInt(), 603);
    QCOMPARE(json.value(u"file"_s).toString(), folder.part());
    QCOMPARE(json.value(u"file_bytes"_s).toInteger(), QFile(folder.part()).size());
    QVERIFY(json.value(u"first"_s).toString().startsWith(u"2486."_s));
    const auto empty = core({u"cut"_s, data(u"marker.dat"_s), u"-o"_s, folder.part(), u"--force"_s,
                             u"--json"_s, u"--to"_s, u"1"_s});
    QCOMPARE(empty.status, 0);
    QVERIFY(QJsonDocument::fromJson(empty.bytes).object().value(u"first"_s).isNull());
}

void tst_clicut::whatIsWrongIsSaid_data()
{
    QTest::addColumn<QStringList>("args");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("text");
    const auto row = [](const QStringList &args, int status, const char *text) {
        QTest::addRow("%s", qPrintable(args.join(u' ')))
            << args << status << QString::fromLatin1(text);
    };
    row({}, 2, "say where the part goes");
    row({u"-o"_s, u"@"_s, u"--format"_s, u"v8"_s}, 2, "v6 or v7");
    row({u"-o"_s, u"@"_s, u"--format=v6"_s, u"--compression=zstd"_s}, 2, "not compressed");
    row({u"-o"_s, u"@"_s, u"--compression=lz4"_s}, 2, "none, zstd or zlib");
    row({u"-o"_s, u"@"_s, u"--anonymise=faces"_s}, 2, "names, strings or all");
    row({u"-o"_s, u"@"_s, u"--from=soon"_s}, 2, "'soon' is not a time");
    row({u"-o"_s, u"@"_s, u"--from=5"_s, u"--to=4"_s}, 1, "--from must be before --to");
    row({u"-o"_s, u"@"_s, u"--cpu=99"_s}, 1, "no CPU 99");
    row({u"-o"_s, u"@"_s, u"--filter=pid =="_s}, 2, "thresher cut: --filter");
    row({u"-o"_s, u"@"_s, u"--filter=nofield == 1"_s}, 2, "nofield");
    row({u"-o"_s, u"/dev/null"_s, u"--force"_s}, 1, "a device or a pipe");
    row({u"-o"_s, u"/"_s}, 1, "folder");
    row({u"-o"_s, u"@/nowhere/x.dat"_s}, 1, "No such file");
    row({u"-o"_s, data(u"marker.dat"_s), u"--force"_s}, 1, "the trace that is being read");
}

void tst_clicut::whatIsWrongIsSaid()
{
    QFETCH(QStringList, args);
    QFETCH(const int, status);
    QFETCH(const QString, text);
    const Folder folder;
    for (QString &arg : args)
        arg.replace(u"@"_s, folder.part());
    const auto cut = core(QStringList{u"cut"_s, data(u"marker.dat"_s)} + args);
    QVERIFY2(cut.err.contains(text), qPrintable(cut.err));
    QCOMPARE(cut.status, status);
    QCOMPARE(folder.files(), QStringList());
}

void tst_clicut::anExistingFileIsReplacedByForceOnly()
{
    const Folder folder;
    QFile file(folder.part());
    QVERIFY(file.open(QFile::WriteOnly) && file.write("mine") == 4);
    file.close();
    const QStringList args{u"cut"_s, data(u"marker.dat"_s), u"-o"_s, folder.part()};
    const auto refused = core(args);
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains(u"--force"_s), qPrintable(refused.err));
    QCOMPARE(QFile(folder.part()).size(), 4);
    QCOMPARE(core(args + QStringList{u"--force"_s}).status, 0);
    QVERIFY(QFile(folder.part()).size() > 4);
}

void tst_clicut::anonymiseStandsAloneOrNot()
{
    const Folder folder;
    const auto printedOf = [&](const QStringList &how) {
        const auto cut = core(QStringList{u"cut"_s, u"-o"_s, folder.part(), u"--force"_s} + how);
        return cut.status != 0 ? cut.err.toUtf8()
                               : core({u"events"_s, folder.part(), u"-n"_s, u"3000"_s}).bytes;
    };
    const auto file = data(u"marker.dat"_s);
    const auto both = printedOf({u"--anonymise"_s, file});
    QVERIFY(both.contains("task-1"));
    QVERIFY(!both.contains("qemu-system"));
    QVERIFY(!both.contains("begin"));
    for (const auto &names : {printedOf({file, u"--anonymise"_s, u"names"_s}),
                              printedOf({u"--anonymise=names"_s, file})}) {
        QVERIFY(names.contains("task-1"));
        QVERIFY(names.contains("begin"));
    }
    const auto strings = printedOf({file, u"--anonymise=strings"_s});
    QVERIFY(!strings.contains("task-1"));
    QVERIFY(!strings.contains("begin"));
}

void tst_clicut::aFileSizeLimitIsAnErrorAndLeavesNothing()
{
    const Folder folder;
    const auto cut = core({u"cut"_s, u"--no-cache"_s, data(u"marker.dat"_s), u"-o"_s, folder.part(),
                           u"--compression=none"_s},
                          [] {
                              struct rlimit limit = {};
                              ::getrlimit(RLIMIT_FSIZE, &limit);
                              // The index, whose files are smaller, can be written.
                              limit.rlim_cur = 250'000;
                              ::setrlimit(RLIMIT_FSIZE, &limit);
                          });
    QVERIFY2(cut.err.contains(u"nothing was left behind"_s), qPrintable(cut.err));
    QCOMPARE(cut.status, 1);
    QCOMPARE(folder.files(), QStringList());
}

void tst_clicut::anInterruptLeavesNothing()
{
    const Folder folder;
    QProcess process;
    process.start(QStringLiteral(THRESHER_CORE),
                  {u"cut"_s, u"--no-cache"_s, data(u"kmem.dat"_s), u"-o"_s, folder.part()});
    QVERIFY(process.waitForStarted());
    process.terminate();
    QVERIFY(process.waitForFinished(60'000));
    // It may have been done, or not yet begun.
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        QCOMPARE(folder.files(), QStringList{u"part.dat"_s});
    else
        QCOMPARE(folder.files(), QStringList());
}

QTEST_GUILESS_MAIN(tst_clicut)
#include "tst_clicut.moc"
