// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/indexstream_p.h"

#include <algorithm>
#include <exception>
#include <thread>

namespace thresher {

namespace {

// The survey's first sample is a lower bound of all of a stream's times, if it is of its first
// page.
TimeNs firstTime(const StreamSurvey &survey, const StreamInfo &info)
{
    return !survey.samples.empty() && survey.samples.front().bytesBefore < info.layout.pageSize
               ? survey.samples.front().time
               : kTimeMin;
}

} // namespace

IndexBuilder::IndexBuilder(std::shared_ptr<const TraceFile> trace,
                           std::shared_ptr<ColumnStore> store, std::vector<StreamSurvey> survey,
                           std::vector<Diagnostic> notes, OnSnapshot onSnapshot, Progress &progress,
                           Tuning tuning)
    : m_trace(std::move(trace))
    , m_store(std::move(store))
    , m_survey(std::move(survey))
    , m_notes(std::move(notes))
    , m_onSnapshot(std::move(onSnapshot))
    , m_progress(progress)
    , m_tuning{std::max<std::uint64_t>(tuning.sliceBytes, 1), tuning.publishEach}
    , m_decoding(*m_trace)
    , m_tasks(m_trace->metadata())
    , m_eventsPerType(m_trace->events().all().size())
{
    const auto infos = m_trace->streams();
    m_survey.resize(infos.size());
    TimeNs begin = kTimeMax;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < infos.size(); ++i) {
        if (!m_survey[i].samples.empty())
            begin = std::min(begin, m_survey[i].samples.front().time);
        bytes += infos[i].fileBytes;
    }
    m_progress.setTotal(std::max<std::uint64_t>(bytes, 1));
    m_streams.reserve(infos.size());
    for (std::size_t i = 0; i < infos.size(); ++i) {
        m_streams.push_back(std::make_unique<Stream>(*m_trace, static_cast<StreamIndex>(i),
                                                     m_decoding, begin, m_diagnostics));
        m_streams.back()->reached = firstTime(m_survey[i], infos[i]);
        m_waiting.push_back(m_streams.back().get());
    }
}

IndexBuilder::~IndexBuilder() = default;

const StreamColumns &IndexBuilder::columns(StreamIndex stream) const
{
    return m_streams[stream]->builder.columns();
}

const StreamMeta &IndexBuilder::meta(StreamIndex stream) const
{
    return m_streams[stream]->builder.meta();
}

namespace {

// std::…_heap keep the largest first; ours is the earliest, and of those the first in the file.
constexpr auto kIsLater = [](const auto *a, const auto *b) {
    return a->reached != b->reached ? a->reached > b->reached : a->number > b->number;
};

} // namespace

Result<std::shared_ptr<const IndexSnapshot>> IndexBuilder::run(unsigned threads,
                                                               const std::stop_token &stop)
{
    std::make_heap(m_waiting.begin(), m_waiting.end(), kIsLater);
    m_nextPublish = Clock::now();
    publishIfDue();
    {
        const auto count = std::clamp<std::size_t>(threads, 1,
                                                   std::max<std::size_t>(m_streams.size(), 1));
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < count; ++i)
            workers.emplace_back([this, &stop] { work(stop); });
    }
    if (m_error)
        return tl::unexpected<Error>(*m_error);
    if (stop.stop_requested())
        return thresher::fail(ErrorKind::Cancelled, "Cancelled.");
    const std::scoped_lock lock(m_publishing);
    return snapshot(true);
}

void IndexBuilder::work(const std::stop_token &stop)
{
    try {
        WorkerTables tables(m_tasks, m_trace->events().all().size());
        while (!m_stopped && !stop.stop_requested()) {
            Stream *const stream = take();
            if (stream == nullptr)
                return; // fewer streams than workers are left, and all are taken
            const bool isDone = decodeSlice(*stream, tables, stop);
            if (m_stopped || stop.stop_requested())
                return;
            putBack(*stream, tables, isDone);
            publishIfDue();
        }
    } catch (const std::exception &exception) {
        fail({ErrorKind::Io, std::string("The index cannot be built: ") + exception.what() + ".",
              m_trace->path().string(), -1});
    }
}

