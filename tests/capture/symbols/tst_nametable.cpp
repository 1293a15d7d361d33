// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/nametable.h"

#include <fnmatch.h>

#include <QTest>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace thresher::capture;

namespace {

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return text;
}

/// What find() promises, the plain way.
std::vector<NameTable::Row> naive(const std::vector<std::string> &names, const std::string &pattern)
{
    const bool folds = lower(pattern) == pattern;
    const bool isGlob = pattern.find_first_of("*?[") != std::string::npos;
    std::vector<std::vector<NameTable::Row>> ranks(4);
    for (std::size_t row = 0; row < names.size(); ++row) {
        const std::string name = folds ? lower(names[row]) : names[row];
        if (isGlob) {
            if (::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0)
                ranks[0].push_back(static_cast<NameTable::Row>(row));
            continue;
        }
        const auto at = name.find(pattern);
        if (at == std::string::npos)
            continue;
        const std::size_t rank = pattern.empty() || name == pattern ? 0
                                 : at == 0                          ? 1
                                 : name[at - 1] == '_'              ? 2
                                                                    : 3;
        ranks[rank].push_back(static_cast<NameTable::Row>(row));
    }
    std::vector<NameTable::Row> rows;
    for (const auto &rank : ranks)
        rows.insert(rows.end(), rank.begin(), rank.end());
    return rows;
}

} // namespace

class tst_nametable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsWhatIsThereInOrderOfHowWellItFits();
    void globsFitTheWholeName_data();
    void globsFitTheWholeName();
    void agreesWithANaiveSearch();
    void stopsWhenAsked();
    void namesEndAtANul();
    void measures200000();
};

void tst_nametable::findsWhatIsThereInOrderOfHowWellItFits()
{
    NameTable names;
    for (const char *name : {"do_sys_open", "Open", "reopen", "open_file", "open", "close"})
        QVERIFY(names.add(name));
    using Rows = std::vector<NameTable::Row>;
    QCOMPARE(names.find("open"), (Rows{1, 4, 3, 0, 2}));
    QCOMPARE(names.find("Open"), (Rows{1}));
    QCOMPARE(names.find("*open"), (Rows{0, 1, 2, 4}));
    QCOMPARE(names.find("").size(), std::size_t{6});
    QCOMPARE(names.find("opens"), Rows());
    QCOMPARE(NameTable().find("x"), Rows());
    QCOMPARE(names[3], std::string_view("open_file"));
}

void tst_nametable::globsFitTheWholeName_data()
{
    QTest::addColumn<QByteArray>("glob");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char *glob, const char *name, bool fits) {
        QTest::addRow("%s %s", glob, name) << QByteArray(glob) << QByteArray(name) << fits;
    };
    row("vfs_*", "vfs_read", true);
    row("vfs_*", "my_vfs_read", false);
    row("*_re?d", "vfs_read", true);
    row("*ab*ab", "abxab", true);
    row("*ab*ab", "ab", false);
    row("[a-c]x", "bx", true);
    row("[!a-c]x", "bx", false);
    row("[!a-c]x", "dx", true);
    row("[]]x", "]x", true);
    row("[", "[", true);
    row("[a", "[a", true);
    row("", "", true);
    row("", "a", false);
    row("***", "", true);
    row("?", "", false);
}

void tst_nametable::globsFitTheWholeName()
{
    QFETCH(QByteArray, glob);
    QFETCH(QByteArray, name);
    QFETCH(bool, fits);
    QCOMPARE(globMatches(glob.toStdString(), name.toStdString()), fits);
}

void tst_nametable::agreesWithANaiveSearch()
{
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const auto pick = [&](std::string_view from) { return from[random() % from.size()]; };
    std::vector<std::string> names;
    NameTable table;
    for (int i = 0; i < 3000; ++i) {
        std::string name;
        for (std::size_t length = random() % 12; name.size() < length;)
            name += pick("abcAB_");
        QVERIFY(table.add(name));
        names.push_back(name);
    }
    for (int i = 0; i < 2000; ++i) {
        std::string pattern;
        for (std::size_t length = random() % 5; pattern.size() < length;)
            pattern += pick(i % 2 == 0 ? "abA_" : "abA_*?");
        QVERIFY2(table.find(pattern) == naive(names, pattern), pattern.c_str());
    }
}

void tst_nametable::stopsWhenAsked()
{
    NameTable table;
    for (int i = 0; i < 100'000; ++i)
        QVERIFY(table.add("name"));
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(table.find("name", stop.get_token()).empty());
    QVERIFY(table.find("?ame", stop.get_token()).empty());
    QVERIFY(table.find("????", stop.get_token()).empty());
}

void tst_nametable::namesEndAtANul()
{
    NameTable table;
    QVERIFY(table.add(std::string_view("ab\0cd", 5)));
    QCOMPARE(table[0], std::string_view("ab"));
    QVERIFY(table.find(std::string_view("\0", 1)).empty());
}

// A window's key press: 200,000 names like a kernel's, in far less than the 30 ms that it may take.
void tst_nametable::measures200000()
{
    std::mt19937 random(1);
    static constexpr const char *kWords[] = {"tcp",   "alloc", "page", "vfs",  "read", "write",
                                             "sched", "init",  "free", "lock", "ext4", "get"};
    NameTable table;
    for (int i = 0; i < 200'000; ++i) {
        std::string name;
        for (int word = 0; word < 4; ++word)
            name += std::string(word > 0 ? "_" : "") + kWords[random() % std::size(kWords)];
        QVERIFY(table.add(name + std::to_string(i % 97)));
    }
    std::size_t found = 0;
    for (const char *pattern : {"a", "al", "vfs_read", "zzz", "*alloc*page*", "?cp*"}) {
        QElapsedTimer timer;
        timer.start();
        found += table.find(pattern).size();
        const double ns = static_cast<double>(timer.nsecsElapsed());
        qInfo("find %-14s %8.2f ms  %6.1f ns/name", pattern, ns / 1e6, ns / table.size());
    }
    qInfo("memory %.1f MB", static_cast<double>(table.memoryBytes()) / 1e6);
    QVERIFY(found > 200'000);
    QVERIFY(table.memoryBytes() < std::size_t{200'000} * 100);
}

QTEST_GUILESS_MAIN(tst_nametable)

#include "tst_nametable.moc"
