// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/jsonwriter.h"
#include "app/cli/options.h"
#include "model/io/eventprinter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <array>
#include <limits>

using namespace Qt::StringLiterals;
using namespace thresher;

class tst_options : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsAreUnderstoodAsGnuProgramsDo_data();
    void wordsAreUnderstoodAsGnuProgramsDo();
    void aWrongWordIsNamed_data();
    void aWrongWordIsNamed();
    void timesAreTheFirstThatIsPrintedSo_data();
    void timesAreTheFirstThatIsPrintedSo();
    void whatIsNoTimeIsRefused_data();
    void whatIsNoTimeIsRefused();
    void cpuListsAreRanges_data();
    void cpuListsAreRanges();
    void jsonIsReadBackAsItWas();
};

namespace {

constexpr std::array kWords{
    OptionSpec{"from", 0, "T", "begin"}, OptionSpec{"cpu", 'c', "LIST", "CPUs"},
    OptionSpec{"latency", 'l', {}, "flags"}, OptionSpec{"raw", 't', {}, "raw"}};
constexpr CommandSpec kCommand{"events", "FILE", "Prints.", kWords};

Result<Options> parse(const QString &words)
{
    std::vector<std::string> args;
    for (const QString &word : words.split(u' ', Qt::SkipEmptyParts))
        args.push_back(word.toStdString());
    return Options::parse(kCommand, args);
}

} // namespace

void tst_options::wordsAreUnderstoodAsGnuProgramsDo_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("expected"); // from|cpu|latency|raw|operands
    QTest::newRow("nothing") << u""_s << u"||0|0|"_s;
    QTest::newRow("operand first") << u"a.dat --from 1"_s << u"1||0|0|a.dat"_s;
    QTest::newRow("equals") << u"--from=1.5 a.dat"_s << u"1.5||0|0|a.dat"_s;
    QTest::newRow("an empty value") << u"--from= a.dat"_s << u"||0|0|a.dat"_s;
    QTest::newRow("letters") << u"-l -t -c 3 a.dat"_s << u"|3|1|1|a.dat"_s;
    QTest::newRow("letters together") << u"-ltc3 a.dat"_s << u"|3|1|1|a.dat"_s;
    QTest::newRow("the last wins") << u"--from 1 --from 2"_s << u"2||0|0|"_s;
    QTest::newRow("a value like an option") << u"--from -3"_s << u"-3||0|0|"_s;
    QTest::newRow("after --") << u"-- -l --from"_s << u"||0|0|-l,--from"_s;
    QTest::newRow("a dash is an operand") << u"-"_s << u"||0|0|-"_s;
}

void tst_options::wordsAreUnderstoodAsGnuProgramsDo()
{
    QFETCH(const QString, words);
    QFETCH(const QString, expected);
    const auto options = parse(words);
    QVERIFY(options);
    QStringList operands;
    for (const std::string &operand : options->operands())
        operands << QString::fromStdString(operand);
    const auto text = [&](const char *name) {
        return QString::fromStdString(options->value(name).value_or(""));
    };
    QCOMPARE(text("from") + u'|' + text("cpu") + u'|'
                 + QString::number(options->has("latency") ? 1 : 0) + u'|'
                 + QString::number(options->has("raw") ? 1 : 0) + u'|' + operands.join(u','),
             expected);
}

void tst_options::aWrongWordIsNamed_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown") << u"--colour"_s << u"--colour"_s;
    QTest::newRow("unknown letter") << u"-lx"_s << u"-x"_s;
    QTest::newRow("no value") << u"a.dat --from"_s << u"--from"_s;
    QTest::newRow("no value of a letter") << u"-lc"_s << u"LIST"_s;
    QTest::newRow("a value too much") << u"--latency=1"_s << u"--latency"_s;
}

void tst_options::aWrongWordIsNamed()
{
    QFETCH(const QString, words);
    QFETCH(const QString, named);
    const auto options = parse(words);
    QVERIFY(!options);
    QCOMPARE(options.error().kind, ErrorKind::InvalidArgument);
    QVERIFY2(options.error().what.find(named.toStdString()) != std::string::npos,
             options.error().what.c_str());
}

void tst_options::timesAreTheFirstThatIsPrintedSo_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("ticks");
    QTest::addColumn<qlonglong>("time");
    QTest::newRow("seconds") << u"2481"_s << false << 2'480'999'999'500LL;
    QTest::newRow("tenths") << u"2481.5"_s << false << 2'481'499'999'500LL;
    QTest::newRow("no seconds") << u".5"_s << false << 499'999'500LL;
    QTest::newRow("micro") << u"2481.274390"_s << false << 2'481'274'389'500LL;
    QTest::newRow("negative micro") << u"-2481.274390"_s << false << -2'481'274'390'499LL;
    QTest::newRow("seven digits") << u"2481.2743900"_s << false << 2'481'274'389'950LL;
    QTest::newRow("eight digits") << u"2481.27439009"_s << false << 2'481'274'390'085LL;
    QTest::newRow("nano") << u"2481.274390091"_s << false << 2'481'274'390'091LL;
    QTest::newRow("more digits") << u"0.1234567891"_s << false << 123'456'789LL;
    QTest::newRow("negative") << u"-1.5"_s << false << -1'500'000'499LL;
    QTest::newRow("negative nano") << u"-1.500000000"_s << false << -1'500'000'000LL;
    QTest::newRow("zero") << u"0"_s << false << -499LL;
    QTest::newRow("zero, exactly") << u"0.000000000"_s << false << 0LL;
    QTest::newRow("too large") << u"99999999999"_s << false << qlonglong{kTimeMax};
    QTest::newRow("ticks") << u"6459426589668"_s << true << 6'459'426'589'668LL;
}