IndexBuilder::Stream *IndexBuilder::take()
{
    const std::scoped_lock lock(m_mutex);
    if (m_waiting.empty())
        return nullptr;
    std::pop_heap(m_waiting.begin(), m_waiting.end(), kIsLater);
    Stream *const stream = m_waiting.back();
    m_waiting.pop_back();
    return stream;
}

// The next pages of a stream, about `bytes` of them. @returns false at the end.
bool IndexBuilder::nextRun(Stream &stream, std::uint64_t bytes, PageRun &run) const
{
    if (stream.rest.bytes.empty() && !stream.reader->next(stream.rest))
        return false;
    run = stream.rest;
    const std::uint64_t pageSize = m_trace->streams()[stream.number].layout.pageSize;
    const std::uint64_t pages = std::max<std::uint64_t>(bytes / pageSize, 1);
    // A chunk is inflated as a whole, and is small.
    if (run.chunk || pages * pageSize >= run.bytes.size()) {
        stream.rest = {};
        return true;
    }
    run.bytes = run.bytes.first(pages * pageSize);
    run.fileBytes = run.bytes.size();
    stream.rest.bytes = stream.rest.bytes.subspan(run.bytes.size());
    stream.rest.firstPage += pages;
    stream.rest.fileOffset += run.bytes.size();
    stream.rest.fileBytes -= std::min<std::uint64_t>(stream.rest.fileBytes, run.bytes.size());
    return true;
}

// @returns true at the stream's end.
bool IndexBuilder::decodeSlice(Stream &stream, WorkerTables &tables, const std::stop_token &stop)
{
    if (!stream.reader) {
        stream.reader = std::make_unique<PageRunReader>(*m_trace, stream.number, m_diagnostics);
    }
    stream.builder.resume(tables);
    PageRun run;
    bool isDone = false;
    for (std::uint64_t bytes = 0; bytes < m_tuning.sliceBytes; bytes += run.bytes.size()) {
        if (m_stopped || stop.stop_requested())
            return false;
        isDone = !nextRun(stream, m_tuning.sliceBytes - bytes, run);
        if (isDone)
            break;
        stream.builder.addRun(run, tables);
        stream.bytesRead += run.fileBytes;
        m_progress.advance(run.fileBytes);
    }
    const auto total = static_cast<double>(m_trace->streams()[stream.number].fileBytes);
    // A run more may tell that nothing is left; asking now saves writing an estimate's worth.
    isDone = isDone || static_cast<double>(stream.bytesRead) >= total;
    if (isDone) {
        while (nextRun(stream, m_tuning.sliceBytes, run))
            stream.builder.addRun(run, tables);
        stream.builder.finish(stream.reader->isCutShort(), tables);
        stream.reader.reset();
    }
    const double growth = isDone ? 1.0
                                 : std::max(
                                     1.01,
                                     total / std::max(1.0, static_cast<double>(stream.bytesRead)));
    const auto flushed = stream.builder.flush(*m_store, tables, growth);
    if (!flushed)
        fail(flushed.error());
    return isDone;
}

// What others see of it. With the mutex.
void IndexBuilder::update(Stream &stream, WorkerTables &tables, bool isDone)
{
    const StreamBuilder &builder = stream.builder;
    const StreamView view = makeView(builder.meta(), builder.columns().bytes());
    stream.view = view;
    stream.isDone = isDone;
    stream.lostEvents = builder.lostEvents();
    stream.lostSpans = builder.lostSpans();
    if (builder.size() > 0) {
        const TimeNs last = builder.lastTime();
        stream.reached = std::max(stream.reached, last);
        stream.range = {builder.firstTime(), last == kTimeMax ? last : last + 1};
    }
    tables.eventsPerType.moveTo(m_eventsPerType);
    tables.eventsPerTask.moveTo(m_eventsPerTask);
    tables.runtimePerTask.moveTo(m_runtimePerTask);
}

