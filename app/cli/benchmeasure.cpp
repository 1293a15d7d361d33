// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/bench_p.h"
#include "app/cli/benchwatch_p.h"
#include "model/filter/filter.h"
#include "model/filter/textsearch.h"
#include "model/io/pagereader.h"
#include "model/query/rowprinter.h"
#include "model/query/selection.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <random>
#include <thread>

namespace thresher::bench {

namespace {

std::uint64_t scanRun(std::span<const std::byte> bytes, const PageLayout &layout)
{
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); at += layout.pageSize) {
        PageCursor cursor(
            bytes.subspan(at, std::min<std::size_t>(layout.pageSize, bytes.size() - at)), layout);
        RawRecord record;
        while (cursor.next(record))
            sum += record.time ^ record.size;
    }
    return sum;
}

constexpr std::size_t kRowSamples = 2000;

} // namespace

Quantiles quantilesOf(std::vector<double> values)
{
    if (values.empty())
        return {};
    std::sort(values.begin(), values.end());
    const auto at = [&](double q) {
        return values[std::min(values.size() - 1,
                               static_cast<std::size_t>(q * static_cast<double>(values.size())))];
    };
    return {at(0.5), at(0.99)};
}

double medianOf(std::vector<double> values)
{
    return quantilesOf(std::move(values)).median;
}

Result<TemporaryDirectory> TemporaryDirectory::make(const std::filesystem::path &parent)
{
    const std::filesystem::path base = parent.empty() ? "/var/tmp" : parent;
    std::string name = (base / "thresher-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        return failErrno(errno, "making a directory for the measured index", base.string());
    return TemporaryDirectory(name);
}

TemporaryDirectory::TemporaryDirectory(std::filesystem::path path)
    : m_path(std::move(path))
{}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory &&other) noexcept
    : m_path(std::exchange(other.m_path, {}))
{}

TemporaryDirectory::~TemporaryDirectory()
{
    std::error_code ignored;
    if (!m_path.empty())
        std::filesystem::remove_all(m_path, ignored);
}

double scanSeconds(const TraceFile &trace)
{
    // Of a compressed trace the pages are scanned right after each chunk is inflated, and only that
    // is timed; else reading the file is part of it.
    double seconds = 0;
    Diagnostics ignored;
    for (StreamIndex s = 0; s < trace.streams().size(); ++s) {
        const StreamInfo &info = trace.streams()[s];
        const bool isCompressed = info.compression != Compression::None;
        PageRunReader reader(trace, s, ignored);
        PageRun run;
        const Stopwatch whole;
        double runs = 0;
        while (reader.next(run)) {
            const Stopwatch one;
            use(scanRun(run.bytes, info.layout));
            runs += isCompressed ? one.seconds() : 0;
        }
        seconds += isCompressed ? runs : whole.seconds();
    }
    return seconds;
}

double inflateSeconds(const std::shared_ptr<const IndexSnapshot> &snapshot, unsigned threads)
{
    struct Job
    {
        StreamIndex stream;
        std::uint64_t page;
    };
    std::vector<Job> jobs;
    for (StreamIndex s = 0; s < snapshot->streams.size(); ++s) {
        for (const Chunk &chunk : snapshot->streams[s].chunks)
            jobs.push_back({s, chunk.firstPage});
    }
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        PageReader reader(snapshot->trace);
        for (std::size_t i = next++; i < jobs.size(); i = next++) {
            const auto page = reader.page(jobs[i].stream, snapshot->streams[jobs[i].stream].chunks,
                                          jobs[i].page);
            use(page.size());
        }
    };
    const Stopwatch watch;
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i)
            others.emplace_back(work);
        work();
    }
    return watch.seconds();
}

RowTimes rowTimes(const std::shared_ptr<const IndexSnapshot> &snapshot)
{
    RowTimes times;
    const TraceRowSource source{RowOrder(snapshot)};
    if (source.size() == 0)
        return times;
    RowPrinter printer(snapshot);
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < kRowSamples; ++i) {
        RowData row;
        const Stopwatch watch;
        const bool isThere = source.rowAt(random() % source.size(), row);
        times.numbers.push_back(watch.seconds() * 1e6);
        if (isThere)
            use(printer.info(row).size());
        times.text.push_back(watch.seconds() * 1e6);
    }
    return times;
}

