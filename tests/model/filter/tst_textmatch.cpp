// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/textmatch.h"

#include <fnmatch.h>
#include <regex.h>

#include <QTest>

#include <random>

using namespace thresher;

class tst_textmatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGlobMatchesAsFnmatchDoes();
    void anyTextIsAGlob();
    void aRegexFindsWhatTheCLibraryFinds();
    void classesAndEscapesAreUnderstood_data();
    void classesAndEscapesAreUnderstood();
    void wrongRegexesAreErrorsWithAPlace_data();
    void wrongRegexesAreErrorsWithAPlace();
    void hostileRegexesEndSoon();
    void aMatchHoldsWhatItRequires();
};

namespace {

std::string randomOf(std::mt19937 &random, std::string_view letters, std::size_t longest)
{
    std::string text;
    for (std::size_t i = random() % (longest + 1); i > 0; --i)
        text += letters[random() % letters.size()];
    return text;
}

} // namespace

void tst_textmatch::aGlobMatchesAsFnmatchDoes()
{
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    static const std::vector<std::string> kParts{"*", "?", "a", "b", "[ab]", "[!a]", "[a-c]", "c"};
    for (int i = 0; i < 20000; ++i) {
        std::string pattern;
        for (std::size_t k = random() % 6; k > 0; --k)
            pattern += kParts[random() % kParts.size()];
        const std::string text = randomOf(random, "abcd", 6);
        QVERIFY2(Glob(pattern).matches(text) == (::fnmatch(pattern.c_str(), text.c_str(), 0) == 0),
                 (pattern + " " + text).c_str());
    }
}

void tst_textmatch::anyTextIsAGlob()
{
    QVERIFY(Glob("[").matches("["));
    QVERIFY(Glob("a[b").matches("a[b"));
    QVERIFY(Glob("\\*").matches("*"));
    QVERIFY(!Glob("\\*").matches("x"));
    QVERIFY(Glob("\\").matches("\\"));
    QVERIFY(Glob("[]]").matches("]"));
    QVERIFY(Glob("").matches(""));
    QVERIFY(!Glob("").matches("x"));
    QVERIFY(Glob("**").matches(""));
    // Takes but quadratic time.
    QVERIFY(!Glob("*a*a*a*a*a*a*a*a*b").matches(std::string(20000, 'a')));
}

void tst_textmatch::aRegexFindsWhatTheCLibraryFinds()
{
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    static const std::vector<std::string> kParts{
        "a",  "b",     "c",    "[ab]",       "[^a]", "(a|bc)", ".", "a*",     "b+",
        "c?", "(ab)*", "a{2}", "(b|c){1,2}", "|",    "^",      "$", "(a|b)+", "b{2,}"};
    int compared = 0;
    for (int i = 0; i < 5000; ++i) {
        std::string pattern;
        for (std::size_t k = 1 + random() % 5; k > 0; --k)
            pattern += kParts[random() % kParts.size()];
        // An empty alternative is undefined in POSIX.
        const bool isOdd = pattern.front() == '|' || pattern.back() == '|'
                           || pattern.find("||") != std::string::npos
                           || pattern.find("^|") != std::string::npos
                           || pattern.find("|$") != std::string::npos;
        auto ours = thresher::Regex::compile(pattern);
        QVERIFY2(ours, pattern.c_str());
        ::regex_t theirs;
        if (isOdd || ::regcomp(&theirs, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
            continue;
        for (int k = 0; k < 20; ++k) {
            const std::string text = randomOf(random, "abc", 8);
            const bool isThere = ::regexec(&theirs, text.c_str(), 0, nullptr, 0) == 0;
            QVERIFY2(ours->isFoundIn(text) == isThere, (pattern + " in " + text).c_str());
            ++compared;
        }
        ::regfree(&theirs);
    }
    QVERIFY(compared > 10000);
}

void tst_textmatch::classesAndEscapesAreUnderstood_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char *pattern, const char *text, bool expected) {
        QTest::addRow("%s in %s", pattern, text)
            << QString::fromLatin1(pattern) << QString::fromLatin1(text) << expected;
    };
    row("\\d+", "x42", true);
    row("^\\D*$", "x42", false);
    row("\\w\\s\\W", "a +", true);
    row("[[:digit:]_]{3}", "1_2", true);
    row("[^[:alpha:]]", "abc", false);
    row("[]a]", "]", true);
    row("[a-]", "-", true);
    row("[\\d]", "5", true);
    row("a\\.b", "a.b", true);
    row("a\\.b", "axb", false);
    row("(a{2,3}|b){2}", "aaab", true);
    row("a{0}b", "b", true);
    row("x{0,2}y", "y", true);
    row("", "", true);
    row("()", "a", true);
    row("^$", "", true);
    row("^$", "a", false);
    row("$^", "a", false);
    row("(^a)|(b$)", "ab", true);
    row("(^a)|(b$)", "ba", false);
}

