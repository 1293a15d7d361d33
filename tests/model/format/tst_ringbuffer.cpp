// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/ringbuffer.h"

#include <QtTest>

#include <bit>
#include <random>
#include <vector>

using namespace thresher;

namespace {

// A page put together by hand, in any layout.
class Page
{
public:
    explicit Page(PageLayout layout)
        : m_layout(layout)
        , m_bytes(layout.pageSize)
    {}

    void number(std::size_t at, std::uint64_t value, std::size_t size)
    {
        for (std::size_t i = 0; i < size; ++i)
            m_bytes[at + i] = static_cast<std::byte>(
                value >> (8 * (m_layout.bigEndian ? size - 1 - i : i)));
    }
    void head(std::uint64_t time, std::uint64_t commit)
    {
        number(0, time, 8);
        number(8, commit, m_layout.headerSize - 8);
    }
    void word(std::uint32_t value)
    {
        number(m_layout.headerSize + m_used, value, 4);
        m_used += 4;
    }
    void record(std::uint32_t type, std::uint32_t delta)
    {
        word(m_layout.bigEndian ? type << 27U | delta : delta << 5U | type);
    }
    void data(std::uint32_t delta, std::uint32_t size)
    {
        if (size <= 112) {
            record(size / 4, delta);
        } else {
            record(0, delta);
            word(size + 4);
        }
        for (std::uint32_t i = 0; i < size; i += 4)
            word(i);
    }
    std::span<const std::byte> finish(std::uint64_t time, std::uint64_t flags = 0)
    {
        head(time, m_used | flags);
        return m_bytes;
    }
    [[nodiscard]] std::uint32_t used() const { return m_used; }
    [[nodiscard]] const PageLayout &layout() const { return m_layout; }

private:
    PageLayout m_layout;
    std::vector<std::byte> m_bytes;
    std::uint32_t m_used = 0;
};

std::vector<RawRecord> walk(std::span<const std::byte> page, const PageLayout &layout,
                            bool *isDamaged = nullptr)
{
    PageCursor cursor(page, layout);
    std::vector<RawRecord> records;
    for (RawRecord record; cursor.next(record);)
        records.push_back(record);
    if (isDamaged != nullptr)
        *isDamaged = cursor.isDamaged();
    return records;
}

PageLayout layoutOf(bool bigEndian, std::uint32_t longSize, std::uint32_t pageSize = 4096)
{
    return {pageSize, 8 + longSize, bigEndian != (std::endian::native == std::endian::big),
            bigEndian};
}

} // namespace

class tst_RingBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindOfRecordIsWalked_data();
    void everyKindOfRecordIsWalked();
    void aPageTellsWhatWasLostBeforeIt_data();
    void aPageTellsWhatWasLostBeforeIt();
    void aCommitBeyondThePageIsDamageAndIsCut();
    void aPageShorterThanItsHeadIsDamaged();
    void nonsenseEndsTheWalkThere_data();
    void nonsenseEndsTheWalkThere();
    void bothWaysOfCompilingGiveTheSame();
    void randomBytesAreNeverReadOutsideThePage();
};

void tst_RingBuffer::everyKindOfRecordIsWalked_data()
{
    QTest::addColumn<bool>("bigEndian");
    QTest::addColumn<unsigned>("longSize");
    QTest::addColumn<unsigned>("pageSize");
    QTest::newRow("little, 64 bits") << false << 8U << 4096U;
    QTest::newRow("little, 32 bits") << false << 4U << 4096U;
    QTest::newRow("big, 64 bits") << true << 8U << 4096U;
    QTest::newRow("big, 32 bits, 64 KiB") << true << 4U << 65536U;
}

void tst_RingBuffer::everyKindOfRecordIsWalked()
{
    QFETCH(const bool, bigEndian);
    QFETCH(const unsigned, longSize);
    QFETCH(const unsigned, pageSize);
    const auto layout = layoutOf(bigEndian, longSize, pageSize);
    Page page(layout);
    page.data(0, 8);
    page.data(5, 112);
    page.data(7, 200); // its size in a word of its own
    page.record(30, 3); // time extend: 2 << 27 | 3
    page.word(2);
    page.data(1, 12);
    page.record(29, 10); // a discarded record: its time counts, its bytes are skipped
    page.word(12);
    page.word(0xffffffff);
    page.word(0xffffffff);
    page.data(2, 8);
    page.record(31, 9); // absolute: 4 << 27 | 9, with the top bits of the time so far
    page.word(4);
    page.data(6, 8);
    const std::uint64_t top = 0x0800000000000000;
    bool damaged = true;
    const auto records = walk(page.finish(top + 1000), layout, &damaged);
    const std::uint64_t extend = (2ULL << 27U) + 3;
    const std::vector<std::uint64_t> times = {top + 1000,          top + 1005,
                                              top + 1012,          top + 1013 + extend,
                                              top + 1025 + extend, top + (4ULL << 27U) + 15};
    const std::vector<std::uint32_t> sizes = {8, 112, 200, 12, 8, 8};
    QCOMPARE(records.size(), times.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        QCOMPARE(records[i].time, times[i]);
        QCOMPARE(records[i].size, sizes[i]);
    }
    QCOMPARE(records[0].offset, layout.headerSize + 4);
    QCOMPARE(records[2].offset, records[1].offset + 112 + 8);
    QVERIFY(!damaged);
}

