// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/keptindex_p.h"
#include "model/index/traceindex.h"
#include "tests/model/index/naiveindex.h"
#include "tests/model/index/pagetrace.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <random>
#include <thread>

using namespace thresher;
using namespace thresher::test;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::byte>;

Bytes readFile(const fs::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    const QByteArray all = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    const auto bytes = std::as_bytes(
        std::span<const char>(all.constData(), static_cast<std::size_t>(all.size())));
    return {bytes.begin(), bytes.end()};
}

// In place, so that nothing that maps the file sees it vanish.
void writeFile(const fs::path &path, std::span<const std::byte> bytes)
{
    QFile file(QString::fromStdString(path.string()));
    const auto size = static_cast<qint64>(bytes.size());
    QVERIFY(file.open(QIODevice::ReadWrite));
    // Truncating would make some file systems write it to the disk, thousands of times.
    if (file.size() != size)
        QVERIFY(file.resize(size));
    QCOMPARE(file.write(reinterpret_cast<const char *>(bytes.data()), size), size);
}

void setModified(const fs::path &path, std::time_t time)
{
    const struct timespec times[2] = {{time, 0}, {time, 0}};
    QCOMPARE(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

// In memory where possible: thousands of folders are made and removed.
QString scratch()
{
    const QFileInfo memory(QStringLiteral("/dev/shm"));
    return memory.isWritable() ? memory.filePath() : QStringLiteral(THRESHER_TEST_OUTPUT);
}

// A trace in a file, and a folder for its index.
struct Scene
{
    Scene()
        : Scene(40'000, 11)
    {}
    Scene(std::uint32_t events, std::uint32_t tasks)
        : directory(scratch() + QStringLiteral("/XXXXXX"))
        , root(directory.path().toStdString())
        , path(root / "trace.dat")
    {
        PageTrace pages(3);
        pages.saveComm(3, "three");
        for (std::uint32_t i = 0; i < events; ++i) {
            // Every now and then nothing happens for long.
            const std::uint64_t time = 1000 + std::uint64_t{i} * 70 + i / 1000 * 0x2'0000'0000ULL;
            if (i % 1000 < 3) {
                pages.beginPage(i % 3, time);
                pages.lostBefore(i % 3, 5);
            }
            const auto pid = static_cast<Pid>(i % tasks);
            if (i % 4 == 0)
                pages.schedSwitch(i % 3, time, pid, static_cast<Pid>((i + 3) % tasks));
            else
                pages.irq(i % 3, time, pid, static_cast<std::int32_t>(i % 5), i % 8 < 4);
        }
        writeFile(path, pages.bytes());
        reload();
        options.cacheDirectory = root / "cache";
        options.temporaryDirectory = root / "tmp";
        fs::create_directory(options.temporaryDirectory);
    }
    void reload()
    {
        auto opened = TraceFile::open(path);
        QVERIFY(opened.has_value());
        trace = *opened;
    }
    [[nodiscard]] Result<BuiltIndex> open() const
    {
        Progress progress;
        return openIndex(trace, options, {}, progress, {});
    }
    [[nodiscard]] int indexes() const
    {
        return static_cast<int>(
            QDir(QString::fromStdString(options.cacheDirectory.string()))
                .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)
                .size());
    }

    QTemporaryDir directory;
    fs::path root;
    fs::path path;
    std::shared_ptr<const TraceFile> trace;
    IndexOptions options;
};

#define COMPARE_INDEX(snapshot, naive)                                                             \
    QCOMPARE(QString::fromStdString(difference(*(snapshot), naive)), QString())

// Reads all that can be asked of an index; the result is of no interest, but that there is one.
std::uint64_t readAll(const IndexSnapshot &snapshot)
{
    std::uint64_t sum = 0;
    const auto use = [&sum](auto value) { sum = sum * 31 + static_cast<std::uint64_t>(value); };
    RecordReader reader(std::make_shared<IndexSnapshot>(snapshot));
    for (StreamIndex stream = 0; stream < snapshot.streams.size(); ++stream) {
        const StreamView &view = snapshot.streams[stream];
        for (EventIndex i = 0; i < view.size; i += 7) {
            use(view.time(i));
            use(toIndex(view.event(i)));
            use(snapshot.tasks->name(view.task(i)).size());
            if (i % 91 == 0) {
                use(view.pageOf(i));
                use(view.lowerBound(view.time(i)));
                use(reader.record(stream, i).has_value());
            }
        }
        for (std::uint64_t number = 0; number <= view.blockCount(); ++number) {
            const StreamView::Block block = view.block(number);
            for (std::size_t i = 0; i < block.size(); i += 5) {
                use(block.time(i));
                use(toIndex(block.event(i)));
                use(toIndex(block.task(i)));
            }
        }
        for (const LostSpan &lost : view.lost)
            use(view.time(lost.before));
        for (const TrackView *track : {&view.running, &view.irq, &view.softirq}) {
            for (std::uint64_t i = 0; i < track->size; i += 3) {
                const Slice slice = track->slice(i);
                use(slice.begin);
                use(slice.end);
                use(slice.value);
                use(track->lowerBound(slice.begin));
                use(track->firstEndingAfter(slice.end));
            }
            for (const auto &level : track->levels) {
                for (const PyramidNode &node : level)
                    use(node.covered + node.value);
            }
        }
    }
    return sum;
}

} // namespace

class tst_IndexCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKeptIndexIsReopenedAsItWasBuilt();
    void anIndexIsOfOneFileOnly();
    void anIndexOfAnotherVersionIsBuiltAnew();
    void aFileThatChangesWhileItIsReadIsNotKept();
    void damagedTablesAreNoticed();
    void hostileTablesAreRefused();
    void damagedColumnsAnswerSomethingAndAreFoundByVerifying();
    void aDamagedIndexIsBuiltAnewWhereItIsVerifiedFirst();
    void anIndexIsReadAsItWasOpenedAndItsSuccessorStays();
    void aCutIndexIsBuiltAnew();
    void whatDeadBuildersLeftIsRemoved();
    void theIndexesUsedLongestAgoGo();
    void aFolderThatCannotBeWrittenIsDoneWithout();
    void aFullDiskIsAClearErrorAndTheLatestSnapshotStays();
    void twoMayBuildTheSameIndexAtOnce();
    void ofManyWhoKeepTheSameIndexOneIsLeft();
    void nothingIsKeptWhereNothingIsAskedFor();
    void verifyingCanBeStopped();
};

