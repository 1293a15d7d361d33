// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/io/eventprinter.h"
#include "model/io/pagereader.h"
#include "tests/model/io/naivereader.h"
#include "tests/support/tracedatwriter.h"

#include <sys/resource.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace thresher;
using namespace thresher::test;

/// Files that were cut, bits that were flipped, sizes that lie. Whatever the bytes are, opening and
/// reading ends, soon, and within the memory that the file is worth; what can be read is; losses
/// are reported.
namespace {

using Bytes = std::vector<std::byte>;

Bytes recording(const char *name)
{
    QFile file(QStringLiteral(THRESHER_TEST_DATA "/") + QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is missing", name);
    const auto content = file.readAll();
    const auto *const begin = reinterpret_cast<const std::byte *>(content.constData());
    return {begin, begin + content.size()};
}

// A small trace with some of everything.
Bytes written(int version, Compression compression, bool bigEndian = false)
{
    TraceDatWriter::Options options;
    options.version = version;
    options.compression = compression;
    options.bigEndian = bigEndian;
    options.longSize = bigEndian ? 4 : 8;
    options.pagesPerChunk = 1;
    options.tasks = {{17, "seventeen", -1}};
    options.kallsyms = "ffffffff81000000 T _text\n";
    options.printkFormats = "0xffffffff81000000 : \"x\\n\"\n";
    options.procMaps = "11 1 /bin/x\n1000 2000 /lib/c.so\n";
    options.cpuStats = {"CPU: 0\nentries: 1\noverrun: 2\n"};
    options.shifts = {{{1000, 5, 1, 0}, {2000, 6, 1, 0}, {9000, 7, 1, 0}}};
    TraceDatWriter writer(options);
    for (std::uint64_t i = 0; i < 90; ++i) {
        writer.schedSwitch(0, 1000 + 1000 * i, {17, "seventeen"}, i % 3, {0, "swapper/0"});
        writer.irqEntry(1, 1500 + 1000 * i, 0, 5, "eth0");
    }
    writer.selectInstance("other");
    writer.print(1, 1700, 17, "hello\n");
    return writer.bytes();
}

struct Found
{
    bool opened = false;
    std::size_t records = 0;
    std::uint64_t losses = 0; ///< Diagnostics, of opening and reading, and damaged pages.
};

// Opens, reads all, and prints some.
Found readWhatThereIs(std::span<const std::byte> bytes, std::size_t printed = 20)
{
    Found found;
    const auto opened = TraceFile::fromBytes(bytes, "damaged.dat");
    if (!opened) {
        if (opened.error().what.empty())
            qFatal("an error without a reason");
        return found;
    }
    const auto &trace = *opened;
    found.opened = true;
    found.losses = trace->diagnostics().size();
    for (const auto &diagnostic : trace->diagnostics()) {
        if (diagnostic.what.empty() || diagnostic.section.empty())
            qFatal("a diagnostic that does not say what or where");
    }
    Diagnostics diagnostics;
    EventPrinter printer(trace);
    for (StreamIndex stream = 0; stream < trace->streams().size(); ++stream) {
        const auto &info = trace->streams()[stream];
        const std::size_t pageSize = info.layout.pageSize;
        PageRunReader reader(*trace, stream, diagnostics);
        for (PageRun run; reader.next(run);) {
            for (std::size_t at = 0; at + pageSize <= run.bytes.size(); at += pageSize) {
                const auto page = run.bytes.subspan(at, pageSize);
                PageCursor cursor(page, info.layout);
                found.losses += cursor.header().isDamaged ? 1U : 0U;
                for (RawRecord raw; cursor.next(raw);) {
                    ++found.records;
                    if (printed == 0)
                        continue;
                    --printed;
                    Record record;
                    record.time = info.clock.apply(raw.time);
                    record.stream = stream;
                    record.payload = page.subspan(raw.offset, raw.size);
                    record.event = trace->events().fromKernelId(
                        raw.size < 2
                            ? 0xffff
                            : loadNumber<std::uint16_t>(record.payload.data(), info.layout.swap));
                    static_cast<void>(printer.line(record, nullptr, {}));
                }
                found.losses += cursor.isDamaged() ? 1U : 0U;
            }
        }
    }
    found.losses += diagnostics.count();
    static_cast<void>(surveyStreams(*trace, 3, {}));
    return found;
}

void addFiles()
{
    QTest::addColumn<Bytes>("bytes");
    QTest::newRow("v6") << written(6, Compression::None);
    QTest::newRow("v6, big endian, 32 bits") << written(6, Compression::None, true);
    QTest::newRow("v7") << written(7, Compression::None);
    QTest::newRow("v7, zlib, big endian") << written(7, Compression::Zlib, true);
    QTest::newRow("v7, zstd") << written(7, Compression::Zstd);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned kSlower = 5; // sanitizers; fewer places are enough
#else
constexpr unsigned kSlower = 1;
#endif

} // namespace

class tst_Damage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aFileCutAnywhereOpensToWhatIsLeft_data();
    void aFileCutAnywhereOpensToWhatIsLeft();
    void flippedBitsAreReadOver_data();
    void flippedBitsAreReadOver();
    void numbersThatLieAreReadOver_data();
    void numbersThatLieAreReadOver();
    void aRecordingCutAnywhereLosesWhatIsBehind_data();
    void aRecordingCutAnywhereLosesWhatIsBehind();
    void aRecordingWithFlippedBitsIsRead_data();
    void aRecordingWithFlippedBitsIsRead();
    void aFileThatShrinksWhileItIsReadIsReadOn();
    void thousandsOfCpusOfOnePlaceAreOneCpu();
    void optionsThatLeadInACircleEnd();
    void memoryStaysInProportion();
};

// An allocation out of proportion fails, instead of being had and never touched.
void tst_Damage::initTestCase()
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const rlimit limit = {4ULL << 30U, 4ULL << 30U};
    QCOMPARE(::setrlimit(RLIMIT_AS, &limit), 0);
#endif
}

