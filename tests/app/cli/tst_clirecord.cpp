// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <sys/types.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// thresher record, recover and doctor as a shell starts them, with a recorder that records a
/// trace.
class tst_clirecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aCommandIsRecorded();
    void closedStreamsAreNoHindrance();
    void anInterruptEndsARecordingWell();
    void jsonTellsWhatWasRecorded();
    void theFormatIsChosen_data();
    void theFormatIsChosen();
    void whatIsWrongIsSaid_data();
    void whatIsWrongIsSaid();
    void setsOfProbesAreListedAndShown();
    void anExistingFileIsReplacedByForceOnly();
    void aKilledOneIsRecovered();
    void aKilledRecorderLeavesATraceAndAFailure();
    void recoverSaysWhatIsWrong();
    void doctorReports();
    void doctorCleansUp();

private:
    [[nodiscard]] Run run(const QStringList &args) const
    {
        return thresher::test::run(QStringLiteral(THRESHER_CORE), args, {.folder = m_dir->path()});
    }
    [[nodiscard]] QString path(const QString &name) const { return m_dir->filePath(name); }
    [[nodiscard]] QByteArray countOf(const QString &file) const
    {
        return run({u"events"_s, u"--count"_s, file}).bytes;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QByteArray m_count; ///< Events of the trace that is recorded.
};

void tst_clirecord::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    for (const char *each : {"FAKE_DO", "FAKE_PAGES", "FAKE_CAPABILITIES"})
        qunsetenv(each);
    qputenv("THRESHER_RECORDER", THRESHER_FAKE_RECORDER);
    const QString trace = QStringLiteral(THRESHER_TEST_DATA "/one-cpu.dat");
    qputenv("FAKE_TRACE", trace.toLocal8Bit());
    m_count = countOf(trace);
    QVERIFY(m_count.toInt() > 100);
}

void tst_clirecord::aCommandIsRecorded()
{
    const Run got = run({u"record"_s, u"--privilege"_s, u"direct"_s, u"-e"_s, u"sched"_s, u"sh"_s,
                         u"-c"_s, u"echo said; exit 5"_s});
    QCOMPARE(got.status, 5);
    QCOMPARE(got.bytes, QByteArray("said\n"));
    QCOMPARE(got.err, QString()); // no terminal
    QCOMPARE(countOf(path(u"trace.dat"_s)), m_count);
    QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot),
             QStringList{u"trace.dat"_s});
}

void tst_clirecord::closedStreamsAreNoHindrance()
{
    QProcess process;
    process.setWorkingDirectory(m_dir->path());
    process.start(u"sh"_s,
                  {u"-c"_s, u"exec \"$0\" record --privilege direct -e sched true <&- >&- 2>&-"_s,
                   QStringLiteral(THRESHER_CORE)});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(countOf(path(u"trace.dat"_s)), m_count);
}

void tst_clirecord::anInterruptEndsARecordingWell()
{
    QProcess process;
    // A shell has what it starts in the background ignore it, and so this test perhaps.
    process.setChildProcessModifier([] { ::signal(SIGINT, SIG_DFL); });
    process.setWorkingDirectory(m_dir->path());
    process.start(QStringLiteral(THRESHER_CORE),
                  {u"record"_s, u"--privilege"_s, u"direct"_s, u"-e"_s, u"sched"_s});
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(QFile(path(u"trace.dat.recording/pages.0.1"_s)).size() > 8192, 30'000);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(countOf(path(u"trace.dat"_s)), m_count);
    QVERIFY(!QFile::exists(path(u"trace.dat.recording"_s)));
}

void tst_clirecord::jsonTellsWhatWasRecorded()
{
    qputenv("FAKE_DO", "duration");
    const Run got = run({u"record"_s, u"--privilege=direct"_s, u"-e"_s, u"all"_s, u"--json"_s,
                         u"-o"_s, u"a.dat"_s});
    QCOMPARE(got.status, 0);
    const auto json = QJsonDocument::fromJson(got.bytes).object();
    QCOMPARE(json.value(u"stopped"_s).toString(), u"duration"_s);
    QCOMPARE(json.value(u"file"_s).toString(), u"a.dat"_s);
    QCOMPARE(json.value(u"file_bytes"_s).toInteger(), QFile(path(u"a.dat"_s)).size());
    QCOMPARE(json.value(u"events"_s).toInt(), 1234);
    QVERIFY(json.value(u"command_status"_s).isNull());
}

void tst_clirecord::theFormatIsChosen_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("format");
    QTest::newRow("else") << QStringList{} << u"version 7, compression none"_s;
    QTest::newRow("v6") << QStringList{u"--format"_s, u"v6"_s} << u"version 6"_s;
    QTest::newRow("zstd") << QStringList{u"--compression"_s, u"zstd"_s}
                          << u"version 7, compression zstd"_s;
}

