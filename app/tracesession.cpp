// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/tracesession.h"

#include "model/filter/filter.h"
#include "model/query/eventdetails.h"
#include "model/query/selection.h"
#include "widgets/eventtable/eventcolumns.h"
#include "widgets/timeformat.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kProgressMs = 100;
/// Checking reads the whole index: not while the first frames want the same disk and memory.
constexpr int kVerifyAfterMs = 1500;

Diagnostic noteOf(const QString &what)
{
    Diagnostic note;
    note.what = what.toStdString();
    note.section = TraceSession::tr("index").toStdString();
    return note;
}

/// The same event of another snapshot, whose streams may be fewer.
std::optional<Place> sameEvent(std::optional<Place> place, const IndexSnapshot &from,
                               const IndexSnapshot &to)
{
    if (!place)
        return std::nullopt;
    const auto nameOf = [](const TraceFile &trace, const StreamInfo &info) {
        return std::pair(trace.instances()[info.instance].name, info.cpu);
    };
    const auto wanted = nameOf(*from.trace, from.trace->streams()[place->stream]);
    for (std::size_t i = 0; i < to.trace->streams().size(); ++i) {
        if (nameOf(*to.trace, to.trace->streams()[i]) == wanted)
            return Place{static_cast<StreamIndex>(i), place->event};
    }
    return std::nullopt;
}

/// Kept with the index, wherever that is.
AnalysisOptions analysisOptions(const IndexOptions &index)
{
    AnalysisOptions options;
    options.cacheDirectory = index.cacheDirectory;
    options.cacheLimitBytes = index.cacheLimitBytes;
    options.temporaryDirectory = index.temporaryDirectory;
    options.ignoreKept = index.ignoreCached;
    options.verifyKept = index.verifyCached;
    return options;
}

} // namespace