void IndexBuilder::putBack(Stream &stream, WorkerTables &tables, bool isDone)
{
    const std::scoped_lock lock(m_mutex);
    update(stream, tables, isDone);
    if (!isDone) {
        m_waiting.push_back(&stream);
        std::push_heap(m_waiting.begin(), m_waiting.end(), kIsLater);
    }
}

void IndexBuilder::fail(Error error)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_error)
        m_error = std::move(error);
    m_stopped = true;
}

void IndexBuilder::publishIfDue()
{
    if (!m_onSnapshot)
        return;
    const std::unique_lock lock(m_publishing, std::try_to_lock);
    const auto begin = Clock::now();
    if (!lock || begin < m_nextPublish)
        return;
    m_onSnapshot(snapshot(false));
    // A trace of very many tasks makes snapshots dear: then they are fewer.
    const auto end = Clock::now();
    m_nextPublish = m_tuning.publishEach.count() == 0
                        ? begin
                        : std::max(begin + m_tuning.publishEach, end + (end - begin) * 10);
}

// With m_publishing locked, so that ids and contents ascend together.
std::shared_ptr<IndexSnapshot> IndexBuilder::snapshot(bool isComplete)
{
    auto result = std::make_shared<IndexSnapshot>();
    result->id = newSnapshotId();
    result->trace = m_trace;
    result->storage = m_store;
    result->isComplete = isComplete;
    result->frontier = kTimeMax;
    result->streams.reserve(m_streams.size());
    TimeRange range{kTimeMax, kTimeMin};
    {
        const std::scoped_lock lock(m_mutex);
        for (const auto &stream : m_streams) {
            result->streams.push_back(stream->view);
            result->eventCount += stream->view.size;
            result->lostEvents += stream->lostEvents;
            result->lostSpans += stream->lostSpans;
            if (!stream->isDone)
                result->frontier = std::min(result->frontier, stream->reached);
            if (stream->view.size > 0) {
                range.begin = std::min(range.begin, stream->range.begin);
                range.end = std::max(range.end, stream->range.end);
            }
        }
        result->eventsPerType = m_eventsPerType;
        result->eventsPerTask = m_eventsPerTask;
        result->runtimePerTask = m_runtimePerTask;
    }
    if (!isComplete) {
        result->survey = m_survey;
        for (const StreamSurvey &survey : m_survey) {
            if (survey.samples.empty())
                continue;
            range.begin = std::min(range.begin, survey.samples.front().time);
            const TimeNs last = survey.samples.back().time;
            range.end = std::max(range.end, last == kTimeMax ? last : last + 1);
        }
    }
    if (!range.isEmpty())
        result->range = range;
    // Behind the columns: no task of theirs is missing in it.
    result->tasks = std::make_shared<TaskTable>(m_tasks.tasks());
    result->eventsPerTask.resize(result->tasks->size());
    result->runtimePerTask.resize(result->tasks->size());
    result->diagnostics = m_notes;
    const auto &opening = m_trace->diagnostics();
    const auto own = ownDiagnostics();
    result->diagnostics.insert(result->diagnostics.end(), opening.begin(), opening.end());
    result->diagnostics.insert(result->diagnostics.end(), own.begin(), own.end());
    return result;
}

std::vector<Diagnostic> IndexBuilder::ownDiagnostics() const
{
    auto own = m_moved ? *m_moved : m_diagnostics.all();
    // Workers add them as they come.
    std::stable_sort(own.begin(), own.end(), [](const Diagnostic &a, const Diagnostic &b) {
        return a.stream != b.stream ? a.stream < b.stream : a.offset < b.offset;
    });
    return own;
}

} // namespace thresher
