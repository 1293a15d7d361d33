// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/tracesession.h"

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

std::optional<RowData> rowOf(const IndexSnapshot &snapshot, Place place)
{
    if (place.stream >= snapshot.streams.size()
        || place.event >= snapshot.streams[place.stream].size)
        return std::nullopt;
    const StreamView &stream = snapshot.streams[place.stream];
    RowData row;
    row.place = place;
    row.time = stream.time(place.event);
    row.cpu = snapshot.trace->streams()[place.stream].cpu;
    row.task = stream.task(place.event);
    row.pid = snapshot.tasks->task(row.task).pid;
    row.event = stream.event(place.event);
    return row;
}

Diagnostic noteOf(const QString &what)
{
    Diagnostic note;
    note.what = what.toStdString();
    note.section = TraceSession::tr("index").toStdString();
    return note;
}

} // namespace

TraceSession::TraceSession(IndexOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
    m_progressTimer.setInterval(kProgressMs);
    connect(&m_progressTimer, &QTimer::timeout, this,
            [this] { Q_EMIT indexingProgressed(m_opening.fraction()); });
    m_verifyTimer.setSingleShot(true);
    m_verifyTimer.setInterval(kVerifyAfterMs);
    connect(&m_verifyTimer, &QTimer::timeout, this, &TraceSession::verify);
    connect(&m_view, &ViewState::changed, this, &TraceSession::followView);
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
    m_printer.reset();
    m_toRestore = {};
    m_view.setSnapshot(nullptr);
}

void TraceSession::cancelIndexing()
{
    m_opening.cancel();
}

void TraceSession::continueIndexing()
{
    if (!isIndexing() && m_view.snapshot() && !m_view.snapshot()->isComplete)
        startOpening(m_view.snapshot()->trace, false);
}

void TraceSession::rebuildIndex()
{
    if (m_path.isEmpty() || !m_view.snapshot())
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
           && (m_view.filter().isEmpty() || m_view.selection());
}

void TraceSession::followView(ViewState::Changes changes)
{
    if (!m_view.snapshot() || m_view.filter().isEmpty()) {
        m_selectingJob.abandon();
        return;
    }
    if (changes & ViewState::FilterChanged)
        startSelecting();
    else if ((changes & ViewState::SnapshotChanged) && !m_selectingJob.isRunning())
        startSelecting(); // else when the running one is done: it must get on at all
}

void TraceSession::startSelecting()
{
    m_selecting = m_view.snapshot();
    std::shared_ptr<const Selection> previous = m_view.selection();
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
    const auto row = text ? rowOf(*m_view.snapshot(), place) : std::nullopt;
    if (!row)
        return {};
    const std::string_view name = text->eventName(*row);
    return formatTime(row->time, timeStyle(m_view)) + u"  "_s
           + QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) + u": "_s
           + inOneLine(text->info(*row));
}

} // namespace thresher::ui