void tst_textmatch::classesAndEscapesAreUnderstood()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QFETCH(bool, expected);
    auto regex = thresher::Regex::compile(pattern.toStdString());
    QVERIFY(regex);
    QCOMPARE(regex->isFoundIn(text.toStdString()), expected);
    QCOMPARE(regex->isFoundIn(text.toStdString()), expected); // and once more, from the cache
}

void tst_textmatch::wrongRegexesAreErrorsWithAPlace_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<int>("begin");
    const auto row = [](const char *pattern, int begin) {
        QTest::newRow(pattern) << QString::fromLatin1(pattern) << begin;
    };
    row("a(b", 1);
    row("a[b", 1);
    row("*a", 0);
    row("a|+", 2);
    row("a{x}", 1);
    row("a{3,2}", 1);
    row("a{1,256}", 1);
    row("a{1", 1);
    row("a\\", 1);
    row("(a)\\1", 3);
    row("[z-a]", 1);
    row("[[:nothing:]]", 1);
    row("(a{255}){255}", 0);
}

void tst_textmatch::wrongRegexesAreErrorsWithAPlace()
{
    QFETCH(QString, pattern);
    QFETCH(int, begin);
    const auto regex = thresher::Regex::compile(pattern.toStdString());
    QVERIFY(!regex);
    QCOMPARE(static_cast<int>(regex.error().range.begin), begin);
    QVERIFY(!regex.error().found.empty());
}

void tst_textmatch::hostileRegexesEndSoon()
{
    const std::string many(100000, 'a');
    for (const char *pattern : {"(a*)*b", "(a|a)*b", "(a?){100}a{100}b", "(.*)(.*)(.*)(.*)x",
                                "(a|b|ab)*c", "(.*a){20}b"}) {
        auto regex = thresher::Regex::compile(pattern);
        QVERIFY2(regex, pattern);
        QVERIFY(!regex->isFoundIn(many));
    }
    QVERIFY(!thresher::Regex::compile(std::string(100000, '(')));
    // More states than the cache holds.
    std::string ab;
    std::mt19937 random(1);
    for (int i = 0; i < 100000; ++i)
        ab += random() % 2 == 0 ? 'a' : 'b';
    auto regex = thresher::Regex::compile("(a|b)*a(a|b){12}c");
    QVERIFY(regex);
    QVERIFY(!regex->isFoundIn(ab));
    QVERIFY(regex->isFoundIn(ab + "aababababababac"));
}

void tst_textmatch::aMatchHoldsWhatItRequires()
{
    // Each byte, or the bytes of a set in brackets.
    const auto required = [](FilterOp op, const char *text) {
        FilterValue value;
        value.text = text;
        const auto match = TextMatch::make(op, std::span(&value, 1));
        std::string written;
        for (const auto &bytes : match->required()) {
            std::string each;
            for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
                if (bytes[byte])
                    each += static_cast<char>(byte);
            }
            written += each.size() == 1 ? each : '[' + each + ']';
        }
        return written;
    };
    QCOMPARE(required(FilterOp::Equal, "abc"), std::string("abc"));
    QCOMPARE(required(FilterOp::Matches, "*abc?de*"), std::string("abc"));
    QCOMPARE(required(FilterOp::Matches, "*ab*[cC][d-f]g"), std::string("[Cc][def]g"));
    QCOMPARE(required(FilterOp::Matches, "??*"), std::string());
    QCOMPARE(required(FilterOp::Finds, "x.*abcd+y?z"), std::string("abcd"));
    QCOMPARE(required(FilterOp::Finds, "abc*"), std::string("ab"));
    QCOMPARE(required(FilterOp::Finds, "abc|d"), std::string());
    QCOMPARE(required(FilterOp::Finds, "abc[defgh]ij"), std::string("abc"));
    QCOMPARE(required(FilterOp::Finds, "a[]xyz]*bc"), std::string("bc"));
    QCOMPARE(required(FilterOp::Finds, "a[^]xyz]bc"), std::string("bc"));
    QCOMPARE(required(FilterOp::Finds, "ab\\dcde"), std::string("cde"));
    QCOMPARE(required(FilterOp::Finds, "ab[[:alpha:]]c"), std::string());
}

QTEST_GUILESS_MAIN(tst_textmatch)
#include "tst_textmatch.moc"
