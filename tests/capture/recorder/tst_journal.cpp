// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/journal.h"
#include "tests/capture/recorder/faketracefs.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QTest>

#include <filesystem>

using namespace thresher;
using namespace thresher::capture;
namespace fs = std::filesystem;

class tst_Journal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void whatWasNotedIsPutBackInReverse();
    void theFirstValueOfASettingCounts();
    void aLivingRecorderIsNoLeftover();
    void aDeadOneIsUndoneByTheNext();
    void aLineThatIsCutShortWasNotDone();
    void aFolderOfOthersIsRefused();
    void pathsThatLeadOutAreIgnored();

private:
    const fs::path m_folder = fs::path(THRESHER_TEST_OUTPUT) / "journals";
    const fs::path m_tree = fs::path(THRESHER_TEST_OUTPUT) / "tracefs";
};

void tst_Journal::init()
{
    fs::remove_all(m_folder);
    FakeTracefs::build(m_tree);
}

void tst_Journal::whatWasNotedIsPutBackInReverse()
{
    const auto before = FakeTracefs::contents(m_tree);
    FakeTracefs tracefs(m_tree);
    {
        auto journal = Journal::create(m_folder);
        QVERIFY(journal.has_value());
        QVERIFY(journal->noteInstance("x").has_value());
        QVERIFY(tracefs.makeInstance("x").has_value());
        QVERIFY(journal->noteSetting("tracing_thresh", "0").has_value());
        QVERIFY(tracefs.write("tracing_thresh", "7", Tracefs::Write::Truncate).has_value());
        const char *list = "events/sched/sched_switch/trigger";
        QVERIFY(journal->noteSetting(list, "!traceoff", Tracefs::Write::Append).has_value());
        QVERIFY(tracefs.write(list, "traceoff", Tracefs::Write::Append).has_value());
        QVERIFY(FakeTracefs::contents(m_tree) != before);
        QCOMPARE(journal->undo(tracefs).size(), std::size_t{0});
    }
    QVERIFY(FakeTracefs::contents(m_tree) == before);
    const auto log = tracefs.log();
    QCOMPARE(log[log.size() - 3].text, std::string("!traceoff\n"));
    QCOMPARE(log[log.size() - 2].path, std::string("tracing_thresh"));
    QCOMPARE(log[log.size() - 1].text, std::string("rmdir"));
    QVERIFY(fs::is_empty(m_folder)); // and so the journal is gone
}

void tst_Journal::theFirstValueOfASettingCounts()
{
    FakeTracefs tracefs(m_tree);
    auto journal = Journal::create(m_folder);
    QVERIFY(journal.has_value());
    for (const char *value : {"first", "second"})
        QVERIFY(journal->noteSetting("tracing_thresh", value).has_value());
    QCOMPARE(journal->undo(tracefs).size(), std::size_t{0});
    QCOMPARE(readFile(m_tree / "tracing_thresh"), std::string("first\n"));
}

void tst_Journal::aLivingRecorderIsNoLeftover()
{
    auto journal = Journal::create(m_folder);
    QVERIFY(journal.has_value());
    QVERIFY(journal->noteInstance("x").has_value());
    QCOMPARE(Journal::leftovers(m_folder).size(), std::size_t{0});
    // Its lock is its own: a second one can be made beside it.
    QVERIFY(Journal::create(m_folder)->id() != journal->id());
    FakeTracefs tracefs(m_tree);
    QCOMPARE(journal->undo(tracefs).size(), std::size_t{0});
}

void tst_Journal::aDeadOneIsUndoneByTheNext()
{
    const auto before = FakeTracefs::contents(m_tree);
    const pid_t child = ::fork();
    if (child == 0) {
        FakeTracefs tracefs(m_tree);
        auto journal = Journal::create(m_folder);
        static_cast<void>(journal->noteInstance("orphan"));
        static_cast<void>(tracefs.makeInstance("orphan"));
        static_cast<void>(journal->noteSetting("tracing_thresh", "0"));
        static_cast<void>(tracefs.write("tracing_thresh", "9", Tracefs::Write::Truncate));
        ::raise(SIGKILL);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    QVERIFY(FakeTracefs::contents(m_tree) != before);

    FakeTracefs tracefs(m_tree);
    auto journals = Journal::leftovers(m_folder);
    QCOMPARE(journals.size(), std::size_t{1});
    QCOMPARE(journals[0].sentences(),
             (std::vector<std::string>{"The tracing instance orphan is still there.",
                                       "tracing_thresh was changed."}));
    QCOMPARE(journals[0].undo(tracefs).size(), std::size_t{0});
    journals.clear();
    QVERIFY(FakeTracefs::contents(m_tree) == before);
    QVERIFY(fs::is_empty(m_folder));
}

void tst_Journal::aLineThatIsCutShortWasNotDone()
{
    fs::create_directories(m_folder);
    fs::permissions(m_folder, fs::perms::owner_all);
    writeFile(m_folder / "1-0.journal", "setting tracing_thresh 5\nsetting tracing_on 0");
    FakeTracefs tracefs(m_tree);
    auto journals = Journal::leftovers(m_folder);
    QCOMPARE(journals.size(), std::size_t{1});
    QCOMPARE(journals[0].undo(tracefs).size(), std::size_t{0});
    QCOMPARE(readFile(m_tree / "tracing_thresh"), std::string("5\n"));
    QCOMPARE(readFile(m_tree / "tracing_on"), std::string("1\n"));
}

void tst_Journal::aFolderOfOthersIsRefused()
{
    fs::create_directories(m_folder);
    fs::permissions(m_folder, fs::perms::all);
    writeFile(m_folder / "1-0.journal", "setting tracing_thresh 5\n");
    QVERIFY(!Journal::create(m_folder).has_value());
    QCOMPARE(Journal::leftovers(m_folder).size(), std::size_t{0});

    fs::remove_all(m_folder);
    fs::create_directories(m_folder.string() + ".elsewhere");
    fs::create_directory_symlink(m_folder.string() + ".elsewhere", m_folder);
    QVERIFY(!Journal::create(m_folder).has_value());
    fs::remove(m_folder);
}

void tst_Journal::pathsThatLeadOutAreIgnored()
{
    fs::create_directories(m_folder);
    fs::permissions(m_folder, fs::perms::owner_all);
    const fs::path victim = m_tree.parent_path() / "victim";
    writeFile(victim, "untouched");
    writeFile(m_folder / "1-0.journal",
              "setting ../victim 5\nsetting " + victim.string() + " 5\ninstance ../tracefs \n");
    FakeTracefs tracefs(m_tree);
    QCOMPARE(Journal::leftovers(m_folder).size(), std::size_t{0});
    QCOMPARE(readFile(victim), std::string("untouched"));
    QVERIFY(fs::exists(m_tree));
}

QTEST_GUILESS_MAIN(tst_Journal)
#include "tst_journal.moc"
