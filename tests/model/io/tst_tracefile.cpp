// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/tracefile.h"
#include "tests/model/io/naivereader.h"
#include "tests/support/tracedatwriter.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace thresher;
using namespace thresher::test;

namespace {

QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::filesystem::path recording(const char *name)
{
    return std::filesystem::path(THRESHER_TEST_DATA) / name;
}

using Trace = std::shared_ptr<const TraceFile>;

// The trace that a writer makes; `bytes` must outlive it.
Trace open(const TraceDatWriter &writer, std::vector<std::byte> &bytes)
{
    bytes = writer.bytes();
    auto opened = TraceFile::fromBytes(bytes, "written.dat");
    if (!opened)
        qFatal("%s", opened.error().text().c_str());
    return *opened;
}

Error errorOf(std::string_view text)
{
    const auto opened = TraceFile::fromBytes(std::as_bytes(std::span(text)), "some.dat");
    return opened ? Error{} : opened.error();
}

} // namespace

class tst_TraceFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordingsHoldWhatTheyAreKnownToHold_data();
    void recordingsHoldWhatTheyAreKnownToHold();
    void everyKindOfFileReadsTheSame_data();
    void everyKindOfFileReadsTheSame();
    void theHeadTellsWhereTheTraceIsFrom();
    void cpuNumbersMayBeSparse_data();
    void cpuNumbersMayBeSparse();
    void instancesFollowTheTopBuffer_data();
    void instancesFollowTheTopBuffer();
    void anInstanceAloneStillHasATopBuffer();
    void lossCountersBelongToTheirInstance();
    void clocksThatDoNotCountNanosecondsAreKnown_data();
    void clocksThatDoNotCountNanosecondsAreKnown();
    void theClocksOptionsApplyToEveryStream();
    void guestsTimesAreShiftedByCpu();
    void tasksAndMappingsAreRead();
    void guestsHooksAndThreadGroupsAreRead();
    void formatsThatCannotBeUnderstoodAreReportedAndLeftOut();
    void otherFilesAreRefusedWithAReason_data();
    void otherFilesAreRefusedWithAReason();
    void aLatencyTraceIsRefusedWithAReason();
    void anEmptyBufferIsNoError();
    void formatsOfAKernelAreReadFast();
};

void tst_TraceFile::recordingsHoldWhatTheyAreKnownToHold_data()
{
    QTest::addColumn<quint64>("events");
    QTest::addColumn<QList<quint64>>("perStream");
    QTest::addColumn<qint64>("first");
    QTest::addColumn<qint64>("last");
    QTest::addColumn<quint64>("losses");
    QTest::addColumn<qint64>("lost");
    const auto row = [](const char *name, quint64 events, QList<quint64> perStream, qint64 first,
                        qint64 last, quint64 losses = 0, qint64 lost = 0) {
        QTest::newRow(name) << events << perStream << first << last << losses << lost;
    };
    row("blktracer.dat", 2709, {1103, 1606}, 2493214888938, 2493394726875);
    row("clock-tsc.dat", 14962, {6394, 8568}, 6459426589668, 6460442699606);
    row("empty.dat", 0, {}, kTimeMax, kTimeMin);
    row("kmem.dat", 51603, {33082, 18521}, 2489475902733, 2489726916038);
    row("lost-events.dat", 99113, {52359, 46754}, 2485765782756, 2486163088892, 37, 13347);
    row("marker.dat", 2737, {712, 2025}, 2486462995733, 2486914604275);
    row("multi-buffer.dat", 50667, {3882, 5373, 24948, 12803, 1284, 2377}, 2483628234864,
        2484019416597);
    row("net-signal-task.dat", 1456, {978, 478}, 2492291605954, 2492935534133);
    row("one-cpu.dat", 8723, {8723}, 2491793290280, 2491965294622);
    row("sched-basic.dat", 49177, {28408, 20769}, 2481274390090, 2481807850623);
    row("stacktrace.dat", 7893, {3316, 4577}, 2490114085739, 2490402626088);
    row("uprobe.dat", 53576, {13429, 40147}, 2490794458087, 2491078887516);
    row("v6.dat", 20712, {10771, 9941}, 2484486585604, 2484837761234);
}