void tst_options::timesAreTheFirstThatIsPrintedSo()
{
    QFETCH(const QString, text);
    QFETCH(const bool, ticks);
    QFETCH(const qlonglong, time);
    const auto parsed = parseTime(text.toStdString(), ticks);
    QVERIFY(parsed);
    QCOMPARE(qlonglong{*parsed}, time);
    // Six digits: the printer has the last word.
    const std::string word = text.toStdString();
    if (!ticks && word.size() > 7 && word[word.size() - 7] == '.') {
        QCOMPARE(formatTraceTime(*parsed, false, true), word);
        QVERIFY(formatTraceTime(*parsed - 1, false, true) != word);
    }
}

void tst_options::whatIsNoTimeIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("ticks");
    for (const char *text : {"", "x", "1s", "1.", "1.x", ".", "-.", ".x", "--1", "1e3", " 1", "1 "})
        QTest::addRow("%s", text) << QString::fromLatin1(text) << false;
    QTest::newRow("a fraction of a tick") << u"1.5"_s << true;
}

void tst_options::whatIsNoTimeIsRefused()
{
    QFETCH(const QString, text);
    QFETCH(const bool, ticks);
    QVERIFY(!parseTime(text.toStdString(), ticks));
}

void tst_options::cpuListsAreRanges_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("ranges"); // empty: refused
    QTest::newRow("one") << u"3"_s << u"3-3"_s;
    QTest::newRow("some") << u"0-3,7"_s << u"0-3,7-7"_s;
    QTest::newRow("empty") << u""_s << u""_s;
    QTest::newRow("a comma too much") << u"1,"_s << u""_s;
    QTest::newRow("backwards") << u"3-1"_s << u""_s;
    QTest::newRow("open") << u"3-"_s << u""_s;
    QTest::newRow("negative") << u"-3"_s << u""_s;
    QTest::newRow("words") << u"all"_s << u""_s;
    QTest::newRow("too large") << u"99999999999"_s << u""_s;
}

void tst_options::cpuListsAreRanges()
{
    QFETCH(const QString, text);
    QFETCH(const QString, ranges);
    const auto parsed = parseCpuList(text.toStdString());
    QCOMPARE(parsed.has_value(), !ranges.isEmpty());
    QStringList found;
    if (parsed) {
        for (const CpuRange range : *parsed)
            found << QString::number(range.first) + u'-' + QString::number(range.last);
    }
    QCOMPARE(found.join(u','), ranges);
}

void tst_options::jsonIsReadBackAsItWas()
{
    JsonWriter json;
    json.beginObject();
    json.value("text", "quote \" backslash \\ tab \t bell \a umlaut ä");
    json.value("bytes", "a\xff\xc3z");
    json.value("yes", true);
    json.value("large", std::uint64_t{1} << 53U);
    json.value("negative", -7);
    json.value("number", 0.25);
    json.value("infinite", std::numeric_limits<double>::infinity());
    json.beginArray("empty");
    json.endArray();
    json.beginArray("objects");
    json.beginObject();
    json.endObject();
    json.beginObject();
    json.null("nothing");
    json.endObject();
    json.endArray();
    json.endObject();
    QJsonParseError error;
    const QJsonObject read
        = QJsonDocument::fromJson(QByteArray::fromStdString(json.text()), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(read.value(u"text"_s).toString(),
             QString::fromUtf8("quote \" backslash \\ tab \t bell \a umlaut ä"));
    QCOMPARE(read.value(u"bytes"_s).toString(), u"a\ufffd\ufffdz"_s);
    QCOMPARE(read.value(u"yes"_s), QJsonValue(true));
    QCOMPARE(read.value(u"large"_s).toDouble(), 9007199254740992.0);
    QCOMPARE(read.value(u"negative"_s).toInt(), -7);
    QCOMPARE(read.value(u"number"_s).toDouble(), 0.25);
    QVERIFY(read.value(u"infinite"_s).isNull());
    QCOMPARE(read.value(u"empty"_s).toArray().size(), 0);
    QCOMPARE(read.value(u"objects"_s).toArray().size(), 2);
}

QTEST_GUILESS_MAIN(tst_options)
#include "tst_options.moc"
