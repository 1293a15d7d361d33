// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/eventtable/fakerows.h"
#include "widgets/eventtable/eventcolumns.h"

#include <QTest>

#include <set>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using Kind = EventColumn::Kind;

namespace {

/// Prints several lines, as a stack does.
class LinesText final : public RowText
{
public:
    explicit LinesText(std::string text)
        : m_text(std::move(text))
    {}
    [[nodiscard]] std::string_view eventName(const RowData &) override { return "kernel_stack"; }
    [[nodiscard]] std::string_view taskName(const RowData &) override { return "sh"; }
    [[nodiscard]] std::string_view info(const RowData &) override { return m_text; }
    [[nodiscard]] std::string_view field(const RowData &, std::string_view) override { return {}; }

private:
    std::string m_text;
};

QStringList idsOf(const std::vector<EventColumn> &columns)
{
    QStringList ids;
    for (const EventColumn &column : columns)
        ids += column.id();
    return ids;
}

} // namespace

class tst_EventColumns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timesOfDifferentLengthAreSetRight()
    {
        constexpr TimeStyle kAbsolute{TimeFormat::Absolute, 0, true};
        constexpr TimeStyle kRelative{TimeFormat::Relative, 0, true};
        constexpr TimeStyle kTicks{TimeFormat::Absolute, 0, false};
        const EventColumn time = makeColumn(Kind::Time);
        QVERIFY(!time.isRightAligned(kAbsolute));
        QVERIFY(time.isRightAligned(kRelative));
        QVERIFY(time.isRightAligned(kTicks));
        QVERIFY(makeColumn(Kind::RelativeTime).isRightAligned(kAbsolute));
        QVERIFY(!makeColumn(Kind::AbsoluteTime).isRightAligned(kRelative));
        QVERIFY(makeColumn(Kind::AbsoluteTime).isRightAligned(kTicks));
    }

    void aRowsCells_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("expected");
        QTest::newRow("time") << int(Kind::Time) << u"0.005 000 007"_s;
        QTest::newRow("absolute") << int(Kind::AbsoluteTime) << u"0.005 000 007"_s;
        QTest::newRow("relative") << int(Kind::RelativeTime) << u"0.004 000 007"_s;
        QTest::newRow("delta") << int(Kind::Delta) << u"4,980.007"_s;
        QTest::newRow("since current, which is later")
            << int(Kind::SinceCurrent) << u"\u2212999.993"_s;
        QTest::newRow("cpu") << int(Kind::Cpu) << u"3"_s;
        QTest::newRow("task") << int(Kind::Task) << u"task 12"_s;
        QTest::newRow("pid") << int(Kind::Pid) << u"12"_s;
        QTest::newRow("event") << int(Kind::Event) << u"event"_s;
        QTest::newRow("info") << int(Kind::Info) << u"info of row 23"_s;
        QTest::newRow("row") << int(Kind::RowNumber) << u"3,000,000,000"_s;
        QTest::newRow("field") << int(Kind::Field) << u"prio 5"_s;
        QTest::newRow("buffer of no trace") << int(Kind::Buffer) << u""_s;
    }
    void aRowsCells()
    {
        QFETCH(int, kind);
        RowData row;
        row.place = {3, 5};
        row.time = 5'000'007;
        row.cpu = 3;
        row.pid = 12;
        RowContext context;
        context.number = 2'999'999'999;
        context.previous = 20'000;
        context.current = 6'000'000;
        context.time = {TimeFormat::Absolute, 1'000'000, true};
        test::FakeText text;
        EventColumn column = makeColumn(Kind(kind));
        column.field = "prio";
        QString cell = cellText(column, row, context, text);
        QTEST(cell.replace(kDigitGap, u' '), "expected");
    }

    void theFirstRowHasNoDifferenceAndTicksHaveNoFraction()
    {
        RowData row;
        row.time = kTimeMax;
        RowContext context;
        test::FakeText text;
        const EventColumn delta = makeColumn(Kind::Delta);
        QCOMPARE(cellText(delta, row, context, text), QString());
        context.previous = kTimeMin; // no overflow
        context.time.isNanoseconds = false;
        QCOMPARE(cellText(delta, row, context, text), u"18,446,744,073,709,551,615"_s);
        QCOMPARE(delta.title(context.time), u"Δ (ticks)"_s);
    }

    void severalLinesBecomeOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("a program's stack, and what fills it up")
            << QByteArray("\t=> 0x7f63c8d18b70\n\t=> 0x401136\n\t=> 0x0\n\t=> 0x0\n")
            << u"0x7f63c8d18b70 ← 0x401136"_s;
        QTest::newRow("one line") << QByteArray("prev_comm=sh ==> x") << u"prev_comm=sh ==> x"_s;
        QTest::newRow("stack") << QByteArray(
            "<stack trace >\n=> __schedule (ffffffff81)\n=> schedule+0x23 (ffffffff82)\n")
                               << u"__schedule ← schedule+0x23"_s;
        QTest::newRow("two lines of a marker")
            << QByteArray("first\n second\n") << u"first ⏎ second"_s;
        QTest::newRow("no UTF-8") << QByteArray("a\xff") << u"a\ufffd"_s;
        QTest::newRow("nothing") << QByteArray() << QString();
    }
    void severalLinesBecomeOne()
    {
        QFETCH(QByteArray, text);
        LinesText lines(text.toStdString());
        RowData row;
        QTEST(cellText(makeColumn(Kind::Info), row, {}, lines), "expected");
    }

    void idsAreUniqueAndColumnsComeBackAsSaved()
    {
        auto columns = allFixedColumns();
        columns.push_back(makeFieldColumn("prev_comm"));
        columns[2].width = 333;
        const QStringList ids = idsOf(columns);
        QCOMPARE(std::set<QString>(ids.begin(), ids.end()).size(), columns.size());
        const auto restored = restoreColumns(saveColumns(columns));
        QCOMPARE(idsOf(restored), ids);
        QCOMPARE(restored[2].width, 333);
    }

    void nonsenseIsNotRestored()
    {
        const QJsonArray saved{
            QJsonObject{{u"id"_s, u"time"_s}, {u"width"_s, -5}},
            QJsonObject{{u"id"_s, u"time"_s}},
            QJsonObject{{u"id"_s, u"no such"_s}},
            QJsonObject{{u"id"_s, u"field:"_s}},
            42,
        };
        const auto columns = restoreColumns(saved);
        QCOMPARE(idsOf(columns), QStringList{u"time"_s});
        QCOMPARE_GE(columns[0].width, 20);
        QCOMPARE(idsOf(restoreColumns({u"x"_s})), idsOf(defaultColumns()));
    }
};

QTEST_GUILESS_MAIN(tst_EventColumns)
#include "tst_eventcolumns.moc"
