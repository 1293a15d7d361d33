// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <sys/mount.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <map>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// thresher record on this machine's kernel. Needs root; what it traces it traces in instances of
/// its own.
class tst_liverecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void everyEventThatTheKernelHasIsRecorded_data();
    void everyEventThatTheKernelHasIsRecorded();
    void twoBuffersRecordTheSame();
    void pagesOfOtherSizesAreRecorded();
    void whoeverIsKilledWhatReachedTheDiskIsInTheTrace_data();
    void whoeverIsKilledWhatReachedTheDiskIsInTheTrace();
    void aFullDiskKeepsWhatFitted();

private:
    [[nodiscard]] Run run(const QStringList &args) const
    {
        return thresher::test::run(QStringLiteral(THRESHER_CORE), args,
                                   {.folder = m_dir->path(), .patienceMs = 120'000});
    }
    [[nodiscard]] QString path(const QString &name) const { return m_dir->filePath(name); }
    [[nodiscard]] QStringList instances() const
    {
        return QDir(m_tracefs + u"/instances"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }

    QString m_tracefs;
    QStringList m_before;
    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

bool put(const QString &file, const QByteArray &text)
{
    QFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(text) == text.size();
}

/// What ran where: "PID EVENT" of each CPU, in order. Lines of the kernel's own `trace` and of
/// `thresher events` are alike in this.
std::map<int, QStringList> eventsOf(const QString &text)
{
    static const QRegularExpression kLine(
        uR"(^ *.+-(\d+) +\[(\d+)\] (?:\S{4,5} )? *\d+\.\d+: (\w+):? )"_s);
    std::map<int, QStringList> events;
    for (const QString &line : text.split(u'\n')) {
        if (const auto match = kLine.match(line); match.hasMatch())
            events[match.captured(2).toInt()] << match.captured(1) + u' ' + match.captured(3);
    }
    return events;
}

bool contains(const QStringList &all, const QStringList &part)
{
    for (qsizetype at = 0; at + part.size() <= all.size(); ++at) {
        if (std::equal(part.begin(), part.end(), all.begin() + at))
            return true;
    }
    return false;
}

bool isGone(int pid)
{
    QFile stat(u"/proc/%1/stat"_s.arg(pid));
    return !stat.open(QIODevice::ReadOnly) || stat.readAll().contains(") Z ");
}

} // namespace

void tst_liverecord::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("recording needs root");
    for (const QString &place : {u"/sys/kernel/tracing"_s, u"/sys/kernel/debug/tracing"_s}) {
        if (m_tracefs.isEmpty() && QFile::exists(place + u"/instances"_s))
            m_tracefs = place;
    }
    if (m_tracefs.isEmpty())
        QSKIP("tracefs is not mounted, or has no instances");
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
}

void tst_liverecord::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    m_before = instances();
}

void tst_liverecord::cleanup()
{
    if (m_dir)
        QCOMPARE(run({u"doctor"_s, u"--clean-up"_s, u"--json"_s}).status, 0);
    QTRY_COMPARE_WITH_TIMEOUT(instances(), m_before, 30'000);
}

void tst_liverecord::everyEventThatTheKernelHasIsRecorded_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("v7") << QStringList{};
    QTest::newRow("v7, zstd") << QStringList{u"--compression"_s, u"zstd"_s};
    QTest::newRow("v6") << QStringList{u"--format"_s, u"v6"_s};
}

