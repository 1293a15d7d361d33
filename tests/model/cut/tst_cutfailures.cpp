// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/cut/cutscene.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTest>

#include <csignal>
#include <random>
#include <thread>

using namespace thresher;
using namespace thresher::test;
using namespace Qt::StringLiterals;

/// What cannot be written is not, and nothing is left of it; whatever the trace.
class tst_cutfailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsThereIsReplacedOnConsentOnly();
    void theTraceItselfIsNotReplaced();
    void devicesPipesAndFoldersAreRefused();
    void aLinkStaysALink();
    void aFullDiskLeavesNothing();
    void aCancelledCutLeavesNothing();
    void aTraceThatIsBeingReadHasToWait();
    void requestsWithoutSenseAreRefused();
    void aTraceThatWasChangedIsNoticed();
    void damagedTracesGivePartsThatOpen_data();
    void damagedTracesGivePartsThatOpen();

private:
    static QString recording(const char *name)
    {
        return QStringLiteral(THRESHER_TEST_DATA "/") + QString::fromLatin1(name);
    }
    static Result<CutSummary> cut(const CutScene &scene, const CutRequest &request,
                                  const std::stop_token &stop = {})
    {
        Progress progress;
        return cutTrace(scene.snapshot, request, stop, progress);
    }
    static QStringList files(const CutScene &scene)
    {
        return QDir(scene.folder.path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }
};

void tst_cutfailures::whatIsThereIsReplacedOnConsentOnly()
{
    CutScene scene(recording("marker.dat"));
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.mayReplace = false;
    QVERIFY(cut(scene, request));
    const auto before = QFile(QString::fromStdString(request.path.string())).size();
    request.range = {0, 1};
    const auto refused = cut(scene, request);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(QFile(QString::fromStdString(request.path.string())).size(), before);
    request.mayReplace = true;
    QVERIFY(cut(scene, request));
    QVERIFY(QFile(QString::fromStdString(request.path.string())).size() != before);
    QCOMPARE(files(scene), QStringList{u"part.dat"_s});
}

void tst_cutfailures::theTraceItselfIsNotReplaced()
{
    QTemporaryDir folder;
    const auto path = folder.filePath(u"a.dat"_s);
    QVERIFY(QFile::copy(recording("marker.dat"), path));
    QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(QFile::link(path, folder.filePath(u"link.dat"_s)));
    QCOMPARE(::link(qPrintable(path), qPrintable(folder.filePath(u"hard.dat"_s))), 0);
    CutScene scene(path);
    QVERIFY(scene.isOpen());
    for (const char *name : {"a.dat", "link.dat", "hard.dat", "./a.dat"}) {
        auto request = scene.everything();
        request.path = folder.filePath(QString::fromLatin1(name)).toStdString();
        const auto refused = cut(scene, request);
        QVERIFY2(!refused, name);
        QCOMPARE(refused.error().kind, ErrorKind::InvalidArgument);
    }
    QVERIFY(indexOf(path.toStdString()));
}

void tst_cutfailures::devicesPipesAndFoldersAreRefused()
{
    CutScene scene(recording("marker.dat"));
    QVERIFY(scene.isOpen());
    const auto pipe = scene.output("pipe");
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    QVERIFY(QFile::link(u"nowhere"_s, scene.folder.filePath(u"dangling"_s)));
    for (const auto &path :
         {std::filesystem::path("/dev/null"), std::filesystem::path("/dev/full"), pipe,
          std::filesystem::path(scene.folder.path().toStdString()), scene.output("dangling"),
          std::filesystem::path(scene.folder.path().toStdString() + "/"), std::filesystem::path(),
          scene.output("no/such/folder.dat")}) {
        auto request = scene.everything();
        request.path = path;
        const auto refused = cut(scene, request);
        QVERIFY2(!refused, path.c_str());
        QVERIFY(!refused.error().what.empty());
    }
    QCOMPARE(files(scene).size(), 2);
    struct stat status = {};
    QVERIFY(::stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode));
}

void tst_cutfailures::aLinkStaysALink()
{
    CutScene scene(recording("marker.dat"));
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    QVERIFY(cut(scene, request));
    QVERIFY(QFile::link(QString::fromStdString(request.path.string()),
                        scene.folder.filePath(u"link"_s)));
    request.path = scene.output("link");
    request.range = {0, 1};
    QVERIFY(cut(scene, request));
    QVERIFY(QFileInfo(scene.folder.filePath(u"link"_s)).isSymLink());
    QCOMPARE(indexOf(scene.output())->eventCount, 0U);
}