void tst_IndexCache::aKeptIndexIsReopenedAsItWasBuilt()
{
    Scene scene;
    const auto naive = readNaively(*scene.trace);
    const auto built = scene.open();
    QVERIFY(built.has_value());
    QVERIFY(!built->statistics.wasReopened);
    COMPARE_INDEX(built->snapshot, naive);
    QCOMPARE(scene.indexes(), 1);
    QVERIFY(fs::exists(built->statistics.directory / "manifest"));

    scene.reload();
    const auto reopened = scene.open();
    QVERIFY(reopened.has_value());
    QVERIFY(reopened->statistics.wasReopened);
    QCOMPARE(reopened->statistics.directory, built->statistics.directory);
    COMPARE_INDEX(reopened->snapshot, naive);
    const IndexSnapshot &a = *built->snapshot;
    const IndexSnapshot &b = *reopened->snapshot;
    QVERIFY(b.isComplete);
    QVERIFY(b.id != a.id);
    QCOMPARE(b.frontier, a.frontier);
    QVERIFY(b.range == a.range);
    QCOMPARE(b.lostEvents, a.lostEvents);
    QCOMPARE(b.lostSpans, a.lostSpans);
    QVERIFY(b.lostSpans > 100);
    QCOMPARE(b.diagnostics.size(), a.diagnostics.size());
    QVERIFY(!b.diagnostics.empty());
    for (std::size_t i = 0; i < b.diagnostics.size(); ++i) {
        QCOMPARE(b.diagnostics[i].what, a.diagnostics[i].what);
        QCOMPARE(b.diagnostics[i].section, a.diagnostics[i].section);
        QCOMPARE(b.diagnostics[i].count, a.diagnostics[i].count);
        QVERIFY(b.diagnostics[i].time == a.diagnostics[i].time);
        QVERIFY(b.diagnostics[i].stream == a.diagnostics[i].stream);
        QVERIFY(b.diagnostics[i].severity == a.diagnostics[i].severity);
    }
    QCOMPARE(b.tasks->size(), a.tasks->size());
    for (std::size_t i = 0; i < b.tasks->size(); ++i) {
        const Task &is = b.tasks->all()[i];
        const Task &shouldBe = a.tasks->all()[i];
        QCOMPARE(is.comm, shouldBe.comm);
        QCOMPARE(is.pid, shouldBe.pid);
        QCOMPARE(is.tgid, shouldBe.tgid);
        QCOMPARE(is.names.size(), shouldBe.names.size());
    }
    QCOMPARE(reopened->statistics.columns.size(), built->statistics.columns.size());
    for (std::size_t i = 0; i < built->statistics.columns.size(); ++i)
        QCOMPARE(reopened->statistics.columns[i].bytes, built->statistics.columns[i].bytes);

    const auto intact = verifyIndex(reopened->statistics.directory, {});
    QVERIFY(intact.has_value());
    QVERIFY(*intact);

    scene.options.ignoreCached = true;
    const auto again = scene.open();
    QVERIFY(again.has_value());
    QVERIFY(!again->statistics.wasReopened);
    QCOMPARE(scene.indexes(), 1);
    COMPARE_INDEX(reopened->snapshot, naive); // its files are gone, but not for those who have them
}

