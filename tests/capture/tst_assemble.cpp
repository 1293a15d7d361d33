// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/assemble.h"
#include "capture/protocol.h"
#include "model/base/bytes.h"
#include "model/format/ringbuffer.h"
#include "model/io/kepthistograms.h"
#include "tests/capture/recordedscene.h"
#include "tests/support/tracedatwriter.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <random>

using namespace thresher;
using namespace thresher::capture;
using namespace thresher::test;
using namespace Qt::StringLiterals;

/// Traces that are made of what a recording left.
class tst_assemble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyPageIsInTheTrace_data();
    void everyPageIsInTheTrace();
    void traceCmdPrintsItAsTheOriginal_data();
    void traceCmdPrintsItAsTheOriginal();
    void buffersOfDifferentPages_data();
    void buffersOfDifferentPages();
    void filesCutAnywhereGiveTheirWholePages();
    void aJournalCutAnywhereLosesNoPage();
    void whatWasNotRecordedIsSaid();
    void damagedEntriesAreLeftOut();
    void namesOfTasksAreJoined();
    void aLatencyTracersReportIsKept();
    void histogramsAreKeptWithTheTrace_data();
    void histogramsAreKeptWithTheTrace();
    void anExistingTraceIsReplacedIfAskedOnly();
    void aCancelledOneLeavesNothing();
    void aFolderThatIsRecordedIntoIsRefused();
    void otherFoldersAreRefused();
    void removingLeavesWhatIsNotOurs();

private:
    [[nodiscard]] std::filesystem::path out(const char *name) const
    {
        return std::filesystem::path(m_dir->path().toStdString()) / name;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

std::shared_ptr<const TraceFile> opened(const std::filesystem::path &path)
{
    auto trace = TraceFile::open(path);
    if (!trace)
        qWarning("%s", trace.error().text().c_str());
    return trace ? *trace : nullptr;
}

std::shared_ptr<const TraceFile> data(const char *name)
{
    return opened(std::filesystem::path(THRESHER_TEST_DATA) / name);
}

Result<AssembledTrace> assembled(const std::filesystem::path &folder,
                                 const std::filesystem::path &output, bool mayReplace = false,
                                 const std::stop_token &stop = {})
{
    const auto contents = readRecording(folder);
    if (!contents)
        return tl::unexpected<Error>(contents.error());
    Progress progress;
    return assembleTrace(*contents, {output, mayReplace, {}, {}}, stop, progress);
}

/// The events of pages: their time, and what they say.
std::vector<std::pair<std::uint64_t, std::vector<std::byte>>>
eventsOf(std::span<const std::byte> pages, const PageLayout &layout)
{
    std::vector<std::pair<std::uint64_t, std::vector<std::byte>>> events;
    for (; pages.size() >= layout.pageSize; pages = pages.subspan(layout.pageSize)) {
        PageCursor cursor(pages.first(layout.pageSize), layout);
        RawRecord record;
        while (cursor.next(record)) {
            const auto bytes = pages.subspan(record.offset, record.size);
            events.emplace_back(record.time, std::vector(bytes.begin(), bytes.end()));
        }
    }
    return events;
}

void addFormatColumns(bool withEmpty = true)
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("isZstd");
    for (const char *file : {"sched-basic.dat", "multi-buffer.dat", "lost-events.dat", "v6.dat",
                             "lab-sched-16cpu.dat", "empty.dat"}) {
        if (!withEmpty && QByteArray(file) == "empty.dat")
            continue; // trace-cmd prints nothing of it
        QTest::addRow("%s, v7", file) << QByteArray(file) << 7 << false;
        QTest::addRow("%s, v7 zstd", file) << QByteArray(file) << 7 << true;
        QTest::addRow("%s, v6", file) << QByteArray(file) << 6 << false;
    }
}

} // namespace

void tst_assemble::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void tst_assemble::everyPageIsInTheTrace_data()
{
    addFormatColumns();
}