double filterSeconds(const IndexSnapshot &snapshot)
{
    // Every other event type and task: nothing can be told from the dictionaries alone.
    ShowFilter filter;
    for (std::size_t i = 0; i < snapshot.eventsPerType.size(); i += 2)
        filter.hiddenEvents.push_back(static_cast<EventTypeId>(i));
    for (std::size_t i = 0; i < snapshot.tasks->size(); i += 2)
        filter.hiddenTasks.push_back(static_cast<TaskId>(i));
    Progress progress;
    const Stopwatch watch;
    const auto selection = selectEvents(snapshot, filter, {}, {}, progress);
    use(selection ? (*selection)->count : 0);
    return watch.seconds();
}

std::string exampleExpression(const IndexSnapshot &snapshot)
{
    std::string expression;
    std::uint64_t most = 0;
    for (const EventFormat &event : snapshot.trace->events().all()) {
        const std::size_t id = toIndex(event.id);
        const auto number = std::find_if(
            event.fields.begin(), event.fields.end(), [](const EventField &field) {
                return !field.isCommon && !field.isArray && !field.isString && field.size == 4;
            });
        if (number == event.fields.end() || id >= snapshot.eventsPerType.size()
            || snapshot.eventsPerType[id] <= most)
            continue;
        most = snapshot.eventsPerType[id];
        expression = event.system + ":" + event.name + ": " + number->name + " == 7";
    }
    return expression;
}

Result<double> selectSeconds(const std::shared_ptr<const IndexSnapshot> &snapshot,
                             const FilterExpr &expression)
{
    const auto filter = Filter::compile(expression, snapshot->trace);
    if (!filter)
        return fail(ErrorKind::InvalidArgument, filter.error().text());
    Progress progress;
    const Stopwatch watch;
    THRESHER_TRY_ASSIGN(const auto selection,
                        selectFiltered(snapshot, **filter, {}, {}, {}, {}, progress));
    use(selection->count);
    return watch.seconds();
}

namespace {

/// One after the other, since each needs what the one before has made.
class Measurement
{
public:
    Measurement(const std::filesystem::path &file, const std::filesystem::path &directory,
                unsigned runs, const CliHooks &hooks)
        : m_directory(directory)
        , m_runs(runs)
        , m_hooks(hooks)
    {
        m_report.file = file;
        m_report.threads = std::max(1U, std::thread::hardware_concurrency());
    }

