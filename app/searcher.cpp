// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/searcher.h"

#include "model/filter/filter.h"

namespace thresher::ui {

namespace {

constexpr int kProgressMs = 100;

} // namespace

Searcher::Searcher(ViewState &view, QObject *parent)
    : QObject(parent)
    , m_view(view)
{
    m_progressTimer.setInterval(kProgressMs);
    connect(&m_progressTimer, &QTimer::timeout, this,
            [this] { Q_EMIT progressed(m_finding.fraction()); });
    connect(&view, &ViewState::changed, this, &Searcher::follow);
}

Searcher::~Searcher() = default;

Found Searcher::Table::among(std::shared_ptr<const Selection> all)
{
    std::shared_ptr<const Selection> shown;
    {
        const std::scoped_lock lock(mutex);
        shown = selection;
    }
    Found found{all, shown ? selectBoth(*all, *shown) : all};
    return found;
}

bool Searcher::isSettled() const
{
    return !m_finding.isRunning() && !m_narrowing.isRunning()
           && (m_view.search().isEmpty() || m_view.found().all || m_wasCancelled)
           && m_search == m_view.search() && m_table->selection == m_view.rows().selection();
}

void Searcher::cancel()
{
    if (!m_finding.isRunning())
        return;
    m_wasCancelled = true;
    m_finding.cancel();
}

void Searcher::follow(ViewState::Changes changes)
{
    const auto &shown = m_view.rows().selection();
    const bool isOtherTable = m_table->selection != shown;
    if (isOtherTable) {
        const std::scoped_lock lock(m_table->mutex);
        m_table->selection = shown;
    }
    if (!m_view.snapshot() || m_view.search().isEmpty()) {
        m_finding.abandon();
        m_narrowing.abandon();
        m_progressTimer.stop();
        ++m_number;
        m_search.clear();
        if (std::exchange(m_snapshot, nullptr))
            Q_EMIT progressed(-1);
        return;
    }
    if (changes.testFlag(ViewState::SearchChanged) && m_view.search() != m_search) {
        m_wasCancelled = false;
        start(false);
    } else if (changes.testFlag(ViewState::SnapshotChanged) && !m_finding.isRunning()
               && !m_wasCancelled) {
        start(true);
    } else if (isOtherTable && !m_finding.isRunning()) {
        narrow();
    }
}

/// @param extends  whether what was found in an earlier snapshot is a part of it.
void Searcher::start(bool extends)
{
    m_narrowing.abandon();
    m_search = m_view.search();
    m_snapshot = m_view.snapshot();
    const auto filter = Filter::compile(m_search.toStdString(), m_snapshot->trace);
    if (!filter) { // of a trace that was open before
        m_view.setSearch({});
        return;
    }
    const auto show = [this, table = m_table, snapshot = m_snapshot,
                       number = ++m_number](std::shared_ptr<const Selection> part) {
        QMetaObject::invokeMethod(
            this,
            [this, snapshot, number, found = table->among(std::move(part))] {
                if (number == m_number && m_finding.isRunning())
                    m_view.setFound(found, snapshot);
            },
            Qt::QueuedConnection);
    };
    m_progressTimer.start();
    Q_EMIT progressed(0);
    m_finding.start(
        [snapshot = m_snapshot, filter = *filter, table = m_table, show,
         previous = extends ? m_view.found().all : nullptr](const std::stop_token &stop,
                                                            Progress &progress) -> Result<Found> {
            auto all = selectFiltered(snapshot, *filter, {}, previous, show, stop, progress);
            if (!all)
                return tl::unexpected<Error>(std::move(all).error());
            return table->among(*std::move(all));
        },
        [this](Result<Found> found) { finish(std::move(found)); });
}

void Searcher::finish(Result<Found> found)
{
    m_progressTimer.stop();
    if (found)
        m_view.setFound(*std::move(found), m_snapshot);
    Q_EMIT progressed(-1);
    if (!found) {
        if (m_wasCancelled)
            Q_EMIT cancelled();
        return;
    }
    if (m_view.snapshot() != m_snapshot)
        start(true);
    else
        narrow(); // the table may have become another one behind the last look at it
}

void Searcher::narrow()
{
    const auto all = m_view.found().all;
    if (!all)
        return;
    m_narrowing.start(
        [all, table = m_table](const std::stop_token &, Progress &) { return table->among(all); },
        [this, all](const Found &found) {
            if (m_view.found().all == all)
                m_view.setFound(found, m_snapshot);
        });
}

} // namespace thresher::ui