void tst_assemble::everyPageIsInTheTrace()
{
    QFETCH(const QByteArray, file);
    QFETCH(const int, version);
    QFETCH(const bool, isZstd);
    const auto original = data(file);
    QVERIFY(original);
    const auto compression = isZstd ? Compression::Zstd : Compression::None;
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, out("a.dat"), version, compression));
    const auto made = assembled(folder, out("a.dat"));
    QVERIFY2(made.has_value(), made ? "" : made.error().text().c_str());
    const auto trace = opened(out("a.dat"));
    QVERIFY(trace);
    const auto pages = pagesOf(original);
    QVERIFY(pagesOf(trace) == pages);
    std::uint64_t count = 0;
    for (const auto &[key, bytes] : pages)
        count += bytes.size() / original->metadata().pageSize;
    QCOMPARE(made->pages, count);
    QCOMPARE(made->tornPages, 0U);
    QCOMPARE(made->bytes, trace->bytes().size());

    QCOMPARE(trace->metadata().version, version);
    QCOMPARE(trace->metadata().compression, compression);
    QCOMPARE(trace->metadata().cpuCount, original->metadata().cpuCount);
    QCOMPARE(trace->metadata().clock, original->metadata().clock);
    QCOMPARE(trace->metadata().uname, original->metadata().uname);
    QCOMPARE(trace->metadata().kallsyms, original->metadata().kallsyms);
    QCOMPARE(trace->metadata().traceId, 77U);
    QVERIFY(trace->metadata().recorder.starts_with("Thresher "));
    QCOMPARE(trace->events().all().size(), original->events().all().size());
    QVERIFY(trace->diagnostics().empty());
    QCOMPARE(trace->instances().size(), original->instances().size());
    for (std::size_t i = 0; i < trace->instances().size(); ++i) {
        QCOMPARE(trace->instances()[i].name, original->instances()[i].name);
        QCOMPARE(trace->instances()[i].cpuStats.size(), original->instances()[i].cpuStats.size());
    }
}

void tst_assemble::traceCmdPrintsItAsTheOriginal_data()
{
    addFormatColumns(false);
}

void tst_assemble::traceCmdPrintsItAsTheOriginal()
{
    if (QStandardPaths::findExecutable(u"trace-cmd"_s).isEmpty())
        QSKIP("trace-cmd is not installed");
    QFETCH(const QByteArray, file);
    QFETCH(const int, version);
    QFETCH(const bool, isZstd);
    const auto original = data(file);
    QVERIFY(original);
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, out("a.dat"), version,
                                                   isZstd ? Compression::Zstd : Compression::None));
    QVERIFY(assembled(folder, out("a.dat")));
    const auto report = [](const std::filesystem::path &path) {
        QProcess process;
        process.start(u"trace-cmd"_s, {u"report"_s, u"-i"_s, QString::fromStdString(path)});
        process.waitForFinished(60'000);
        return process.readAllStandardOutput();
    };
    const auto expected = report(original->path());
    QVERIFY(expected.size() > 10);
    QCOMPARE(report(out("a.dat")), expected);
}

void tst_assemble::buffersOfDifferentPages_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("bigEndian");
    QTest::addColumn<int>("longSize");
    for (const int version : {6, 7}) {
        QTest::addRow("v%d", version) << version << false << 8;
        QTest::addRow("v%d, big endian", version) << version << true << 8;
        QTest::addRow("v%d, 32 bits", version) << version << false << 4;
        QTest::addRow("v%d, big endian, 32 bits", version) << version << true << 4;
    }
}

void tst_assemble::buffersOfDifferentPages()
{
    QFETCH(const int, version);
    QFETCH(const bool, bigEndian);
    QFETCH(const int, longSize);
    TraceDatWriter::Options options;
    options.bigEndian = bigEndian;
    options.longSize = static_cast<std::uint32_t>(longSize);
    options.cpuCount = 4;
    TraceDatWriter writer(options);
    const auto fill = [&](std::uint64_t begin) {
        for (std::uint64_t i = 0; i < 2000; ++i)
            writer.print(static_cast<CpuId>(i % 3), begin + 100 * i, 5,
                         std::string(i % 90 + 1, 'a') + "\n");
        writer.loseEvents(1, 55);
        writer.print(1, begin + 1'000'000, 5, "behind the loss\n");
    };
    fill(1'000'000);
    writer.selectInstance("large", "mono", 65536);
    fill(1'000'050);
    const auto bytes = writer.bytes();
    const auto original = TraceFile::fromBytes(bytes, "x");
    QVERIFY(original);
    const auto folder = leaveRecording(
        *original, settingsFor(**original, out("a.dat"), version, Compression::None));
    const auto made = assembled(folder, out("a.dat"));
    QVERIFY2(made.has_value(), made ? "" : made.error().text().c_str());
    const auto trace = opened(out("a.dat"));
    QVERIFY(trace);
    QCOMPARE(trace->metadata().bigEndian, bigEndian);
    QCOMPARE(trace->metadata().longSize, longSize);
    const auto before = pagesOf(*original);
    const auto after = pagesOf(trace);
    QCOMPARE(after.size(), before.size());
    QCOMPARE(trace->streams().size(), 6U);
    for (std::size_t i = 0; i < trace->streams().size(); ++i) {
        const auto &info = trace->streams()[i];
        const std::pair key(trace->instances()[info.instance].name, info.cpu);
        QVERIFY(eventsOf(after.at(key), info.layout)
                == eventsOf(before.at(key), (*original)->streams()[i].layout));
    }
}