// A second instance, which is never read while it records, is the witness.
void tst_liverecord::everyEventThatTheKernelHasIsRecorded()
{
    QFETCH(const QStringList, options);
    const QString witness = m_tracefs + u"/instances/thresher-test-%1"_s.arg(::getpid());
    QVERIFY(QDir().mkdir(witness));
    const bool isSet = put(witness + u"/buffer_size_kb"_s, "20000")
                       && put(witness + u"/trace_clock"_s, "mono")
                       && put(witness + u"/events/sched/sched_switch/enable"_s, "1")
                       && put(witness + u"/events/raw_syscalls/enable"_s, "1");
    const Run got = isSet ? run(QStringList{u"record"_s, u"-e"_s, u"sched_switch"_s, u"-e"_s,
                                            u"raw_syscalls"_s, u"-o"_s, u"a.dat"_s}
                                + options + QStringList{u"ls"_s, u"-lR"_s, u"/usr/include"_s})
                          : Run();
    put(witness + u"/tracing_on"_s, "0");
    QFile trace(witness + u"/trace"_s);
    const QString seen = trace.open(QIODevice::ReadOnly) ? QString::fromUtf8(trace.readAll())
                                                         : QString();
    trace.close();
    QVERIFY(QDir().rmdir(witness));
    QVERIFY2(got.status == 0 && got.err.isEmpty(), qPrintable(got.err));
    const auto kernel = eventsOf(seen);
    const auto ours = eventsOf(QString::fromUtf8(run({u"events"_s, u"a.dat"_s}).bytes));
    QVERIFY(!ours.empty());
    for (const auto &[cpu, events] : ours) {
        QVERIFY(kernel.contains(cpu));
        QVERIFY2(contains(kernel.at(cpu), events),
                 qPrintable(
                     u"CPU %1: %2 of %3"_s.arg(cpu).arg(events.size()).arg(kernel.at(cpu).size())));
    }
}