void tst_RingBuffer::aPageTellsWhatWasLostBeforeIt_data()
{
    QTest::addColumn<quint64>("flags");
    QTest::addColumn<quint64>("stored");
    QTest::addColumn<bool>("lost");
    QTest::addColumn<qint64>("count");
    QTest::newRow("nothing") << quint64{0} << quint64{0} << false << qint64{-1};
    QTest::newRow("not counted") << quint64{1U << 31U} << quint64{5} << true << qint64{-1};
    QTest::newRow("counted") << quint64{3U << 30U} << quint64{89} << true << qint64{89};
    QTest::newRow("counted to none") << quint64{3U << 30U} << quint64{0} << true << qint64{-1};
    QTest::newRow("counted to nonsense") << quint64{3U << 30U} << ~quint64{0} << true << qint64{-1};
    QTest::newRow("only the second flag")
        << quint64{1U << 30U} << quint64{5} << false << qint64{-1};
}

void tst_RingBuffer::aPageTellsWhatWasLostBeforeIt()
{
    QFETCH(const quint64, flags);
    QFETCH(const quint64, stored);
    QFETCH(const bool, lost);
    QFETCH(const qint64, count);
    for (const bool bigEndian : {false, true}) {
        Page page(layoutOf(bigEndian, 8));
        page.data(0, 8);
        page.number(16 + page.used(), stored, 8);
        const auto header = readPageHeader(page.finish(77, flags), page.layout());
        QCOMPARE(header.time, std::uint64_t{77});
        QCOMPARE(header.dataSize, page.used());
        QCOMPARE(header.lostBefore, lost);
        QCOMPARE(header.lostCount, count);
        QVERIFY(!header.isDamaged);
    }
}

void tst_RingBuffer::aCommitBeyondThePageIsDamageAndIsCut()
{
    Page page(layoutOf(false, 8));
    page.data(0, 8);
    page.head(1, 5000);
    const auto bytes = page.finish(1, 0);
    page.head(1, 5000);
    const auto header = readPageHeader(bytes, page.layout());
    QVERIFY(header.isDamaged);
    QCOMPARE(header.dataSize, 4080U);
}

void tst_RingBuffer::aPageShorterThanItsHeadIsDamaged()
{
    const std::vector<std::byte> bytes(15);
    const auto header = readPageHeader(bytes, layoutOf(false, 8));
    QVERIFY(header.isDamaged);
    QCOMPARE(header.dataSize, 0U);
    QVERIFY(walk(bytes, layoutOf(false, 8)).empty());
    QVERIFY(walk({}, layoutOf(false, 8)).empty());
}

void tst_RingBuffer::nonsenseEndsTheWalkThere_data()
{
    QTest::addColumn<QList<quint32>>("words"); // behind one whole record
    QTest::newRow("data beyond the end") << QList<quint32>{28};
    QTest::newRow("long data of no size") << QList<quint32>{0, 0};
    QTest::newRow("long data of its size alone") << QList<quint32>{0, 4};
    QTest::newRow("long data beyond the end") << QList<quint32>{0, 5000};
    QTest::newRow("long data without its size") << QList<quint32>{0};
    QTest::newRow("a time extend without its word") << QList<quint32>{30};
    QTest::newRow("a discarded record beyond the end") << QList<quint32>{29 | 1U << 5U, 400};
    QTest::newRow("a discarded record of no size") << QList<quint32>{29 | 1U << 5U, 0};
}

void tst_RingBuffer::nonsenseEndsTheWalkThere()
{
    QFETCH(const QList<quint32>, words);
    const auto layout = layoutOf(false, 8);
    Page page(layout);
    page.data(0, 8);
    const auto whole = page.used();
    for (const auto word : words)
        page.word(word);
    PageCursor cursor(page.finish(1), layout);
    RawRecord record;
    QVERIFY(cursor.next(record));
    QVERIFY(!cursor.next(record));
    QVERIFY(cursor.isDamaged());
    QCOMPARE(cursor.position(), layout.headerSize + whole);
    QVERIFY(!cursor.next(record)); // and stays there
}

void tst_RingBuffer::bothWaysOfCompilingGiveTheSame()
{
    const auto layout = layoutOf(false, 8);
    Page page(layout);
    for (std::uint32_t i = 0; i < 60; ++i)
        page.data(i, i % 9 == 0 ? 120 : 8 + i % 5 * 4);
    const auto bytes = page.finish(5);
    PageCursor native(bytes, layout);
    PageCursor any(bytes, layout);
    QCOMPARE(native.isNative(), std::endian::native == std::endian::little);
    RawRecord a;
    RawRecord b;
    while (any.nextAs<false>(b)) {
        QVERIFY(native.next(a));
        QCOMPARE(a.time, b.time);
        QCOMPARE(a.offset, b.offset);
        QCOMPARE(a.size, b.size);
    }
    QVERIFY(!native.next(a));
}

void tst_RingBuffer::randomBytesAreNeverReadOutsideThePage()
{
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20'000; ++round) {
        const auto layout = layoutOf(round % 2 != 0, round % 4 < 2 ? 4 : 8);
        // On the heap and of its exact size, so that a sanitizer sees what is read beyond.
        std::vector<std::byte> bytes(random() % 600);
        for (auto &byte : bytes)
            byte = static_cast<std::byte>(random() % (round % 3 == 0 ? 256 : 34));
        if (bytes.size() >= 16)
            bytes[layout.bigEndian ? layout.headerSize - 1 : 8] = std::byte{0xf0};
        PageCursor cursor(bytes, layout);
        std::uint32_t end = layout.headerSize;
        for (RawRecord record; cursor.next(record);) {
            QVERIFY(record.offset >= end);
            QVERIFY(record.size > 0);
            QVERIFY(std::size_t{record.offset} + record.size <= bytes.size());
            end = record.offset + record.size;
        }
    }
}

QTEST_GUILESS_MAIN(tst_RingBuffer)
#include "tst_ringbuffer.moc"
