// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/traceindex.h"
#include "model/io/pagereader.h"
#include "tests/model/index/pagetrace.h"

#include <sys/resource.h>

#include <QDir>
#include <QFile>
#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <thread>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr int kRuns = 5;
constexpr unsigned kThreads = 2;

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void print(const char *name, std::uint64_t n, double value, const char *unit)
{
    std::printf("%s %llu %.3f %s\n", name, static_cast<unsigned long long>(n), value, unit);
    std::fflush(stdout);
}

// Of all CPUs together, by getrusage.
double cpuSeconds()
{
    struct rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const struct timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t anonymousBytes()
{
    std::ifstream file("/proc/self/smaps_rollup");
    std::string word;
    while (file >> word) {
        if (word == "Anonymous:" && file >> word)
            return std::stoull(word) * 1024;
    }
    return 0;
}

std::uint64_t scan(const TraceFile &trace)
{
    std::uint64_t events = 0;
    volatile std::uint64_t sum = 0;
    Diagnostics diagnostics;
    for (StreamIndex stream = 0; stream < trace.streams().size(); ++stream) {
        PageRunReader reader(trace, stream, diagnostics);
        const PageLayout &layout = trace.streams()[stream].layout;
        PageRun run;
        std::uint64_t last = 0;
        while (reader.next(run)) {
            for (std::size_t at = 0; at + layout.pageSize <= run.bytes.size();
                 at += layout.pageSize) {
                PageCursor cursor(run.bytes.subspan(at, layout.pageSize), layout);
                RawRecord record;
                while (cursor.next(record)) {
                    ++events;
                    last += record.time + record.size;
                }
            }
        }
        sum = sum + last;
    }
    return events;
}

void inflate(const TraceFile &trace)
{
    std::atomic<StreamIndex> next = 0;
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            Diagnostics diagnostics;
            for (StreamIndex stream = next++; stream < trace.streams().size(); stream = next++) {
                PageRunReader reader(trace, stream, diagnostics);
                PageRun run;
                while (reader.next(run)) {}
            }
        });
    }
}

} // namespace

/// Measures on THRESHER_BENCH_TRACE, a trace.dat of any size, or on one of its own.
class bench_Index : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void building();
    void reopening();

private:
    QTemporaryDir m_directory{QStringLiteral(THRESHER_TEST_OUTPUT) + QStringLiteral("/XXXXXX")};
    std::shared_ptr<const TraceFile> m_trace;
    std::uint64_t m_events = 0;
    bool m_isCompressed = false;
};