void tst_TraceFile::recordingsHoldWhatTheyAreKnownToHold()
{
    QFETCH(const quint64, events);
    QFETCH(const QList<quint64>, perStream);
    QFETCH(const qint64, first);
    QFETCH(const qint64, last);
    QFETCH(const quint64, losses);
    QFETCH(const qint64, lost);
    const auto opened = TraceFile::open(recording(QTest::currentDataTag()));
    QVERIFY(opened.has_value());
    const auto &trace = **opened;
    QVERIFY(trace.diagnostics().empty());
    Diagnostics diagnostics;
    const auto streams = readStreams(trace, &diagnostics);
    QCOMPARE(diagnostics.count(), std::uint64_t{0});
    quint64 count = 0;
    qint64 earliest = kTimeMax;
    qint64 latest = kTimeMin;
    quint64 markers = 0;
    qint64 missing = 0;
    QList<quint64> sizes;
    for (const auto &stream : streams) {
        sizes << stream.size();
        count += stream.size();
        for (const auto &record : stream) {
            earliest = std::min<qint64>(earliest, record.time);
            latest = std::max<qint64>(latest, record.time);
            markers += record.lostBefore ? 1 : 0;
            missing += std::max<std::int64_t>(record.lostCount, 0);
            QVERIFY(record.event != trace.events().unknownEvent());
        }
    }
    QCOMPARE(count, events);
    QCOMPARE(sizes, perStream);
    QCOMPARE(earliest, first);
    QCOMPARE(latest, last);
    QCOMPARE(markers, losses);
    QCOMPARE(missing, lost);
}

void tst_TraceFile::everyKindOfFileReadsTheSame_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("bigEndian");
    QTest::addColumn<unsigned>("longSize");
    QTest::addColumn<int>("compression");
    QTest::addColumn<unsigned>("pageSize");
    for (const int version : {6, 7}) {
        for (const bool bigEndian : {false, true}) {
            for (const unsigned longSize : {4U, 8U}) {
                for (int compression = 0; compression < (version == 6 ? 1 : 3); ++compression) {
                    for (const unsigned pageSize : {4096U, 65536U})
                        QTest::addRow("v%d %s %u bits, compression %d, pages of %u", version,
                                      bigEndian ? "big" : "little", longSize * 8, compression,
                                      pageSize)
                            << version << bigEndian << longSize << compression << pageSize;
                }
            }
        }
    }
}

