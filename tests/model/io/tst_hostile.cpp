// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "tests/model/io/naivereader.h"
#include "tests/support/tracedatwriter.h"

#include <zstd.h>

#include <QtTest>

#include <random>

using namespace thresher;
using namespace thresher::test;

/// Files that were made to cost more than they are worth: small ones that would become gigabytes,
/// or take hours; and places that contradict one another.
namespace {

using namespace std::string_view_literals;

using Bytes = std::vector<std::byte>;

template<typename T>
void put(Bytes &bytes, std::size_t at, T number)
{
    if (bytes.size() < at + sizeof number)
        bytes.resize(at + sizeof number);
    std::memcpy(bytes.data() + at, &number, sizeof number);
}

template<typename T>
void add(Bytes &bytes, T number)
{
    put(bytes, bytes.size(), number);
}

std::uint64_t numberAt(const Bytes &bytes, std::size_t at)
{
    return loadNumber<std::uint64_t>(bytes.data() + at, false);
}

std::size_t tableOf(const Bytes &bytes)
{
    return asText(bytes).find("flyrecord"sv) + 10;
}

std::shared_ptr<const TraceFile> opened(const Bytes &bytes)
{
    auto trace = TraceFile::fromBytes(bytes, "hostile.dat");
    if (!trace)
        qFatal("%s", trace.error().text().c_str());
    return *trace;
}

const Diagnostic *find(const TraceFile &trace, std::string_view what)
{
    for (const Diagnostic &diagnostic : trace.diagnostics()) {
        if (diagnostic.what.find(what) != std::string::npos)
            return &diagnostic;
    }
    return nullptr;
}

Bytes zstd(const Bytes &bytes)
{
    Bytes result(ZSTD_compressBound(bytes.size()));
    result.resize(ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), 1));
    return result;
}

// Two CPUs with several pages each, one behind the other.
Bytes twoCpus(int version, Compression compression)
{
    TraceDatWriter::Options options;
    options.version = version;
    options.compression = compression;
    TraceDatWriter writer(options);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        writer.schedSwitch(0, 1000 + 10 * i, {17, "a"}, i % 3, {18, "b"});
        writer.schedSwitch(1, 1003 + 10 * i, {27, "c"}, i % 3, {28, "d"});
    }
    return writer.bytes();
}

// A chain of `levels` compressed sections of options, each a small frame and, skipped over, the
// heads of all those behind it, and at the end one frame of zeros that all of them share.
Bytes chainOfBombs(std::uint64_t levels, std::uint32_t size)
{
    const auto frame = [](std::uint64_t next) {
        Bytes options;
        add(options, std::uint16_t{0});
        add(options, std::uint32_t{8});
        add(options, next);
        return zstd(options);
    };
    constexpr std::uint32_t kSkippable = 0x184d2a50;
    Bytes bomb = zstd(Bytes(size - 14));
    const std::uint32_t padding = size / 1024 + 1000;
    add(bomb, kSkippable);
    add(bomb, padding);
    bomb.resize(bomb.size() + padding);
    TraceDatWriter::Options options;
    options.compression = Compression::Zstd;
    Bytes bytes = TraceDatWriter(options).bytes();
    // Behind what a writer makes, whose head is made to point there.
    ByteReader head(bytes, false);
    head.seek(18);
    head.string();
    head.string();
    const std::uint64_t first = bytes.size();
    put(bytes, head.position(), first);
    const std::uint64_t step = 24 + frame(0).size() + 8;
    const std::uint64_t shared = first + levels * step;
    for (std::uint64_t i = 0; i < levels; ++i) {
        const std::uint64_t at = first + i * step;
        const std::uint64_t end = shared + bomb.size();
        const Bytes small = frame(i + 1 < levels ? at + step : 0);
        add(bytes, std::uint16_t{0});
        add(bytes, std::uint16_t{1});
        add(bytes, std::uint32_t{0});
        add(bytes, end - at - 16);
        add(bytes, static_cast<std::uint32_t>(end - at - 24));
        add(bytes, size);
        bytes.insert(bytes.end(), small.begin(), small.end());
        add(bytes, kSkippable);
        add(bytes, static_cast<std::uint32_t>(shared - at - step));
        if (bytes.size() != at + step)
            qFatal("the frames of a chain differ in size");
    }
    bytes.insert(bytes.end(), bomb.begin(), bomb.end());
    return bytes;
}

} // namespace

class tst_Hostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void instancesOfOneTableAreOneInstance();
    void aFileHasNoMoreStreamsThanRoom();
    void chainedOptionsInflateOnce();
    void metadataInflatesInProportionToTheFile();
    void aCpuEndsWhereTheNextOneBegins_data();
    void aCpuEndsWhereTheNextOneBegins();
    void instancesOfOneNameShareNoCounters();
};

void tst_Hostile::instancesOfOneTableAreOneInstance()
{
    constexpr std::size_t kInstances = 2000;
    TraceDatWriter::Options options;
    options.version = 6;
    options.cpuCount = 100;
    for (std::size_t i = 0; i < kInstances; ++i) {
        Bytes buffer;
        add(buffer, std::uint64_t{0x1122334455667788});
        add(buffer, static_cast<std::uint32_t>('a' + i % 26)); // a name, and its end
        options.more.emplace_back(3, buffer);
    }
    TraceDatWriter writer(options);
    for (CpuId cpu = 0; cpu < 100; ++cpu)
        writer.irqEntry(cpu, 1000, 0, 5, "eth0");
    auto bytes = writer.bytes();
    const auto tag = tableOf(bytes) - 10;
    const auto pattern = "\x88\x77\x66\x55\x44\x33\x22\x11"sv;
    for (auto at = asText(bytes).find(pattern); at != std::string_view::npos;
         at = asText(bytes).find(pattern, at))
        put(bytes, at, std::uint64_t{tag});
    const auto trace = opened(bytes);
    QCOMPARE(trace->instances().size(), std::size_t{2});
    QCOMPARE(trace->streams().size(), std::size_t{100});
    QVERIFY(find(*trace, "where another one does") != nullptr);
}