void tst_IndexCache::anIndexIsOfOneFileOnly()
{
    Scene scene;
    QVERIFY(scene.open().has_value());
    const auto isReopened = [&scene] {
        scene.reload();
        const auto index = scene.open();
        return index.has_value() && index->statistics.wasReopened;
    };
    QVERIFY(isReopened());
    // The same size and contents, but of another time.
    setModified(scene.path, 1'600'000'000);
    QVERIFY(!isReopened());
    QVERIFY(isReopened());
    // The same size and time, but other contents.
    auto bytes = readFile(scene.path);
    bytes.back() ^= std::byte{1};
    writeFile(scene.path, bytes);
    setModified(scene.path, 1'600'000'000);
    QVERIFY(!isReopened());
    // A longer one.
    bytes.resize(bytes.size() + 4096);
    writeFile(scene.path, bytes);
    setModified(scene.path, 1'600'000'000);
    QVERIFY(!isReopened());
    QCOMPARE(scene.indexes(), 4);
    // The same file at another place is the same.
    fs::rename(scene.path, scene.root / "moved.dat");
    scene.path = scene.root / "moved.dat";
    QVERIFY(isReopened());
}

void tst_IndexCache::anIndexOfAnotherVersionIsBuiltAnew()
{
    Scene scene;
    const auto built = scene.open();
    const fs::path manifest = built->statistics.directory / "manifest";
    auto bytes = readFile(manifest);
    bytes[8] ^= std::byte{2}; // the version
    writeFile(manifest, bytes);
    const auto index = scene.open();
    QVERIFY(index.has_value());
    QVERIFY(!index->statistics.wasReopened);
    QVERIFY(scene.open()->statistics.wasReopened);
}

void tst_IndexCache::aFileThatChangesWhileItIsReadIsNotKept()
{
    Scene scene;
    Progress progress;
    const auto index = openIndex(scene.trace, scene.options, {}, progress,
                                 [&](const auto &) { setModified(scene.path, 1'500'000'000); });
    QVERIFY(index.has_value());
    QVERIFY(index->statistics.directory.empty());
    QCOMPARE(scene.indexes(), 0);
    COMPARE_INDEX(index->snapshot, readNaively(*scene.trace));
}

void tst_IndexCache::damagedTablesAreNoticed()
{
    Scene scene(4000, 5);
    const auto built = scene.open();
    const fs::path directory = built->statistics.directory;
    const auto identity = identify(*scene.trace);
    const auto manifest = readFile(directory / "manifest");
    std::vector<std::pair<fs::path, Bytes>> files;
    for (const auto &entry : fs::directory_iterator(directory))
        files.emplace_back(entry.path(), readFile(entry.path()));
    std::mt19937 random(99);
    for (int round = 0; round < 2000; ++round) {
        fs::create_directories(directory);
        for (const auto &[path, bytes] : files) {
            if (!fs::exists(path))
                writeFile(path, bytes);
        }
        auto damaged = manifest;
        damaged[random() % damaged.size()] ^= static_cast<std::byte>(1U << random() % 8);
        writeFile(directory / "manifest", damaged);
        const auto reopened = reopenIndex(directory, scene.trace, *identity);
        QVERIFY2(!reopened, "a damaged manifest was trusted");
        QVERIFY(!fs::exists(directory));
    }
}

// As if someone had made the checksum fit, too: nothing in the tables may lead outside the files.
void tst_IndexCache::hostileTablesAreRefused()
{
    Scene scene(4000, 5);
    const auto built = scene.open();
    const fs::path directory = built->statistics.directory;
    const auto identity = identify(*scene.trace);
    std::vector<std::pair<fs::path, Bytes>> files;
    for (const auto &entry : fs::directory_iterator(directory))
        files.emplace_back(entry.path(), readFile(entry.path()));
    const auto manifest = readFile(directory / "manifest");
    constexpr std::size_t kHead = 32;
    std::mt19937 random(7);
    int trusted = 0;
    for (int round = 0; round < 3000; ++round) {
        fs::create_directories(directory);
        for (const auto &[path, bytes] : files) {
            if (!fs::exists(path))
                writeFile(path, bytes);
        }
        auto hostile = manifest;
        const std::size_t at = kHead + random() % (hostile.size() - kHead);
        if (round % 3 == 0)
            hostile[at] = static_cast<std::byte>(random());
        else if (round % 3 == 1)
            hostile[at] ^= static_cast<std::byte>(1U << random() % 8);
        else
            hostile.resize(at);
        const std::uint64_t size = hostile.size() - kHead;
        const std::uint64_t hash = XXH3_64bits(hostile.data() + kHead, size);
        std::memcpy(hostile.data() + 16, &size, 8);
        std::memcpy(hostile.data() + 24, &hash, 8);
        writeFile(directory / "manifest", hostile);
        const auto reopened = reopenIndex(directory, scene.trace, *identity);
        if (reopened) {
            ++trusted;
            readAll(*reopened->snapshot);
        }
    }
    QVERIFY(trusted > 0); // or nothing was tested: most numbers are only counts and times
    QVERIFY(trusted < 3000);
}

void tst_IndexCache::damagedColumnsAnswerSomethingAndAreFoundByVerifying()
{
    Scene scene(3000, 5);
    const auto built = scene.open();
    const fs::path directory = built->statistics.directory;
    const auto identity = identify(*scene.trace);
    std::vector<std::pair<fs::path, Bytes>> files;
    for (const auto &entry : fs::directory_iterator(directory))
        files.emplace_back(entry.path(), readFile(entry.path()));
    std::mt19937 random(5);
    int rounds = 0;
    int found = 0;
    for (const auto &[path, bytes] : files) {
        if (path.filename() == "manifest")
            continue;
        for (int round = 0; round < 700; ++round) {
            auto damaged = bytes;
            // One flipped bit, or a run of noise.
            const std::size_t at = random() % damaged.size();
            if (round % 2 == 0) {
                damaged[at] ^= static_cast<std::byte>(1U << random() % 8);
            } else {
                for (std::size_t i = at; i < std::min(at + 64, damaged.size()); ++i)
                    damaged[i] = static_cast<std::byte>(random());
            }
            writeFile(path, damaged);
            const auto reopened = reopenIndex(directory, scene.trace, *identity);
            QVERIFY(reopened.has_value());
            readAll(*reopened->snapshot);
            const auto intact = verifyIndex(directory, {});
            QVERIFY(intact.has_value());
            ++rounds;
            if (!*intact) {
                ++found;
                QVERIFY(!fs::exists(directory));
                fs::create_directories(directory);
                for (const auto &[file, original] : files)
                    writeFile(file, original);
            }
        }
        writeFile(path, bytes);
    }
    QVERIFY(rounds >= 700);
    // Gaps between columns belong to none.
    QVERIFY2(found > rounds * 9 / 10,
             qPrintable(QStringLiteral("%1 of %2").arg(found).arg(rounds)));
    QVERIFY(*verifyIndex(directory, {}));
}

void tst_IndexCache::aDamagedIndexIsBuiltAnewWhereItIsVerifiedFirst()
{
    Scene scene(3000, 5);
    const auto naive = readNaively(*scene.trace);
    scene.options.verifyCached = true;
    const fs::path directory = scene.open()->statistics.directory;
    QVERIFY(scene.open()->statistics.wasReopened);
    auto bytes = readFile(directory / "columns.0");
    std::fill(bytes.begin(), bytes.end(), std::byte{0xff});
    writeFile(directory / "columns.0", bytes);
    const auto index = scene.open();
    QVERIFY(index.has_value());
    QVERIFY(!index->statistics.wasReopened);
    COMPARE_INDEX(index->snapshot, naive);
    QVERIFY(scene.open()->statistics.wasReopened);
}

void tst_IndexCache::anIndexIsReadAsItWasOpenedAndItsSuccessorStays()
{
    Scene scene(3000, 5);
    const fs::path directory = scene.open()->statistics.directory;
    const UniqueFd opened = IndexCache::open(directory);
    QVERIFY(opened.isValid());
    const auto manifest = readFile(directory / "manifest");
    // Another process builds it anew.
    fs::rename(directory, scene.root / "old");
    scene.options.ignoreCached = true;
    QVERIFY(scene.open()->statistics.directory == directory);
    writeFile(directory / "manifest", Bytes(10));
    const auto file = MappedFile::openAt(opened.get(), "manifest");
    QVERIFY(file.has_value());
    QVERIFY(std::equal(manifest.begin(), manifest.end(), (*file)->bytes().begin(),
                       (*file)->bytes().end()));
    // What was wrong with the old one is no reason to remove the new one.
    IndexCache::remove(directory, opened);
    QCOMPARE(scene.indexes(), 1);
    QVERIFY(fs::exists(directory / "columns.0"));
    IndexCache::remove(directory, IndexCache::open(directory));
    QVERIFY(!fs::exists(directory));
    QCOMPARE(scene.indexes(), 0); // nor is anything left beside it
}

void tst_IndexCache::aCutIndexIsBuiltAnew()
{
    Scene scene(3000, 5);
    const auto naive = readNaively(*scene.trace);
    const fs::path directory = scene.open()->statistics.directory;
    std::vector<fs::path> files;
    for (const auto &entry : fs::directory_iterator(directory))
        files.push_back(entry.path());
    QVERIFY(files.size() > 1);
    for (const fs::path &path : files) {
        for (int part = 0; part < 4; ++part) {
            QVERIFY(scene.open()->statistics.wasReopened);
            if (part == 3)
                fs::remove(path);
            else
                fs::resize_file(path, fs::file_size(path) * static_cast<std::uintmax_t>(part) / 3);
            if (part == 2)
                fs::resize_file(path, fs::file_size(path) + 1);
            const auto index = scene.open();
            QVERIFY(index.has_value());
            QVERIFY(!index->statistics.wasReopened);
            COMPARE_INDEX(index->snapshot, naive);
        }
    }
}

void tst_IndexCache::whatDeadBuildersLeftIsRemoved()
{
    Scene scene(3000, 5);
    const std::string name(32, 'a');
    const fs::path dead = scene.options.cacheDirectory / (name + ".building-1-abcdef");
    const fs::path alive = scene.options.cacheDirectory / (name + ".building-1-fedcba");
    const fs::path young = scene.options.cacheDirectory / (name + ".building-1-young0");
    const fs::path foreign = scene.options.cacheDirectory / "photos";
    for (const fs::path &path : {dead, alive, young, foreign}) {
        fs::create_directories(path);
        writeFile(path / "columns.0", Bytes(100));
        if (path != young)
            setModified(path, 1'600'000'000);
    }
    UniqueFd lock(::open(alive.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    QCOMPARE(::flock(lock.get(), LOCK_EX), 0);
    QVERIFY(scene.open().has_value());
    QVERIFY(!fs::exists(dead));
    QVERIFY(fs::exists(alive));
    QVERIFY(fs::exists(young));
    QVERIFY(fs::exists(foreign / "columns.0"));
    lock = UniqueFd();
    scene.options.ignoreCached = true;
    QVERIFY(scene.open().has_value());
    QVERIFY(!fs::exists(alive));
}

void tst_IndexCache::theIndexesUsedLongestAgoGo()
{
    Scene scene(20'000, 5);
    std::vector<fs::path> directories;
    for (int i = 0; i < 4; ++i) {
        setModified(scene.path, 1'600'000'000 + i);
        scene.reload();
        directories.push_back(scene.open()->statistics.directory);
        setModified(directories.back() / "manifest", 1'600'000'000 + i);
    }
    QCOMPARE(scene.indexes(), 4);
    // The oldest is used again, which makes the second the oldest.
    setModified(scene.path, 1'600'000'000);
    scene.reload();
    QVERIFY(scene.open()->statistics.wasReopened);
    std::uint64_t bytes = 0;
    for (const auto &entry : fs::directory_iterator(directories[0])) {
        struct stat status = {};
        QCOMPARE(::stat(entry.path().c_str(), &status), 0);
        bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
    scene.options.cacheLimitBytes = bytes * 7 / 2;
    setModified(scene.path, 1'600'000'010);
    scene.reload();
    const fs::path last = scene.open()->statistics.directory;
    QVERIFY(fs::exists(directories[0]));
    QVERIFY(!fs::exists(directories[1]));
    QVERIFY(!fs::exists(directories[2]));
    QVERIFY(fs::exists(directories[3]));
    QVERIFY(fs::exists(last));
    // What is in use stays, even if it alone is too much.
    scene.options.cacheLimitBytes = 1;
    scene.options.ignoreCached = true;
    QVERIFY(fs::exists(scene.open()->statistics.directory));
    QCOMPARE(scene.indexes(), 1);
}

void tst_IndexCache::aFolderThatCannotBeWrittenIsDoneWithout()
{
    Scene scene(3000, 5);
    // Not even root can make a folder below a file.
    scene.options.cacheDirectory = scene.path / "cache";
    const auto index = scene.open();
    QVERIFY(index.has_value());
    QVERIFY(index->statistics.directory.empty());
    COMPARE_INDEX(index->snapshot, readNaively(*scene.trace));
    const auto &first = index->snapshot->diagnostics.front();
    QCOMPARE(first.severity, Severity::Info);
    QVERIFY(first.what.find("temporary file") != std::string::npos);
    QVERIFY(QDir(QString::fromStdString(scene.options.temporaryDirectory.string())).isEmpty());
    // And if that cannot be written either, it says so.
    scene.options.temporaryDirectory = scene.path / "tmp";
    const auto failed = scene.open();
    QVERIFY(!failed.has_value());
    QCOMPARE(failed.error().kind, ErrorKind::Io);
    QVERIFY(failed.error().what.find("TMPDIR") != std::string::npos);
}

void tst_IndexCache::aFullDiskIsAClearErrorAndTheLatestSnapshotStays()
{
    Scene scene(300'000, 5);
    const auto naive = readNaively(*scene.trace);
    // A limit on the size of files stands for the disk that fills up in the middle.
    const auto previous = std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    std::uint64_t most = 0;
    int failures = 0;
    for (rlim_t bytes = 1000;; bytes += bytes / 4) {
        const struct rlimit small = {bytes, limit.rlim_max};
        const auto store = std::make_shared<ColumnStore>(scene.root, false, 2);
        std::shared_ptr<const IndexSnapshot> latest;
        Progress progress;
        IndexBuilder builder(scene.trace, store, {}, {},
                             [&](auto snapshot) { latest = std::move(snapshot); }, progress,
                             {100'000, std::chrono::milliseconds(0)});
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto failed = builder.run(2, {});
        const auto viaOpen = scene.open();
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &limit), 0);
        QVERIFY(latest != nullptr);
        QCOMPARE(QString::fromStdString(difference(*latest, naive, true)), QString());
        if (failed.has_value())
            break;
        QCOMPARE(failed.error().kind, ErrorKind::NoSpace);
        most = std::max(most, latest->eventCount);
        ++failures;
        if (viaOpen.has_value())
            continue;
        QCOMPARE(viaOpen.error().kind, ErrorKind::NoSpace);
        QVERIFY2(viaOpen.error().what.find("XDG_CACHE_HOME") != std::string::npos,
                 viaOpen.error().text().c_str());
        QCOMPARE(scene.indexes(), 0);
    }
    std::signal(SIGXFSZ, previous);
    QVERIFY(failures > 10);
    QVERIFY(most > 0);
}

void tst_IndexCache::twoMayBuildTheSameIndexAtOnce()
{
    Scene scene;
    const auto naive = readNaively(*scene.trace);
    std::vector<std::shared_ptr<const IndexSnapshot>> snapshots(4);
    {
        std::vector<std::jthread> threads;
        threads.reserve(snapshots.size());
        for (auto &snapshot : snapshots) {
            threads.emplace_back([&] {
                Progress progress;
                IndexOptions options = scene.options;
                options.ignoreCached = true;
                const auto index = openIndex(scene.trace, options, {}, progress, {});
                if (index)
                    snapshot = index->snapshot;
            });
        }
    }
    for (const auto &snapshot : snapshots) {
        QVERIFY(snapshot != nullptr);
        COMPARE_INDEX(snapshot, naive);
    }
    QCOMPARE(scene.indexes(), 1);
    const auto index = scene.open();
    QVERIFY(index->statistics.wasReopened);
    QVERIFY(*verifyIndex(index->statistics.directory, {}));
    COMPARE_INDEX(index->snapshot, naive);
}

void tst_IndexCache::ofManyWhoKeepTheSameIndexOneIsLeft()
{
    Scene scene(3000, 5);
    for (int round = 0; round < 25; ++round) {
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 6; ++i) {
                threads.emplace_back([&] {
                    Progress progress;
                    IndexOptions options = scene.options;
                    options.ignoreCached = true;
                    options.threads = 1;
                    static_cast<void>(openIndex(scene.trace, options, {}, progress, {}));
                });
            }
        }
        QCOMPARE(scene.indexes(), 1);
    }
    QVERIFY(scene.open()->statistics.wasReopened);
}

void tst_IndexCache::nothingIsKeptWhereNothingIsAskedFor()
{
    Scene scene(3000, 5);
    scene.options.cacheDirectory.clear();
    const auto index = scene.open();
    QVERIFY(index.has_value());
    QVERIFY(index->statistics.directory.empty());
    QVERIFY(index->snapshot->diagnostics.empty()
            || index->snapshot->diagnostics.front().section != "index");
    QVERIFY(QDir(QString::fromStdString(scene.options.temporaryDirectory.string())).isEmpty());
    QVERIFY(!fs::exists(scene.root / "cache"));
}

void tst_IndexCache::verifyingCanBeStopped()
{
    Scene scene(3000, 5);
    const fs::path directory = scene.open()->statistics.directory;
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = verifyIndex(directory, stop.get_token());
    QVERIFY(!stopped.has_value());
    QCOMPARE(stopped.error().kind, ErrorKind::Cancelled);
    QVERIFY(fs::exists(directory / "manifest"));
    QVERIFY(!verifyIndex(scene.root / "none", {}).has_value());
}

QTEST_GUILESS_MAIN(tst_IndexCache)
#include "tst_indexcache.moc"