void tst_Damage::aFileCutAnywhereOpensToWhatIsLeft_data()
{
    addFiles();
}

void tst_Damage::aFileCutAnywhereOpensToWhatIsLeft()
{
    QFETCH(const Bytes, bytes);
    const auto whole = readWhatThereIs(bytes);
    QVERIFY(whole.opened);
    QCOMPARE(whole.losses, std::uint64_t{0});
    QCOMPARE(whole.records, std::size_t{181});
    std::size_t opened = 0;
    std::size_t last = 0;
    // Every byte of the metadata's first and of the last part, and every seventh between.
    for (std::size_t size = 0; size < bytes.size();
         size += size < 1000 || size + 1000 > bytes.size() ? 1U : 7U * kSlower) {
        // On the heap and of its exact size, so that a sanitizer sees what is read beyond.
        const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        const auto found = readWhatThereIs(cut, 3);
        QVERIFY(found.records <= whole.records);
        QVERIFY(found.records == whole.records || !found.opened || found.losses > 0);
        QVERIFY2(found.records + 60 >= last, "a longer file holds less");
        last = found.records;
        opened += found.opened ? 1 : 0;
    }
    QVERIFY(opened > 100);
}

void tst_Damage::flippedBitsAreReadOver_data()
{
    addFiles();
}

void tst_Damage::flippedBitsAreReadOver()
{
    QFETCH(const Bytes, bytes);
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    auto damaged = bytes;
    std::size_t readable = 0;
    const unsigned rounds = 3000 / kSlower;
    for (unsigned i = 0; i < rounds; ++i) {
        // Most places lie in the head and the metadata: that is where numbers are believed.
        const auto range = i % 4 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 6000);
        const auto at = i % 8 == 1 ? bytes.size() - 1 - random() % 600 : random() % range;
        damaged[at] ^= static_cast<std::byte>(1U << (random() % 8));
        readable += readWhatThereIs(damaged, 5).records > 0 ? 1U : 0U;
        damaged[at] = bytes[at];
    }
    QVERIFY(readable > rounds / 2);
}

void tst_Damage::numbersThatLieAreReadOver_data()
{
    addFiles();
}

void tst_Damage::numbersThatLieAreReadOver()
{
    QFETCH(const Bytes, bytes);
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    std::mt19937_64 random(seed);
    const std::array<std::uint64_t, 8> lies = {
        0, 1, 0xffffffff, ~0ULL, 0x7fffffff, 0x80000000U, 0x7fffffffffffffff, bytes.size()};
    for (unsigned i = 0; i < 2000 / kSlower; ++i) {
        auto damaged = bytes;
        for (unsigned times = 1 + i % 3; times > 0; --times) {
            const auto size = std::array<std::size_t, 3>{2, 4, 8}[random() % 3];
            const auto range = i % 2 == 0 ? bytes.size()
                                          : std::min<std::size_t>(bytes.size(), 6000);
            const auto at = random() % (range - size);
            const auto lie = i % 5 == 0 ? random() : lies[random() % lies.size()];
            for (std::size_t byte = 0; byte < size; ++byte)
                damaged[at + byte] = static_cast<std::byte>(lie >> (8 * byte));
        }
        static_cast<void>(readWhatThereIs(damaged, 5));
    }
}

void tst_Damage::aRecordingCutAnywhereLosesWhatIsBehind_data()
{
    QTest::addColumn<Bytes>("bytes");
    for (const char *const name :
         {"empty.dat", "marker.dat", "net-signal-task.dat", "multi-buffer.dat"})
        QTest::newRow(name) << recording(name);
}