void tst_Hostile::aFileHasNoMoreStreamsThanRoom()
{
    constexpr std::uint32_t kCpus = 20'000;
    TraceDatWriter::Options options;
    options.version = 6;
    options.cpuCount = kCpus;
    auto bytes = TraceDatWriter(options).bytes();
    const auto table = tableOf(bytes);
    bytes.resize(bytes.size() + kCpus);
    for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu) {
        put(bytes, table + std::size_t{16} * cpu, std::uint64_t{bytes.size() - kCpus + cpu});
        put(bytes, table + std::size_t{16} * cpu + 8, std::uint64_t{1});
    }
    const auto trace = opened(bytes);
    QVERIFY(trace->streams().size() > 100);
    QVERIFY(trace->streams().size() <= bytes.size() / 512 + 1);
    QVERIFY(find(*trace, "more CPUs with events than it has room for") != nullptr);
}

void tst_Hostile::chainedOptionsInflateOnce()
{
    const auto bytes = chainOfBombs(20, 4U << 20U);
    QVERIFY(bytes.size() < 30'000);
    const auto trace = TraceFile::fromBytes(bytes, "bomb.dat");
    // No event is left, and options are damaged.
    QVERIFY(!trace.has_value());
    QCOMPARE(trace.error().kind, ErrorKind::Damaged);
}

void tst_Hostile::metadataInflatesInProportionToTheFile()
{
    std::mt19937 random(1);
    TraceDatWriter::Options options;
    options.compression = Compression::Zstd;
    options.kallsyms.assign(std::size_t{48} << 20U, '\n');
    for (std::size_t i = 0; i < 70'000; ++i) // so that the section is plausible by itself
        options.kallsyms.push_back(static_cast<char>(random()));
    TraceDatWriter writer(options);
    writer.irqEntry(0, 1000, 0, 5, "eth0");
    const auto bytes = writer.bytes();
    QVERIFY(bytes.size() < 200'000);
    const auto trace = opened(bytes);
    QVERIFY(trace->metadata().kallsyms.empty());
    QVERIFY(find(*trace, "more than such a file can hold") != nullptr);
    QCOMPARE(readStreams(*trace)[0].size(), std::size_t{1});
}

void tst_Hostile::aCpuEndsWhereTheNextOneBegins_data()
{
    QTest::addColumn<std::uint64_t>("more");
    QTest::newRow("by a page") << std::uint64_t{4096};
    QTest::newRow("by all of it") << (std::uint64_t{1} << 16U);
    QTest::newRow("to behind the file") << (std::uint64_t{1} << 40U);
}

void tst_Hostile::aCpuEndsWhereTheNextOneBegins()
{
    QFETCH(const std::uint64_t, more);
    auto bytes = twoCpus(6, Compression::None);
    const auto whole = readStreams(*opened(bytes));
    const auto sizeAt = tableOf(bytes) + 8;
    const auto size = numberAt(bytes, sizeAt);
    put(bytes, sizeAt, size + more);
    const auto trace = opened(bytes);
    const auto streams = readStreams(*trace);
    QCOMPARE(streams.size(), std::size_t{2});
    for (std::size_t stream = 0; stream < 2; ++stream) {
        QCOMPARE(streams[stream].size(), whole[stream].size());
        QCOMPARE(streams[stream].back().payload, whole[stream].back().payload);
    }
    const Diagnostic *const diagnostic = find(*trace, "reach into those of CPU 1");
    QVERIFY(diagnostic != nullptr);
    QCOMPARE(diagnostic->severity, Severity::DataLoss);
    QCOMPARE(diagnostic->stream.value_or(99), StreamIndex{0});
}

void tst_Hostile::instancesOfOneNameShareNoCounters()
{
    TraceDatWriter::Options options;
    options.version = 7;
    options.cpuStats = {"Buffer: a\nCPU: 0\nentries: 1\noverrun: 2\n"};
    TraceDatWriter writer(options);
    writer.irqEntry(0, 1000, 0, 5, "eth0");
    for (const char *name : {"a", "b"}) {
        writer.selectInstance(name);
        writer.irqEntry(0, 1000, 0, 5, "eth0");
    }
    auto bytes = writer.bytes();
    // "b" becomes a second "a".
    const auto at = asText(bytes).rfind("b\0local"sv);
    QVERIFY(at != std::string_view::npos);
    bytes[at] = std::byte{'a'};
    const auto trace = opened(bytes);
    QCOMPARE(trace->instances().size(), std::size_t{3});
    QCOMPARE(trace->instances()[1].cpuStats.size(), std::size_t{1});
    QCOMPARE(trace->instances()[2].name, std::string("a"));
    QVERIFY(trace->instances()[2].cpuStats.empty());
}

QTEST_GUILESS_MAIN(tst_Hostile)
#include "tst_hostile.moc"
