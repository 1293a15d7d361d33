// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

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

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// Probes in a program of known calls, on this machine's kernel. Needs root; tst_recordedprobes is
/// its twin that does not.
class tst_liveprobes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void argumentsTextsAndResultsAreExact();
    void entryAndReturnBecomeSlices();
    void aMemberFunctionIsFoundByItsSymbol();
    void aFilterIsTheKernels();
    void aHotProbeIsWarnedOf();
    void linesAreCheckedByTheKernel();
    void theRecorderIsKilledAtAnyMoment();

private:
    [[nodiscard]] Run run(const QStringList &args) const
    {
        return thresher::test::run(QStringLiteral(THRESHER_CORE), args,
                                   {.folder = m_dir->path(), .patienceMs = 120'000});
    }
    /// Records the program of known calls with these probes; "EVENT FIELDS" of each event.
    [[nodiscard]] QStringList record(const QStringList &options, int calls);
    [[nodiscard]] QString dynamicEvents() const
    {
        QFile file(m_tracefs + u"/dynamic_events"_s);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : u"?"_s;
    }

    QString m_tracefs;
    QString m_before;
    QStringList m_instances;
    Run m_recorded;
    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

const QString kProgram = QStringLiteral(THRESHER_PROBED_PROGRAM);

QString probe(const char *line)
{
    return QString::fromUtf8(line).replace(u"PROGRAM"_s, kProgram);
}

} // namespace

void tst_liveprobes::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("probes need root");
    for (const QString &place : {u"/sys/kernel/tracing"_s, u"/sys/kernel/debug/tracing"_s}) {
        if (m_tracefs.isEmpty() && QFile::exists(place + u"/uprobe_events"_s))
            m_tracefs = place;
    }
    if (m_tracefs.isEmpty())
        QSKIP("tracefs is not mounted, or makes no probes in programs");
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
}

void tst_liveprobes::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    m_before = dynamicEvents();
    m_instances = QDir(m_tracefs + u"/instances"_s).entryList(QDir::Dirs);
}

void tst_liveprobes::cleanup()
{
    QCOMPARE(dynamicEvents(), m_before);
    QCOMPARE(QDir(m_tracefs + u"/instances"_s).entryList(QDir::Dirs), m_instances);
}

QStringList tst_liveprobes::record(const QStringList &options, int calls)
{
    m_recorded = run(
        QStringList{u"record"_s, u"-o"_s, u"p.dat"_s, u"--force"_s, u"--json"_s, u"-F"_s}
        << options << u"--"_s << kProgram << QString::number(calls));
    const Run listed = run({u"events"_s, u"p.dat"_s});
    // "  program-12 [000] 12.345: name:  (55cc6b6aa139) a=0 …"
    static const QRegularExpression kLine(uR"(\d: (\w+): +\(([^)]*)\) ?(.*)$)"_s);
    QStringList events;
    for (const QString &line : listed.out.split(u'\n'))
        if (const auto match = kLine.match(line); match.hasMatch())
            events << QString(match.captured(1) + u' ' + match.captured(3)).trimmed();
    return events;
}

void tst_liveprobes::argumentsTextsAndResultsAreExact()
{
    const QStringList events = record(
        {u"--probe"_s,
         probe("p:sum PROGRAM:probed_sum a=%di:s64 text=+0(%si):string b=%dx:s32 c=+1(%si):char "
               "low=%di:b4@0/8 raw=+0(%si):u8[3]"),
         u"--probe"_s, probe("r:summed PROGRAM:probed_sum result=$retval:s64")},
        40);
    QCOMPARE(m_recorded.status, 0);
    QStringList expected;
    for (int i = 0; i < 40; ++i) {
        expected << u"sum a=%1 text=\"called\" b=%2 c='a' low=%3 raw={99,97,108}"_s.arg(i - 2)
                        .arg(-i)
                        .arg((i - 2) & 15);
        expected << u"summed result=%1"_s.arg((i - 2) * 1000 - i);
    }
    QCOMPARE(events, expected);
    const QJsonArray probes
        = QJsonDocument::fromJson(m_recorded.bytes).object()[u"probes"_s].toArray();
    QCOMPARE(probes.size(), 2);
    for (const auto &each : probes)
        QCOMPARE(each.toObject()[u"hits"_s].toInt(), 40);
}

void tst_liveprobes::entryAndReturnBecomeSlices()
{
    const QStringList events = record({u"--probe"_s, probe("p PROGRAM:probed_depth n=%di:u32"),
                                       u"--probe"_s,
                                       probe("r PROGRAM:probed_depth result=$retval:u32")},
                                      1);
    QCOMPARE(events.size(), 12); // 5, 4, … 0 and back
    QCOMPARE(events.first(), u"probed_depth__entry n=5"_s);
    QCOMPARE(events.at(6), u"probed_depth__return result=0"_s);
    QCOMPARE(events.last(), u"probed_depth__return result=5"_s);
    const Run slices = run({u"latency"_s, u"p.dat"_s, u"--kind"_s, u"probe"_s});
    static const QRegularExpression kProbes(uR"(^count +6$)"_s,
                                            QRegularExpression::MultilineOption);
    QVERIFY2(kProbes.match(slices.out).hasMatch(), slices.bytes.constData());
}