void tst_assemble::filesCutAnywhereGiveTheirWholePages()
{
    const auto original = data("lab-sched-16cpu.dat");
    QVERIFY(original);
    const auto pages = pagesOf(original);
    const PageLayout layout = original->streams().front().layout;
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20; ++round) {
        const auto output = out(("round" + std::to_string(round)).c_str());
        const auto folder = leaveRecording(original,
                                           settingsFor(*original, output, 7, Compression::None));
        std::map<CpuId, std::uint64_t> sizes;
        std::uint64_t whole = 0;
        for (const auto &[key, bytes] : pages) {
            const auto size = random() % (bytes.size() + 1);
            sizes[key.second] = size;
            whole += size / layout.pageSize;
            std::filesystem::resize_file(folder / ("pages.0." + std::to_string(key.second)), size);
        }
        const auto made = assembled(folder, output);
        QVERIFY2(made.has_value(), made ? "" : made.error().text().c_str());
        QCOMPARE(made->pages, whole + made->tornPages);
        const auto trace = opened(output);
        QVERIFY(trace);
        QVERIFY(trace->diagnostics().empty());
        auto after = pagesOf(trace);
        for (const auto &[key, bytes] : pages) {
            const auto wholeSize = sizes[key.second] / layout.pageSize * layout.pageSize;
            const auto &kept = after[key];
            QVERIFY(kept.size() == wholeSize || kept.size() == wholeSize + layout.pageSize);
            QVERIFY(std::equal(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(wholeSize),
                               bytes.begin()));
            // Of a torn page all events that are whole within its bytes.
            const auto torn = std::span(bytes).subspan(
                wholeSize, std::min<std::size_t>(layout.pageSize, bytes.size() - wholeSize));
            const auto all = eventsOf(torn, layout);
            const auto left = eventsOf(std::span(kept).subspan(wholeSize), layout);
            QVERIFY(left.size() <= all.size());
            QVERIFY(std::equal(left.begin(), left.end(), all.begin()));
            std::size_t expected = 0;
            if (!torn.empty()) {
                PageCursor cursor(torn, layout);
                RawRecord record;
                while (cursor.next(record)
                       && wholeSize + record.offset + record.size <= sizes[key.second])
                    ++expected;
            }
            QCOMPARE(left.size(), expected);
        }
    }
}

void tst_assemble::aJournalCutAnywhereLosesNoPage()
{
    const auto original = data("multi-buffer.dat");
    QVERIFY(original);
    const auto pages = pagesOf(original);
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20; ++round) {
        const auto output = out(("round" + std::to_string(round)).c_str());
        const auto folder = leaveRecording(original,
                                           settingsFor(*original, output, 7, Compression::None));
        const auto size = std::filesystem::file_size(folder / "journal");
        std::filesystem::resize_file(folder / "journal", round == 0 ? 0 : random() % size);
        const auto made = assembled(folder, output);
        QVERIFY2(made.has_value(), made ? "" : made.error().text().c_str());
        QVERIFY(!made->notes.empty());
        const auto trace = opened(output);
        QVERIFY(trace);
        std::vector<std::vector<std::byte>> before;
        std::vector<std::vector<std::byte>> after;
        for (const auto &[key, bytes] : pages)
            before.push_back(bytes);
        for (const auto &[key, bytes] : pagesOf(trace))
            after.push_back(bytes);
        std::sort(before.begin(), before.end());
        std::sort(after.begin(), after.end());
        QVERIFY(before == after);
    }
}