    Result<Report> run()
    {
        THRESHER_TRY_ASSIGN(m_trace, TraceFile::open(m_report.file));
        m_report.fileBytes = m_trace->bytes().size();
        say("building");
        THRESHER_TRY(build());
        say("scanning");
        m_report.scanNs = perEvent([&] { return scanSeconds(*m_trace); });
        const auto &streams = m_snapshot->streams;
        if (std::any_of(streams.begin(), streams.end(),
                        [](const StreamView &stream) { return !stream.chunks.empty(); })) {
            say("inflating");
            m_report.inflateNs = perEvent(
                [&] { return inflateSeconds(m_snapshot, m_report.threads); });
        }
        say("rows");
        const RowTimes rows = rowTimes(m_snapshot);
        m_report.rowUs = quantilesOf(rows.numbers);
        m_report.rowTextUs = quantilesOf(rows.text);
        say("filters");
        m_report.filterNs = perEvent([&] { return filterSeconds(*m_snapshot); });
        THRESHER_TRY(select());
        say("analysing");
        std::shared_ptr<const Analysis> analysis;
        THRESHER_TRY_ASSIGN(m_report.analysis,
                            measureAnalysis(m_snapshot, m_directory, m_runs, analysis));
        say("reopening");
        THRESHER_TRY(reopen());
        if (m_hooks.measureFrames) {
            say("frames");
            m_report.frames = m_hooks.measureFrames(m_snapshot);
            m_report.drawsFrames = true;
        }
        if (m_hooks.measureTaskFrames) {
            say("frames of tasks");
            m_report.taskFrames = m_hooks.measureTaskFrames(analysis);
        }
        say("memory");
        m_report.memory = measureMemory(m_report.file, m_directory);
        return std::move(m_report);
    }

private:
    static void say(const char *what) { std::fprintf(stderr, "measuring: %s\n", what); }
    [[nodiscard]] double toPerEvent(const std::vector<double> &seconds) const
    {
        // Of no events no time is one event's.
        return m_report.events == 0
                   ? 0
                   : medianOf(seconds) * 1e9 / static_cast<double>(m_report.events);
    }
    template<typename Work>
    [[nodiscard]] double perEvent(Work work) const
    {
        std::vector<double> seconds;
        for (unsigned i = 0; i < m_runs; ++i)
            seconds.push_back(work());
        return toPerEvent(seconds);
    }
    Result<void> build()
    {
        IndexOptions options;
        options.cacheDirectory = m_directory;
        options.ignoreCached = true;
        std::vector<double> seconds;
        for (unsigned i = 0; i < m_runs; ++i) {
            m_snapshot.reset();
            Progress progress;
            const Stopwatch watch;
            THRESHER_TRY_ASSIGN(BuiltIndex built, openIndex(m_trace, options, {}, progress, {}));
            seconds.push_back(watch.seconds());
            m_snapshot = std::move(built.snapshot);
            m_report.columns = std::move(built.statistics.columns);
        }
        m_report.events = m_snapshot->eventCount;
        m_report.buildNs = toPerEvent(seconds);
        return {};
    }
    /// Printing the text of all events may take minutes: it is done once then.
    Result<void> select()
    {
        constexpr double kLong = 5;
        const std::string example = exampleExpression(*m_snapshot);
        const auto number = parseFilter(example);
        const auto text = searchFor("no such text", SearchKind::Text, true);
        if (!number || !text)
            return fail(ErrorKind::InvalidArgument, "there is no expression to measure");
        const std::array<std::pair<const FilterExpr &, double &>, 2> all{
            {{*number, m_report.expressionNs}, {*text, m_report.searchNs}}};
        for (const auto &[expression, ns] : all) {
            if (expression.isEmpty())
                continue;
            std::vector<double> seconds;
            for (unsigned i = 0; i < m_runs; ++i) {
                THRESHER_TRY_ASSIGN(const double once, selectSeconds(m_snapshot, expression));
                seconds.push_back(once);
                if (once > kLong)
                    break;
            }
            ns = toPerEvent(seconds);
        }
        return {};
    }
    /// From the name of the file to its first frame.
    Result<void> reopen()
    {
        IndexOptions options;
        options.cacheDirectory = m_directory;
        std::vector<double> seconds;
        for (unsigned i = 0; i < m_runs + 2; ++i) {
            Progress progress;
            const Stopwatch watch;
            THRESHER_TRY_ASSIGN(auto trace, TraceFile::open(m_report.file));
            THRESHER_TRY_ASSIGN(const BuiltIndex built,
                                openIndex(std::move(trace), options, {}, progress, {}));
            if (!built.statistics.wasReopened)
                return fail(ErrorKind::Io, "the index that was kept is not used again",
                            m_directory.string());
            if (m_hooks.drawFirstFrame)
                m_hooks.drawFirstFrame(built.snapshot);
            seconds.push_back(watch.seconds());
        }
        m_report.reopenMs = medianOf(seconds) * 1000;
        m_report.reopenDraws = static_cast<bool>(m_hooks.drawFirstFrame);
        return {};
    }

    Report m_report;
    std::filesystem::path m_directory;
    unsigned m_runs;
    const CliHooks &m_hooks;
    std::shared_ptr<const TraceFile> m_trace;
    std::shared_ptr<const IndexSnapshot> m_snapshot;
};

} // namespace

Result<Report> measure(const std::filesystem::path &file, const std::filesystem::path &directory,
                       unsigned runs, const CliHooks &hooks)
{
    return Measurement(file, directory, runs, hooks).run();
}

} // namespace thresher::bench