void tst_clirecord::theFormatIsChosen()
{
    QFETCH(const QStringList, options);
    QFETCH(const QString, format);
    qputenv("FAKE_DO", "duration");
    const Run got = run(QStringList{u"record"_s, u"--privilege=direct"_s, u"-e"_s, u"all"_s}
                        + options);
    QCOMPARE(got.status, 0);
    QVERIFY(QString::fromUtf8(run({u"info"_s, path(u"trace.dat"_s)}).bytes).contains(format));
    QCOMPARE(countOf(path(u"trace.dat"_s)), m_count);
}

void tst_clirecord::whatIsWrongIsSaid_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("told");
    const auto row = [](const char *name, const QStringList &options, const QString &told) {
        QTest::newRow(name) << options << told;
    };
    const QString e = u"-e"_s;
    const QString s = u"sched"_s;
    row("nothing to record", {}, u"-e EVENT, --probe LINE or -p TRACER"_s);
    row("an empty buffer", {e, s, u"-B"_s, u"two"_s}, u"the buffer two"_s);
    row("two of a name", {u"-B"_s, u"x"_s, e, s, u"-B"_s, u"x"_s, e, s}, u"two buffers named x"_s);
    row("a filter of nothing", {u"-f"_s, u"a == 1"_s}, u"is of the -e or --probe before it"_s);
    row("a trigger of nothing", {u"-R"_s, u"traceoff"_s}, u"is of the -e or --probe before it"_s);
    row("trace-cmd's -v", {e, s, u"-v"_s, e, u"x"_s}, u"-v needs"_s);
    row("no number", {e, s, u"-b"_s, u"lots"_s}, u"-b must be a whole number"_s);
    row("no mask", {e, s, u"-M"_s, u"xyz"_s}, u"hexadecimal mask"_s);
    row("no CPU", {e, s, u"-M"_s, u"0"_s}, u"leaves no CPU"_s);
    row("no time", {e, s, u"--duration"_s, u"soon"_s}, u"--duration must be"_s);
    row("no ring", {e, s, u"--ring"_s, u"10x"_s}, u"--ring must be"_s);
    row("a ring elsewhere", {e, s, u"--ring"_s, u"10M"_s, u"--host"_s, u"h"_s},
        u"not known here"_s);
    row("a command elsewhere", {e, s, u"--host"_s, u"h"_s, u"ls"_s}, u"run on this machine"_s);
    row("whose command", {e, s, u"-F"_s}, u"give one"_s);
    row("whose children", {e, s, u"-c"_s}, u"whose children"_s);
    row("no format", {e, s, u"--format"_s, u"v8"_s}, u"--format must be"_s);
    row("v6 is plain", {e, s, u"--format"_s, u"v6"_s, u"--compression"_s, u"zstd"_s},
        u"not compressed"_s);
    row("no way to root", {e, s, u"--privilege"_s, u"magic"_s}, u"--privilege must be"_s);
    const QString probe = u"--probe"_s;
    row("no probe", {probe, u"p vfs_read $foo"_s}, u"\n  p vfs_read $foo\n             ^"_s);
    row("no set", {probe, u"no-such-set"_s}, u"no set of probes 'no-such-set'"_s);
    row("no parameter of the set", {probe, u"bash-lines shell=/bin/sh"_s}, u"no parameter shell"_s);
    row("no function", {probe, u"p /bin/sh:no_such_function_there"_s}, u"no function no_such"_s);
    row("a symbol elsewhere", {probe, u"p /bin/sh:main"_s, u"--host"_s, u"h"_s},
        u"an offset in its file"_s);
    row("no option", {e, s, u"--frobnicate"_s}, u"no option --frobnicate"_s);
}

