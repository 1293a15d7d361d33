// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/eventspage.h"

#include "app/recordwindow/kernelfilter.h"
#include "app/windowparts.h"
#include "capture/eventchoice.h"
#include "capture/eventformat.h"
#include "model/qt/numbertext.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/tables/elidedlabel.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kSearchDelayMs = 60;
constexpr int kRulesHeight = 118;
constexpr int kNameWidth = 250;
constexpr int kMargin = 10;
constexpr int kSpacing = 6;

QVBoxLayout *columnOf(QWidget *widget)
{
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->setSpacing(kSpacing);
    return layout;
}

} // namespace

EventsPage::EventsPage(RecordModel &record, QWidget *parent)
    : QWidget(parent)
    , m_record(record)
    , m_model(new EventTreeModel(record, this))
    , m_proxy(new EventTreeProxy(*m_model, this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeChoice());
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    layout->addWidget(splitter);
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kSearchDelayMs);
    connect(&m_searchTimer, &QTimer::timeout, this, &EventsPage::search);
    connect(&record, &RecordModel::changed, this, &EventsPage::refresh);
    connect(&record, &RecordModel::machineChanged, this, [this] {
        search();
        choose(m_chosen, m_title->text());
    });
    setFocusProxy(m_search);
    refresh();
    choose({}, {});
}

QWidget *EventsPage::makeChoice()
{
    auto *side = new QWidget(this);
    auto *layout = columnOf(side);
    m_search = new QLineEdit(side);
    m_search->setObjectName(u"eventSearch"_s);
    m_search->setPlaceholderText(tr("Search events, or type sched:*  ·  !sched_stat*"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_hint = new ElidedLabel(side);
    m_hint->setProperty("role", u"secondary"_s);
    m_tree = new QTreeView(side);
    m_tree->setObjectName(u"eventTree"_s);
    m_tree->setModel(m_proxy);
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(false);
    m_tree->header()->resizeSection(EventTreeModel::Name, kNameWidth);
    m_tree->setAccessibleName(tr("Events"));
    m_empty = new QLabel(m_tree);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", u"secondary"_s);
    auto *cover = new QVBoxLayout(m_tree);
    cover->addWidget(m_empty);
    m_tickedOnly = new QCheckBox(tr("Ticked ones only"), side);
    m_rules = new QTreeWidget(side);
    m_rules->setObjectName(u"rules"_s);
    m_rules->setHeaderLabels({tr("Recorded"), tr("Events"), tr("Filter and triggers")});
    m_rules->setRootIsDecorated(false);
    m_rules->setFixedHeight(kRulesHeight);
    m_rules->header()->resizeSection(0, kNameWidth - 80);
    m_rules->header()->resizeSection(1, 70);
    m_rules->setAccessibleName(tr("What is recorded"));
    m_rules->installEventFilter(this);
    auto *remove = new QPushButton(tr("Remove"), side);
    remove->setAutoDefault(false);
    remove->setToolTip(tr("Takes away the marked line (Del)"));
    auto *below = new QHBoxLayout;
    below->addWidget(heading(tr("ALL THAT IS CHOSEN"), side), 1);
    below->addWidget(m_tickedOnly);
    below->addWidget(remove);
    layout->addWidget(m_search);
    layout->addWidget(m_hint);
    layout->addWidget(m_tree, 1);
    layout->addLayout(below);
    layout->addWidget(m_rules);
    connect(m_search, &QLineEdit::textChanged, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(m_tickedOnly, &QCheckBox::toggled, this, [this](bool isOn) {
        m_proxy->setTickedOnly(isOn);
        if (isOn)
            m_tree->expandAll();
        showEmptyText();
    });
    connect(remove, &QPushButton::clicked, this, &EventsPage::removeRule);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) {
                const auto place = m_model->placeOf(m_proxy->mapToSource(current));
                if (place.system.empty())
                    return;
                const QString system = fromUtf8(place.system);
                if (place.event.empty())
                    choose(place.system + ":*", tr("All of %1").arg(system));
                else
                    choose(place.system + ':' + place.event, system + u':' + fromUtf8(place.event));
            });
    connect(m_rules, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem *item) {
        if (item == nullptr || item->data(0, Qt::UserRole).toBool())
            return; // an exclusion has no filter
        choose(item->text(0).toStdString(), item->text(0));
    });
    return side;
}