void tst_TraceFile::everyKindOfFileReadsTheSame()
{
    QFETCH(const int, version);
    QFETCH(const bool, bigEndian);
    QFETCH(const unsigned, longSize);
    QFETCH(const int, compression);
    QFETCH(const unsigned, pageSize);
    TraceDatWriter::Options options;
    options.version = version;
    options.bigEndian = bigEndian;
    options.longSize = longSize;
    options.compression = static_cast<Compression>(compression);
    options.pageSize = pageSize;
    TraceDatWriter writer(options);
    for (std::uint64_t i = 0; i < 3000; ++i) {
        const std::uint64_t gap = i % 500 == 0 ? 1'000'000'000
                                               : 0; // beyond what a record's delta holds
        writer.schedSwitch(0, 1'000'000 + i * 1'500'000'000 + gap, {17, "seventeen"}, i % 3,
                           {0, "swapper/0"});
        if (i % 10 == 0)
            writer.print(1, 1'000'500 + i * 1'000, 17, std::string(i % 300, 'x'));
        if (i == 1500)
            writer.loseEvents(0, 42);
    }
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    QVERIFY(trace->diagnostics().empty());
    QCOMPARE(trace->metadata().version, version);
    QCOMPARE(trace->metadata().bigEndian, bigEndian);
    QCOMPARE(unsigned{trace->metadata().longSize}, longSize);
    QCOMPARE(trace->metadata().pageSize, pageSize);
    QCOMPARE(static_cast<int>(trace->metadata().compression), compression);
    Diagnostics diagnostics;
    const auto streams = readStreams(*trace, &diagnostics);
    QCOMPARE(diagnostics.count(), std::uint64_t{0});
    QCOMPARE(streams.size(), std::size_t{2});
    QCOMPARE(streams[0].size(), std::size_t{3000});
    QCOMPARE(streams[1].size(), std::size_t{300});
    const auto &format = *trace->events().find("sched", "sched_switch");
    const FieldReader prevState(*format.field("prev_state"), bigEndian);
    for (std::uint64_t i = 0; i < 3000; ++i) {
        const auto &record = streams[0][i];
        const std::uint64_t gap = i % 500 == 0 ? 1'000'000'000 : 0;
        QCOMPARE(record.time, static_cast<TimeNs>(1'000'000 + i * 1'500'000'000 + gap));
        QCOMPARE(record.event, format.id);
        QCOMPARE(record.pid, 17);
        QCOMPARE(prevState.read(record.payload), static_cast<std::int64_t>(i % 3));
        QCOMPARE(q(readString(*format.field("next_comm"), record.payload, bigEndian)),
                 QStringLiteral("swapper/0"));
        QCOMPARE(record.lostCount, i == 1501 ? 42 : -1);
    }
}

void tst_TraceFile::theHeadTellsWhereTheTraceIsFrom()
{
    const auto opened = TraceFile::open(recording("lab-sched-16cpu.dat"));
    QVERIFY(opened.has_value());
    const auto &metadata = (*opened)->metadata();
    QCOMPARE(metadata.version, 7);
    QCOMPARE(q(metadata.host), QStringLiteral("kernel-lab"));
    QCOMPARE(q(metadata.kernel), QStringLiteral("6.1.0-56-amd64"));
    QCOMPARE(q(metadata.recorder), QStringLiteral("trace-cmd 3.1.6"));
    QCOMPARE(q(metadata.clock), QStringLiteral("local"));
    QVERIFY(metadata.clockIsNanoseconds);
    QCOMPARE(metadata.cpuCount, 16U);
    QCOMPARE(metadata.compression, Compression::Zstd);
    QCOMPARE((*opened)->streams().size(), std::size_t{16});
    QVERIFY(metadata.kallsyms.size() > 4'000'000);
    QVERIFY(!metadata.savedTasks.empty());
    QCOMPARE(q((*opened)->streamName(3)), QStringLiteral("CPU 3"));
    QCOMPARE(q((*opened)->streamName(99)), QString());
}

void tst_TraceFile::cpuNumbersMayBeSparse_data()
{
    QTest::addColumn<int>("version");
    QTest::newRow("v6") << 6;
    QTest::newRow("v7") << 7;
}

void tst_TraceFile::cpuNumbersMayBeSparse()
{
    QFETCH(const int, version);
    TraceDatWriter::Options options;
    options.version = version;
    options.cpuCount = 128;
    TraceDatWriter writer(options);
    for (const CpuId cpu : {97U, 3U, 64U})
        writer.irqEntry(cpu, 1000 + cpu, 0, 5, "eth0");
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    QCOMPARE(trace->metadata().cpuCount, 128U);
    QList<unsigned> cpus;
    for (const auto &stream : trace->streams())
        cpus << stream.cpu;
    QCOMPARE(cpus, (QList<unsigned>{3, 64, 97}));
}

void tst_TraceFile::instancesFollowTheTopBuffer_data()
{
    cpuNumbersMayBeSparse_data();
}

void tst_TraceFile::instancesFollowTheTopBuffer()
{
    QFETCH(const int, version);
    TraceDatWriter::Options options;
    options.version = version;
    TraceDatWriter writer(options);
    writer.selectInstance("irqs", "mono", version == 7 ? 16384 : 0);
    writer.irqEntry(1, 2000, 0, 5, "eth0");
    writer.selectInstance("empty");
    writer.selectInstance("");
    writer.schedSwitch(0, 1000, {1, "init"}, 1, {0, "swapper"});
    writer.schedSwitch(1, 1000, {1, "init"}, 1, {0, "swapper"});
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    QStringList names;
    for (const auto &instance : trace->instances())
        names << q(instance.name);
    QCOMPARE(names, (QStringList{QString(), QStringLiteral("irqs"), QStringLiteral("empty")}));
    QStringList streams;
    for (StreamIndex i = 0; i < trace->streams().size(); ++i)
        streams << q(trace->streamName(i));
    QCOMPARE(streams, (QStringList{QStringLiteral("CPU 0"), QStringLiteral("CPU 1"),
                                   QStringLiteral("CPU 1 of irqs")}));
    if (version == 7) {
        QCOMPARE(q(trace->instances()[1].clock), QStringLiteral("mono"));
        QCOMPARE(trace->streams()[2].layout.pageSize, 16384U);
    }
    QCOMPARE(readStreams(*trace)[2].size(), std::size_t{1});
}

void tst_TraceFile::anInstanceAloneStillHasATopBuffer()
{
    TraceDatWriter::Options options;
    options.hasTopBuffer = false;
    TraceDatWriter writer(options);
    writer.selectInstance("alone");
    writer.irqEntry(1, 2000, 0, 5, "eth0");
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    QCOMPARE(trace->instances().size(), std::size_t{2});
    QCOMPARE(trace->instances()[0].name.size(), std::size_t{0});
    QCOMPARE(trace->metadata().pageSize, 4096U);
    QCOMPARE(trace->streams()[0].instance, std::uint16_t{1});
}

void tst_TraceFile::lossCountersBelongToTheirInstance()
{
    const auto opened = TraceFile::open(recording("multi-buffer.dat"));
    QVERIFY(opened.has_value());
    const auto instances = (*opened)->instances();
    QCOMPARE(instances.size(), std::size_t{3});
    for (const auto &instance : instances)
        QCOMPARE(instance.cpuStats.size(), std::size_t{2});
    QCOMPARE(instances[0].cpuStats[0].entries, std::uint64_t{3882});
    QCOMPARE(instances[0].cpuStats[1].readEvents, std::uint64_t{5373});
    QCOMPARE(q(instances[1].name), QStringLiteral("sysc"));
    QCOMPARE(instances[1].cpuStats[1].cpu, 1U);
    QCOMPARE(instances[1].cpuStats[1].entries, std::uint64_t{12803});

    TraceDatWriter::Options options;
    options.cpuStats = {"CPU: 4\nentries: 1\noverrun: 22\ncommit overrun: 3\nbytes: 9\n"
                        "dropped events: 44\nread events: 5\n"};
    TraceDatWriter writer(options);
    writer.irqEntry(4, 2000, 0, 5, "eth0");
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    const auto &stat = trace->instances()[0].cpuStats.at(0);
    QCOMPARE(stat.cpu, 4U);
    QCOMPARE(stat.overrun, std::uint64_t{22});
    QCOMPARE(stat.commitOverrun, std::uint64_t{3});
    QCOMPARE(stat.droppedEvents, std::uint64_t{44});
    QVERIFY(stat.text.find("bytes: 9") != std::string::npos);
}

void tst_TraceFile::clocksThatDoNotCountNanosecondsAreKnown_data()
{
    QTest::addColumn<QByteArray>("clock");
    QTest::addColumn<bool>("hasConversion");
    QTest::addColumn<bool>("nanoseconds");
    QTest::newRow("local") << QByteArray("local") << false << true;
    QTest::newRow("mono") << QByteArray("mono") << false << true;
    QTest::newRow("boot") << QByteArray("boot") << false << true;
    QTest::newRow("counter") << QByteArray("counter") << false << false;
    QTest::newRow("ticks") << QByteArray("x86-tsc") << false << false;
    QTest::newRow("ticks that are converted") << QByteArray("x86-tsc") << true << true;
}

void tst_TraceFile::clocksThatDoNotCountNanosecondsAreKnown()
{
    QFETCH(const QByteArray, clock);
    QFETCH(const bool, hasConversion);
    QFETCH(const bool, nanoseconds);
    for (const int version : {6, 7}) {
        TraceDatWriter::Options options;
        options.version = version;
        options.clock = clock.toStdString();
        options.tscMult = hasConversion ? 1U << 20U : 0U;
        options.tscShift = 21;
        TraceDatWriter writer(options);
        writer.irqEntry(0, 2000, 0, 5, "eth0");
        std::vector<std::byte> bytes;
        const auto trace = open(writer, bytes);
        QCOMPARE(q(trace->metadata().clock), QString::fromLatin1(clock));
        QCOMPARE(trace->metadata().clockIsNanoseconds, nanoseconds);
        QCOMPARE(readStreams(*trace)[0][0].time, hasConversion ? TimeNs{1000} : TimeNs{2000});
    }
}

void tst_TraceFile::theClocksOptionsApplyToEveryStream()
{
    TraceDatWriter::Options options;
    options.offset = "-500";
    options.date = "0x2"; // microseconds
    TraceDatWriter writer(options);
    writer.irqEntry(0, 2000, 0, 5, "eth0");
    writer.selectInstance("other");
    writer.irqEntry(0, 3000, 0, 5, "eth0");
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    const auto streams = readStreams(*trace);
    QCOMPARE(streams[0][0].time, TimeNs{3500});
    QCOMPARE(streams[1][0].time, TimeNs{4500});
}

// trace-cmd leaves the instances of a guest where they are; a host's and a guest's clock do not
// differ by buffer, so ours are shifted.
void tst_TraceFile::guestsTimesAreShiftedByCpu()
{
    TraceDatWriter::Options options;
    options.shifts = {{{1000, 50, 1, 0}, {2000, 150, 1, 0}}, {{1000, 7, 1, 0}}};
    for (const bool hasFractionBits : {false, true}) {
        options.hasFractionBits = hasFractionBits;
        TraceDatWriter writer(options);
        for (const CpuId cpu : {0U, 1U, 2U})
            writer.irqEntry(cpu, 1500, 0, 5, "eth0");
        writer.selectInstance("other");
        writer.irqEntry(0, 1500, 0, 5, "eth0");
        std::vector<std::byte> bytes;
        const auto streams = readStreams(*open(writer, bytes));
        QCOMPARE(streams[0][0].time, TimeNs{1600});
        QCOMPARE(streams[1][0].time, TimeNs{1507});
        QCOMPARE(streams[2][0].time, TimeNs{1500}); // a CPU without samples
        QCOMPARE(streams[3][0].time, TimeNs{1600});
    }
}

void tst_TraceFile::tasksAndMappingsAreRead()
{
    TraceDatWriter::Options options;
    options.tasks = {{1, "init", -1}, {27, "with a space", -1}, {1, "systemd", -1}};
    options.procMaps = "1b 2 /usr/bin/x\n7f0000001000 7f0000002000 /lib/a b.so\n"
                       "7f0000003000 7f0000004000 /lib/c.so\n1c 1 y\n10 20 /z\n";
    TraceDatWriter writer(options);
    writer.irqEntry(0, 2000, 0, 5, "eth0");
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    const auto &metadata = trace->metadata();
    QCOMPARE(metadata.savedTasks.size(), std::size_t{3});
    QCOMPARE(q(metadata.savedTasks[1].comm), QStringLiteral("with a space"));
    QCOMPARE(metadata.savedTasks[2].pid, 1);
    QCOMPARE(metadata.savedTasks[2].tgid, -1);
    QCOMPARE(metadata.mappings.size(), std::size_t{3});
    QCOMPARE(metadata.mappings[0].pid, 27);
    QCOMPARE(metadata.mappings[0].begin, std::uint64_t{0x7f0000001000});
    QCOMPARE(metadata.mappings[0].end, std::uint64_t{0x7f0000002000});
    QCOMPARE(q(metadata.mappings[0].path), QStringLiteral("/lib/a b.so"));
    QCOMPARE(metadata.mappings[2].pid, 28);
}

void tst_TraceFile::guestsHooksAndThreadGroupsAreRead()
{
    for (const bool bigEndian : {false, true}) {
        const auto payload = [&] { return Payload(bigEndian, 8); };
        TraceDatWriter::Options options;
        options.bigEndian = bigEndian;
        options.tasks = {{17, "a", -1}, {18, "b", -1}};
        options.more = {
            {13, payload().text("guest").u64(99).u32(2).u32(0).u32(500).u32(1).u32(501).bytes()},
            {13, payload().text("cut").u64(99).u32(7).bytes()},
            {6, payload().text("sched_wakeup,pid/sched_switch,next_pid").bytes()},
            {11, payload().u64(0x5a03b2090574b905).bytes()},
            {32, payload().text("17 16\n18 18\nnonsense\n").bytes()},
            {77, payload().text("an option of the future").bytes()},
        };
        TraceDatWriter writer(options);
        writer.irqEntry(0, 2000, 0, 5, "eth0");
        std::vector<std::byte> bytes;
        const auto trace = open(writer, bytes);
        const auto &metadata = trace->metadata();
        QCOMPARE(metadata.traceId, std::uint64_t{0x5a03b2090574b905});
        QCOMPARE(metadata.hooks.size(), std::size_t{1});
        QCOMPARE(metadata.guests.size(), std::size_t{2});
        QCOMPARE(q(metadata.guests[0].name), QStringLiteral("guest"));
        QCOMPARE(metadata.guests[0].vcpus.at(1), (std::pair<CpuId, Pid>(1, 501)));
        QVERIFY(metadata.guests[1].vcpus.empty());
        QCOMPARE(trace->diagnostics().size(), std::size_t{1}); // of the guest that is cut
        QCOMPARE(metadata.savedTasks[0].tgid, 16);
        QCOMPARE(metadata.savedTasks[1].tgid, 18);
    }
}

void tst_TraceFile::formatsThatCannotBeUnderstoodAreReportedAndLeftOut()
{
    TraceDatWriter writer;
    writer.addFormat("odd", "name: odd\nID: 999\nformat:\n\tfield:;\n");
    writer.addFormat("odd", TraceDatWriter::formatText("twice", 316, {}, "\"\""));
    writer.event(0, 1000, 5, 999, writer.payload().u32(1));
    writer.irqEntry(0, 2000, 0, 5, "eth0");
    std::vector<std::byte> bytes;
    const auto trace = open(writer, bytes);
    QCOMPARE(trace->diagnostics().size(), std::size_t{2});
    QVERIFY(trace->diagnostics()[0].what.find("name: odd") != std::string::npos);
    QVERIFY(trace->diagnostics()[0].offset > 0);
    const auto records = readStreams(*trace)[0];
    QCOMPARE(records[0].event, trace->events().unknownEvent());
    QCOMPARE(q(trace->events().event(records[1].event).name), QStringLiteral("irq_handler_entry"));
}

void tst_TraceFile::otherFilesAreRefusedWithAReason_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *title, QByteArray content, ErrorKind kind, const char *reason) {
        QTest::newRow(title) << content << static_cast<int>(kind) << q(reason);
    };
    const QByteArray magic("\x17\x08\x44tracing");
    row("nothing", "", ErrorKind::NotATrace, "empty");
    row("a program",
        QByteArray("\x7f"
                   "ELF\2\1\1"),
        ErrorKind::NotATrace, "signature");
    row("perf.data", "PERFILE2........", ErrorKind::Unsupported, "perf.data");
    row("text", "# tracer: nop\n#\n", ErrorKind::NotATrace, "as text");
    row("a beginning", magic.left(7), ErrorKind::Damaged, "first bytes");
    row("an old version", magic + QByteArray("5\0\0\x8\0\x10\0\0", 8), ErrorKind::Unsupported,
        "version 5");
    row("a new version", magic + QByteArray("12\0\0\x8\0\x10\0\0", 9), ErrorKind::Unsupported,
        "version 12");
    row("no version", magic + QByteArray(100, 'x'), ErrorKind::Damaged, "version");
    row("only a head", magic + QByteArray("7\0\0\x8", 4), ErrorKind::Damaged, "head");
    row("a compression of its own", magic + QByteArray("7\0\0\x8\0\x10\0\0lz9\0", 12) + '1' + '\0',
        ErrorKind::Unsupported, "lz9");
}

void tst_TraceFile::otherFilesAreRefusedWithAReason()
{
    QFETCH(const QByteArray, content);
    QFETCH(const int, kind);
    QFETCH(const QString, reason);
    const auto error = errorOf({content.constData(), static_cast<std::size_t>(content.size())});
    QCOMPARE(static_cast<int>(error.kind), kind);
    QVERIFY2(q(error.what).contains(reason), error.what.c_str());
    QCOMPARE(q(error.where), QStringLiteral("some.dat"));
    QVERIFY(q(error.what).endsWith(u'.'));
}

void tst_TraceFile::aLatencyTraceIsRefusedWithAReason()
{
    TraceDatWriter::Options options;
    options.version = 6;
    TraceDatWriter writer(options);
    auto bytes = writer.bytes();
    const std::string_view tag("flyrecord");
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    const auto at = text.find(tag);
    const std::string_view latency("latency  ");
    std::copy(latency.begin(), latency.end(), reinterpret_cast<char *>(bytes.data()) + at);
    const auto error = errorOf(text);
    QCOMPARE(error.kind, ErrorKind::Unsupported);
    QVERIFY(q(error.what).contains(QStringLiteral("latency")));
}

void tst_TraceFile::anEmptyBufferIsNoError()
{
    for (const int version : {6, 7}) {
        TraceDatWriter::Options options;
        options.version = version;
        options.cpuCount = 4;
        std::vector<std::byte> bytes;
        const auto trace = open(TraceDatWriter(options), bytes);
        QVERIFY(trace->streams().empty());
        QVERIFY(trace->diagnostics().empty());
        QCOMPARE(trace->metadata().cpuCount, 4U);
    }
}

void tst_TraceFile::formatsOfAKernelAreReadFast()
{
    const auto opened = TraceFile::open(recording("lab-function-graph.dat"));
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->events().all().size(), std::size_t{1361});
    QVERIFY((*opened)->diagnostics().empty());
    // Every kind of field that a kernel declares has been understood.
    for (const auto &event : (*opened)->events().all()) {
        for (const auto &field : event.fields)
            QVERIFY2(!field.name.empty() && !field.type.empty(), event.name.c_str());
    }
}

QTEST_GUILESS_MAIN(tst_TraceFile)
#include "tst_tracefile.moc"