void bench_Index::initTestCase()
{
    QString path = qEnvironmentVariable("THRESHER_BENCH_TRACE");
    if (path.isEmpty()) {
        PageTrace pages(8);
        for (std::uint32_t i = 0; i < 3'000'000; ++i) {
            const auto pid = static_cast<Pid>(i / 24 % 90);
            if (i / 8 % 10 == 0)
                pages.schedSwitch(i % 8, 1000 + i * 100ULL, pid, (pid + 1) % 90);
            else
                pages.plain(i % 8, 1000 + i * 100ULL, pid, i / 8 % 4);
        }
        const auto bytes = pages.bytes();
        path = m_directory.filePath(QStringLiteral("bench.dat"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.write(reinterpret_cast<const char *>(bytes.data()),
                           static_cast<qint64>(bytes.size()))
                > 0);
    }
    const auto trace = TraceFile::open(path.toStdString());
    QVERIFY(trace.has_value());
    m_trace = *trace;
    for (const StreamInfo &stream : m_trace->streams())
        m_isCompressed |= stream.compression != Compression::None;
    m_events = scan(*m_trace); // and the file is in the page cache
    QVERIFY(m_events > 0);
}

void bench_Index::building()
{
    const auto n = static_cast<double>(m_events);
    std::vector<double> scans;
    std::vector<double> inflations;
    std::vector<double> builds;
    std::vector<double> cpu;
    std::vector<double> heap;
    double first = 0;
    IndexOptions options;
    options.temporaryDirectory = m_directory.path().toStdString();
    options.threads = kThreads;
    std::vector<ColumnSize> columns;
    // In turn, so that what else the machine does hits all of them.
    for (int i = 0; i < kRuns; ++i) {
        auto begin = Clock::now();
        scan(*m_trace);
        scans.push_back(secondsSince(begin));
        if (m_isCompressed) {
            begin = Clock::now();
            inflate(*m_trace);
            inflations.push_back(secondsSince(begin));
        }
        const std::uint64_t before = anonymousBytes();
        const double cpuBefore = cpuSeconds();
        begin = Clock::now();
        Progress progress;
        bool isFirst = true;
        std::uint64_t most = 0;
        const auto index = openIndex(m_trace, options, {}, progress, [&](const auto &) {
            if (isFirst)
                first = secondsSince(begin);
            isFirst = false;
            most = std::max(most, anonymousBytes());
        });
        builds.push_back(secondsSince(begin));
        cpu.push_back(cpuSeconds() - cpuBefore);
        QVERIFY(index.has_value());
        QCOMPARE(index->snapshot->eventCount, m_events);
        most = std::max(most, anonymousBytes());
        heap.push_back(static_cast<double>(most > before ? most - before : 0));
        columns = index->statistics.columns;
    }
    print("scan", m_events, median(scans) / n * 1e9, "ns/event");
    if (m_isCompressed)
        print("inflate", m_events, median(inflations) / n * 1e9, "ns/event");
    print("build", m_events, median(builds) / n * 1e9, "ns/event");
    print("build_best", m_events, *std::min_element(builds.begin(), builds.end()) / n * 1e9,
          "ns/event");
    print("build_cpu", m_events, median(cpu) / n * 1e9, "ns/event");
    print("first_snapshot", m_events, first * 1e3, "ms");
    print("heap", m_events, median(heap) / n, "bytes/event");
    double sum = 0;
    for (const ColumnSize &column : columns) {
        const double each = static_cast<double>(column.bytes) / n;
        print(("index_" + column.name).c_str(), m_events, each, "bytes/event");
        sum += each;
    }
    print("index", m_events, sum, "bytes/event");
    QVERIFY(sum <= 12);
    // Of the quietest moments each: ratios must not depend on who else is at work.
    const auto best = [](const std::vector<double> &values) {
        return *std::min_element(values.begin(), values.end());
    };
    if (m_isCompressed)
        QVERIFY(best(builds) <= 1.5 * best(inflations));
    else
        QVERIFY(best(builds) <= 5 * best(scans));
    if (m_events > 5'000'000)
        QVERIFY(median(heap) <= n);
}

void bench_Index::reopening()
{
    IndexOptions options;
    options.cacheDirectory = m_directory.filePath(QStringLiteral("cache")).toStdString();
    Progress progress;
    QVERIFY(openIndex(m_trace, options, {}, progress, {}).has_value());
    std::vector<double> times;
    for (int i = 0; i < 20; ++i) {
        const auto begin = Clock::now();
        const auto index = openIndex(m_trace, options, {}, progress, {});
        times.push_back(secondsSince(begin));
        QVERIFY(index.has_value() && index->statistics.wasReopened);
    }
    print("reopen", m_events, median(times) * 1e3, "ms");
    const auto index = openIndex(m_trace, options, {}, progress, {});
    const auto begin = Clock::now();
    QVERIFY(*verifyIndex(index->statistics.directory, {}));
    print("verify", m_events, secondsSince(begin) * 1e3, "ms");

    RecordReader reader(index->snapshot);
    std::vector<double> records;
    std::uint64_t at = 12345;
    for (int i = 0; i < 2000; ++i) {
        at = at * 6364136223846793005ULL + 1442695040888963407ULL;
        const auto stream = static_cast<StreamIndex>((at >> 33U) % index->snapshot->streams.size());
        const EventIndex size = index->snapshot->streams[stream].size;
        if (size == 0)
            continue;
        const auto start = Clock::now();
        QVERIFY(reader.record(stream, (at >> 7U) % size).has_value());
        records.push_back(secondsSince(start));
    }
    print("record", m_events, median(records) * 1e6, "us");
}

QTEST_GUILESS_MAIN(bench_Index)
#include "bench_index.moc"