void tst_assemble::whatWasNotRecordedIsSaid()
{
    const auto original = data("sched-basic.dat");
    QVERIFY(original);
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, out("a.dat"), 7, Compression::None));
    std::filesystem::remove(folder / "journal");
    const auto made = assembled(folder, out("a.dat"));
    QVERIFY(made);
    for (const char *what : {"What was asked for", "journal", "header_page", "kernel symbols",
                             "names of tasks", "event formats", "counters of lost events"}) {
        const bool isSaid = std::any_of(
            made->notes.begin(), made->notes.end(),
            [&](const std::string &note) { return note.find(what) != std::string::npos; });
        QVERIFY2(isSaid, what);
    }
    QVERIFY(pagesOf(opened(out("a.dat"))) == pagesOf(original));
}

void tst_assemble::damagedEntriesAreLeftOut()
{
    const auto original = data("sched-basic.dat");
    QVERIFY(original);
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, out("a.dat"), 7, Compression::None));
    const auto whole = readRecording(folder);
    QVERIFY(whole);
    QVERIFY(!whole->isJournalDamaged);
    const auto blobs = whole->blobs.size();
    {
        QFile journal(QString::fromStdString((folder / "journal").string()));
        QVERIFY(journal.open(QIODevice::ReadWrite));
        journal.seek(journal.size() / 2);
        journal.write("damage");
    }
    // readRecording() locks
    const_cast<RecordingContents &>(*whole).lock = UniqueFd();
    const auto damaged = readRecording(folder);
    QVERIFY(damaged);
    QVERIFY(damaged->isJournalDamaged);
    QCOMPARE(damaged->blobs.size(), blobs - 1);
    QVERIFY(damaged->settings == whole->settings);
}

void tst_assemble::namesOfTasksAreJoined()
{
    auto folder = RecordingFolder::create(out("a.dat"));
    QVERIFY(folder);
    const auto keep = [&](std::string_view text) {
        return folder->keepBlob(blob::kSavedCmdlines, asBytes(text)).has_value();
    };
    QVERIFY(keep("1 init\n22 early\n"));
    QVERIFY(keep("22 later name\n333 new"));
    RecordingSettings settings;
    settings.output = "odd\nname\\n";
    settings.instances = {{"a b", "mono", 8192}, {"", "local", 4096}};
    QVERIFY(folder->keepSettings(settings));
    const auto path = folder->path();
    folder = tl::unexpected<Error>(Error{});
    const auto contents = readRecording(path);
    QVERIFY(contents);
    QCOMPARE(contents->blob(blob::kSavedCmdlines), "1 init\n22 later name\n333 new\n");
    QVERIFY(contents->settings == settings);
}

void tst_assemble::aLatencyTracersReportIsKept()
{
    const auto original = data("sched-basic.dat");
    QVERIFY(original);
    auto settings = settingsFor(*original, out("a.dat"), 7, Compression::None);
    {
        auto folder = RecordingFolder::create(out("a.dat"));
        QVERIFY(folder);
        QVERIFY(folder->keepSettings(settings));
        QVERIFY(folder->keepBlob(blob::kLatencyTrace, asBytes("# wakeup latency trace\n")));
    }
    const auto made = assembled(recordingFolderOf(out("a.dat")), out("a.dat"));
    QVERIFY(made);
    QFile report(QString::fromStdString(out("a.dat").string()) + u".latency-0.txt"_s);
    QVERIFY(report.open(QIODevice::ReadOnly));
    QCOMPARE(report.readAll(), QByteArray("# wakeup latency trace\n"));
    QVERIFY(made->notes.back().find("latency-0.txt") != std::string::npos);
}

void tst_assemble::histogramsAreKeptWithTheTrace_data()
{
    addFormatColumns(false);
}