TraceSession::TraceSession(IndexOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_analysis(m_view, analysisOptions(m_options))
{
    m_progressTimer.setInterval(kProgressMs);
    connect(&m_progressTimer, &QTimer::timeout, this,
            [this] { Q_EMIT indexingProgressed(m_opening.fraction()); });
    m_matchingTimer.setInterval(kProgressMs);
    connect(&m_matchingTimer, &QTimer::timeout, this,
            [this] { Q_EMIT matchingProgressed(m_matchingJob.fraction()); });
    m_verifyTimer.setSingleShot(true);
    m_verifyTimer.setInterval(kVerifyAfterMs);
    connect(&m_verifyTimer, &QTimer::timeout, this, &TraceSession::verify);
    connect(&m_view, &ViewState::changed, this, &TraceSession::followView);
    connect(&m_analysis, &AnalysisRunner::foundDamaged, this, [this] {
        Q_EMIT noted(noteOf(tr("What was kept of this trace's tasks was damaged on disk; it is "
                               "being worked out anew.")));
    });
}

TraceSession::~TraceSession() = default;

void TraceSession::open(const QString &path)
{
    // What is shown stays until it is known that there is something else to show.
    m_probing.start([file = QFile::encodeName(path).toStdString()](
                        const std::stop_token &, Progress &) { return TraceFile::open(file); },
                    [this, path](Result<std::shared_ptr<const TraceFile>> trace) {
                        if (!trace) {
                            Q_EMIT failed(trace.error());
                            return;
                        }
                        close();
                        m_path = path;
                        startOpening(*std::move(trace), false);
                    });
}

void TraceSession::close()
{
    m_probing.abandon();
    m_opening.abandon();
    m_selectingJob.abandon();
    m_verifying.abandon();
    m_verifyTimer.stop();
    m_progressTimer.stop();
    m_mailbox.reset();
    m_selecting.reset();
    m_path.clear();
    m_isLive = false;
    m_analysis.setLive(false);
    m_printer.reset();
    m_toRestore = {};
    m_view.setSnapshot(nullptr);
}

void TraceSession::showLive(const QString &path, std::shared_ptr<const IndexSnapshot> snapshot)
{
    const bool isFirst = !m_isLive || !m_view.snapshot()
                         || m_view.snapshot()->trace != snapshot->trace;
    if (isFirst) {
        close();
        m_path = path;
        m_isLive = true;
        m_analysis.setLive(true);
    }
    m_view.setSnapshot(std::move(snapshot));
    if (isFirst)
        Q_EMIT liveOpened();
    Q_EMIT liveGrown();
}

void TraceSession::finishLive(const BuiltIndex &built)
{
    const QJsonObject state = m_view.save();
    const QString search = m_view.search();
    const auto current = sameEvent(m_view.currentEvent(), *m_view.snapshot(), *built.snapshot);
    m_selectingJob.abandon();
    m_matchingJob.abandon();
    m_selecting.reset();
    m_isLive = false;
    m_analysis.setLive(false);
    m_printer.reset();
    m_view.setSnapshot(built.snapshot);
    m_view.restore(state);
    m_view.setCurrentEvent(current);
    m_view.setSearch(search);
    Q_EMIT indexingFinished(built.statistics.wasReopened);
}

void TraceSession::cancelIndexing()
{
    m_opening.cancel();
}

void TraceSession::continueIndexing()
{
    if (!isIndexing() && !m_isLive && m_view.snapshot() && !m_view.snapshot()->isComplete)
        startOpening(m_view.snapshot()->trace, false);
}

void TraceSession::rebuildIndex()
{
    if (m_path.isEmpty() || m_isLive || !m_view.snapshot())
        return;
    const QString path = m_path;
    const QJsonObject state = m_view.save();
    // Opened anew: the file, too, may be another one by now.
    close();
    m_path = path;
    m_toRestore = state;
    startOpening(nullptr, true);
}

/// @param trace  null: the file at m_path.
void TraceSession::startOpening(std::shared_ptr<const TraceFile> trace, bool ignoreCached)
{
    m_mailbox = std::make_shared<Mailbox>();
    IndexOptions options = m_options;
    options.ignoreCached = options.ignoreCached || ignoreCached;
    const auto post = [this, mailbox = m_mailbox](std::shared_ptr<const IndexSnapshot> snapshot) {
        const std::scoped_lock lock(mailbox->mutex);
        mailbox->latest = std::move(snapshot);
        if (!std::exchange(mailbox->isPosted, true)) {
            QMetaObject::invokeMethod(
                this, [this, mailbox] { take(mailbox); }, Qt::QueuedConnection);
        }
    };
    m_opening.start(
        [path = QFile::encodeName(m_path).toStdString(), trace = std::move(trace), options,
         post](const std::stop_token &stop, Progress &progress) mutable -> Result<BuiltIndex> {
            if (!trace) {
                THRESHER_TRY_ASSIGN(trace, TraceFile::open(path));
            }
            return openIndex(trace, options, stop, progress, post);
        },
        [this](Result<BuiltIndex> result) { finishOpening(std::move(result)); });
    m_progressTimer.start();
    Q_EMIT indexingProgressed(0);
}

void TraceSession::take(const std::shared_ptr<Mailbox> &mailbox)
{
    std::shared_ptr<const IndexSnapshot> snapshot;
    {
        const std::scoped_lock lock(mailbox->mutex);
        snapshot = std::move(mailbox->latest);
        mailbox->isPosted = false;
    }
    if (mailbox == m_mailbox && snapshot)
        applySnapshot(std::move(snapshot));
}

void TraceSession::applySnapshot(std::shared_ptr<const IndexSnapshot> snapshot)
{
    const auto shown = m_view.snapshot();
    const bool isFirst = !shown;
    // Building goes on from the beginning; what is shown already stays until there is more.
    if (shown && shown->trace == snapshot->trace && snapshot->eventCount < shown->eventCount
        && !snapshot->isComplete)
        return;
    m_view.setSnapshot(std::move(snapshot));
    if (!isFirst)
        return;
    Q_EMIT opened();
    if (!m_toRestore.isEmpty())
        m_view.restore(std::exchange(m_toRestore, {}));
}

void TraceSession::finishOpening(Result<BuiltIndex> result)
{
    m_progressTimer.stop();
    if (const auto mailbox = m_mailbox; mailbox && !result)
        take(mailbox); // the last snapshot may still be on its way
    m_mailbox.reset();
    if (result) {
        applySnapshot(result->snapshot);
        Q_EMIT indexingFinished(result->statistics.wasReopened);
        verifyLater(result->statistics);
        return;
    }
    if (m_view.snapshot()) {
        if (result.error().kind == ErrorKind::Cancelled)
            Q_EMIT indexingStopped();
        else
            Q_EMIT indexingFailed(result.error());
        return;
    }
    m_path.clear();
    Q_EMIT failed(result.error());
}

void TraceSession::verifyLater(const IndexStatistics &statistics)
{
    if (!statistics.wasReopened || statistics.directory.empty())
        return;
    m_toVerify = statistics.directory;
    m_verifyTimer.start();
}

void TraceSession::verify()
{
    m_verifying.start(
        [directory = m_toVerify](const std::stop_token &stop, Progress &) {
            return verifyIndex(directory, stop);
        },
        [this](const Result<bool> &isWhole) {
            // An index that cannot be read at all is as bad as one that is damaged.
            if (isWhole ? *isWhole : isWhole.error().kind == ErrorKind::Cancelled)
                return;
            rebuildIndex();
            Q_EMIT noted(noteOf(tr("The kept index of this trace was damaged on disk; it has been "
                                   "built anew from the trace.")));
        });
}

bool TraceSession::isSettled() const
{
    return !m_probing.isRunning() && !m_opening.isRunning() && !m_selectingJob.isRunning()
           && !m_matchingJob.isRunning() && (m_view.filter().isEmpty() || m_view.listed())
           && (m_view.condition().empty() || m_view.matches()) && m_searcher.isSettled()
           && m_analysis.isSettled();
}

void TraceSession::followView(ViewState::Changes changes)
{
    const bool isChanged = changes.testFlag(ViewState::FilterChanged);
    const bool hasGrown = changes.testFlag(ViewState::SnapshotChanged);
    // A running job is not started anew when there is more: it must get on at all.
    if (!m_view.snapshot() || m_view.filter().isEmpty())
        m_selectingJob.abandon();
    else if (isChanged || (hasGrown && !m_selectingJob.isRunning()))
        startSelecting();
    if (!m_view.snapshot() || m_view.condition().empty()) {
        m_matchingJob.abandon();
        m_matchingTimer.stop();
        if (std::exchange(m_matching, nullptr))
            Q_EMIT matchingProgressed(-1);
    } else if (isChanged || (hasGrown && !m_matchingJob.isRunning())) {
        startMatching();
    }
}

void TraceSession::startSelecting()
{
    m_selecting = m_view.snapshot();
    std::shared_ptr<const Selection> previous = m_view.listed();
    if (previous && !(previous->filter == m_view.filter()))
        previous.reset();
    m_selectingJob.start(
        [snapshot = m_selecting, filter = m_view.filter(), previous](const std::stop_token &stop,
                                                                     Progress &progress) {
            return selectEvents(*snapshot, filter, previous, stop, progress);
        },
        [this](Result<std::shared_ptr<const Selection>> result) {
            const auto snapshot = std::exchange(m_selecting, nullptr);
            if (!result)
                return;
            m_view.setSelection(*std::move(result), snapshot);
            if (m_view.snapshot() != snapshot)
                startSelecting();
        });
}

void TraceSession::startMatching()
{
    m_matching = m_view.snapshot();
    const auto filter = Filter::compile(m_view.condition(), m_matching->trace);
    if (!filter) { // kept from a time when it made sense: the field says what is wrong
        m_matching.reset();
        m_view.setExpression({});
        return;
    }
    // What is found so far is shown while the rest is looked for; of an abandoned job nothing.
    const auto show = [this, snapshot = m_matching,
                       number = ++m_matchingNumber](std::shared_ptr<const Selection> part) {
        QMetaObject::invokeMethod(
            this,
            [this, snapshot, number, part = std::move(part)] {
                if (number == m_matchingNumber && m_matchingJob.isRunning())
                    m_view.setMatches(part, snapshot);
            },
            Qt::QueuedConnection);
    };
    m_matchingTimer.start();
    m_matchingJob.start(
        [snapshot = m_matching, filter = *filter, shown = m_view.filter(),
         previous = m_view.matches(), show](const std::stop_token &stop, Progress &progress) {
            return selectFiltered(snapshot, *filter, shown, previous, show, stop, progress);
        },
        [this](Result<std::shared_ptr<const Selection>> result) {
            takeMatches(std::move(result));
        });
}

void TraceSession::takeMatches(Result<std::shared_ptr<const Selection>> result)
{
    const auto snapshot = std::exchange(m_matching, nullptr);
    m_matchingTimer.stop();
    Q_EMIT matchingProgressed(-1);
    if (!result)
        return;
    m_view.setMatches(*std::move(result), snapshot);
    if (m_view.snapshot() != snapshot)
        startMatching();
}

std::shared_ptr<RowPrinter> TraceSession::printer()
{
    const auto &snapshot = m_view.snapshot();
    if (!snapshot)
        return nullptr;
    if (!m_printer || m_printer->snapshot()->trace != snapshot->trace)
        m_printer = std::make_shared<RowPrinter>(snapshot);
    else if (m_printer->snapshot() != snapshot)
        m_printer->setSnapshot(snapshot);
    return m_printer;
}

QString TraceSession::reportLine(const RowData &row)
{
    const auto text = printer();
    auto record = text ? text->record(row.place) : std::nullopt;
    if (!record)
        return {};
    // Asking for the next record ends the life of this one's payload.
    const std::vector<std::byte> payload(record->payload.begin(), record->payload.end());
    record->payload = payload;
    const auto next = text->record({row.place.stream, row.place.event + 1});
    return QString::fromStdString(
        text->printer().line(*record, next ? &*next : nullptr, EventPrinter::LineOptions{}));
}

QString TraceSession::shortLine(Place place)
{
    const auto text = printer();
    const auto row = text ? rowDataOf(*m_view.snapshot(), place) : std::nullopt;
    if (!row)
        return {};
    const std::string_view name = text->eventName(*row);
    return formatTime(row->time, timeStyle(m_view)) + u"  "_s
           + QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) + u": "_s
           + inOneLine(text->info(*row));
}

} // namespace thresher::ui
