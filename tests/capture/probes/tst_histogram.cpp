// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/histogram.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtTest/QTest>

using namespace thresher::capture;

namespace {

std::string textOf(const QString &name)
{
    QFile file(QStringLiteral(THRESHER_TEST_DATA "/hist/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// "key next_pid number, value hitcount number"
QString columnsOf(const Histogram &histogram)
{
    static constexpr const char *kRoles[] = {"key", "value", "percent", "graph", "saved"};
    static constexpr const char *kKinds[] = {"number", "text", "stack"};
    QStringList list;
    for (const HistogramColumn &column : histogram.columns)
        list << QStringLiteral("%1 %2 %3")
                    .arg(QLatin1String(kRoles[static_cast<int>(column.role)]),
                         QString::fromStdString(column.name),
                         QLatin1String(kKinds[static_cast<int>(column.kind)]));
    return list.join(QStringLiteral(", "));
}

QString rowOf(const Histogram &histogram, std::size_t row)
{
    QStringList list;
    for (const HistogramCell &cell : histogram.rows.at(row))
        list << QString::fromStdString(cell.text);
    return list.join(QStringLiteral(" | "));
}

std::size_t columnOf(const Histogram &histogram, const std::string &name)
{
    for (std::size_t i = 0; i < histogram.columns.size(); ++i)
        if (histogram.columns[i].name == name)
            return i;
    return histogram.columns.size();
}

} // namespace

class tst_Histogram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesOfKernelsAreRead_data();
    void filesOfKernelsAreRead();
    void hitsOfAllRowsAreTheTotal_data();
    void hitsOfAllRowsAreTheTotal();
    void keysAreOrderedByWhatTheyMean();
    void stacksAreKeys();
    void whatIsSavedStandsBesideTheRow();
    void severalOfAFileAreKeptApart();
    void sharesAndBarsAreValues();
    void textsMayLookLikeAnything();
    void aTextThatIsCutShortGivesItsWholeRows();
    void helpersOfLatenciesAreTold();
    void valuesWithCommasAreQuoted();
};

void tst_Histogram::filesOfKernelsAreRead_data()
{
    QTest::addColumn<QString>("columns");
    QTest::addColumn<int>("rows");
    QTest::addColumn<QString>("row");
    QTest::newRow("6.1-plain.txt")
        << "key next_comm text, value hitcount number" << 14 << "rcu_preempt | 823";
    QTest::newRow("6.1-log2.txt") << "key ret number, value hitcount number, value ret number" << 12
                                  << "~ 2^1 | 1 | 2";
    QTest::newRow("6.1-buckets.txt")
        << "key id number, value hitcount number" << 22 << "320-329 | 1";
    QTest::newRow("6.1-symoff.txt")
        << "key call_site number, value hitcount number, value bytes_req number" << 30
        << "p9_client_getattr_dotl+0x29/0x120 [9pnet] | 1 | 160";
    QTest::newRow("6.12-sym.txt") << "key call_site number, value hitcount number, value bytes_req "
                                     "number, value bytes_alloc number"
                                  << 33 << "";
    QTest::newRow("6.1-hex.txt")
        << "key bytes_req number, value hitcount number, value bytes_alloc number" << 48
        << "a0 | 1 | c0";
    QTest::newRow("6.1-cpu.txt")
        << "key common_cpu number, key common_pid number, value hitcount number" << 20
        << "0 | collect [111] | 2";
    QTest::newRow("6.12-nohit.txt")
        << "key id number, value id number" << 41 << "sys_lseek [8] | 8";
    QTest::newRow("6.12-str.txt") << "key filename text, value hitcount number, value pid number"
                                  << 4 << "/usr/bin/ls | 3 | 1065";
    QTest::newRow("6.12-pause.txt") << "" << 0 << "";
    QTest::newRow("6.1-drops.txt")
        << "key common_timestamp number, value hitcount number" << 128 << "";
}

void tst_Histogram::filesOfKernelsAreRead()
{
    QFETCH(const QString, columns);
    QFETCH(const int, rows);
    QFETCH(const QString, row);
    const auto tables = parseHistograms(textOf(QString::fromUtf8(QTest::currentDataTag())));
    QCOMPARE(tables.size(), std::size_t{1});
    const Histogram &table = tables.front();
    QCOMPARE(columnsOf(table), columns);
    QCOMPARE(table.rows.size(), static_cast<std::size_t>(rows));
    if (!row.isEmpty())
        QCOMPARE(rowOf(table, 0), row);
    QVERIFY(table.isWhole);
    QVERIFY(table.trigger.starts_with("hist:keys=") && !table.trigger.ends_with(']'));
    QCOMPARE(table.unreadable, std::size_t{0});
    QCOMPARE(table.entries, static_cast<std::uint64_t>(rows));
}

void tst_Histogram::hitsOfAllRowsAreTheTotal_data()
{
    QTest::addColumn<int>("none");
    // Those with all their rows and their hits.
    for (const char *name :
         {"6.1-plain.txt", "6.1-log2.txt", "6.1-buckets.txt", "6.1-symoff.txt", "6.1-hex.txt",
          "6.1-cpu.txt", "6.1-drops.txt", "6.1-several.txt", "6.1-name.txt", "6.1-latency.txt",
          "6.1-onmax.txt", "6.1-onchange.txt", "6.12-sym.txt", "6.12-stackvar.txt", "6.12-str.txt",
          "6.12-signed.txt"})
        QTest::newRow(name) << 0;
}

void tst_Histogram::hitsOfAllRowsAreTheTotal()
{
    const auto tables = parseHistograms(textOf(QString::fromUtf8(QTest::currentDataTag())));
    QVERIFY(!tables.empty());
    for (const Histogram &table : tables) {
        const auto column = columnOf(table, "hitcount");
        QVERIFY(column < table.columns.size());
        double sum = 0;
        for (const auto &row : table.rows)
            sum += row.at(column).number.value();
        // A moment passes between the rows and the totals.
        QVERIFY2(sum > 0 && sum <= static_cast<double>(table.hits)
                     && sum >= static_cast<double>(table.hits) * 0.99,
                 qPrintable(QStringLiteral("%1 of %2").arg(sum).arg(table.hits)));
        QCOMPARE(table.rows.size() + table.unreadable, static_cast<std::size_t>(table.entries));
        QCOMPARE(table.unreadable, std::size_t{0});
    }
}

void tst_Histogram::keysAreOrderedByWhatTheyMean()
{
    const auto first = [](const char *name, std::size_t column) {
        return parseHistograms(textOf(QString::fromUtf8(name)))
            .front()
            .rows.at(0)
            .at(column)
            .number.value();
    };
    QCOMPARE(first("6.1-log2.txt", 0), 2.0);
    QCOMPARE(first("6.1-buckets.txt", 0), 320.0);
    QCOMPARE(first("6.1-hex.txt", 0), 160.0);
    QCOMPARE(first("6.1-hex.txt", 2), 192.0);
    QCOMPARE(first("6.1-cpu.txt", 1), 111.0);
    QCOMPARE(first("6.12-nohit.txt", 0), 8.0);
    QVERIFY(first("6.1-symoff.txt", 0) > 1.8e19); // an address
    QVERIFY(parseHistograms(textOf(QStringLiteral("6.1-drops.txt"))).front().dropped > 0);
    QVERIFY(parseHistograms(textOf(QStringLiteral("6.12-pause.txt"))).front().isPaused);
}

void tst_Histogram::stacksAreKeys()
{
    const Histogram first = parseHistograms(textOf(QStringLiteral("6.12-stack.txt"))).front();
    QCOMPARE(columnsOf(first),
             QStringLiteral("key common_stacktrace stack, value hitcount number"));
    QCOMPARE(first.rows.size(), std::size_t{6});
    QVERIFY(first.rows[0][0].text.starts_with("__schedule+0x5d7/0xc00\n"));
    QVERIFY(first.rows[0][0].text.find("  ") == std::string::npos);

    const Histogram second = parseHistograms(textOf(QStringLiteral("6.1-stackold.txt"))).front();
    QCOMPARE(columnsOf(second),
             QStringLiteral("key stacktrace stack, key prev_comm text, value hitcount number"));
    QCOMPARE(second.rows.size(), std::size_t{6});
    QVERIFY(second.rows[0][0].text.find("prev_comm") == std::string::npos);
    QVERIFY(!second.rows[0][1].text.empty() && !second.rows[0][1].text.ends_with(' '));

    // This kernel forgets the colon and the line's end behind the name.
    const Histogram third = parseHistograms(textOf(QStringLiteral("6.12-stackvar.txt"))).front();
    QCOMPARE(columnsOf(third),
             QStringLiteral("key delta number, key stack stack, value hitcount number"));
    QCOMPARE(QString::fromStdString(third.rows[0][0].text), QStringLiteral("100-199"));
    QVERIFY(third.rows[0][1].text.starts_with("__schedule+0x5d7/0xc00\nschedule+"));
}

void tst_Histogram::whatIsSavedStandsBesideTheRow()
{
    const Histogram most = parseHistograms(textOf(QStringLiteral("6.1-onmax.txt"))).front();
    QCOMPARE(columnsOf(most).section(QStringLiteral(", "), 2),
             QStringLiteral("saved max number, saved prev_comm text, saved next_comm text, saved "
                            "next_pid number"));
    const Histogram change = parseHistograms(textOf(QStringLiteral("6.1-onchange.txt"))).front();
    QCOMPARE(columnsOf(change), QStringLiteral("key prev_prio number, value hitcount number, saved "
                                               "changed number, saved prev_comm text"));
}

void tst_Histogram::severalOfAFileAreKeptApart()
{
    const auto tables = parseHistograms(textOf(QStringLiteral("6.1-several.txt")));
    QCOMPARE(tables.size(), std::size_t{2});
    QCOMPARE(columnsOf(tables[0]), QStringLiteral("key next_pid number, value hitcount number"));
    QCOMPARE(columnsOf(tables[1]),
             QStringLiteral("key prev_comm text, key prev_prio number, value hitcount number"));
    QCOMPARE(tables[1].keyCount(), std::size_t{2});
}

void tst_Histogram::sharesAndBarsAreValues()
{
    const auto tables = parseHistograms(
        "# event histogram\n#\n"
        "# trigger info: hist:keys=a:vals=hitcount,x.percent,x.graph:size=128 [active]\n#\n\n"
        "{ a:         17 } hitcount:          1  x (%):  12.05  x:                 ####\n"
        "{ a:         18 } hitcount:          2  x (%):[ERROR]  x:                     \n\n"
        "Totals:\n    Hits: 3\n    Entries: 2\n    Dropped: 0\n");
    QCOMPARE(columnsOf(tables.at(0)),
             QStringLiteral("key a number, value hitcount number, percent x (%) text, graph x "
                            "number"));
    QCOMPARE(tables[0].rows[0][2].number.value(), 12.05);
    QCOMPARE(rowOf(tables[0], 0), QStringLiteral("17 | 1 | 12.05 | ####"));
    QCOMPARE(rowOf(tables[0], 1), QStringLiteral("18 | 2 | [ERROR] | "));
    QVERIFY(!tables[0].rows[1][2].number);
}

void tst_Histogram::textsMayLookLikeAnything()
{
    const auto padded = [](std::string text) {
        text.resize(50, ' ');
        return text;
    };
    const auto tables = parseHistograms(
        "# trigger info: hist:keys=comm,pid:vals=hitcount:size=128 [active]\n\n{ comm: "
        + padded("a } hitcount: 3, b") + ", pid:          7 } hitcount:          1\n{ comm: "
        + padded("two\nlines") + ", pid:          8 } hitcount:          2\n{ comm: "
        + padded("12345678901") + ", pid:          9 } hitcount:          4\n\nTotals:\n");
    QCOMPARE(tables.size(), std::size_t{1});
    QCOMPARE(tables[0].rows.size(), std::size_t{3});
    QCOMPARE(rowOf(tables[0], 0), QStringLiteral("a } hitcount: 3, b | 7 | 1"));
    QCOMPARE(rowOf(tables[0], 1), QStringLiteral("two\nlines | 8 | 2"));
    QVERIFY(!tables[0].rows[2][0].number); // a name, though of digits
    QCOMPARE(columnsOf(tables[0]),
             QStringLiteral("key comm text, key pid number, value hitcount number"));
}

void tst_Histogram::aTextThatIsCutShortGivesItsWholeRows()
{
    const std::string whole = textOf(QStringLiteral("6.1-plain.txt"));
    std::size_t last = 0;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto tables = parseHistograms(std::string_view(whole).substr(0, size));
        const std::size_t rows = tables.empty() ? 0 : tables[0].rows.size();
        QVERIFY(rows >= last && rows <= last + 1);
        last = rows;
        QCOMPARE(!tables.empty() && tables[0].isWhole,
                 size >= whole.find("Dropped:") + std::string_view("Dropped:").size());
    }
    QCOMPARE(last, std::size_t{14});
}

void tst_Histogram::helpersOfLatenciesAreTold()
{
    const auto tables = parseHistograms(textOf(QStringLiteral("6.1-latency.txt")));
    QCOMPARE(tables.size(), std::size_t{2});
    QVERIFY(tables[0].isAuxiliary()); // makes the synthetic event
    QVERIFY(!tables[1].isAuxiliary()); // counts it
}

void tst_Histogram::valuesWithCommasAreQuoted()
{
    Histogram table;
    table.columns = {{"a", HistogramColumn::Role::Key, HistogramColumn::Kind::Text},
                     {"b", HistogramColumn::Role::Value, HistogramColumn::Kind::Number}};
    table.rows = {{{"x,\"y\"", {}}, {"1", 1.0}}, {{"f+0x1\ng+0x2", {}}, {"2", 2.0}}};
    QCOMPARE(histogramCsv(table), std::string("a,b\n\"x,\"\"y\"\"\",1\nf+0x1 < g+0x2,2\n"));
}

QTEST_GUILESS_MAIN(tst_Histogram)
#include "tst_histogram.moc"
