// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/pagereader.h"
#include "tests/model/io/naivereader.h"
#include "tests/support/tracedatwriter.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

using Trace = std::shared_ptr<const TraceFile>;

Trace opened(const std::vector<std::byte> &bytes)
{
    auto result = TraceFile::fromBytes(bytes, "written.dat");
    if (!result)
        qFatal("%s", result.error().text().c_str());
    return *result;
}

TraceDatWriter::Options options(Compression compression, bool bigEndian = false)
{
    TraceDatWriter::Options result;
    result.compression = compression;
    result.bigEndian = bigEndian;
    result.pagesPerChunk = 3;
    return result;
}

// Two CPUs with some tens of pages each.
std::vector<std::byte> written(Compression compression, bool bigEndian = false)
{
    TraceDatWriter writer(options(compression, bigEndian));
    for (std::uint64_t i = 0; i < 2000; ++i) {
        writer.schedSwitch(0, 1000 * i, {17, "a"}, i % 3, {18, "b"});
        if (i % 4 == 0)
            writer.schedSwitch(5, 1000 * i + 3, {27, "c"}, i % 3, {28, "d"});
    }
    return writer.bytes();
}

struct Pages
{
    std::vector<std::vector<std::byte>> pages;
    std::vector<std::int64_t> offsets;
    std::vector<Chunk> chunks;
    std::uint64_t fileBytes = 0;
};

Pages readAll(const TraceFile &trace, StreamIndex stream, Diagnostics &diagnostics)
{
    Pages result;
    const std::size_t pageSize = trace.streams()[stream].layout.pageSize;
    PageRunReader reader(trace, stream, diagnostics);
    for (PageRun run; reader.next(run);) {
        result.pages.resize(run.firstPage); // those of a damaged chunk are empty
        result.offsets.resize(run.firstPage, -1);
        for (std::size_t at = 0; at < run.bytes.size(); at += pageSize) {
            const auto page = run.bytes.subspan(at, pageSize);
            result.pages.emplace_back(page.begin(), page.end());
            result.offsets.push_back(
                static_cast<std::int64_t>(run.fileOffset + (run.chunk ? 0 : at)));
        }
        result.fileBytes += run.fileBytes;
        if (run.chunk)
            result.chunks.push_back(*run.chunk);
    }
    return result;
}

} // namespace

class tst_PageReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyPageReadsAsInTheRun_data();
    void anyPageReadsAsInTheRun();
    void pagesOutsideAreEmpty();
    void aChunkThatDoesNotInflateIsSkippedAndCounted();
    void aChunkThatAnIndexLiesAboutIsNotInflated();
    void aChunkOfLyingSizesEndsTheStream_data();
    void aChunkOfLyingSizesEndsTheStream();
    void aCutPageIsLeftOutAndReported();
    void aSurveySeesTheWholeSpan_data();
    void aSurveySeesTheWholeSpan();
    void aSurveyEndsWhenAskedTo();
};

void tst_PageReader::anyPageReadsAsInTheRun_data()
{
    QTest::addColumn<int>("compression");
    QTest::addColumn<bool>("bigEndian");
    QTest::newRow("none") << 0 << false;
    QTest::newRow("zlib") << 1 << false;
    QTest::newRow("zstd") << 2 << false;
    QTest::newRow("zstd, big endian") << 2 << true;
}

void tst_PageReader::anyPageReadsAsInTheRun()
{
    QFETCH(const int, compression);
    QFETCH(const bool, bigEndian);
    const auto bytes = written(static_cast<Compression>(compression), bigEndian);
    const auto trace = opened(bytes);
    PageReader reader(trace);
    std::mt19937 random(5);
    for (StreamIndex stream = 0; stream < trace->streams().size(); ++stream) {
        Diagnostics diagnostics;
        const auto all = readAll(*trace, stream, diagnostics);
        QCOMPARE(diagnostics.count(), std::uint64_t{0});
        QVERIFY(all.pages.size() > 5);
        QCOMPARE(all.chunks.empty(), compression == 0);
        // What runs take of the file is what progress counts: all but the number of chunks, at
        // most.
        const auto fileBytes = trace->streams()[stream].fileBytes;
        QVERIFY(all.fileBytes == fileBytes);
        for (int i = 0; i < 300; ++i) {
            const auto number = random() % all.pages.size();
            const auto page = reader.page(stream, all.chunks, number);
            QVERIFY(std::ranges::equal(page, all.pages[number]));
            QCOMPARE(reader.fileOffset(stream, all.chunks, number), all.offsets[number]);
        }
    }
}

