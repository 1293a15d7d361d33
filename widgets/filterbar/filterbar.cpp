// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/filterbar/filterbar.h"

#include "model/filter/filter.h"
#include "model/qt/numbertext.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/filterbar/filterlibrary.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kClearWidth = 22;
constexpr int kGap = 6;
constexpr int kFieldWithSwitches = 340; ///< The least width of a field beside the switches.

} // namespace

FilterBar::FilterBar(ViewState &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_field(new FilterField(this))
    , m_count(new QLabel(m_field))
    , m_clear(new QToolButton(m_field))
    , m_error(new QLabel(this))
    , m_useButton(new QToolButton(this))
    , m_filtersButton(new QToolButton(this))
    , m_filtersMenu(new QMenu(this))
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
    m_filtersButton->setText(tr("Saved ▾"));
    m_filtersButton->setToolTip(tr("Filters that have names, and those used recently (Alt+Down)"));
    m_filtersButton->setFocusPolicy(Qt::TabFocus);
    m_filtersButton->hide();
    layout->addWidget(m_filtersButton);
    connect(m_filtersButton, &QToolButton::clicked, this, &FilterBar::openFiltersMenu);
    connect(m_filtersMenu, &QMenu::aboutToShow, this, &FilterBar::fillFiltersMenu);
    connect(m_field, &FilterField::menuRequested, this, &FilterBar::openFiltersMenu);
    auto *uses = new QMenu(m_useButton);
    uses->setToolTipsVisible(true);
    m_useButton->setText(tr("In ▾"));
    m_useButton->setToolTip(tr("Where the filter hides, and whether it highlights"));
    m_useButton->setFocusPolicy(Qt::TabFocus);
    m_useButton->setPopupMode(QToolButton::InstantPopup);
    m_useButton->setMenu(uses);
    m_useButton->hide();
    layout->addWidget(m_useButton);
    makeSwitch(tr("Table"), tr("The table shows only events that fulfil the filter"),
               &FilterUse::table);
    makeSwitch(tr("Timeline"), tr("The timeline shows only events that fulfil the filter"),
               &FilterUse::timeline);
    makeSwitch(tr("Highlight"), tr("Events that fulfil the filter are marked on the timeline"),
               &FilterUse::highlight);

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

void FilterBar::makeSwitch(const QString &text, const QString &tip, bool FilterUse::*member)
{
    auto *button = new QToolButton(this);
    QAction *action = m_useButton->menu()->addAction(text);
    button->setText(text);
    button->setToolTip(tip);
    action->setToolTip(tip);
    button->setCheckable(true);
    action->setCheckable(true);
    button->setFocusPolicy(Qt::TabFocus);
    const auto use = [this, member](bool isOn) {
        FilterUse now = m_view.filterUse();
        now.*member = isOn;
        m_view.setFilterUse(now);
    };
    connect(button, &QToolButton::clicked, this, use);
    connect(action, &QAction::triggered, this, use);
    layout()->addWidget(button);
    m_switches.push_back({button, action, member});
}

void FilterBar::arrangeSwitches()
{
    int needed = kFieldWithSwitches;
    if (m_filters != nullptr)
        needed += kGap + m_filtersButton->sizeHint().width();
    for (const Switch &each : m_switches)
        needed += kGap + each.button->sizeHint().width();
    const bool isRoomy = width() >= needed;
    m_useButton->setVisible(!isRoomy);
    for (const Switch &each : m_switches)
        each.button->setVisible(isRoomy);
}

void FilterBar::follow(ViewState::Changes changes)
{
    if (changes & (ViewState::FilterChanged | ViewState::SnapshotChanged)) {
        setEnabled(m_view.snapshot() != nullptr);
        if (m_filters != nullptr)
            m_filters->setTrace(m_view.snapshot() ? m_view.snapshot()->trace : nullptr);
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
    for (const Switch &each : m_switches) {
        each.button->setChecked(use.*each.member);
        each.action->setChecked(use.*each.member);
    }
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
    if (!wanted.isEmpty() && !check(text))
        return;
    if (m_filters != nullptr)
        m_filters->addRecent(wanted);
    m_field->setModified(false);
    m_view.setExpression(wanted);
    updateCount();
}

bool FilterBar::check(const QString &text)
{
    const auto filter = Filter::compile(text.toStdString(), m_view.snapshot()->trace);
    if (!filter)
        showError(filter.error());
    return filter.has_value();
}

void FilterBar::setFilters(NamedFilters *filters)
{
    m_filters = filters;
    m_filtersButton->setVisible(filters != nullptr);
    arrangeSwitches();
    follow(ViewState::SnapshotChanged);
}

void FilterBar::openFiltersMenu()
{
    if (m_filters != nullptr)
        m_filtersMenu->popup(
            m_filtersButton->mapToGlobal(QPoint(0, m_filtersButton->height() + 2)));
}

void FilterBar::fillFiltersMenu()
{
    m_filtersMenu->clear();
    if (m_filters == nullptr)
        return;
    m_filtersMenu->addAction(tr("&Save this filter…"), this, &FilterBar::askForName)
        ->setEnabled(!m_field->text().trimmed().isEmpty());
    m_filtersMenu->addAction(tr("&Manage filters…"), this, &FilterBar::openLibrary);
    m_filtersMenu->addSeparator();
    fillFilterMenu(*m_filtersMenu, *m_filters, [this](const QString &text) { apply(text); });
    // The first to choose, so that Return does something.
    m_filtersMenu->setActiveAction(m_filtersMenu->actions().value(0));
}

void FilterBar::openLibrary()
{
    if (m_filters == nullptr)
        return;
    auto *library = new FilterLibrary(*m_filters, window());
    connect(library, &FilterLibrary::applied, this, &FilterBar::apply);
    library->open();
}

void FilterBar::askForName()
{
    const QString text = m_field->text().trimmed();
    if (m_filters == nullptr || text.isEmpty() || !m_view.snapshot() || !check(text))
        return;
    auto *dialog = new QInputDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"filterName"_s);
    dialog->setWindowTitle(tr("Save the filter"));
    dialog->setLabelText(tr("Its name; one that is there already gets this filter:"));
    dialog->setOkButtonText(tr("Save"));
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, text](const QString &name) { m_filters->save(name, text); });
    dialog->open();
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
    if (taken != m_field->textMargins().right()) // else it would be painted anew all the same
        m_field->setTextMargins(0, 0, taken, 0);
}

void FilterBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrangeSwitches();
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
