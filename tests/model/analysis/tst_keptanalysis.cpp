// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/explain.h"
#include "model/analysis/latency.h"
#include "model/analysis/statistics.h"
#include "model/analysis/tracklane.h"
#include "model/index/keptfile.h"
#include "tests/model/analysis/analysisscene.h"

#include <sys/fsuid.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xxhash.h>

#include <QTemporaryDir>

#include <csignal>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

using namespace thresher;
using namespace thresher::test;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<char>;

Bytes readFile(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A new file in place of what is there, so that what is mapped of that stays as it is.
void replaceFile(const fs::path &path, const Bytes &bytes)
{
    const fs::path fresh = path.string() + ".new";
    std::ofstream(fresh, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    fs::rename(fresh, path);
}

template<typename T>
T numberAt(const Bytes &bytes, std::size_t at)
{
    T number;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}

/// Makes the tables' checksum fit what they are now.
void seal(Bytes &bytes)
{
    constexpr std::size_t kHead = 32;
    const auto at = numberAt<std::uint64_t>(bytes, 0);
    const std::uint64_t size = bytes.size() - at - kHead;
    const std::uint64_t hash = XXH3_64bits(bytes.data() + at + kHead, size);
    std::memcpy(bytes.data() + at + 16, &size, sizeof size);
    std::memcpy(bytes.data() + at + 24, &hash, sizeof hash);
}

/// A copy of a recording, its index in a cache of its own, and how it is analysed.
struct Scene
{
    explicit Scene(const std::string &recording)
        : root(directory.path().toStdString())
        , cache(root / "cache")
        , trace(root / "trace.dat")
    {
        fs::copy_file(std::string(THRESHER_TEST_DATA) + "/" + recording, trace);
        options.cacheDirectory = cache;
        options.temporaryDirectory = root / "tmp";
        options.slicesOfASegment = 1000;
        options.eventsAtATime = 4096;
        fs::create_directory(options.temporaryDirectory);
        index = openIndexed();
    }
    [[nodiscard]] std::shared_ptr<const IndexSnapshot> openIndexed()
    {
        const auto opened = TraceFile::open(trace);
        IndexOptions how;
        how.cacheDirectory = cache;
        Progress progress;
        auto built = openIndex(*opened, how, {}, progress, {});
        if (!built)
            qFatal("no index: %s", built.error().text().c_str());
        place = built->statistics.directory;
        return built->snapshot;
    }
    std::shared_ptr<const Analysis> run(const AnalysisOptions &how) const
    {
        Progress progress;
        const auto result = analyse(index, how, {}, progress, {});
        if (!result)
            qFatal("no analysis: %s", result.error().text().c_str());
        return *result;
    }
    std::shared_ptr<const Analysis> run() const { return run(options); }
    [[nodiscard]] std::shared_ptr<const Analysis> runAlone() const
    {
        AnalysisOptions how = options;
        how.cacheDirectory.clear();
        return run(how);
    }
    [[nodiscard]] fs::path file() const { return place / "analysis"; }
    /// What is in the cache besides the index.
    [[nodiscard]] std::vector<std::string> others() const
    {
        std::vector<std::string> names;
        for (const auto &entry : fs::directory_iterator(cache)) {
            if (entry.path() != place)
                names.push_back(entry.path().filename().string());
        }
        return names;
    }

    QTemporaryDir directory{QStringLiteral(THRESHER_TEST_OUTPUT "/XXXXXX")};
    fs::path root;
    fs::path cache;
    fs::path trace;
    fs::path place; ///< Of the kept index.
    std::shared_ptr<const IndexSnapshot> index;
    AnalysisOptions options;
};

void describeTracks(const Analysis &analysis, std::ostringstream &out)
{
    for (const TrackSummary &track : analysis.tracks) {
        const TrackKey &key = track.key;
        out << static_cast<int>(key.what) << ' ' << int{key.group} << ' ' << key.owner << ' '
            << key.depth << ' ' << track.slices << ' ' << track.range.begin << ' '
            << track.range.end << '\n';
        forEachSlice(analysis, key, {kTimeMin, kTimeMax}, [&out](const Slice &slice, CpuId cpu) {
            out << slice.begin << ' ' << slice.end << ' ' << slice.value << ' ' << cpu << '\n';
            return true;
        });
        TrackLane lane;
        queryTrackLane(analysis, {key, {track.range, 57}, 1}, lane);
        for (const TrackColumn &column : lane.columns)
            out << column.value << ' ' << int{column.flags} << ',';
        out << lane.labelled.size() << '\n';
    }
}

/// All that can be had of it.
std::string describe(const Analysis &analysis)
{
    std::ostringstream out;
    out << analysis.frontier << ' ' << analysis.hasSwitches << analysis.hasWakeups << '\n';
    describeTracks(analysis, out);
    for (const SyscallName &name : analysis.syscalls)
        out << name.call << ' ' << name.name << '\n';
    for (const auto *names : {&analysis.functions, &analysis.probes}) {
        for (const TrackName &name : *names)
            out << name.address << ' ' << name.name << '\n';
    }
    for (const PairSummary &pair : analysis.pairs) {
        out << pair.spec.text() << ' ' << pair.isBuiltIn << pair.isRecorded << pair.lanesAreKeys
            << ' ' << pair.slices << ' ' << pair.unmatched;
        for (const std::int64_t key : pair.laneKeys)
            out << ' ' << key;
        if (pair.error)
            out << ' ' << pair.error->text() << ' ' << pair.error->range.begin;
        out << '\n';
    }
    for (std::uint32_t i = 0; i < analysis.counters.size(); ++i) {
        const CounterSummary &counter = analysis.counters[i];
        out << counter.spec.text() << ' ' << counter.isBuiltIn << counter.isRecorded << ' '
            << counter.leftOut << (counter.error ? counter.error->text() : "") << '\n';
        for (const CounterSeries &series : counter.series) {
            out << series.key << ' ' << series.samples << ' ' << series.min << ' ' << series.max
                << ' ' << series.range.begin << ' ' << series.range.end;
            std::vector<CounterColumn> columns(57);
            sampleCounter(analysis, {i, series.key}, {analysis.index->range, 57}, columns);
            for (const CounterColumn &column : columns)
                out << ' ' << column.min << ' ' << column.max << ' ' << column.last;
            out << '\n';
        }
    }
    return out.str();
}

/// Asks all that views ask; what comes out is of no interest, but that something does.
void askAll(const Analysis &analysis)
{
    describe(analysis);
    Progress progress;
    for (std::size_t kind = 0; kind < kLatencyKinds; ++kind) {
        LatencyRequest request;
        request.kind = LatencyKind(kind);
        request.grouping = LatencyGrouping::Value;
        request.columns = 40;
        const auto result = measureLatency(analysis, request, {}, progress);
        QVERIFY(result.has_value());
        for (const LatencyRow &row : (*result)->worst)
            static_cast<void>(latencyValueName(analysis, request.kind, row));
    }
    StatisticsRequest statistics;
    statistics.columns = 40;
    QVERIFY(measureStatistics(analysis, statistics, {}, progress).has_value());
    const TimeRange range = analysis.index->range;
    for (std::size_t i = 0; i < analysis.tracks.size(); i += 1 + analysis.tracks.size() / 20) {
        const TrackSummary &track = analysis.tracks[i];
        if (track.key.what != TrackClass::TaskState)
            continue;
        const TimeNs time = range.begin + range.duration() / 20 * static_cast<TimeNs>(i % 20);
        const auto task = TaskId(track.key.owner);
        static_cast<void>(explainSlice(analysis, task, time));
        static_cast<void>(wakeChain(analysis, task, time, 8));
        static_cast<void>(nextSlice(analysis, track.key, time));
        static_cast<void>(previousSlice(analysis, track.key, time));
    }
}

/// Flips a bit, or writes noise, at a place of [first, last).
void damage(Bytes &bytes, std::size_t first, std::size_t last, std::mt19937 &random, bool isNoise)
{
    const std::size_t at = first + random() % (last - first);
    if (!isNoise) {
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
        return;
    }
    for (std::size_t i = at; i < std::min(at + 40, last); ++i)
        bytes[i] = static_cast<char>(random());
}

} // namespace

class tst_KeptAnalysis : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsReopenedIsWhatWasFound_data()
    {
        QTest::addColumn<QString>("recording");
        for (const char *name : {"sched-basic.dat", "lab-function-graph.dat", "lost-events.dat",
                                 "uprobe.dat", "kmem.dat", "empty.dat", "multi-buffer.dat"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void whatIsReopenedIsWhatWasFound()
    {
        QFETCH(QString, recording);
        Scene scene(recording.toStdString());
        const auto alone = scene.runAlone();
        QVERIFY(!fs::exists(scene.file()));
        const auto first = scene.run();
        QVERIFY(!first->kept);
        QCOMPARE(describe(*first), describe(*alone));
        QVERIFY(fs::exists(scene.file()));
        QVERIFY(scene.others().empty());
        scene.index = scene.openIndexed();
        const auto second = scene.run();
        QVERIFY(second->kept);
        QCOMPARE(second->index, scene.index);
        QVERIFY(second->id > first->id);
        QVERIFY(second->isComplete());
        QCOMPARE(describe(*second), describe(*alone));
        QVERIFY(*verifyAnalysis(*second, {}));
        QVERIFY(*verifyAnalysis(*first, {})); // has nothing to verify
        QVERIFY(fs::exists(scene.file()));
        AnalysisOptions anew = scene.options;
        anew.ignoreKept = true;
        QVERIFY(!scene.run(anew)->kept);
    }

    void otherPairsAndCountersAreWorkedOut()
    {
        Scene scene("sched-basic.dat");
        scene.run();
        AnalysisOptions mine = scene.options;
        mine.pairs.push_back(
            *parsePair("mine: sched_waking -> sched_switch if (prev_prio > 0) by pid=next_pid"));
        mine.pairs.push_back(*parsePair("none: sched_waking -> no_such_event"));
        mine.counters.push_back(*parseCounter("prio: sched_waking prio by target_cpu"));
        const auto first = scene.run(mine);
        QVERIFY(!first->kept);
        const auto second = scene.run(mine);
        QVERIFY(second->kept);
        QCOMPARE(describe(*second), describe(*first));
        const std::size_t pairs = second->pairs.size();
        QVERIFY(pairs >= 2);
        QVERIFY(second->pairs[pairs - 2].slices > 0);
        QVERIFY(second->pairs[pairs - 1].error.has_value());
        QVERIFY(!second->counters.back().series.empty());
        mine.pairs.pop_back();
        QVERIFY(!scene.run(mine)->kept);
        mine.counters.back().isSigned = true;
        QVERIFY(!scene.run(mine)->kept);
        QVERIFY(scene.run(mine)->kept);
    }

    void ofAnotherIndexItIsNotUsed()
    {
        Scene one("sched-basic.dat");
        Scene other("one-cpu.dat");
        one.run();
        const auto wanted = describe(*other.run());
        replaceFile(other.file(), readFile(one.file()));
        const auto again = other.run();
        QVERIFY(!again->kept);
        QCOMPARE(describe(*again), wanted);
        QVERIFY(other.run()->kept);
        // Another process may have built the index of this trace meanwhile, with other ids.
        auto tasks = std::vector<Task>(one.index->tasks->all().begin(),
                                       one.index->tasks->all().end());
        std::swap(tasks[1], tasks[2]);
        auto swapped = std::make_shared<IndexSnapshot>(*one.index);
        swapped->tasks = std::make_shared<TaskTable>(std::move(tasks));
        one.index = swapped;
        QVERIFY(!one.run()->kept);
    }

    void whatIsDamagedIsWorkedOutAnew()
    {
        Scene scene("sched-basic.dat");
        const auto wanted = describe(*scene.run());
        const Bytes whole = readFile(scene.file());
        const auto tables = numberAt<std::uint64_t>(whole, 0);
        AnalysisOptions careful = scene.options;
        careful.verifyKept = true;
        QVERIFY(scene.run(careful)->kept);
        std::mt19937 random(3);
        for (int round = 0; round < 60; ++round) {
            Bytes bytes = whole;
            if (round % 3 == 0)
                bytes.resize(random() % bytes.size());
            else
                damage(bytes, round % 2 == 0 ? tables : 0, bytes.size(), random, round % 3 == 1);
            if (bytes == whole)
                continue;
            replaceFile(scene.file(), bytes);
            const auto found = scene.run(careful);
            if (found->kept) { // between the segments nothing is stored
                QVERIFY(std::equal(bytes.begin() + static_cast<std::ptrdiff_t>(tables), bytes.end(),
                                   whole.begin() + static_cast<std::ptrdiff_t>(tables),
                                   whole.end()));
            }
            QVERIFY(describe(*found) == wanted);
            QVERIFY(scene.run(careful)->kept);
        }
    }

    void hostileTablesLeadNowhere_data() { damages(); }
    void hostileTablesLeadNowhere()
    {
        QFETCH(QString, recording);
        Scene scene(recording.toStdString());
        scene.run();
        const Bytes whole = readFile(scene.file());
        const auto tables = numberAt<std::uint64_t>(whole, 0);
        std::mt19937 random(4);
        int used = 0;
        int refused = 0;
        for (int round = 0; round < 150; ++round) {
            Bytes bytes = whole;
            damage(bytes, tables + 32, bytes.size(), random, round % 4 == 3);
            seal(bytes);
            replaceFile(scene.file(), bytes);
            const auto found = scene.run();
            ++(found->kept ? used : refused);
            if (found->kept)
                askAll(*found);
        }
        QVERIFY(used > 0);
        QVERIFY(refused > 0);
    }

    void damagedSegmentsAnswerSomethingAndAreFoundByVerifying_data() { damages(); }
    void damagedSegmentsAnswerSomethingAndAreFoundByVerifying()
    {
        QFETCH(QString, recording);
        Scene scene(recording.toStdString());
        scene.run();
        const Bytes whole = readFile(scene.file());
        const auto tables = numberAt<std::uint64_t>(whole, 0);
        std::mt19937 random(5);
        int damaged = 0;
        for (int round = 0; round < 60; ++round) {
            Bytes bytes = whole;
            for (int i = 0; i < 200; ++i)
                damage(bytes, 65536, tables, random, i % 2 == 0);
            replaceFile(scene.file(), bytes);
            const auto found = scene.run();
            QVERIFY(found->kept);
            askAll(*found);
            if (*verifyAnalysis(*found, {}))
                continue;
            ++damaged;
            QVERIFY(!fs::exists(scene.file()));
            std::stop_source stop;
            stop.request_stop();
            QCOMPARE(verifyAnalysis(*found, stop.get_token()).error().kind, ErrorKind::Cancelled);
        }
        QVERIFY(damaged > 50);
    }

    void aNewerOneIsNotRemovedForADamagedOne()
    {
        Scene scene("sched-basic.dat");
        scene.run();
        const Bytes whole = readFile(scene.file());
        Bytes bytes = whole;
        bytes[65536] = static_cast<char>(bytes[65536] ^ 1);
        replaceFile(scene.file(), bytes);
        const auto damaged = scene.run();
        QVERIFY(damaged->kept);
        replaceFile(scene.file(), whole);
        QVERIFY(!*verifyAnalysis(*damaged, {}));
        QVERIFY(fs::exists(scene.file()));
    }

    void whoStopsKeepsNothing()
    {
        Scene scene("lab-sched-16cpu.dat");
        std::stop_source stop;
        Progress progress;
        const auto stopped = analyse(scene.index, scene.options, stop.get_token(), progress,
                                     [&stop](const auto &) { stop.request_stop(); });
        QVERIFY(!stopped.has_value());
        QCOMPARE(stopped.error().kind, ErrorKind::Cancelled);
        QVERIFY(!fs::exists(scene.file()));
        QVERIFY(scene.others().empty());
    }

    void anIndexThatIsNotKeptHasNone()
    {
        Scene scene("sched-basic.dat");
        const auto wanted = describe(*scene.runAlone());
        fs::remove_all(scene.place);
        QCOMPARE(describe(*scene.run()), wanted);
        QVERIFY(!fs::exists(scene.place));
        QVERIFY(scene.others().empty());
        // It may also go while the pass is under way.
        scene.index = scene.openIndexed();
        Progress progress;
        const auto result = analyse(scene.index, scene.options, {}, progress,
                                    [&scene](const auto &) { fs::remove_all(scene.place); });
        QVERIFY(result.has_value());
        QCOMPARE(describe(**result), wanted);
        QVERIFY(!fs::exists(scene.place));
        QVERIFY(scene.others().empty());
    }

    void aChangedTraceHasNone()
    {
        Scene scene("sched-basic.dat");
        Progress progress;
        const auto result = analyse(scene.index, scene.options, {}, progress, [&](const auto &) {
            fs::last_write_time(scene.trace, fs::file_time_type::clock::now());
        });
        QVERIFY(result.has_value());
        QVERIFY(!fs::exists(scene.file()));
        QVERIFY(scene.others().empty());
    }

    void aFolderThatCannotBeWrittenMeansNotKept()
    {
        Scene scene("sched-basic.dat");
        const auto wanted = describe(*scene.runAlone());
        // To root all can be written: so somebody else does it.
        fs::permissions(scene.root, fs::perms(0755));
        fs::permissions(scene.options.temporaryDirectory, fs::perms(0777));
        fs::permissions(scene.cache, fs::perms(0555));
        if (::geteuid() == 0)
            ::setfsuid(65534);
        const auto found = scene.run();
        if (::geteuid() == 0)
            ::setfsuid(0);
        fs::permissions(scene.cache, fs::perms(0755));
        QCOMPARE(describe(*found), wanted);
        QVERIFY(!fs::exists(scene.file()));
        // A folder that stands in its place.
        fs::create_directory(scene.file());
        QCOMPARE(describe(*scene.run()), wanted);
        QVERIFY(fs::is_directory(scene.file()));
        QVERIFY(scene.others().empty());
    }

    void aFullDiskMeansNotKept()
    {
        Scene scene("sched-basic.dat");
        const auto wanted = describe(*scene.runAlone());
        scene.run();
        const auto size = fs::file_size(scene.file());
        fs::remove(scene.file());
        // A limit on the size of files stands for it. The temporary file, which has no room for
        // tables before its segments, takes less.
        const auto previous = std::signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = {};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &limit), 0);
        int notKept = 0;
        for (rlim_t bytes = 1000; bytes < size; bytes += size / 23) {
            const struct rlimit small = {bytes, limit.rlim_max};
            QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
            Progress progress;
            const auto result = analyse(scene.index, scene.options, {}, progress, {});
            QCOMPARE(::setrlimit(RLIMIT_FSIZE, &limit), 0);
            QVERIFY(!fs::exists(scene.file()));
            QVERIFY(scene.others().empty());
            if (!result) {
                QCOMPARE(result.error().kind, ErrorKind::NoSpace);
                continue;
            }
            ++notKept;
            QVERIFY(describe(**result) == wanted);
        }
        std::signal(SIGXFSZ, previous);
        QVERIFY(notKept > 0);
    }

    void manyMayDoItAtOnce()
    {
        Scene scene("sched-basic.dat");
        const auto wanted = describe(*scene.runAlone());
        std::atomic<int> wrong = 0;
        std::atomic<int> reopened = 0;
        {
            std::vector<std::jthread> threads;
            for (unsigned seed = 0; seed < 4; ++seed) {
                threads.emplace_back([&, seed] {
                    std::mt19937 random(seed);
                    for (int i = 0; i < 12; ++i) {
                        AnalysisOptions how = scene.options;
                        how.ignoreKept = random() % 3 == 0;
                        const auto found = scene.run(how);
                        reopened += found->kept ? 1 : 0;
                        wrong += describe(*found) == wanted && *verifyAnalysis(*found, {}) ? 0 : 1;
                        if (random() % 5 == 0) {
                            std::error_code ignored;
                            fs::remove(scene.file(), ignored);
                        }
                    }
                });
            }
        }
        QCOMPARE(wrong.load(), 0);
        QVERIFY(reopened > 0);
        QVERIFY(scene.others().empty());
    }

    void itCountsForTheFoldersLimitAndGoesWithItsIndex()
    {
        Scene scene("sched-basic.dat");
        const fs::path first = scene.place;
        scene.run();
        const auto old = fs::last_write_time(first / "manifest") - std::chrono::hours(1);
        fs::last_write_time(first / "manifest", old);
        // Another trace in the same folder, for whose analysis there is room only without the
        // first.
        fs::copy_file(THRESHER_TEST_DATA "/one-cpu.dat", scene.trace,
                      fs::copy_options::overwrite_existing);
        scene.index = scene.openIndexed();
        QVERIFY(scene.place != first);
        QVERIFY(fs::exists(first / "analysis"));
        scene.options.cacheLimitBytes = 1000;
        scene.run();
        QVERIFY(fs::exists(scene.file()));
        QVERIFY(!fs::exists(first));
        QVERIFY(scene.others().empty());
    }

private:
    static void damages()
    {
        QTest::addColumn<QString>("recording");
        for (const char *name : {"sched-basic.dat", "lab-function-graph.dat", "kmem.dat"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
};

QTEST_GUILESS_MAIN(tst_KeptAnalysis)
#include "tst_keptanalysis.moc"