void tst_PageReader::pagesOutsideAreEmpty()
{
    for (const auto compression : {Compression::None, Compression::Zstd}) {
        const auto bytes = written(compression);
        const auto trace = opened(bytes);
        Diagnostics diagnostics;
        const auto all = readAll(*trace, 0, diagnostics);
        PageReader reader(trace);
        for (const std::uint64_t number : {std::uint64_t{all.pages.size()}, ~std::uint64_t{0},
                                           ~std::uint64_t{0} / 4096, std::uint64_t{1} << 52U}) {
            QVERIFY(reader.page(0, all.chunks, number).empty());
            QCOMPARE(reader.fileOffset(0, all.chunks, number), std::int64_t{-1});
        }
        QVERIFY(reader.page(99, all.chunks, 0).empty());
        QCOMPARE(reader.fileOffset(99, all.chunks, 0), std::int64_t{-1});
    }
}

void tst_PageReader::aChunkThatDoesNotInflateIsSkippedAndCounted()
{
    for (const auto compression : {Compression::Zlib, Compression::Zstd}) {
        auto bytes = written(compression);
        Diagnostics diagnostics;
        Pages whole;
        {
            const auto trace = opened(bytes);
            whole = readAll(*trace, 0, diagnostics);
        }
        const auto &chunk = whole.chunks.at(1);
        for (std::uint32_t i = 0; i < chunk.compressedSize; ++i)
            bytes[chunk.fileOffset + i] = std::byte{0xee};
        const auto trace = opened(bytes);
        const auto all = readAll(*trace, 0, diagnostics);
        QCOMPARE(diagnostics.all().size(), std::size_t{1});
        const auto diagnostic = diagnostics.all().front();
        QCOMPARE(diagnostic.severity, Severity::DataLoss);
        QCOMPARE(diagnostic.offset, static_cast<std::int64_t>(chunk.fileOffset));
        QCOMPARE(diagnostic.stream.value_or(99), 0U);
        // The pages behind it have the numbers that they had.
        QCOMPARE(all.pages.size(), whole.pages.size());
        for (std::size_t i = 0; i < all.pages.size(); ++i) {
            const bool isLost = i >= 3 && i < 6;
            QVERIFY(isLost ? all.pages[i].empty() : all.pages[i] == whole.pages[i]);
        }
        PageReader reader(trace);
        QVERIFY(reader.page(0, whole.chunks, 4).empty());
        QVERIFY(!reader.page(0, whole.chunks, 6).empty());
    }
}

void tst_PageReader::aChunkThatAnIndexLiesAboutIsNotInflated()
{
    const auto bytes = written(Compression::Zstd);
    const auto trace = opened(bytes);
    Diagnostics diagnostics;
    auto chunks = readAll(*trace, 0, diagnostics).chunks;
    QVERIFY(!PageReader(trace).page(0, chunks, 0).empty());
    // Gigabytes for a few hundred bytes: there is room for what it holds, but who would pay for it?
    chunks.front().size = 2U << 30U;
    QVERIFY(PageReader(trace).page(0, chunks, 0).empty());
}

void tst_PageReader::aChunkOfLyingSizesEndsTheStream_data()
{
    QTest::addColumn<quint32>("compressedSize");
    QTest::addColumn<quint32>("size");
    QTest::newRow("beyond the file") << 0x7fffffffU << 12288U;
    QTest::newRow("no bytes") << 0U << 12288U;
    QTest::newRow("inflates to nothing") << 500U << 0U;
    QTest::newRow("inflates to 4 GiB") << 500U << 0xfffff000U;
    QTest::newRow("inflates beyond all proportion") << 500U << (60U << 20U);
}

