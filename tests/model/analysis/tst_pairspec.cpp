// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <random>

using namespace thresher;
using namespace thresher::test;

class TestPairSpec final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTextIsReadAndWritten_data();
    void theTextIsReadAndWritten();
    void whatIsWrongIsMarked_data();
    void whatIsWrongIsMarked();
    void anyTextIsAnswered();
    void aTraceMayNotHaveIt_data();
    void aTraceMayNotHaveIt();
};

void TestPairSpec::theTextIsReadAndWritten_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("again");
    const auto add = [](const char *text, const char *again = nullptr) {
        QTest::newRow(text) << QString::fromLatin1(text)
                            << QString::fromLatin1(again != nullptr ? again : text);
    };
    add("io: block_rq_issue -> block_rq_complete by dev, sector on dev");
    add("io:block:block_rq_issue->block:block_rq_complete by dev,sector",
        "io: block:block_rq_issue -> block:block_rq_complete by dev, sector");
    add("\"two words\": first a -> b by pid=task, x on task");
    add("n: a if (x == \")\" && (y < 3)) -> b if (z ~ 'q)*') by cpu");
    add("first: first -> if by on on on"); // words mean what their places say
    add("n: first if (x > 1) -> b");
    add("n: a -> b");
}

void TestPairSpec::theTextIsReadAndWritten()
{
    QFETCH(QString, text);
    QFETCH(QString, again);
    const auto spec = parsePair(text.toStdString());
    QVERIFY2(spec, spec ? "" : spec.error().text().c_str());
    QCOMPARE(spec->text(), again.toStdString());
    const auto twice = parsePair(spec->text());
    QVERIFY(twice);
    QCOMPARE(twice->text(), again.toStdString());
}

void TestPairSpec::whatIsWrongIsMarked_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("begin");
    QTest::addColumn<int>("end");
    QTest::addColumn<QString>("message");
    const auto add = [](const char *text, int begin, int end, const char *message) {
        QTest::newRow(text) << QString::fromLatin1(text) << begin << end
                            << QString::fromLatin1(message);
    };
    add("", 0, 0, "the end, expected a name for the pair");
    add("name a -> b", 5, 6, "'a', expected ':' behind the pair's name");
    add("n: -> b", 3, 5, "'->', expected an event");
    add("n: a b", 5, 6, "'b', expected '->'");
    add("n: a ->", 7, 7, "the end, expected an event");
    add("n: a if x -> b", 8, 9, "'x', expected a filter in parentheses");
    add("n: a if (x -> b", 8, 9, "a parenthesis that is not closed, expected )");
    add("n: a -> b bye", 10, 13, "'bye', expected if, by, on or the end");
    add("n: a -> b by", 12, 12, "the end, expected a field, task or cpu");
    add("n: a -> b by x=", 15, 15, "the end, expected a field of the second event, task or cpu");
    add("n: a -> b by x, y, z", 19, 20, "a third key, expected two at most");
    add("n: a -> b by x on y", 18, 19, "'y', expected task, cpu or one of the keys");
    add("n: a -> b by x on x z", 20, 21, "'z', expected the end");
    add("n: \"a\" -> b", 3, 6, "'\"a\"', expected an event");
    add("\"n: a -> b", 0, 10, "a quote that does not end, expected \"");
}

void TestPairSpec::whatIsWrongIsMarked()
{
    QFETCH(QString, text);
    QFETCH(int, begin);
    QFETCH(int, end);
    QFETCH(QString, message);
    const auto spec = parsePair(text.toStdString());
    QVERIFY(!spec);
    QCOMPARE(QString::fromStdString(spec.error().text()), message);
    QCOMPARE(spec.error().range.begin, static_cast<std::size_t>(begin));
    QCOMPARE(spec.error().range.end, static_cast<std::size_t>(end));
}

void TestPairSpec::anyTextIsAnswered()
{
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const std::vector<std::string> pieces{
        "n",    ":", "first ", "->", " if ", "(",  ")",    "\"",  "'", " by ",          ",",
        " on ", "=", "x",      "\\", "\n",   "\0", "task", "cpu", "ü", "n: a -> b by x"};
    for (int i = 0; i < 200000; ++i) {
        std::string text;
        for (std::size_t k = random() % 12; k > 0; --k)
            text += pieces[random() % pieces.size()];
        const auto spec = parsePair(text);
        if (spec) {
            const auto again = parsePair(spec->text());
            QVERIFY2(again, spec->text().c_str());
            QCOMPARE(again->text(), spec->text());
            continue;
        }
        QVERIFY(spec.error().range.begin <= spec.error().range.end
                && spec.error().range.end <= text.size());
    }
    QVERIFY(!parsePair(std::string(std::size_t{1} << 20U, 'a')));
}

void TestPairSpec::aTraceMayNotHaveIt_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("token");
    QTest::addColumn<QString>("message");
    const auto add = [](const char *text, const char *token, const char *message) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(token)
                            << QString::fromLatin1(message);
    };
    add("n: softirq_entry -> softirq_exit by vec, cpu", "", "");
    add("n: softirq_raised -> softirq_exit by vec", "softirq_raised",
        "'softirq_raised', expected an event of the trace");
    add("n: softirq_entry -> sched:softirq_exit", "sched:softirq_exit",
        "'sched:softirq_exit', expected an event of the trace");
    add("n: softirq_entry -> softirq_exit by vec=vek", "vek",
        "'vek', expected a field of softirq_exit, task or cpu");
    add("n: softirq_entry -> softirq_exit by nr", "nr",
        "'nr', expected a field of softirq_entry, task or cpu");
    add("n: softirq_entry if (vec == 1) -> softirq_exit if (ve == 1)", "ve", nullptr);
    add("n: sys_enter -> sys_exit by args", "args",
        "'args', which is no number and no text, expected another field of sys_enter");
}

void TestPairSpec::aTraceMayNotHaveIt()
{
    QFETCH(QString, text);
    QFETCH(QString, token);
    QFETCH(QString, message);
    const auto trace = TraceFile::open(std::string(THRESHER_TEST_DATA) + "/sched-basic.dat");
    QVERIFY(trace);
    const auto spec = parsePair(text.toStdString());
    QVERIFY(spec);
    const auto resolved = resolvePair(*spec, *trace);
    QCOMPARE(resolved.has_value(), token.isEmpty());
    if (resolved)
        return;
    const TextRange range = resolved.error().range;
    QCOMPARE(text.mid(static_cast<int>(range.begin), static_cast<int>(range.end - range.begin)),
             token);
    if (!message.isNull())
        QCOMPARE(QString::fromStdString(resolved.error().text()), message);
}

QTEST_GUILESS_MAIN(TestPairSpec)
#include "tst_pairspec.moc"