void tst_Damage::aRecordingCutAnywhereLosesWhatIsBehind()
{
    QFETCH(const Bytes, bytes);
    const auto whole = readWhatThereIs(bytes);
    std::mt19937 random(7);
    for (unsigned i = 0; i < 60 / kSlower; ++i) {
        const auto size = random() % bytes.size();
        const auto found = readWhatThereIs(std::span(bytes).first(size), 3);
        QVERIFY(found.records <= whole.records);
        QVERIFY(!found.opened || found.losses > 0 || found.records == whole.records);
    }
}

void tst_Damage::aRecordingWithFlippedBitsIsRead_data()
{
    aRecordingCutAnywhereLosesWhatIsBehind_data();
}

void tst_Damage::aRecordingWithFlippedBitsIsRead()
{
    QFETCH(const Bytes, bytes);
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    auto damaged = bytes;
    for (unsigned i = 0; i < 400 / kSlower; ++i) {
        const auto at = random() % bytes.size();
        damaged[at] ^= static_cast<std::byte>(1U << (random() % 8));
        static_cast<void>(readWhatThereIs(damaged, 5));
        if (i % 10 != 0) // some damage stays and adds up
            damaged[at] = bytes[at];
    }
}

void tst_Damage::aFileThatShrinksWhileItIsReadIsReadOn()
{
    const QTemporaryDir folder;
    const auto path = folder.filePath(QStringLiteral("shrinking.dat"));
    QVERIFY(QFile::copy(QStringLiteral(THRESHER_TEST_DATA "/v6.dat"), path));
    QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
    const auto opened = TraceFile::open(path.toStdString());
    QVERIFY(opened.has_value());
    QCOMPARE(::truncate(path.toLocal8Bit().constData(), 600'000), 0);
    Diagnostics diagnostics;
    const auto streams = readStreams(**opened, &diagnostics);
    QVERIFY((*opened)->mappedFile()->wasDamaged());
    QVERIFY(streams[0].size() > 1000);
    QVERIFY(streams[1].size() < 9941);
    EventPrinter printer(*opened); // its formats may be gone, too
    QVERIFY(!printer.line(streams[0][0].record(), nullptr, {}).empty());
}

// A list of CPUs that all claim the same bytes would be read as often as there are CPUs.
void tst_Damage::thousandsOfCpusOfOnePlaceAreOneCpu()
{
    TraceDatWriter::Options options;
    options.version = 6;
    options.cpuCount = 5000;
    TraceDatWriter writer(options);
    writer.irqEntry(0, 1000, 0, 5, "eth0");
    auto bytes = writer.bytes();
    const std::string_view text = asText(bytes);
    const auto table = text.find("flyrecord") + 10;
    for (std::size_t cpu = 1; cpu < 5000; ++cpu)
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(table), 16,
                    bytes.begin() + static_cast<std::ptrdiff_t>(table + 16 * cpu));
    const auto opened = TraceFile::fromBytes(bytes, "overlapping.dat");
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->streams().size(), std::size_t{1});
    QVERIFY((*opened)->diagnostics().size() >= 1000);
}

void tst_Damage::optionsThatLeadInACircleEnd()
{
    TraceDatWriter writer;
    writer.irqEntry(0, 1000, 0, 5, "eth0");
    auto bytes = writer.bytes();
    // The last eight bytes say where the next options are: where the first ones were.
    ByteReader head(bytes, false);
    head.seek(18);
    head.string();
    head.string();
    const auto first = head.u64();
    const auto *const from = reinterpret_cast<const std::byte *>(&first);
    std::copy_n(from, 8, bytes.end() - 8);
    const auto found = readWhatThereIs(bytes);
    QVERIFY(found.opened);
    QCOMPARE(found.records, std::size_t{1});
    QVERIFY(found.losses > 0);
}

void tst_Damage::memoryStaysInProportion()
{
    // Sections and chunks that claim gigabytes are not believed; nothing else is sized by the
    // file's words.
    rusage before = {};
    ::getrusage(RUSAGE_SELF, &before);
    const auto bytes = written(7, Compression::Zstd);
    std::mt19937_64 random(3);
    for (unsigned i = 0; i < 500 / kSlower; ++i) {
        auto damaged = bytes;
        for (int byte = 0; byte < 4; ++byte)
            damaged[random() % 3000] = std::byte{0xff};
        static_cast<void>(readWhatThereIs(damaged, 0));
    }
    rusage after = {};
    ::getrusage(RUSAGE_SELF, &after);
    QVERIFY(after.ru_maxrss - before.ru_maxrss < static_cast<long>(300'000 * kSlower)); // KiB
}

QTEST_GUILESS_MAIN(tst_Damage)
#include "tst_damage.moc"
