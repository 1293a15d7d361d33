// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/findbar/findbar.h"

#include "model/filter/filter.h"
#include "model/qt/numbertext.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kTypingMs = 300;

QToolButton *makeButton(const QString &text, const QString &tip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

FindBar::FindBar(ViewState &view, QWidget *parent)
    : QFrame(parent)
    , m_view(view)
    , m_kind(new QComboBox(this))
    , m_field(new QLineEdit(this))
    , m_ignoresCase(makeButton(u"aA"_s, tr("Ignore whether letters are small or capital"), this))
    , m_previous(makeButton(u"‹"_s, tr("Previous (Shift+F3)"), this))
    , m_next(makeButton(u"›"_s, tr("Next (F3)"), this))
    , m_cancel(makeButton(tr("Stop"), tr("Stop searching; what was found stays"), this))
    , m_status(new QLabel(this))
{
    setProperty("role", u"panel"_s);
    setAutoFillBackground(true);
    makeLayout();
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &FindBar::apply);
    connect(m_field, &QLineEdit::textEdited, &m_typing, qOverload<>(&QTimer::start));
    connect(m_kind, &QComboBox::currentIndexChanged, this, &FindBar::apply);
    connect(m_ignoresCase, &QToolButton::toggled, this, &FindBar::apply);
    connect(m_previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(1); });
    connect(m_cancel, &QToolButton::clicked, this, &FindBar::cancelRequested);
    connect(&view, &ViewState::changed, this, &FindBar::follow);
    m_field->installEventFilter(this);
    hide();
    updateStatus();
}

FindBar::~FindBar() = default;

void FindBar::makeLayout()
{
    m_kind->addItem(tr("Text"), static_cast<int>(SearchKind::Text));
    m_kind->addItem(tr("Glob"), static_cast<int>(SearchKind::Glob));
    m_kind->addItem(tr("Regular expression"), static_cast<int>(SearchKind::Regex));
    m_kind->addItem(tr("Filter expression"), static_cast<int>(SearchKind::Expression));
    m_kind->setToolTip(tr("How what is written is meant. All but an expression is searched for in "
                          "the names of events and tasks, and in what is printed of the event."));
    m_kind->setAccessibleName(tr("How it is meant"));
    m_field->setFont(fonts().mono);
    m_field->setPlaceholderText(tr("Find"));
    m_field->setAccessibleName(tr("What is searched for"));
    m_field->setMaxLength(static_cast<int>(FilterExpr::kMaxLength));
    m_field->setMinimumWidth(180);
    m_field->setClearButtonEnabled(true);
    m_ignoresCase->setCheckable(true);
    m_status->setTextFormat(Qt::PlainText);
    m_status->setMinimumWidth(60);
    auto *close = makeButton(u"✕"_s, tr("End the search (Esc)"), this);
    close->setProperty("flat", true);
    connect(close, &QToolButton::clicked, this, &FindBar::close);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 4, 8, 4);
    layout->setSpacing(6);
    layout->addWidget(m_kind);
    layout->addWidget(m_field, 2);
    for (QToolButton *button : {m_ignoresCase, m_previous, m_next})
        layout->addWidget(button);
    layout->addSpacing(6);
    layout->addWidget(m_status, 3);
    layout->addWidget(m_cancel);
    layout->addWidget(close);
}

void FindBar::open()
{
    if (!m_view.snapshot())
        return;
    const bool wasHidden = isHidden();
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    if (wasHidden)
        apply();
}

void FindBar::close()
{
    m_typing.stop();
    m_wanted = 0;
    m_wrapped = 0;
    hide();
    m_view.setSearch({});
    Q_EMIT left();
}

void FindBar::setText(const QString &text, SearchKind kind)
{
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(kind)));
    m_field->setText(text);
    apply();
}

SearchKind FindBar::kind() const
{
    return static_cast<SearchKind>(m_kind->currentData().toInt());
}