void tst_clirecord::whatIsWrongIsSaid()
{
    QFETCH(const QStringList, options);
    QFETCH(const QString, told);
    const Run got = run(QStringList{u"record"_s} + options);
    QCOMPARE(got.status, 2);
    QVERIFY2(got.err.contains(told), qPrintable(got.err));
    QVERIFY(QDir(m_dir->path()).isEmpty());
}

void tst_clirecord::setsOfProbesAreListedAndShown()
{
    const Run list = run({u"probe"_s, u"list"_s, u"--json"_s});
    QCOMPARE(list.status, 0);
    QStringList names;
    for (const auto &each : QJsonDocument::fromJson(list.bytes).array())
        names << each.toObject()[u"name"_s].toString();
    QVERIFY2(names.contains(u"malloc-sizes"_s) && names.contains(u"file-opens"_s),
             qPrintable(names.join(u' ')));
    const Run shown = run({u"probe"_s, u"show"_s, u"bash-lines"_s});
    QVERIFY(shown.out.contains(u"r:bash_line ${program}:readline line=+0($retval):ustring"_s));
    // What is shown as JSON is a set again.
    QFile own(path(u"own.json"_s));
    QVERIFY(own.open(QIODevice::WriteOnly));
    own.write(run({u"probe"_s, u"show"_s, u"--json"_s, u"bash-lines"_s}).bytes);
    own.close();
    QCOMPARE(run({u"probe"_s, u"show"_s, own.fileName()}).out.section(u'\n', 1),
             shown.out.section(u'\n', 1));
    for (const QStringList &wrong : {QStringList{},
                                     {u"lst"_s},
                                     {u"show"_s},
                                     {u"check"_s},
                                     {u"list"_s, u"x"_s},
                                     {u"show"_s, u"no-such-set"_s}})
        QCOMPARE(run(QStringList{u"probe"_s} + wrong).status, 2);
}

void tst_clirecord::anExistingFileIsReplacedByForceOnly()
{
    qputenv("FAKE_DO", "duration");
    QFile there(path(u"trace.dat"_s));
    QVERIFY(there.open(QIODevice::WriteOnly));
    there.write("precious");
    there.close();
    QStringList args{u"record"_s, u"--privilege=direct"_s, u"-e"_s, u"all"_s};
    const Run refused = run(args);
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains(u"--force"_s), qPrintable(refused.err));
    QCOMPARE(there.size(), 8);
    QCOMPARE(run(args << u"--force"_s).status, 0);
    QCOMPARE(countOf(there.fileName()), m_count);
}