QWidget *EventsPage::makeDetails()
{
    auto *side = new QWidget(this);
    side->setProperty("role", u"panel"_s);
    auto *layout = columnOf(side);
    m_title = new ElidedLabel(side);
    m_title->setProperty("role", u"title"_s);
    m_filter = new FilterField(side);
    m_filter->setObjectName(u"eventFilter"_s);
    m_filter->setProvider([this](const std::string &text, std::size_t cursor) {
        return completeKernelFilter(text, cursor, m_fields);
    });
    m_filterSaid = new QLabel(side);
    m_filterSaid->setWordWrap(true);
    m_filterSaid->setProperty("role", u"secondary"_s);
    m_triggers = new QLineEdit(side);
    m_triggers->setObjectName(u"eventTriggers"_s);
    m_triggers->setFont(fonts().mono);
    m_triggers->setToolTip(tr("What the event sets off; several are separated by ;"));
    m_triggerMenu = new QToolButton(side);
    m_triggerMenu->setText(tr("Add ▾"));
    m_triggerMenu->setPopupMode(QToolButton::InstantPopup);
    makeTriggerMenu();
    m_triggersOnly = new QCheckBox(tr("Do not record it: only this"), side);
    m_format = new QPlainTextEdit(side);
    m_format->setObjectName(u"eventFormat"_s);
    m_format->setReadOnly(true);
    m_format->setFont(fonts().monoSmall);
    m_format->setAccessibleName(tr("Fields of the event"));
    layout->addWidget(m_title);
    layout->addWidget(heading(tr("ONLY IF"), side));
    layout->addWidget(m_filter);
    layout->addWidget(m_filterSaid);
    layout->addWidget(heading(tr("THEN ALSO"), side));
    auto *triggers = new QHBoxLayout;
    triggers->addWidget(m_triggers, 1);
    triggers->addWidget(m_triggerMenu);
    layout->addLayout(triggers);
    layout->addWidget(m_triggersOnly);
    layout->addWidget(heading(tr("FIELDS"), side));
    layout->addWidget(m_format, 1);
    connect(m_filter, &QLineEdit::textChanged, this, [this] {
        if (m_filter->hasFocus()) // else it shows what is
            takeFilter();
    });
    connect(m_filter, &FilterField::applied, this, &EventsPage::recordRequested);
    connect(m_filter, &FilterField::left, this, &EventsPage::left);
    connect(m_triggers, &QLineEdit::textEdited, this, &EventsPage::takeTriggers);
    connect(m_triggersOnly, &QCheckBox::clicked, this, &EventsPage::takeTriggers);
    return side;
}

void EventsPage::makeTriggerMenu()
{
    auto *menu = new QMenu(m_triggerMenu);
    menu->setToolTipsVisible(true);
    struct Entry
    {
        const char *trigger;
        const char *feature;
        QString text;
    };
    const std::vector<Entry> entries{
        {"stacktrace", "stacktrace", tr("Record a kernel stack")},
        {"traceoff", "", tr("Stop recording")},
        {"traceon", "", tr("Go on recording")},
        {"snapshot", "snapshot", tr("Take a snapshot")},
        {"enable_event:SYSTEM:EVENT", "", tr("Switch another event on")},
        {"disable_event:SYSTEM:EVENT", "", tr("Switch another event off")},
        {"hist:keys=FIELD", "hist", tr("Count in a histogram")},
    };
    for (const Entry &entry : entries) {
        const QString trigger = QString::fromLatin1(entry.trigger);
        QAction *action = menu->addAction(entry.text + u"\t"_s + trigger);
        connect(action, &QAction::triggered, this, [this, trigger] {
            const QString before = m_triggers->text().trimmed();
            m_triggers->setText(before.isEmpty() ? trigger : before + u"; "_s + trigger);
            m_triggers->setFocus();
            takeTriggers();
        });
        const std::string feature = entry.feature;
        connect(menu, &QMenu::aboutToShow, action, [this, action, feature] {
            const QString reason = feature.empty() ? QString() : m_record.whyNot(feature);
            action->setEnabled(reason.isEmpty());
            action->setToolTip(reason);
        });
    }
    m_triggerMenu->setMenu(menu);
}

