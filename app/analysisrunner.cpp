// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/analysisrunner.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace thresher::ui {

namespace {

constexpr int kProgressMs = 100;
constexpr int kNice = 10;
/// After the index is being verified, which reads the same disk.
constexpr int kVerifyAfterMs = 3000;
/// Of a trace that is being recorded: between two runs, and by how much longer than one takes.
constexpr qint64 kLeastRenewalMs = 2000;
constexpr qint64 kRestShare = 10;

/// Under Linux of one thread, and of those that it starts from then on.
void yieldToTheWindow()
{
    // Where it is refused, the analysis runs all the same.
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice));
}

} // namespace

AnalysisRunner::AnalysisRunner(ViewState &view, AnalysisOptions options, QObject *parent)
    : QObject(parent)
    , m_view(view)
    , m_options(std::move(options))
{
    m_verifyTimer.setSingleShot(true);
    m_verifyTimer.setInterval(kVerifyAfterMs);
    connect(&m_verifyTimer, &QTimer::timeout, this, &AnalysisRunner::verify);
    m_timer.setInterval(kProgressMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { Q_EMIT progressed(m_job.fraction()); });
    connect(&m_view, &ViewState::changed, this, &AnalysisRunner::followView);
}

AnalysisRunner::~AnalysisRunner() = default;

bool AnalysisRunner::isSettled() const
{
    const auto &snapshot = m_view.snapshot();
    return !isRunning() && (!snapshot || !snapshot->isComplete || snapshot == m_analysed);
}

void AnalysisRunner::setOptions(const AnalysisOptions &options)
{
    const auto textsOf = [](const AnalysisOptions &of) {
        std::vector<std::string> texts;
        for (const PairSpec &pair : of.pairs)
            texts.push_back("pair " + pair.text());
        for (const CounterSpec &counter : of.counters)
            texts.push_back("counter " + counter.text());
        for (const std::string &name : of.leftOut)
            texts.push_back("without " + name);
        return texts;
    };
    const bool isSame = textsOf(options) == textsOf(m_options);
    m_options.pairs = options.pairs;
    m_options.counters = options.counters;
    m_options.leftOut = options.leftOut;
    if (!isSame && m_analysed)
        restart();
}

void AnalysisRunner::setLive(bool isLive)
{
    m_isLive = isLive;
    m_renewAfter = 0;
}

/// The job goes on with what it has begun with: it must get on at all.
void AnalysisRunner::renewLive()
{
    const bool isDue = !m_begun.isValid() || m_begun.elapsed() >= m_renewAfter;
    if (!m_job.isRunning() && isDue)
        start(true);
}

void AnalysisRunner::cancel()
{
    m_job.cancel();
}

void AnalysisRunner::restart()
{
    m_analysed.reset();
    followView(ViewState::SnapshotChanged);
}

void AnalysisRunner::followView(ViewState::Changes changes)
{
    if (!changes.testFlag(ViewState::SnapshotChanged))
        return;
    const auto &snapshot = m_view.snapshot();
    if (snapshot && m_analysed && snapshot == m_analysed)
        return;
    if (m_isLive && snapshot && !snapshot->isComplete && m_analysed
        && m_analysed->trace == snapshot->trace) {
        renewLive();
        return;
    }
    if (m_job.isRunning()) {
        m_job.abandon();
        m_timer.stop();
        Q_EMIT progressed(-1);
    }
    m_mailbox.reset();
    m_analysed.reset();
    m_verifyTimer.stop();
    m_verifying.abandon();
    if (snapshot && (snapshot->isComplete || m_isLive))
        start(m_options.ignoreKept || m_isLive);
}

void AnalysisRunner::start(bool ignoreKept)
{
    m_analysed = m_view.snapshot();
    m_mailbox = std::make_shared<Mailbox>();
    // Worked out anew, parts of it would take from the view what it has.
    const bool isAnew = m_view.analysis() && m_view.analysis()->isComplete();
    const auto post = [this, mailbox = m_mailbox, isAnew](std::shared_ptr<const Analysis> analysis,
                                                          std::shared_ptr<const Marks> texts) {
        const std::scoped_lock lock(mailbox->mutex);
        if (analysis && !isAnew)
            mailbox->latest = std::move(analysis);
        if (texts)
            mailbox->texts = std::move(texts);
        if (!std::exchange(mailbox->isPosted, true))
            QMetaObject::invokeMethod(
                this, [this, mailbox] { take(mailbox); }, Qt::QueuedConnection);
    };
    AnalysisOptions options = m_options;
    options.ignoreKept = ignoreKept;
    if (!m_isLive)
        m_timer.start();
    m_begun.start();
    m_job.start(
        [index = m_analysed, options, post](const std::stop_token &stop, Progress &progress)
            -> Result<std::shared_ptr<const Analysis>> {
            yieldToTheWindow();
            Progress finding; // some ms, beside what follows
            THRESHER_TRY_ASSIGN(Marks texts, Marks::find(index, stop, finding));
            if (texts.size() > 0)
                post(nullptr, std::make_shared<const Marks>(std::move(texts)));
            return analyse(index, options, stop, progress,
                           [&post](std::shared_ptr<const Analysis> analysis) {
                               post(std::move(analysis), nullptr);
                           });
        },
        [this](Result<std::shared_ptr<const Analysis>> result) { finish(std::move(result)); });
}

void AnalysisRunner::take(const std::shared_ptr<Mailbox> &mailbox)
{
    std::shared_ptr<const Analysis> analysis;
    std::shared_ptr<const Marks> texts;
    {
        const std::scoped_lock lock(mailbox->mutex);
        analysis = std::move(mailbox->latest);
        texts = std::move(mailbox->texts);
        mailbox->isPosted = false;
    }
    if (mailbox != m_mailbox)
        return;
    if (texts)
        m_view.setTexts(std::move(texts), m_analysed->trace.get());
    if (analysis)
        m_view.setAnalysis(std::move(analysis));
}

void AnalysisRunner::finish(Result<std::shared_ptr<const Analysis>> result)
{
    m_timer.stop();
    m_renewAfter = std::max<qint64>(kLeastRenewalMs, kRestShare * m_begun.elapsed());
    if (m_mailbox)
        take(m_mailbox); // the last part, or the texts, may still be on their way
    m_mailbox.reset();
    Q_EMIT progressed(-1);
    if (result) {
        if ((*result)->kept)
            m_verifyTimer.start();
        m_view.setAnalysis(*std::move(result));
    } else if (result.error().kind == ErrorKind::Cancelled) {
        Q_EMIT stopped();
    } else {
        Q_EMIT failed(result.error());
    }
}

void AnalysisRunner::verify()
{
    const auto &analysis = m_view.analysis();
    if (!analysis)
        return;
    m_verifying.start(
        [analysis](const std::stop_token &stop, Progress &) {
            yieldToTheWindow();
            return verifyAnalysis(*analysis, stop);
        },
        [this](const Result<bool> &isIntact) {
            if (!isIntact || *isIntact)
                return;
            start(true);
            Q_EMIT foundDamaged();
        });
}

} // namespace thresher::ui
