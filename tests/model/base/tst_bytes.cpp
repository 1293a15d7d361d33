// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"

#include <QtTest>

using namespace thresher;
using namespace std::string_view_literals;

class tst_Bytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreReadInTheFilesEndianness();
    void readingBeyondTheEndFailsForGood();
    void sizesThatWouldOverflowFail();
    void stringsEndAtTheirNul();
    void slicesStayInside();
};

void tst_Bytes::numbersAreReadInTheFilesEndianness()
{
    const auto bytes = asBytes("\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf"sv);
    ByteReader little(bytes, false);
    QCOMPARE(little.u8(), std::uint8_t{1});
    QCOMPARE(little.u16(), std::uint16_t{0x0302});
    QCOMPARE(little.u32(), 0x07060504U);
    QCOMPARE(little.u64(), std::uint64_t{0x0f0e0d0c0b0a0908});
    QVERIFY(little.isOk());
    QCOMPARE(little.remaining(), std::size_t{0});
    ByteReader big(bytes, true);
    QCOMPARE(big.u8(), std::uint8_t{1});
    QCOMPARE(big.u16(), std::uint16_t{0x0203});
    QCOMPARE(big.u32(), 0x04050607U);
    QCOMPARE(big.u64(), std::uint64_t{0x08090a0b0c0d0e0f});
}

void tst_Bytes::readingBeyondTheEndFailsForGood()
{
    ByteReader reader(asBytes("\1\2\3"sv), false);
    QCOMPARE(reader.u32(), 0U);
    QVERIFY(!reader.isOk());
    QCOMPARE(reader.u8(), std::uint8_t{0}); // though it would fit
    QCOMPARE(reader.remaining(), std::size_t{0});
    QVERIFY(reader.take(1).empty());
    QVERIFY(reader.string().empty());
}

void tst_Bytes::sizesThatWouldOverflowFail()
{
    ByteReader reader(asBytes("\1\2\3"sv), false);
    reader.u8();
    QVERIFY(reader.take(~std::uint64_t{0}).empty());
    QVERIFY(!reader.isOk());
    ByteReader other(asBytes("\1\2\3"sv), false);
    other.seek(3);
    QVERIFY(other.isOk());
    other.seek(~std::uint64_t{0});
    QVERIFY(!other.isOk());
}

void tst_Bytes::stringsEndAtTheirNul()
{
    ByteReader reader(asBytes("ab\0\0cd"sv), false);
    QVERIFY(reader.string() == "ab"sv);
    QVERIFY(reader.string().empty() && reader.isOk());
    QVERIFY(reader.string().empty() && !reader.isOk()); // no NUL any more
}

void tst_Bytes::slicesStayInside()
{
    const auto bytes = asBytes("abcdef"sv);
    QVERIFY(asText(slice(bytes, 2, 3)) == "cde"sv);
    QVERIFY(asText(slice(bytes, 4, ~std::uint64_t{0})) == "ef"sv);
    QVERIFY(slice(bytes, 6, 1).empty());
    QVERIFY(slice(bytes, ~std::uint64_t{0}, 1).empty());
}

QTEST_GUILESS_MAIN(tst_Bytes)
#include "tst_bytes.moc"