void FindBar::apply()
{
    m_typing.stop();
    const SearchKind kind = this->kind();
    m_ignoresCase->setEnabled(kind == SearchKind::Text || kind == SearchKind::Glob);
    const auto &snapshot = m_view.snapshot();
    if (!snapshot || isHidden())
        return;
    m_error.clear();
    QString wanted;
    const auto expr = searchFor(m_field->text().toStdString(), kind, m_ignoresCase->isChecked());
    if (expr && !expr->isEmpty()) {
        if (const auto filter = Filter::compile(*expr, snapshot->trace))
            wanted = QString::fromStdString((*filter)->text());
        else
            m_error = QString::fromStdString(filter.error().text());
    } else if (!expr) {
        m_error = QString::fromStdString(expr.error().text());
    }
    if (wanted != m_view.search()) {
        m_isStopped = false;
        m_wanted = 0;
        m_wrapped = 0;
    }
    m_view.setSearch(wanted);
    updateStatus();
}

void FindBar::step(int direction)
{
    if (isHidden() || m_typing.isActive()) {
        open();
        apply();
    }
    if (m_view.search().isEmpty())
        return;
    m_wanted = direction;
    tryStep();
    updateStatus();
}

void FindBar::tryStep()
{
    if (m_wanted == 0)
        return;
    const FoundStep step = showFound(m_view, m_wanted);
    if (step == FoundStep::NotYet && !m_isStopped)
        return;
    m_wrapped = step == FoundStep::WrappedAround ? m_wanted : 0;
    m_wanted = 0;
}

void FindBar::follow(ViewState::Changes changes)
{
    if (changes.testFlag(ViewState::SnapshotChanged) && !m_view.snapshot()) {
        hide();
        return;
    }
    if (isHidden())
        return;
    // Another trace has no search, but the bar still has one.
    if (changes.testFlag(ViewState::SnapshotChanged) && m_view.search().isEmpty())
        apply();
    if (changes.testFlag(ViewState::FoundChanged))
        tryStep();
    updateStatus();
}

void FindBar::setProgress(double fraction)
{
    m_progress = fraction;
    updateStatus();
}

void FindBar::setStopped()
{
    m_isStopped = true;
    m_wanted = 0;
    updateStatus();
}

QString FindBar::hiddenText() const
{
    const Found &found = m_view.found();
    const std::uint64_t hidden = found.all && found.shown ? found.all->count - found.shown->count
                                                          : 0;
    return hidden == 0 ? QString() : tr("%1 more hidden by the filter").arg(groupedNumber(hidden));
}

QString FindBar::countText() const
{
    const RowOrder rows = m_view.foundRows();
    const QString all = groupedNumber(rows.size());
    if (const auto current = m_view.currentEvent(); current && rows.size() > 0) {
        if (const Row row = rows.rowOf(*current); rows.at(row) == current)
            return tr("%1 of %2").arg(groupedNumber(row + 1), all);
    }
    return tr("%1 found").arg(all);
}

QString FindBar::statusText() const
{
    if (!m_error.isEmpty())
        return m_error;
    if (m_view.search().isEmpty())
        return {};
    const Found &found = m_view.found();
    const bool isRunning = m_progress >= 0 || (!found.all && !m_isStopped);
    QStringList parts;
    if (!isRunning && !m_isStopped && found.shown && found.shown->count == 0)
        parts += found.all->count == 0 ? tr("Not found") : tr("Not found among what is shown");
    else
        parts += countText();
    if (const QString hidden = hiddenText(); !hidden.isEmpty())
        parts += hidden;
    if (isRunning)
        parts += tr("searching … %1 %").arg(qRound(std::max(0.0, m_progress) * 100));
    else if (m_isStopped)
        parts += tr("stopped before the end");
    if (m_wrapped != 0)
        parts += m_wrapped > 0 ? tr("went on from the begin") : tr("went on from the end");
    return parts.join(u" · "_s);
}

void FindBar::updateStatus()
{
    m_cancel->setVisible(m_progress >= 0 && !m_view.search().isEmpty());
    const bool canStep = !m_view.search().isEmpty();
    m_previous->setEnabled(canStep);
    m_next->setEnabled(canStep);
    const QString text = statusText();
    if (text == m_status->text())
        return;
    m_status->setText(text);
    m_status->setToolTip(text);
    QPalette colours = palette();
    if (!m_error.isEmpty())
        colours.setColor(QPalette::WindowText, Theme::of(this).bad);
    m_status->setPalette(colours);
}

bool FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        step(key->modifiers().testFlag(Qt::ShiftModifier) ? -1 : 1);
        return true;
    case Qt::Key_Escape:
        close();
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

} // namespace thresher::ui
