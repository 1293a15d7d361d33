// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/statusbar/statusstrip.h"

#include "model/qt/numbertext.h"
#include "widgets/statusbar/markertext.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kHeight = 28;
constexpr int kMessageMs = 4000;
constexpr int kProgressWidth = 120;

} // namespace

StatusStrip::StatusStrip(ViewState &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_losses(new QToolButton(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QToolButton(this))
    , m_messageTimer(new QTimer(this))
{
    setFixedHeight(kHeight); // whatever comes and goes in it
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 10, 0);
    layout->setSpacing(16);
    for (QLabel **label :
         {&m_message, &m_markers, &m_selection, &m_visible, &m_counts, &m_clock, &m_machine}) {
        *label = new QLabel(this);
        (*label)->setProperty("role", u"secondary"_s);
        (*label)->setTextFormat(Qt::PlainText);
        (*label)->hide();
        layout->addWidget(*label);
    }
    m_selection->setFont(fonts().strong);
    m_selection->setProperty("role", QVariant());
    m_markers->setObjectName(u"markers"_s);
    m_markers->setFont(fonts().strong);
    m_markers->setProperty("role", QVariant());
    m_markers->setTextFormat(Qt::RichText);
    m_markers->setToolTip(tr("Markers; click A or B to go there"));
    connect(m_markers, &QLabel::linkActivated, this, [this](const QString &letter) {
        Q_EMIT markerClicked(letter == u"A"_s ? Marker::A : Marker::B);
    });
    for (QLabel *label : {m_machine, m_clock, m_counts}) // give way first
        label->setMinimumWidth(1);
    layout->addStretch(1);
    m_losses->setProperty("flat", true);
    m_losses->setToolTip(tr("Show what was lost"));
    m_losses->hide();
    layout->addWidget(m_losses);
    m_progressText = new QLabel(this);
    m_progressText->setProperty("role", u"secondary"_s);
    m_progress->setFixedWidth(kProgressWidth);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setProperty("flat", true);
    for (QWidget *widget : {static_cast<QWidget *>(m_progressText),
                            static_cast<QWidget *>(m_progress), static_cast<QWidget *>(m_cancel)}) {
        widget->hide();
        layout->addWidget(widget);
    }
    m_messageTimer->setSingleShot(true);
    connect(m_messageTimer, &QTimer::timeout, m_message, &QWidget::hide);
    connect(m_cancel, &QToolButton::clicked, this, &StatusStrip::cancelRequested);
    connect(m_losses, &QToolButton::clicked, this, &StatusStrip::lossesClicked);
    connect(&view, &ViewState::changed, this, &StatusStrip::update);
    update(ViewState::Changes::fromInt(~0U));
}

void StatusStrip::setText(QLabel *label, const QString &text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

void StatusStrip::setProgress(double fraction, const QString &what)
{
    const bool isOn = fraction >= 0;
    m_progressText->setVisible(isOn);
    m_progress->setVisible(isOn);
    m_cancel->setVisible(isOn);
    if (!isOn)
        return;
    m_progress->setValue(qRound(fraction * 1000));
    m_progressText->setText(tr("%1 %2 %").arg(what).arg(qRound(fraction * 100)));
}

void StatusStrip::say(const QString &message)
{
    setText(m_message, message);
    m_messageTimer->start(kMessageMs);
}

void StatusStrip::update(ViewState::Changes changes)
{
    if (changes
        & (ViewState::SelectedRangeChanged | ViewState::SnapshotChanged
           | ViewState::TimeFormatChanged))
        updateSelection();
    if (changes
        & (ViewState::MarksChanged | ViewState::SnapshotChanged | ViewState::TimeFormatChanged))
        updateMarkers();
    updateFacts();
    if (changes & ViewState::SnapshotChanged)
        updateLosses();
}

void StatusStrip::updateSelection()
{
    const auto range = m_view.selectedRange();
    const TimeStyle style = timeStyle(m_view);
    setText(m_selection,
            range ? tr("%1 – %2   Δ %3")
                        .arg(formatTime(range->begin, style), formatTimeWithUnit(range->end, style),
                             formatDuration(range->duration(), style.isNanoseconds))
                  : QString());
}

void StatusStrip::updateMarkers()
{
    setText(m_markers, m_view.snapshot() ? markerHtml(m_view, Theme::of(this)) : QString());
}

QString StatusStrip::countsText() const
{
    const auto &snapshot = m_view.snapshot();
    if (!snapshot)
        return {};
    const QString all = groupedNumber(snapshot->eventCount);
    const bool hasCondition = !m_view.condition().empty();
    if (m_view.filter().isEmpty() && !hasCondition)
        return tr("%1 events").arg(all);
    if ((!m_view.filter().isEmpty() && !m_view.listed()) || (hasCondition && !m_view.matches()))
        return tr("… of %1 events shown").arg(all);
    const QString table = groupedNumber(m_view.rows().size());
    const QString timeline = groupedNumber(m_view.selection() ? m_view.selection()->count
                                                              : snapshot->eventCount);
    return table == timeline
               ? tr("%1 of %2 events shown").arg(table, all)
               : tr("%1 of %2 events in the table, %3 on the timeline").arg(table, all, timeline);
}

QString StatusStrip::machineText() const
{
    const auto &snapshot = m_view.snapshot();
    const auto &metadata = snapshot->trace->metadata();
    const std::size_t cpus = snapshot->cpus().size();
    QStringList parts;
    if (!metadata.kernel.empty())
        parts += QString::fromStdString(metadata.kernel);
    parts += metadata.cpuCount > cpus ? tr("%1 of %2 CPUs").arg(cpus).arg(metadata.cpuCount)
             : cpus == 1              ? tr("1 CPU")
                                      : tr("%1 CPUs").arg(cpus);
    return parts.join(u", "_s);
}

void StatusStrip::updateFacts()
{
    const auto &snapshot = m_view.snapshot();
    if (!snapshot) {
        for (QLabel *label : {m_visible, m_counts, m_clock, m_machine})
            label->hide();
        return;
    }
    const bool isNs = timeStyle(m_view).isNanoseconds;
    setText(m_visible,
            tr("view %1").arg(formatDurationShort(m_view.visibleRange().duration(), isNs)));
    setText(m_counts, countsText());
    const std::string &clock = snapshot->trace->metadata().clock;
    setText(m_clock, clock.empty() ? QString() : tr("clock %1").arg(QString::fromStdString(clock)));
    setText(m_machine, machineText());
    m_machine->setToolTip(QString::fromStdString(snapshot->trace->metadata().uname));
}

QString StatusStrip::lossText() const
{
    const auto &snapshot = m_view.snapshot();
    if (!snapshot)
        return {};
    QString text;
    if (std::ranges::any_of(snapshot->diagnostics, [](const Diagnostic &diagnostic) {
            return diagnostic.severity == Severity::Error;
        }))
        text = tr("damaged file");
    if (snapshot->lostSpans == 0)
        return text.isEmpty() ? text : u"⚠ "_s + text;
    if (!text.isEmpty())
        text += u" · "_s;
    const QString spans = snapshot->lostSpans == 1
                              ? tr("1 lost span")
                              : tr("%1 lost spans").arg(groupedNumber(snapshot->lostSpans));
    text += snapshot->lostEvents == 0
                ? spans
                : tr("%1: %2 events").arg(spans, groupedNumber(snapshot->lostEvents));
    return u"⚠ "_s + text;
}

void StatusStrip::updateLosses()
{
    const QString text = lossText();
    m_losses->setText(text);
    m_losses->setVisible(!text.isEmpty());
    const QString style = u"QToolButton { color: %1; font-weight: 600; }"_s.arg(
        Theme::of(this).warning.name());
    // Called ten times a second while one records; a style is worked out anew each time.
    if (style != m_losses->styleSheet())
        m_losses->setStyleSheet(style);
}

bool StatusStrip::event(QEvent *event)
{
    const bool isDone = QWidget::event(event);
    // Not on StyleChange: setStyleSheet() itself is one.
    if (event->type() == QEvent::ApplicationPaletteChange) {
        updateLosses();
        updateMarkers();
    }
    return isDone;
}

} // namespace thresher::ui
