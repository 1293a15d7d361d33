// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/liverecording.h"
#include "capture/recordingfolder.h"
#include "model/io/growingtrace.h"
#include "tests/capture/recordedscene.h"

#include <fcntl.h>
#include <sys/file.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace thresher;
using namespace thresher::capture;
using namespace thresher::test;

/// Reading a recording's folder while it is being recorded into.
class tst_liverecording : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsKnownSoFarIsTheTracesHead_data();
    void whatIsKnownSoFarIsTheTracesHead();
    void anEntryThatIsHalfWrittenIsLeftOut();
    void aFolderWithoutARecordingIsRefused();
    void pagesAreSeenWhenTheyAreThere();
};

void tst_liverecording::whatIsKnownSoFarIsTheTracesHead_data()
{
    QTest::addColumn<QByteArray>("file");
    for (const char *file : {"multi-buffer.dat", "lab-sched-16cpu.dat", "v6.dat"})
        QTest::addRow("%s", file) << QByteArray(file);
}

void tst_liverecording::whatIsKnownSoFarIsTheTracesHead()
{
    QFETCH(const QByteArray, file);
    const QTemporaryDir dir;
    const auto output = std::filesystem::path(dir.path().toStdString()) / "a.dat";
    const auto original = *TraceFile::open(std::filesystem::path(THRESHER_TEST_DATA)
                                           / file.toStdString());
    // Its pages are uncompressed, whatever the trace is to be.
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, output, 7, Compression::Zstd));
    const auto before = QDir(QString::fromStdString(folder.string())).entryList();
    // As the one who records has it.
    const UniqueFd journal(::open((folder / "journal").c_str(), O_RDONLY | O_CLOEXEC));
    QVERIFY(journal.isValid());
    QCOMPARE(::flock(journal.get(), LOCK_EX | LOCK_NB), 0);
    QVERIFY(!readRecording(folder));

    const auto live = readLiveRecording(folder);
    QVERIFY2(live, live ? "" : live.error().text().c_str());
    QCOMPARE(QDir(QString::fromStdString(folder.string())).entryList(), before);
    std::vector<GrowingPages> pages;
    for (const auto &each : live->pages)
        pages.push_back(
            {each.buffer, each.cpu, UniqueFd(::open(each.path.c_str(), O_RDONLY | O_CLOEXEC))});
    const auto trace = GrowingTrace::open(output, live->head, std::move(pages));
    QVERIFY2(trace, trace ? "" : trace.error().text().c_str());
    QCOMPARE((*trace)->metadata().clock, original->metadata().clock);
    QCOMPARE((*trace)->events().all().size(), original->events().all().size());
    QCOMPARE((*trace)->instances().size(), original->instances().size());
    const auto all = pagesOf(original);
    QCOMPARE((*trace)->streams().size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const StreamInfo &info = (*trace)->streams()[i];
        const auto &bytes = all.at({(*trace)->instances()[info.instance].name, info.cpu});
        const auto size = (*trace)->pagesOf(static_cast<StreamIndex>(i)) * info.layout.pageSize;
        QCOMPARE(size, std::uint64_t{bytes.size()});
        QVERIFY(std::ranges::equal((*trace)->bytes().subspan(info.fileOffset, size), bytes));
    }
}

void tst_liverecording::anEntryThatIsHalfWrittenIsLeftOut()
{
    const QTemporaryDir dir;
    const auto output = std::filesystem::path(dir.path().toStdString()) / "a.dat";
    const auto original = *TraceFile::open(std::filesystem::path(THRESHER_TEST_DATA)
                                           / "sched-basic.dat");
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, output, 7, Compression::None));
    const auto whole = readLiveRecording(folder);
    QVERIFY(whole);
    QFile journal(QString::fromStdString((folder / "journal").string()));
    QVERIFY(journal.open(QIODevice::Append));
    QVERIFY(journal.write("an entry that is bei") > 0);
    journal.close();
    const auto half = readLiveRecording(folder);
    QVERIFY(half);
    QVERIFY(half->head == whole->head);
}

void tst_liverecording::aFolderWithoutARecordingIsRefused()
{
    const QTemporaryDir dir;
    const auto live = readLiveRecording(dir.path().toStdString());
    QVERIFY(!live);
    QVERIFY(!readLiveRecording(dir.path().toStdString() + "/none"));
}

void tst_liverecording::pagesAreSeenWhenTheyAreThere()
{
    const QTemporaryDir dir;
    const std::filesystem::path folder = dir.path().toStdString();
    QVERIFY(!hasPages(folder));
    QFile file(dir.filePath(QStringLiteral("pages.0.1")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(!hasPages(folder));
    QVERIFY(file.write("x") == 1 && file.flush());
    QVERIFY(hasPages(folder));
    QVERIFY(!hasPages(folder / "none"));
}

QTEST_GUILESS_MAIN(tst_liverecording)
#include "tst_liverecording.moc"
