// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/tables/measureview.h"

#include <QComboBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kDelayMs = 200; ///< While somebody scrolls nothing is measured.

QString percent(double fraction)
{
    return QString::number(static_cast<int>(std::floor(100 * std::clamp(fraction, 0.0, 1.0))));
}

} // namespace

MeasureView::MeasureView(ViewState &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_scope(new QComboBox(this))
    , m_bar(new QHBoxLayout)
    , m_message(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QToolButton(this))
{
    m_scope->setAccessibleName(tr("Range that is measured"));
    m_scope->setToolTip(tr("Range that is measured"));
    m_scope->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(90);
    m_cancel->setText(tr("cancel"));
    m_cancel->setProperty("flat", true);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setProperty("role", u"secondary"_s);
    m_message->setWordWrap(true);
    m_message->setMargin(24);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(6);
    m_bar->setSpacing(6);
    m_bar->addWidget(m_scope);
    bar->addLayout(m_bar, 1);
    bar->addWidget(m_progress);
    bar->addWidget(m_cancel);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(bar);
    auto *line = new QFrame(this);
    line->setProperty("role", u"line"_s);
    layout->addWidget(line);
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_message);
    layout->addLayout(m_stack, 1);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kDelayMs);
    connect(&m_timer, &QTimer::timeout, this, &MeasureView::measure);
    connect(m_scope, &QComboBox::activated, this, &MeasureView::measureLater);
    connect(m_cancel, &QToolButton::clicked, this, &MeasureView::cancelRequested);
    connect(&view, &ViewState::changed, this, &MeasureView::follow);
    m_progress->hide();
    m_cancel->hide();
}

void MeasureView::addScope(Scope scope)
{
    m_scope->addItem(scopeName(scope), static_cast<int>(scope));
}

void MeasureView::setContent(QWidget *content)
{
    m_stack->addWidget(content);
    updateMessage();
}

Scope MeasureView::scope() const
{
    return static_cast<Scope>(m_scope->currentData().toInt());
}

void MeasureView::setScope(Scope scope)
{
    const int at = m_scope->findData(static_cast<int>(scope));
    if (at < 0 || at == m_scope->currentIndex())
        return;
    m_scope->setCurrentIndex(at);
    measureLater();
}

void MeasureView::setIndexing(double fraction)
{
    m_indexing = fraction;
    updateMessage();
}

void MeasureView::setAnalysing(double fraction)
{
    m_analysing = fraction;
    updateMessage();
}

void MeasureView::setMeasuring(double fraction)
{
    m_measuring = fraction;
    m_progress->setVisible(fraction >= 0);
    m_cancel->setVisible(fraction >= 0);
    m_progress->setValue(static_cast<int>(1000 * std::clamp(fraction, 0.0, 1.0)));
    updateMessage();
}

void MeasureView::setStopped(const QString &why)
{
    m_stopped = why;
    setMeasuring(-1);
}

bool MeasureView::isSettled() const
{
    return !isVisible() || (!m_timer.isActive() && !isMeasuring());
}

void MeasureView::measureLater()
{
    m_isStale = true;
    if (isVisible())
        m_timer.start();
}

void MeasureView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_isStale)
        m_timer.start(0);
}

void MeasureView::follow(ViewState::Changes changes)
{
    const auto trace = m_view.snapshot() ? m_view.snapshot()->trace : nullptr;
    if (trace != m_trace) {
        m_trace = trace;
        m_stopped.clear();
        cancel();
        clear();
        measureLater();
    }
    constexpr auto kAlways = ViewState::AnalysisChanged | ViewState::FilterChanged
                             | ViewState::SelectionChanged;
    if ((changes & kAlways) || changesScope(changes, scope()) || concerns(changes))
        measureLater();
    updateMessage();
}

void MeasureView::measure()
{
    const auto range = scopeRange(m_view, scope());
    if (!isVisible() || !m_view.analysis())
        return; // when it is shown, or there is one
    m_isStale = false;
    m_stopped.clear();
    if (range)
        request(*range);
    else
        cancel();
    updateMessage();
}

QString MeasureView::whyNot() const
{
    if (!m_view.snapshot())
        return tr("No trace is open.");
    if (!m_view.analysis()) {
        if (m_indexing >= 0)
            return tr("The trace is being indexed: %1 %. What tasks did follows.")
                .arg(percent(m_indexing));
        if (m_analysing >= 0)
            return tr("Working out what tasks did: %1 %").arg(percent(m_analysing));
        return m_view.snapshot()->isComplete
                   ? tr("It is not known what tasks did: working it out was stopped.")
                   : tr("The trace is not indexed to its end: continue indexing first.");
    }
    if (!scopeRange(m_view, scope()))
        return scopeNeeds(scope());
    if (!m_stopped.isEmpty())
        return m_stopped;
    if (hasResult())
        return resultMessage();
    return isMeasuring() ? tr("Measuring: %1 %").arg(percent(m_measuring)) : tr("Measuring …");
}

void MeasureView::updateMessage()
{
    if (m_stack->count() < 2)
        return;
    const QString text = whyNot();
    m_message->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 1 : 0);
}

QString MeasureView::message() const
{
    return m_stack->currentIndex() == 0 ? m_message->text() : QString();
}

} // namespace thresher::ui