void tst_cutfailures::aFullDiskLeavesNothing()
{
    CutScene scene(recording("sched-basic.dat"));
    QVERIFY(scene.isOpen());
    struct rlimit before = {};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    auto request = scene.everything();
    request.compression = Compression::None;
    // Within the head, the metadata, and the events.
    for (const rlim_t limit : {rlim_t{20}, rlim_t{50'000}, rlim_t{1'000'000}, rlim_t{2'400'000}}) {
        struct rlimit small = before;
        small.rlim_cur = limit;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto failed = cut(scene, request);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(!failed);
        QCOMPARE(failed.error().kind, ErrorKind::NoSpace);
        QVERIFY(failed.error().what.find("nothing was left behind") != std::string::npos);
        QCOMPARE(files(scene), QStringList());
    }
    std::signal(SIGXFSZ, handler);
    QVERIFY(cut(scene, request));
}

void tst_cutfailures::aCancelledCutLeavesNothing()
{
    CutScene scene(recording("sched-basic.dat"));
    QVERIFY(scene.isOpen());
    std::stop_source stopped;
    stopped.request_stop();
    const auto cancelled = cut(scene, scene.everything(), stopped.get_token());
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().kind, ErrorKind::Cancelled);
    QCOMPARE(files(scene), QStringList());
    // At any moment: either it was too late, or nothing is left.
    for (int moment = 0; moment < 20; ++moment) {
        std::stop_source source;
        Progress progress;
        const std::jthread later([&](const std::stop_token &isOver) {
            while (progress.fraction() * 20 < moment && !isOver.stop_requested())
                std::this_thread::yield();
            source.request_stop();
        });
        const auto result = cutTrace(scene.snapshot, scene.everything(), source.get_token(),
                                     progress);
        if (!result)
            QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        QCOMPARE(files(scene).isEmpty(), !result);
        QFile::remove(scene.folder.filePath(u"part.dat"_s));
    }
}

void tst_cutfailures::aTraceThatIsBeingReadHasToWait()
{
    CutScene scene(recording("marker.dat"));
    QVERIFY(scene.isOpen());
    auto half = std::make_shared<IndexSnapshot>(*scene.snapshot);
    half->isComplete = false;
    half->frontier = half->range.begin + half->range.duration() / 2;
    auto request = scene.everything();
    Progress progress;
    auto result = cutTrace(half, request, {}, progress);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::InvalidArgument);
    QVERIFY(!estimateCut(*half, request).isReady);
    // What is known already can be had.
    request.range = {half->range.begin, half->frontier};
    QVERIFY(estimateCut(*half, request).isReady);
    QVERIFY(cutTrace(half, request, {}, progress));
    // And so with a filter.
    const auto selection = std::make_shared<Selection>(*scene.select("sched_switch"));
    selection->decidedBefore = half->frontier;
    request.selection = selection;
    QVERIFY(cut(scene, request));
    request.range.end = kTimeMax;
    QVERIFY(!cut(scene, request));
}

void tst_cutfailures::requestsWithoutSenseAreRefused()
{
    CutScene scene(recording("marker.dat"));
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.version = 6; // and compressed
    QVERIFY(!cut(scene, request));
    request.version = 8;
    QVERIFY(!cut(scene, request));
    request = scene.everything();
    request.range = {10, 5};
    QVERIFY(!cut(scene, request));
    QCOMPARE(files(scene), QStringList());
}

void tst_cutfailures::aTraceThatWasChangedIsNoticed()
{
    TraceDatWriter writer;
    for (std::uint64_t i = 0; i < 1000; ++i)
        writer.softirqEntry(0, 1000 + i, 1, 1);
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    const auto &stream = scene.snapshot->trace->streams().front();
    const auto at = static_cast<std::ptrdiff_t>(stream.fileOffset + 4096);
    std::fill(scene.bytes.begin() + at, scene.bytes.begin() + at + 4096, std::byte{0});
    const auto failed = cut(scene, scene.everything());
    QVERIFY(!failed);
    QCOMPARE(failed.error().kind, ErrorKind::Damaged);
    QCOMPARE(files(scene), QStringList());
}

void tst_cutfailures::damagedTracesGivePartsThatOpen_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name : {"multi-buffer.dat", "v6.dat", "marker.dat", "lost-events.dat"})
        QTest::newRow(name) << recording(name);
}

void tst_cutfailures::damagedTracesGivePartsThatOpen()
{
    QFETCH(const QString, file);
    QFile source(file);
    QVERIFY(source.open(QFile::ReadOnly));
    const auto whole = source.readAll();
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    int parts = 0;
    for (int round = 0; round < 40; ++round) {
        QTemporaryDir folder;
        auto bytes = whole;
        // In the head and metadata, or anywhere; or cut short.
        const auto reach = round % 2 == 0 ? std::min<qsizetype>(bytes.size(), 4096) : bytes.size();
        for (unsigned i = 0; i < random() % 20 + 1; ++i)
            bytes[static_cast<qsizetype>(random() % static_cast<std::size_t>(reach))]
                = static_cast<char>(random());
        if (round % 5 == 0)
            bytes.truncate(
                static_cast<qsizetype>(random() % static_cast<std::size_t>(whole.size())));
        QFile damaged(folder.filePath(u"damaged.dat"_s));
        QVERIFY(damaged.open(QFile::WriteOnly) && damaged.write(bytes) == bytes.size());
        damaged.close();
        CutScene scene(damaged.fileName());
        if (!scene.isOpen())
            continue;
        auto request = scene.everything();
        request.version = round % 3 == 0 ? 6 : 7;
        request.compression = round % 3 == 1 ? Compression::Zstd : Compression::None;
        request.anonymise = {round % 4 == 0, round % 4 == 0};
        const auto range = scene.snapshot->range;
        if (round % 2 == 0 && range.duration() > 10)
            request.range = {range.begin + range.duration() / 3, range.end};
        if (round % 7 == 0)
            request.selection = scene.select("pid != 0");
        const auto result = cut(scene, request);
        if (!result) {
            QVERIFY2(result.error().kind == ErrorKind::InvalidArgument
                         || result.error().kind == ErrorKind::Unsupported,
                     result.error().text().c_str());
            continue;
        }
        const auto part = indexOf(request.path);
        QVERIFY(part);
        QCOMPARE(part->eventCount, result->events);
        QCOMPARE(part->range.isEmpty(), result->events == 0);
        ++parts;
    }
    QVERIFY(parts > 5);
}

QTEST_GUILESS_MAIN(tst_cutfailures)
#include "tst_cutfailures.moc"
