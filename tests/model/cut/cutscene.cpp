// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/cut/cutscene.h"

#include "model/io/eventprinter.h"

#include <algorithm>
#include <set>

namespace thresher::test {

namespace {

std::shared_ptr<const IndexSnapshot> indexed(std::shared_ptr<const TraceFile> trace)
{
    Progress progress;
    const auto built = openIndex(std::move(trace), {}, {}, progress, {});
    return built ? built->snapshot : nullptr;
}

QString describe(const CutEvent &event)
{
    return QStringLiteral("%1 at %2 on %3, %4 bytes, lost %5 (%6): %7")
        .arg(QString::fromStdString(event.name))
        .arg(event.time)
        .arg(QString::fromStdString(event.stream))
        .arg(event.payload.size())
        .arg(event.isAfterLoss)
        .arg(event.lost)
        .arg(QString::fromStdString(event.line));
}

} // namespace

std::shared_ptr<const IndexSnapshot> indexOf(const std::filesystem::path &path)
{
    auto trace = TraceFile::open(path);
    return trace ? indexed(*trace) : nullptr;
}

CutScene::CutScene(const QString &path)
    : snapshot(indexOf(path.toStdString()))
{}

CutScene::CutScene(const TraceDatWriter &writer)
    : bytes(writer.bytes())
{
    if (auto trace = TraceFile::fromBytes(bytes, "written"))
        snapshot = indexed(*trace);
}

std::filesystem::path CutScene::output(const char *name) const
{
    return folder.filePath(QString::fromLatin1(name)).toStdString();
}

CutRequest CutScene::everything() const
{
    CutRequest request;
    request.path = output();
    request.mayReplace = true;
    return request;
}

std::shared_ptr<const Selection> CutScene::select(const char *filter) const
{
    const auto compiled = Filter::compile(filter, snapshot->trace);
    if (!compiled)
        return nullptr;
    Progress progress;
    const auto selection = selectFiltered(snapshot, **compiled, {}, {}, {}, {}, progress);
    return selection ? *selection : nullptr;
}

namespace {

bool isWanted(const CutRequest &request, const IndexSnapshot &snapshot, StreamIndex stream,
              EventIndex event)
{
    const CpuId cpu = snapshot.trace->streams()[stream].cpu;
    return request.range.contains(snapshot.streams[stream].time(event))
           && (!request.cpus
               || std::find(request.cpus->begin(), request.cpus->end(), cpu) != request.cpus->end())
           && (!request.selection || request.selection->streams[stream].contains(event));
}

std::int64_t addLost(std::int64_t sum, std::int64_t more)
{
    return sum < 0 || more < 0 ? -1 : sum + more;
}

} // namespace

std::map<std::string, std::int64_t> lostBehind(const IndexSnapshot &snapshot,
                                               const CutRequest &request)
{
    std::map<std::string, std::int64_t> lost;
    for (StreamIndex stream = 0; stream < snapshot.streams.size(); ++stream) {
        const auto &view = snapshot.streams[stream];
        EventIndex behind = view.size; // the range
        while (behind > 0 && view.time(behind - 1) >= request.range.end)
            --behind;
        EventIndex kept = behind;
        while (kept > 0 && !isWanted(request, snapshot, stream, kept - 1))
            --kept;
        for (const LostSpan &span : view.lost) {
            if (kept == 0 || span.before < kept || span.before > behind)
                continue;
            auto &sum = lost[snapshot.trace->streamName(stream)];
            sum = addLost(sum, span.count);
        }
    }
    return lost;
}

// One event after the other, asking of each whether it is wanted.
std::vector<CutEvent> eventsOf(const IndexSnapshot &snapshot, const CutRequest &request)
{
    std::vector<CutEvent> events;
    const auto shared = std::make_shared<IndexSnapshot>(snapshot);
    RecordReader reader(shared);
    EventPrinter printer(snapshot.trace, [tasks = snapshot.tasks](Pid pid) {
        return tasks->name(tasks->fromPid(pid));
    });
    for (StreamIndex stream = 0; stream < snapshot.streams.size(); ++stream) {
        const auto &view = snapshot.streams[stream];
        std::size_t nextLoss = 0;
        std::set<EventTypeId> printed;
        bool isFirst = true;
        for (EventIndex i = 0; i < view.size; ++i) {
            const auto time = view.time(i);
            // What was lost before the range is not told in it, but for what was just before.
            if (time < request.range.begin || time >= request.range.end)
                continue;
            if (isFirst) {
                while (nextLoss < view.lost.size() && view.lost[nextLoss].before < i)
                    ++nextLoss;
            }
            isFirst = false;
            if (!isWanted(request, snapshot, stream, i))
                continue;
            CutEvent event;
            event.time = time;
            event.stream = snapshot.trace->streamName(stream);
            const auto &format = snapshot.trace->events().event(view.event(i));
            event.name = format.system + ':' + format.name;
            if (const auto record = reader.record(stream, i)) {
                event.rawTime = static_cast<std::uint64_t>(record->time);
                event.payload.assign(record->payload.begin(), record->payload.end());
                // The first of its kind, and some of the others.
                if (printed.insert(record->event).second || events.size() % 16 == 0)
                    event.line = printer.line(*record, nullptr, {});
            }
            for (; nextLoss < view.lost.size() && view.lost[nextLoss].before <= i; ++nextLoss) {
                event.isAfterLoss = true;
                event.lost = addLost(event.lost, view.lost[nextLoss].count);
            }
            events.push_back(std::move(event));
        }
    }
    return events;
}

std::vector<CutEvent> CutScene::expected(const CutRequest &request) const
{
    return eventsOf(*snapshot, request);
}

QString CutScene::differenceOf(const CutRequest &request, bool comparesPayloads)
{
    Progress progress;
    auto done = cutTrace(snapshot, request, {}, progress);
    if (!done)
        return QString::fromStdString(done.error().text());
    summary = *done;
    part = indexOf(request.path);
    if (!part)
        return QStringLiteral("the part cannot be opened");
    for (const auto &diagnostic : part->diagnostics) {
        if (diagnostic.severity == Severity::Error)
            return QString::fromStdString("the part is damaged: " + diagnostic.what);
    }
    if (progress.fraction() < 1)
        return QStringLiteral("progress ends at %1").arg(progress.fraction());
    const auto want = expected(request);
    const auto have = eventsOf(*part, {});
    if (lostBehind(*part, {}) != lostBehind(*snapshot, request))
        return QStringLiteral("what was lost behind the last events is told otherwise");
    if (summary.events != want.size() || have.size() != want.size())
        return QStringLiteral("%1 events are wanted, %2 told, %3 there")
            .arg(want.size())
            .arg(summary.events)
            .arg(have.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
        auto a = want[i];
        auto b = have[i];
        if (!comparesPayloads) {
            a.payload.resize(b.payload.size() == a.payload.size() ? 0 : a.payload.size());
            b.payload.clear();
            a.line = b.line;
        }
        if (a == b)
            continue;
        // QCOMPARE shows the begin of it only.
        const auto text = QStringLiteral("event %1 is to be\n%2\nand is\n%3")
                              .arg(i)
                              .arg(describe(want[i]), describe(have[i]));
        qWarning("%s", qPrintable(text));
        return text;
    }
    return {};
}

} // namespace thresher::test
