// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/filterbar/filterbar.h"

#include "model/filter/filter.h"
#include "model/qt/numbertext.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kClearWidth = 22;
constexpr int kGap = 6;

} // namespace

FilterBar::FilterBar(ViewState &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_field(new FilterField(this))
    , m_count(new QLabel(m_field))
    , m_clear(new QToolButton(m_field))
    , m_error(new QLabel(this))
{
    m_field->setPlaceholderText(tr("Filter: sched_switch: next_comm ~ \"kwork*\""));
    m_field->setAccessibleName(tr("Filter expression"));
    m_field->setMinimumWidth(180);
    m_field->setProvider([this](const std::string &text, std::size_t cursor) {
        return m_view.snapshot() ? completions(text, cursor, *m_view.snapshot())
                                 : std::vector<Completion>();
    });
    m_count->setProperty("role", u"secondary"_s);
    m_count->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_clear->setText(u"✕"_s);
    m_clear->setProperty("flat", true);
    m_clear->setToolTip(tr("No filter"));
    m_clear->setCursor(Qt::ArrowCursor);
    m_clear->setFocusPolicy(Qt::NoFocus);
    m_clear->setStyleSheet(u"QToolButton { padding: 0; }"_s);
    m_error->setWindowFlags(Qt::ToolTip);
    m_error->setProperty("role", u"filterError"_s);
    m_error->setMargin(6);
    m_error->setTextFormat(Qt::PlainText);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(kGap);
    layout->addWidget(m_field, 1);
    layout->addWidget(makeSwitch(
        tr("Table"), tr("The table shows only events that fulfil the filter"), &FilterUse::table));
    layout->addWidget(makeSwitch(tr("Timeline"),
                                 tr("The timeline shows only events that fulfil the filter"),
                                 &FilterUse::timeline));
    layout->addWidget(makeSwitch(tr("Highlight"),
                                 tr("Events that fulfil the filter are marked on the timeline"),
                                 &FilterUse::highlight));

    connect(m_field, &FilterField::applied, this, &FilterBar::apply);
    connect(m_field, &FilterField::left, this, [this] {
        m_field->clearMark();
        m_field->setText(m_view.expression());
        Q_EMIT left();
    });
    connect(m_field, &FilterField::markCleared, this, &FilterBar::hideError);
    connect(m_field, &QLineEdit::textChanged, this, &FilterBar::updateCount);
    connect(m_clear, &QToolButton::clicked, this, [this] {
        m_field->clear();
        apply({});
    });
    connect(&view, &ViewState::changed, this, &FilterBar::follow);
    follow(ViewState::Changes::fromInt(~0U));
}

FilterBar::~FilterBar() = default;

QToolButton *FilterBar::makeSwitch(const QString &text, const QString &tip, bool FilterUse::*member)
{
    auto *button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(tip);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, this, [this, member](bool isOn) {
        FilterUse use = m_view.filterUse();
        use.*member = isOn;
        m_view.setFilterUse(use);
    });
    m_switches.push_back({button, member});
    return button;
}

void FilterBar::follow(ViewState::Changes changes)
{
    if (changes & (ViewState::FilterChanged | ViewState::SnapshotChanged)) {
        setEnabled(m_view.snapshot() != nullptr);
        // What is being written stays.
        if (!m_field->hasFocus() || !m_field->isModified())
            m_field->setText(m_view.expression());
    }
    if (changes & (ViewState::FilterUseChanged | ViewState::FilterChanged))
        updateSwitches();
    if (changes
        & (ViewState::SelectionChanged | ViewState::FilterChanged | ViewState::SnapshotChanged))
        updateCount();
}

void FilterBar::updateSwitches()
{
    const FilterUse use = m_view.filterUse();
    for (const Switch &each : m_switches)
        each.button->setChecked(use.*each.member);
}

void FilterBar::apply(const QString &text)
{
    const auto &snapshot = m_view.snapshot();
    if (!snapshot)
        return;
    if (m_field->text() != text)
        m_field->setText(text);
    m_field->clearMark();
    const QString wanted = text.trimmed();
    if (!wanted.isEmpty()) {
        const auto filter = Filter::compile(text.toStdString(), snapshot->trace);
        if (!filter) {
            showError(filter.error());
            return;
        }
    }
    m_field->setModified(false);
    m_view.setExpression(wanted);
    updateCount();
}

void FilterBar::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void FilterBar::showError(const FilterError &error)
{
    m_field->markWrong(error.range);
    m_error->setText(QString::fromStdString(error.text()));
    m_error->adjustSize();
    placeError();
    m_error->show();
}

void FilterBar::hideError()
{
    m_error->clear();
    m_error->hide();
}

void FilterBar::placeError()
{
    m_error->move(
        m_field->mapToGlobal(QPoint(std::max(0, m_field->markX() - 8), m_field->height() + 2)));
}

QString FilterBar::errorText() const
{
    return m_error->text();
}

void FilterBar::setProgress(double fraction)
{
    m_progress = fraction;
    updateCount();
}

QString FilterBar::countText() const
{
    const auto &snapshot = m_view.snapshot();
    if (!snapshot || m_view.expression().isEmpty()
        || m_field->text().trimmed() != m_view.expression())
        return {};
    const bool hasCondition = !m_view.condition().empty();
    const auto &found = hasCondition ? m_view.matches() : m_view.listed();
    const QString count = found ? groupedNumber(found->count) : u"0"_s;
    if (hasCondition && (m_progress >= 0 || !found))
        return tr("%1 …  %2 %").arg(count).arg(qRound(std::max(0.0, m_progress) * 100));
    return found ? tr("✓ %1 of %2").arg(count, groupedNumber(snapshot->eventCount)) : QString();
}

void FilterBar::updateCount()
{
    m_count->setText(countText());
    m_count->adjustSize();
    const bool hasText = !m_field->text().isEmpty();
    m_clear->setVisible(hasText);
    const int clear = hasText ? kClearWidth : 0;
    const int middle = m_field->height() / 2;
    m_clear->setGeometry(m_field->width() - kClearWidth - 3, middle - 10, kClearWidth, 20);
    m_count->move(m_field->width() - clear - m_count->width() - 8, middle - m_count->height() / 2);
    m_count->setVisible(!m_count->text().isEmpty() && m_count->x() > m_field->width() / 4);
    const int taken = m_count->isHidden() ? clear : m_field->width() - m_count->x();
    m_field->setTextMargins(0, 0, taken, 0);
}

void FilterBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layout()->activate(); // the field's own size is known only then
    updateCount();
}

bool FilterBar::event(QEvent *event)
{
    if (event->type() == QEvent::Hide || event->type() == QEvent::WindowDeactivate)
        m_error->hide();
    return QWidget::event(event);
}

} // namespace thresher::ui