void tst_PageReader::aChunkOfLyingSizesEndsTheStream()
{
    QFETCH(const quint32, compressedSize);
    QFETCH(const quint32, size);
    auto bytes = written(Compression::Zstd);
    Diagnostics diagnostics;
    std::uint64_t at = 0;
    {
        const auto trace = opened(bytes);
        at = readAll(*trace, 0, diagnostics).chunks.at(2).fileOffset - 8;
    }
    const std::array<quint32, 2> sizes = {compressedSize, size};
    std::ranges::copy(std::as_bytes(std::span(sizes)),
                      bytes.begin() + static_cast<std::ptrdiff_t>(at));
    const auto trace = opened(bytes);
    const auto all = readAll(*trace, 0, diagnostics);
    QCOMPARE(all.pages.size(), std::size_t{6}); // of the two chunks before
    QCOMPARE(diagnostics.count(Severity::DataLoss), std::uint64_t{1});
    QCOMPARE(diagnostics.all().front().offset, static_cast<std::int64_t>(at));
    static_cast<void>(surveyStreams(*trace, 20, {}));
}

void tst_PageReader::aCutPageIsLeftOutAndReported()
{
    auto bytes = written(Compression::None);
    std::uint64_t begin = 0;
    {
        const auto trace = opened(bytes);
        begin = trace->streams()[1].fileOffset;
    }
    bytes.resize(begin + 4096 * 3 + 100);
    const auto trace = opened(bytes);
    Diagnostics diagnostics;
    const auto all = readAll(*trace, 1, diagnostics);
    QCOMPARE(all.pages.size(), std::size_t{3});
    QCOMPARE(diagnostics.all().size(), std::size_t{1});
    QCOMPARE(diagnostics.all().front().bytes, std::uint64_t{100});
}

void tst_PageReader::aSurveySeesTheWholeSpan_data()
{
    QTest::addColumn<int>("compression");
    QTest::newRow("none") << 0;
    QTest::newRow("zlib") << 1;
    QTest::newRow("zstd") << 2;
}

void tst_PageReader::aSurveySeesTheWholeSpan()
{
    QFETCH(const int, compression);
    const auto bytes = written(static_cast<Compression>(compression));
    const auto trace = opened(bytes);
    const auto streams = readStreams(*trace);
    for (const unsigned samples : {1U, 2U, 8U, 1000U}) {
        const auto surveys = surveyStreams(*trace, samples, {});
        QCOMPARE(surveys.size(), std::size_t{2});
        for (StreamIndex i = 0; i < surveys.size(); ++i) {
            const auto &survey = surveys[i];
            QCOMPARE(survey.fileBytes, trace->streams()[i].fileBytes);
            QVERIFY(!survey.samples.empty() && survey.samples.size() <= samples);
            QCOMPARE(survey.samples.front().time, streams[i].front().time);
            // The last sample is of the last page, or of the last chunk: one of three at least.
            if (samples > 1)
                QVERIFY(survey.samples.back().time > streams[i].back().time * 3 / 5);
            for (std::size_t s = 1; s < survey.samples.size(); ++s) {
                QVERIFY(survey.samples[s - 1].bytesBefore < survey.samples[s].bytesBefore);
                QVERIFY(survey.samples[s - 1].time <= survey.samples[s].time);
            }
            // Each time is one that a page begins with.
            for (const auto &sample : survey.samples)
                QVERIFY(std::ranges::any_of(streams[i], [&](const NaiveRecord &record) {
                    return record.time == sample.time;
                }));
        }
    }
}

void tst_PageReader::aSurveyEndsWhenAskedTo()
{
    const auto bytes = written(Compression::None);
    std::stop_source source;
    source.request_stop();
    const auto surveys = surveyStreams(*opened(bytes), 10, source.get_token());
    QCOMPARE(surveys.size(), std::size_t{2});
    QVERIFY(surveys[0].samples.empty());
}

QTEST_GUILESS_MAIN(tst_PageReader)
#include "tst_pagereader.moc"