void tst_assemble::histogramsAreKeptWithTheTrace()
{
    QFETCH(const QByteArray, file);
    QFETCH(const int, version);
    QFETCH(const bool, isZstd);
    const auto trace = data(file.constData());
    QVERIFY(trace);
    const auto settings = settingsFor(*trace, out("out.dat"), version,
                                      isZstd ? Compression::Zstd : Compression::None);
    const auto folder = leaveRecording(trace, settings);
    {
        auto contents = readRecording(folder);
        QVERIFY(contents);
        // Of two of an event the later one counts; it may be empty, and as long as it likes.
        contents->blobs[{"hist:sched/sched_switch", 0, 0}] = std::string(100'000, 'x');
        contents->blobs[{"hist:synthetic/wakeup", 0, 0}] = "# event histogram\n";
        contents->blobs[{"hist:lost/instance", 99, 0}] = "whose?";
        Progress progress;
        const auto made = assembleTrace(*contents, {out("out.dat"), false, {}, {}}, {}, progress);
        QVERIFY2(made, made ? "" : made.error().text().c_str());
    }
    const auto again = opened(out("out.dat"));
    QVERIFY(again);
    const std::string buffer = settings.instances.front().name;
    const auto kept = readKeptHistograms(*again);
    QVERIFY(kept);
    QCOMPARE(*kept,
             (std::vector<KeptHistograms>{{buffer, "sched/sched_switch", std::string(100'000, 'x')},
                                          {buffer, "synthetic/wakeup", "# event histogram\n"}}));
    QCOMPARE(again->streams().size(), trace->streams().size());
    if (QStandardPaths::findExecutable(u"trace-cmd"_s).isEmpty())
        QSKIP("There is no trace-cmd.");
    QProcess report;
    report.start(u"trace-cmd"_s, {u"report"_s, QString::fromStdString(out("out.dat").string())});
    QVERIFY(report.waitForFinished());
    QCOMPARE(report.exitCode(), 0);
    QCOMPARE(report.readAllStandardError(), QByteArray());
    QVERIFY(report.readAllStandardOutput().count('\n') > 5);
}

void tst_assemble::anExistingTraceIsReplacedIfAskedOnly()
{
    const auto original = data("sched-basic.dat");
    QVERIFY(original);
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, out("a.dat"), 7, Compression::None));
    {
        QFile there(QString::fromStdString(out("a.dat").string()));
        QVERIFY(there.open(QIODevice::WriteOnly));
        there.write("precious");
    }
    const auto refused = assembled(folder, out("a.dat"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(std::filesystem::file_size(out("a.dat")), 8U);
    QVERIFY(assembled(folder, out("a.dat"), true));
    QVERIFY(pagesOf(opened(out("a.dat"))) == pagesOf(original));
}

void tst_assemble::aCancelledOneLeavesNothing()
{
    const auto original = data("sched-basic.dat");
    QVERIFY(original);
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, out("a.dat"), 7, Compression::None));
    std::stop_source stop;
    stop.request_stop();
    const auto made = assembled(folder, out("a.dat"), false, stop.get_token());
    QVERIFY(!made);
    QCOMPARE(made.error().kind, ErrorKind::Cancelled);
    QVERIFY(!std::filesystem::exists(out("a.dat")));
    QVERIFY(std::filesystem::exists(folder / "journal"));
}

void tst_assemble::aFolderThatIsRecordedIntoIsRefused()
{
    const auto folder = RecordingFolder::create(out("a.dat"));
    QVERIFY(folder);
    const auto contents = readRecording(folder->path());
    QVERIFY(!contents);
    QVERIFY(QString::fromStdString(contents.error().what).contains(u"being recorded"_s));
    const auto second = RecordingFolder::create(out("a.dat"));
    QVERIFY(!second);
    QVERIFY(QString::fromStdString(second.error().what).contains(u"thresher recover"_s));
}

void tst_assemble::otherFoldersAreRefused()
{
    const auto nothing = readRecording(out("nothing"));
    QVERIFY(!nothing);
    QCOMPARE(nothing.error().kind, ErrorKind::Io);
    const auto empty = readRecording(m_dir->path().toStdString());
    QVERIFY(!empty);
    QCOMPARE(empty.error().kind, ErrorKind::NotATrace);
}

void tst_assemble::removingLeavesWhatIsNotOurs()
{
    const auto original = data("sched-basic.dat");
    QVERIFY(original);
    const auto folder = leaveRecording(original,
                                       settingsFor(*original, out("a.dat"), 7, Compression::None));
    QFile other(QString::fromStdString((folder / "notes.txt").string()));
    QVERIFY(other.open(QIODevice::WriteOnly));
    const auto contents = readRecording(folder);
    QVERIFY(contents);
    removeRecording(*contents);
    QVERIFY(other.exists());
    QVERIFY(!std::filesystem::exists(folder / "journal"));
    QVERIFY(other.remove());
    removeRecording(*contents);
    QVERIFY(!std::filesystem::exists(folder));
}

QTEST_GUILESS_MAIN(tst_assemble)
#include "tst_assemble.moc"