void tst_liveprobes::aMemberFunctionIsFoundByItsSymbol()
{
    const QStringList events = record(
        {u"--probe"_s,
         probe("p:area PROGRAM:_ZNK5shape3Box4areaEi height=%si:s32 "
               "width=+0(%di):s32"),
         u"--probe"_s, probe("r:area_done PROGRAM:_ZNK5shape3Box4areaEi result=$retval:s32")},
        1);
    QCOMPARE(events, (QStringList{u"area height=3 width=7"_s, u"area_done result=21"_s}));
}

void tst_liveprobes::aFilterIsTheKernels()
{
    const QStringList events = record(
        {u"--probe"_s, probe("p:sum PROGRAM:probed_sum a=%di:s64"), u"-f"_s, u"a > 3 && a < 6"_s},
        20);
    QCOMPARE(events, (QStringList{u"sum a=4"_s, u"sum a=5"_s}));
    static_cast<void>(record(
        {u"--probe"_s, probe("p:sum PROGRAM:probed_sum a=%di:s64"), u"-f"_s, u"nothing > 3"_s}, 1));
    QCOMPARE(m_recorded.status, 1);
    QVERIFY2(m_recorded.err.contains(u"The kernel says: "_s), qPrintable(m_recorded.err));
}

void tst_liveprobes::aHotProbeIsWarnedOf()
{
    QProcess busy;
    busy.start(kProgram, {u"100000000"_s});
    QVERIFY(busy.waitForStarted());
    static_cast<void>(
        record({u"--probe"_s, probe("p:sum PROGRAM:probed_sum"), u"--probe-rate"_s, u"1000"_s}, 1));
    QVERIFY2(m_recorded.err.contains(u"The probe sum is hit "_s), qPrintable(m_recorded.err));
    static_cast<void>(
        record({u"--probe"_s, probe("p:sum PROGRAM:probed_sum"), u"--probe-rate"_s, u"0"_s}, 1));
    QVERIFY2(!m_recorded.err.contains(u"is hit"_s), qPrintable(m_recorded.err));
    busy.kill();
    QVERIFY(busy.waitForFinished());
}

void tst_liveprobes::linesAreCheckedByTheKernel()
{
    const Run good = run({u"probe"_s, u"check"_s, u"--json"_s,
                          probe("p:sum PROGRAM:probed_sum a=%di"), u"p: /bin/bash:0x4245c0"_s});
    QCOMPARE(good.status, 0);
    const QJsonArray checked = QJsonDocument::fromJson(good.bytes).array();
    QCOMPARE(checked.size(), 2);
    QVERIFY(checked[0].toObject()[u"kernel_line"_s].toString().endsWith(u" a=%di"_s));
    const Run bad = run({u"probe"_s, u"check"_s,
                         probe("p:sum PROGRAM:probed_sum a=%di "
                               "an_argument_of_far_more_than_32_letters=%si")});
    QCOMPARE(bad.status, 1);
    QVERIFY2(bad.out.contains(u"The kernel says: "_s), bad.bytes.constData());
    // The caret is under the argument.
    const QStringList lines = bad.out.split(u'\n');
    const auto caret = std::find_if(lines.begin(), lines.end(),
                                    [](const QString &line) { return line.trimmed() == u"^"_s; });
    QVERIFY(caret != lines.end());
    QCOMPARE(std::prev(caret)->mid(caret->indexOf(u'^'), 3), u"an_"_s);
    // A register that there is not is refused before.
    const Run wrong = run({u"probe"_s, u"check"_s, probe("p:sum PROGRAM:probed_sum a=+0(%zz)")});
    QCOMPARE(wrong.status, 1);
    QVERIFY2(wrong.out.contains(u"no register %zz"_s), wrong.bytes.constData());
}

void tst_liveprobes::theRecorderIsKilledAtAnyMoment()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    for (int round = 0; round < 6; ++round) {
        QProcess recorder;
        recorder.setWorkingDirectory(m_dir->path());
        recorder.start(QStringLiteral(THRESHER_CORE),
                       {u"record"_s, u"-o"_s, u"k.dat"_s, u"--force"_s, u"--probe"_s,
                        probe("p PROGRAM:probed_sum a=%di"), u"--probe"_s,
                        probe("r PROGRAM:probed_sum")});
        QVERIFY(recorder.waitForStarted());
        // The privileged program, which has to put all back, is the client's child.
        const auto children = [&] {
            QFile file(u"/proc/%1/task/%1/children"_s.arg(recorder.processId()));
            return file.open(QIODevice::ReadOnly) ? file.readAll().simplified() : QByteArray();
        };
        QTRY_VERIFY_WITH_TIMEOUT(!children().isEmpty(), 30'000);
        QTest::qWait(static_cast<int>(random.bounded(700U)));
        for (const QByteArray &pid : children().split(' '))
            if (!pid.isEmpty())
                ::kill(pid.toInt(), SIGKILL);
        QVERIFY(recorder.waitForFinished());
        QCOMPARE(run({u"doctor"_s, u"--clean-up"_s, u"--json"_s}).status, 0);
        QCOMPARE(dynamicEvents(), m_before);
    }
}

QTEST_GUILESS_MAIN(tst_liveprobes)
#include "tst_liveprobes.moc"