void tst_clirecord::aKilledOneIsRecovered()
{
    for (int round = 0; round < 5; ++round) {
        const QString file = u"out%1.dat"_s.arg(round);
        QProcess process;
        process.setWorkingDirectory(m_dir->path());
        process.start(QStringLiteral(THRESHER_CORE),
                      {u"record"_s, u"--privilege=direct"_s, u"-e"_s, u"sched"_s, u"-o"_s, file});
        QVERIFY(process.waitForStarted());
        const QString pages = path(file + u".recording/pages.0.1"_s);
        const auto enough = QRandomGenerator::global()->bounded(100'000);
        QTRY_VERIFY_WITH_TIMEOUT(QFile(pages).size() >= enough, 30'000);
        process.kill();
        QVERIFY(process.waitForFinished(30'000));
        QVERIFY(!QFile::exists(path(file)));
        // The recorder goes on until it hears that nobody is there.
        QTRY_VERIFY_WITH_TIMEOUT(QFile(pages).size() % 4096 == 0, 30'000);
        const Run got = run({u"recover"_s, u"--json"_s, u"--keep"_s, file + u".recording/"_s});
        QCOMPARE(got.status, 0);
        const auto json = QJsonDocument::fromJson(got.bytes).object();
        QVERIFY(json.value(u"pages"_s).toInt() * 4096 <= QFile(pages).size());
        QVERIFY(json.value(u"pages"_s).toInt() * 4096 >= enough / 4096 * 4096);
        QVERIFY(got.err.contains(u"counters of lost events"_s));
        QVERIFY(countOf(path(file)).toInt() > 0);
        QCOMPARE(run({u"recover"_s, u"--force"_s, file + u".recording"_s}).status, 0);
        QVERIFY(!QFile::exists(path(file + u".recording"_s)));
    }
}

void tst_clirecord::aKilledRecorderLeavesATraceAndAFailure()
{
    qputenv("FAKE_PAGES", "7");
    const Run got = run({u"record"_s, u"--privilege=direct"_s, u"-e"_s, u"all"_s});
    QCOMPARE(got.status, 1);
    QVERIFY2(got.err.contains(u"The recorder ended"_s), qPrintable(got.err));
    QVERIFY(countOf(path(u"trace.dat"_s)).toInt() > 0);
    QVERIFY(!QFile::exists(path(u"trace.dat.recording"_s)));
}

void tst_clirecord::recoverSaysWhatIsWrong()
{
    QCOMPARE(run({u"recover"_s}).status, 2);
    QCOMPARE(run({u"recover"_s, u"--format"_s, u"v5"_s, u"x"_s}).status, 2);
    const Run nothing = run({u"recover"_s, u"not-there"_s});
    QCOMPARE(nothing.status, 1);
    QVERIFY(nothing.err.contains(u"not-there"_s));
    const Run other = run({u"recover"_s, m_dir->path()});
    QCOMPARE(other.status, 1);
    QVERIFY(other.err.contains(u"no recording in this folder"_s));
}

void tst_clirecord::doctorReports()
{
    qputenv("FAKE_DO", "leftovers");
    qputenv(
        "FAKE_CAPABILITIES",
        R"({"type": "capabilities", "tracefs": {"path": "/t", "mounted": true}, "root": false,)"
        R"( "lockdown": "none", "kernel": "6.1.0", "cpus": 8, "online": [0, 1, 2],)"
        R"( "tracers": [{"name": "blk", "in_instance": false}], "clocks": ["local", "mono"],)"
        R"( "events": {"sched": ["sched_switch", "sched_waking"], "irq": ["irq_handler_entry"]},)"
        R"( "features": [{"name": "kprobes", "available": false, "reason": "No CONFIG_KPROBES."},)"
        R"( {"name": "uprobes", "available": true}],)"
        R"( "enabled": [{"id": "event:sched", "text": "sched:sched_switch is on."}],)"
        R"( "instances": ["mine"]})");
    const QString text = QString::fromUtf8(run({u"doctor"_s, u"--privilege=direct"_s}).bytes);
    for (const QString &what :
         {u"Linux 6.1.0, 8 CPUs, 3 of them online; tracefs at /t; not as root"_s,
          u"Recording needs root"_s, u"3 of 2 systems"_s, u"blk (top buffer only)"_s,
          u"no   kprobes          No CONFIG_KPROBES."_s, u"yes  uprobes"_s,
          u"event:sched: sched:sched_switch is on."_s, u"Instances: mine"_s,
          u"The event x is on."_s, u"--clean-up"_s})
        QVERIFY2(text.contains(what), qPrintable(what + u" in\n"_s + text));
    const Run got = run({u"doctor"_s, u"--privilege=direct"_s, u"--json"_s});
    QCOMPARE(got.status, 0);
    const auto json = QJsonDocument::fromJson(got.bytes).object();
    QCOMPARE(json.value(u"cpus"_s).toInt(), 8);
    QCOMPARE(json.value(u"root"_s).toBool(true), false);
    QCOMPARE(json.value(u"obstacles"_s).toArray().size(), 1);
    QCOMPARE(json.value(u"features"_s).toArray().at(0).toObject().value(u"reason"_s).toString(),
             u"No CONFIG_KPROBES."_s);
    QCOMPARE(json.value(u"leftovers"_s).toArray().size(), 1);
    QCOMPARE(run({u"doctor"_s, u"me"_s}).status, 2);
    QCOMPARE(run({u"doctor"_s, u"--privilege=x"_s}).status, 2);
}

void tst_clirecord::doctorCleansUp()
{
    qputenv("FAKE_DO", "leftovers");
    qputenv("FAKE_CAPABILITIES", R"({"type": "capabilities"})");
    const Run got = run({u"doctor"_s, u"--privilege=direct"_s, u"--clean-up"_s});
    QCOMPARE(got.status, 0);
    QVERIFY(!got.bytes.contains("The event x is on."));
}

QTEST_GUILESS_MAIN(tst_clirecord)
#include "tst_clirecord.moc"