void tst_liverecord::twoBuffersRecordTheSame()
{
    const Run got = run({u"record"_s, u"-e"_s, u"raw_syscalls"_s, u"-F"_s, u"-B"_s,
                         u"twin%1"_s.arg(::getpid()), u"-e"_s, u"raw_syscalls"_s, u"-F"_s, u"dd"_s,
                         u"if=/dev/zero"_s, u"of=/dev/null"_s, u"bs=1"_s, u"count=20000"_s,
                         u"status=none"_s});
    QVERIFY2(got.status == 0 && got.err.isEmpty(), qPrintable(got.err));
    QStringList kinds[2];
    for (const QByteArray &line : run({u"events"_s, u"trace.dat"_s}).bytes.split('\n')) {
        const auto at = line.indexOf(": sys_"); // behind the buffer's name
        if (at > 0)
            kinds[line.contains("twin") ? 1 : 0] << QString::fromUtf8(line.mid(at));
    }
    QVERIFY(kinds[0].size() > 80'000);
    QCOMPARE(kinds[0].size(), kinds[1].size());
    QVERIFY(kinds[0] == kinds[1]);
}

void tst_liverecord::pagesOfOtherSizesAreRecorded()
{
    if (!QFile::exists(m_tracefs + u"/buffer_subbuf_size_kb"_s))
        QSKIP("this kernel has pages of one size");
    for (const QString &format : {u"v6"_s, u"v7"_s}) {
        const Run got = run({u"record"_s, u"-e"_s, u"raw_syscalls"_s, u"-F"_s, u"--sub-buffer"_s,
                             u"64"_s, u"--format"_s, format, u"--force"_s, u"dd"_s,
                             u"if=/dev/zero"_s, u"of=/dev/null"_s, u"bs=1"_s, u"count=20000"_s,
                             u"status=none"_s});
        QVERIFY2(got.status == 0 && got.err.isEmpty(), qPrintable(got.err));
        QVERIFY(run({u"events"_s, u"--count"_s, u"trace.dat"_s}).bytes.toInt() > 80'000);
    }
}

void tst_liverecord::whoeverIsKilledWhatReachedTheDiskIsInTheTrace_data()
{
    QTest::addColumn<bool>("client");
    QTest::addColumn<bool>("recorder");
    QTest::newRow("the client") << true << false;
    QTest::newRow("the recorder") << false << true;
    QTest::newRow("both") << true << true;
}

void tst_liverecord::whoeverIsKilledWhatReachedTheDiskIsInTheTrace()
{
    QFETCH(const bool, client);
    QFETCH(const bool, recorder);
    QProcess process;
    process.setWorkingDirectory(m_dir->path());
    process.start(QStringLiteral(THRESHER_CORE), {u"record"_s, u"-e"_s, u"raw_syscalls"_s, u"-e"_s,
                                                  u"sched"_s, u"-b"_s, u"500"_s});
    QVERIFY(process.waitForStarted());
    const QDir folder(path(u"trace.dat.recording"_s));
    const auto onDisk = [&] {
        qint64 size = 0;
        for (const QFileInfo &file : folder.entryInfoList({u"pages.*"_s}))
            size += file.size();
        return size;
    };
    const auto enough = QRandomGenerator::global()->bounded(400'000);
    qInfo("killed at %d bytes", enough);
    QProcess load; // so that there is something to record
    load.start(u"sh"_s, {u"-c"_s, u"while :; do ls -lR /usr/include >/dev/null; done"_s});
    QTRY_VERIFY_WITH_TIMEOUT(onDisk() > enough, 60'000);
    QFile children(u"/proc/%1/task/%1/children"_s.arg(process.processId()));
    QVERIFY(children.open(QIODevice::ReadOnly));
    const auto recorderPid = children.readAll().split(' ').first().toInt();
    QVERIFY(recorderPid > 0);
    if (recorder)
        ::kill(recorderPid, SIGKILL);
    if (client)
        process.kill();
    QVERIFY(process.waitForFinished(60'000));
    load.kill();
    load.waitForFinished();
    if (!client) {
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(run({u"events"_s, u"--count"_s, u"trace.dat"_s}).bytes.toInt() > 0);
        QVERIFY(!folder.exists());
        return;
    }
    // A recorder that lost its client reads to the end, and puts all back.
    QTRY_VERIFY_WITH_TIMEOUT(isGone(recorderPid), 60'000);
    qint64 pages = 0;
    for (const QFileInfo &file : folder.entryInfoList({u"pages.*"_s}))
        pages += file.size() / 4096;
    QVERIFY(pages > 0);
    const Run got = run({u"recover"_s, u"--json"_s, u"trace.dat.recording"_s});
    QCOMPARE(got.status, 0);
    const auto json = QJsonDocument::fromJson(got.bytes).object();
    QCOMPARE(json.value(u"pages"_s).toInteger(), pages + json.value(u"torn_pages"_s).toInteger());
    QVERIFY(run({u"events"_s, u"--count"_s, u"trace.dat"_s}).bytes.toInt() > 0);
}

void tst_liverecord::aFullDiskKeepsWhatFitted()
{
    const QByteArray small = path(u"small"_s).toLocal8Bit();
    QVERIFY(QDir().mkdir(path(u"small"_s)));
    if (::mount("thresher-test", small.constData(), "tmpfs", 0, "size=12m") != 0)
        QSKIP("no small file system can be mounted here");
    const Run got = run({u"record"_s, u"-e"_s, u"raw_syscalls"_s, u"-o"_s, u"small/a.dat"_s,
                         u"--duration"_s, u"60"_s, u"sh"_s, u"-c"_s,
                         u"while :; do ls -lR /usr/include >/dev/null; done"_s});
    const QDir folder(path(u"small/a.dat.recording"_s));
    qint64 pages = 0;
    for (const QFileInfo &file : folder.entryInfoList({u"pages.*"_s}))
        pages += file.size() / 4096;
    const Run recovered = run(
        {u"recover"_s, u"--json"_s, u"-o"_s, u"b.dat"_s, u"small/a.dat.recording"_s});
    QCOMPARE(::umount(small.constData()), 0);
    QCOMPARE(got.status, 1);
    QVERIFY2(got.err.contains(u"thresher recover small/a.dat.recording"_s), qPrintable(got.err));
    QVERIFY(pages > 1000);
    QCOMPARE(recovered.status, 0);
    const auto json = QJsonDocument::fromJson(recovered.bytes).object();
    QCOMPARE(json.value(u"pages"_s).toInteger(), pages + json.value(u"torn_pages"_s).toInteger());
    QVERIFY(run({u"events"_s, u"--count"_s, u"b.dat"_s}).bytes.toInt() > 10'000);
}

QTEST_GUILESS_MAIN(tst_liverecord)
#include "tst_liverecord.moc"