bool EventsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    if (watched == m_rules && key == Qt::Key_Delete) {
        removeRule();
        return true;
    }
    if (watched == m_search && (key == Qt::Key_Return || key == Qt::Key_Enter)) {
        if (m_search->text().trimmed().isEmpty())
            Q_EMIT recordRequested();
        else
            tickSearched();
        return true;
    }
    if (watched == m_search && key == Qt::Key_Down) {
        m_tree->setFocus();
        if (!m_tree->currentIndex().isValid())
            m_tree->setCurrentIndex(m_proxy->index(0, 0));
        return true;
    }
    if (watched == m_search && key == Qt::Key_Escape && !m_search->text().isEmpty()) {
        m_search->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void EventsPage::search()
{
    m_searchTimer.stop();
    const QString text = m_search->text().trimmed();
    m_proxy->setText(text);
    if (text.isEmpty() && !m_tickedOnly->isChecked())
        m_tree->collapseAll();
    else
        m_tree->expandAll();
    const auto &events = m_record.capabilities().events;
    if (text.isEmpty()) {
        m_hint->setText(m_record.hasEvents()
                            ? tr("%1 of %2 events are recorded. Enter records.")
                                  .arg(capture::countRecorded(m_record.instance(), events))
                                  .arg(capture::countMatching("*:*", events))
                            : QString());
    } else {
        const bool isExclusion = text.startsWith(u'!');
        const auto count = capture::countMatching(text.mid(isExclusion ? 1 : 0).toStdString(),
                                                  events);
        m_hint->setText(isExclusion
                            ? tr("Enter leaves out %1 (%2 events)").arg(text.mid(1)).arg(count)
                        : count > 0 || !m_record.hasEvents()
                            ? tr("Enter ticks %1 (%2 events)").arg(text).arg(count)
                            : tr("Space ticks the marked one. A glob, such as *%1*, ticks all that "
                                 "match.")
                                  .arg(text));
    }
    showEmptyText();
}

void EventsPage::tickSearched()
{
    const std::string text = m_search->text().trimmed().toStdString();
    const std::string glob = text.starts_with('!') ? text.substr(1) : text;
    if (m_record.hasEvents() && capture::countMatching(glob, m_record.capabilities().events) == 0) {
        // A part of a name: the only event that has it is meant.
        const QModelIndex system = m_proxy->index(0, 0);
        if (m_proxy->rowCount() != 1 || m_proxy->rowCount(system) != 1) {
            m_tree->setFocus();
            m_tree->setCurrentIndex(m_proxy->index(0, 0, system));
            return;
        }
        const auto place = m_model->placeOf(m_proxy->mapToSource(m_proxy->index(0, 0, system)));
        m_record.editInstance([&](capture::InstanceRequest &request) {
            capture::addGlob(request,
                             (text.starts_with('!') ? "!" : "") + place.system + ':' + place.event);
        });
        m_search->clear();
        return;
    }
    bool isGlob = false;
    m_record.editInstance(
        [&](capture::InstanceRequest &request) { isGlob = capture::addGlob(request, text); });
    if (isGlob)
        m_search->clear();
    else
        m_hint->setText(tr("A name or a glob has letters, digits and _ : * ? . - only"));
}

void EventsPage::showEmptyText()
{
    const bool isEmpty = m_proxy->rowCount() == 0;
    m_empty->setVisible(isEmpty);
    if (!m_record.machine())
        m_empty->setText(tr("Looking at this kernel…"));
    else if (!m_record.hasEvents())
        m_empty->setText(tr("Which events this kernel has is not known: only root may see that. "
                            "Templates and what you type in the field above are recorded all the "
                            "same."));
    else
        m_empty->setText(tr("No event is called so."));
}

void EventsPage::refresh()
{
    refreshRules();
    refreshDetails();
    if (m_search->text().trimmed().isEmpty())
        search();
}

void EventsPage::refreshRules()
{
    const QSignalBlocker blocker(m_rules);
    m_rules->clear();
    const auto &request = m_record.instance();
    const auto &events = m_record.capabilities().events;
    const Theme &theme = Theme::of(this);
    const auto add = [&](const std::string &glob, const QStringList &notes, bool isExclusion) {
        const auto count = capture::countMatching(glob, events);
        auto *item = new QTreeWidgetItem(
            m_rules,
            {isExclusion ? tr("not %1").arg(fromUtf8(glob)) : fromUtf8(glob),
             m_record.hasEvents() ? QString::number(count) : QString(), notes.join(u"; "_s)});
        item->setData(0, Qt::UserRole, isExclusion);
        item->setData(0, Qt::UserRole + 1, fromUtf8(glob));
        if (m_record.hasEvents() && count == 0) {
            item->setForeground(0, theme.faint);
            item->setToolTip(0, tr("This kernel has no event of this name."));
        }
        if (!isExclusion && glob == m_chosen)
            m_rules->setCurrentItem(item);
    };
    for (const capture::EventRequest &rule : request.events) {
        QStringList notes;
        if (!rule.filter.empty())
            notes += tr("if %1").arg(fromUtf8(rule.filter));
        for (const std::string &trigger : rule.triggers)
            notes += fromUtf8(trigger);
        if (rule.triggersOnly)
            notes += tr("not recorded");
        add(rule.match, notes, false);
    }
    for (const std::string &glob : request.exclude)
        add(glob, {}, true);
}

void EventsPage::choose(const std::string &glob, const QString &title)
{
    m_chosen = glob;
    m_title->setText(glob.empty() ? tr("No event is marked") : title);
    m_fields = fieldsOf(m_record.machine(), glob);
    QString text;
    for (const capture::EventField &field : m_fields) {
        if (!field.isCommon)
            text += u"%1  %2\n"_s.arg(fromUtf8(field.name), -22).arg(fromUtf8(field.type));
    }
    const auto colon = glob.find(':');
    if (m_record.machine() && colon != std::string::npos) {
        const auto format = capture::parseEventFormat(
            m_record.machine()->formatOf(glob.substr(0, colon), glob.substr(colon + 1)));
        if (!format.print.empty())
            text += tr("\nPrinted as\n%1").arg(fromUtf8(format.print));
    }
    if (text.isEmpty() && !glob.empty() && m_record.hasEvents())
        text = tr("These events have no field in common, but for common_pid and the like.");
    m_format->setPlainText(text);
    refreshDetails();
}

capture::EventRequest *EventsPage::chosenRule(capture::InstanceRequest &request) const
{
    for (capture::EventRequest &rule : request.events) {
        if (rule.match == m_chosen)
            return &rule;
    }
    return nullptr;
}

void EventsPage::refreshDetails()
{
    capture::InstanceRequest request = m_record.instance();
    const capture::EventRequest *rule = chosenRule(request);
    for (QWidget *const widget :
         std::initializer_list<QWidget *>{m_filter, m_triggers, m_triggerMenu, m_triggersOnly})
        widget->setEnabled(!m_chosen.empty());
    const auto colon = m_chosen.find(':');
    const capture::EventRequest *wider = nullptr;
    if (rule == nullptr && colon != std::string::npos) {
        if (const auto at = capture::ruleOf(request, m_chosen.substr(0, colon),
                                            m_chosen.substr(colon + 1)))
            wider = &request.events[*at];
    }
    m_filter->setPlaceholderText(
        wider != nullptr && !wider->filter.empty()
            ? tr("as %1: %2").arg(fromUtf8(wider->match), fromUtf8(wider->filter))
            : tr("always"));
    const QString filter = rule != nullptr ? fromUtf8(rule->filter) : QString();
    if (m_filter->text() != filter)
        m_filter->setText(filter);
    QStringList triggers;
    if (rule != nullptr) {
        for (const std::string &trigger : rule->triggers)
            triggers += fromUtf8(trigger);
    }
    // What is being typed is not put in order before its writer has done.
    if (!m_triggers->hasFocus())
        m_triggers->setText(triggers.join(u"; "_s));
    m_triggersOnly->setChecked(rule != nullptr && rule->triggersOnly);
    m_triggersOnly->setEnabled(rule != nullptr && !rule->triggers.empty());
    const auto error = checkKernelFilter(filter.toStdString(), m_fields);
    m_filterSaid->setText(error ? fromUtf8(error->text()) : QString());
    m_filterSaid->setVisible(error.has_value());
    m_filterSaid->setProperty("role", u"bad"_s);
    if (error && error->range.end < filter.toStdString().size()) {
        const int cursor = m_filter->cursorPosition();
        m_filter->markWrong(error->range);
        m_filter->setCursorPosition(cursor);
    } else {
        m_filter->clearMark();
    }
}

void EventsPage::takeFilter()
{
    const std::string text = m_filter->text().trimmed().isEmpty() ? std::string()
                                                                  : m_filter->text().toStdString();
    const std::string glob = m_chosen;
    m_record.editInstance([&](capture::InstanceRequest &request) {
        capture::EventRequest *rule = chosenRule(request);
        if (rule == nullptr && text.empty())
            return;
        if (rule == nullptr) {
            std::erase(request.exclude, glob);
            rule = &request.events.emplace_back(capture::EventRequest{glob, {}, {}, false});
        }
        rule->filter = text;
    });
}

void EventsPage::takeTriggers()
{
    const std::string glob = m_chosen;
    m_record.editInstance([&](capture::InstanceRequest &request) {
        std::vector<std::string> triggers;
        for (const QString &each : m_triggers->text().split(u';', Qt::SkipEmptyParts)) {
            if (!each.trimmed().isEmpty())
                triggers.push_back(each.trimmed().toStdString());
        }
        capture::EventRequest *rule = chosenRule(request);
        if (rule == nullptr && triggers.empty())
            return;
        if (rule == nullptr)
            rule = &request.events.emplace_back(capture::EventRequest{glob, {}, {}, false});
        rule->triggers = std::move(triggers);
        rule->triggersOnly = m_triggersOnly->isChecked() && !rule->triggers.empty();
    });
}

void EventsPage::removeRule()
{
    const QTreeWidgetItem *item = m_rules->currentItem();
    if (item == nullptr)
        return;
    const bool isExclusion = item->data(0, Qt::UserRole).toBool();
    const std::string glob = item->data(0, Qt::UserRole + 1).toString().toStdString();
    m_record.editInstance([&](capture::InstanceRequest &request) {
        if (isExclusion)
            std::erase(request.exclude, glob);
        else
            std::erase_if(request.events,
                          [&](const capture::EventRequest &rule) { return rule.match == glob; });
    });
}

} // namespace thresher::ui
