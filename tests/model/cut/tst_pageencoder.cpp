// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/cut/pageencoder_p.h"

#include <QTest>

#include <random>

using namespace thresher;

/// Records that are written into pages are read from them again.
class tst_pageencoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsComeBack_data();
    void recordsComeBack();
    void aPageIsFilledToItsEnd();
    void whatFitsNoPageIsRefused();
    void aNumberLostGivesWayToARecord();
};

namespace {

struct Written
{
    std::uint64_t time = 0;
    std::vector<std::byte> payload;
    bool isLong = false;
    bool isAfterLoss = false;
    std::int64_t lost = 0;
};

PageLayout layoutOf(std::uint32_t pageSize, bool bigEndian, std::uint32_t longSize)
{
    return {pageSize, 8 + longSize, needsSwap(bigEndian), bigEndian};
}

} // namespace

void tst_pageencoder::recordsComeBack_data()
{
    QTest::addColumn<unsigned>("pageSize");
    QTest::addColumn<bool>("bigEndian");
    QTest::addColumn<unsigned>("longSize");
    for (const unsigned pageSize : {4096U, 65536U}) {
        for (const bool bigEndian : {false, true}) {
            for (const unsigned longSize : {4U, 8U})
                QTest::addRow("%u %s %u", pageSize, bigEndian ? "big" : "little", longSize)
                    << pageSize << bigEndian << longSize;
        }
    }
}

void tst_pageencoder::recordsComeBack()
{
    QFETCH(const unsigned, pageSize);
    QFETCH(const bool, bigEndian);
    QFETCH(const unsigned, longSize);
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937_64 random(seed);
    const auto layout = layoutOf(pageSize, bigEndian, longSize);
    std::vector<std::byte> pages;
    std::vector<Written> all;
    {
        PageEncoder encoder(layout, pages);
        std::uint64_t time = random() % 1'000'000;
        for (int i = 0; i < 5000; ++i) {
            // Near, far, very far, and back.
            switch (random() % 20) {
            case 0:
                time += random() % (1ULL << 40U);
                break;
            case 1:
                time += random() % 3 == 0 ? 1ULL << 60U : 1ULL << 27U;
                break;
            case 2:
                time -= random() % std::min<std::uint64_t>(time, 1'000'000'000) + 1;
                break;
            default:
                time += random() % 100'000;
            }
            time &= (1ULL << 63U) - 1;
            Written record;
            record.time = time;
            record.isLong = random() % 4 == 0;
            record.payload.resize((random() % (random() % 10 == 0 ? 900 : 30) + 1) * 4);
            for (auto &byte : record.payload)
                byte = static_cast<std::byte>(random());
            if (random() % 50 == 0) {
                record.isAfterLoss = true;
                record.lost = random() % 2 == 0 ? -1 : static_cast<std::int64_t>(i + 1);
                encoder.lose(record.lost);
            }
            const auto place = encoder.add(record.time, record.payload, record.isLong);
            QCOMPARE(place.size(), record.payload.size());
            all.push_back(std::move(record));
        }
        encoder.flush();
    }
    QCOMPARE(pages.size() % pageSize, 0U);
    std::size_t next = 0;
    for (std::size_t at = 0; at < pages.size(); at += pageSize) {
        const auto page = slice(pages, at, pageSize);
        PageCursor cursor(page, layout);
        QVERIFY(!cursor.header().isDamaged);
        RawRecord record;
        bool isFirst = true;
        while (cursor.next(record)) {
            QVERIFY(next < all.size());
            const auto &wanted = all[next++];
            QCOMPARE(record.time, wanted.time);
            QCOMPARE(record.size, wanted.payload.size());
            QVERIFY(std::ranges::equal(page.subspan(record.offset, record.size), wanted.payload));
            QCOMPARE(isFirst && cursor.header().lostBefore, wanted.isAfterLoss);
            if (wanted.isAfterLoss)
                QCOMPARE(cursor.header().lostCount, wanted.lost);
            isFirst = false;
        }
        QVERIFY(!isFirst);
        QVERIFY(!cursor.isDamaged());
    }
    QCOMPARE(next, all.size());
}

void tst_pageencoder::aPageIsFilledToItsEnd()
{
    const auto layout = layoutOf(4096, false, 8);
    std::vector<std::byte> pages;
    PageEncoder encoder(layout, pages);
    const std::vector<std::byte> payload(48 - 4);
    for (int i = 0; i < 85; ++i) // 85 · 48 = 4080
        QVERIFY(!encoder.add(1000, payload, false).empty());
    QCOMPARE(pages.size(), std::size_t{4096});
    QVERIFY(!encoder.add(1000, payload, false).empty());
    encoder.flush();
    QCOMPARE(pages.size(), std::size_t{8192});
}

void tst_pageencoder::whatFitsNoPageIsRefused()
{
    const auto layout = layoutOf(4096, false, 8);
    std::vector<std::byte> pages;
    PageEncoder encoder(layout, pages);
    QVERIFY(encoder.add(5, std::vector<std::byte>(4080), false).empty());
    QVERIFY(encoder.add(5, {}, false).empty());
    QCOMPARE(encoder.add(5, std::vector<std::byte>(4072), false).size(), std::size_t{4072});
}

void tst_pageencoder::aNumberLostGivesWayToARecord()
{
    const auto layout = layoutOf(4096, false, 8);
    std::vector<std::byte> pages;
    PageEncoder encoder(layout, pages);
    encoder.lose(12);
    QVERIFY(!encoder.add(5, std::vector<std::byte>(4072), false).empty());
    encoder.lose(13);
    QVERIFY(!encoder.add(6, std::vector<std::byte>(4064), false).empty());
    encoder.flush();
    const auto full = readPageHeader(slice(pages, 0, 4096), layout);
    QVERIFY(full.lostBefore);
    QCOMPARE(full.lostCount, -1);
    const auto roomy = readPageHeader(slice(pages, 4096, 4096), layout);
    QVERIFY(roomy.lostBefore);
    QCOMPARE(roomy.lostCount, 13);
}

QTEST_GUILESS_MAIN(tst_pageencoder)
#include "tst_pageencoder.moc"
