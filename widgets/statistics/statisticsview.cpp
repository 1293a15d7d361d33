// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/statistics/statisticsview.h"

#include "model/qt/filteredit.h"
#include "model/qt/numbertext.h"
#include "model/qt/statisticstables.h"
#include "widgets/plot/timeplot.h"
#include "widgets/tables/choicebar.h"
#include "widgets/tables/datatableview.h"
#include "widgets/tables/elidedlabel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr std::uint32_t kColumns = 480; ///< Of the runqueues' length over time.
constexpr int kNotCompared = -1;

} // namespace

StatisticsView::StatisticsView(ViewState &view, QWidget *parent)
    : MeasureView(view, parent)
{
    for (const Scope scope : {Scope::Trace, Scope::Visible, Scope::Selection, Scope::Markers})
        addScope(scope);
    makeBar();
    makeContent();
}

void StatisticsView::makeBar()
{
    m_compare = new QComboBox(this);
    m_compare->setAccessibleName(tr("Range that is compared"));
    m_compare->setToolTip(tr("A second range B beside the first one, A: shares and rates of both, "
                             "and how much more B has"));
    m_compare->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_compare->addItem(tr("Not compared"), kNotCompared);
    for (const Scope scope : {Scope::Trace, Scope::Visible, Scope::Selection, Scope::Markers})
        m_compare->addItem(tr("with: %1").arg(scopeName(scope).toLower()), static_cast<int>(scope));
    m_summary = new ElidedLabel(this);
    auto *save = new QToolButton(this);
    save->setText(tr("CSV…"));
    save->setToolTip(tr("Save the table that is shown as comma separated values"));
    save->setProperty("flat", true);
    bar()->addWidget(m_compare);
    bar()->addSpacing(8);
    bar()->addWidget(m_summary, 1);
    bar()->addWidget(save);
    connect(save, &QToolButton::clicked, this, [this] {
        qobject_cast<DataTableView *>(m_tables->page(m_tables->currentPage()))->saveCsv();
    });
    connect(m_compare, &QComboBox::activated, this, &StatisticsView::measureLater);
}

DataTableView *StatisticsView::addTable(Table table, const QString &title, const QString &name)
{
    auto *shown = new DataTableView(view(), name, m_tables);
    m_tables->addPage(title, shown);
    connect(shown, &DataTableView::rowActivated, this,
            [this, table](const DataRow &row) { showOnly(table, row); });
    connect(shown, &DataTableView::menuRequested, this,
            [this, table](QMenu *menu, const DataRow &row) { addToMenu(table, menu, row); });
    return shown;
}

void StatisticsView::makeContent()
{
    auto *content = new QSplitter(Qt::Horizontal, this);
    content->setHandleWidth(1);
    content->setChildrenCollapsible(false);
    m_tables = new ChoiceBar(content);
    m_tasks = addTable(Table::Tasks, tr("Tasks"), tr("Statistics of tasks"));
    m_cpus = addTable(Table::Cpus, tr("CPUs"), tr("Statistics of CPUs"));
    m_events = addTable(Table::Events, tr("Events"), tr("Statistics of events"));
    m_runqueue = new TimePlot(tr("Tasks that wait for a CPU"), content);
    connect(m_runqueue, &PlotWidget::itemActivated, this, [this](int item) {
        if (m_result && item >= 0 && item < m_runqueue->itemCount())
            showPlace(view(), {m_runqueue->rangeOf(m_runqueue->columnOf(item)), 0}, std::nullopt,
                      scope());
    });
    content->addWidget(m_tables);
    content->addWidget(m_runqueue);
    content->setStretchFactor(0, 1);
    content->setStretchFactor(1, 0);
    content->setSizes({1000, 360});
    setContent(content);
}

std::optional<Scope> StatisticsView::comparedScope() const
{
    const int chosen = m_compare->currentData().toInt();
    return chosen == kNotCompared ? std::nullopt : std::optional(static_cast<Scope>(chosen));
}

void StatisticsView::setComparedScope(std::optional<Scope> scope)
{
    const int at = m_compare->findData(scope ? static_cast<int>(*scope) : kNotCompared);
    if (at < 0 || at == m_compare->currentIndex())
        return;
    m_compare->setCurrentIndex(at);
    measureLater();
}

bool StatisticsView::concerns(ViewState::Changes changes) const
{
    const auto second = comparedScope();
    return second && changesScope(changes, *second);
}

void StatisticsView::request(TimeRange range)
{
    StatisticsRequest request;
    request.range = range;
    request.shown = view().filter();
    request.selection = view().matches();
    request.columns = kColumns;
    std::optional<StatisticsRequest> compared;
    if (const auto second = comparedScope()) {
        const auto other = scopeRange(view(), *second);
        if (!other) {
            setStopped(scopeNeeds(*second));
            Q_EMIT abandoned();
            return;
        }
        compared = request;
        compared->range = *other;
        compared->columns = 0;
    }
    m_asked = view().analysis();
    Q_EMIT wanted(m_asked, request, compared);
}

void StatisticsView::cancel()
{
    Q_EMIT abandoned();
}

void StatisticsView::clear()
{
    m_result.reset();
    m_compared.reset();
    m_measured.reset();
    m_asked.reset();
    for (DataTableView *table : {m_tasks, m_cpus, m_events})
        table->setTable({});
    m_runqueue->setData({});
    m_summary->clear();
}

void StatisticsView::setResult(std::shared_ptr<const Statistics> result,
                               std::shared_ptr<const Statistics> compared)
{
    if (!result || !m_asked)
        return;
    m_result = std::move(result);
    m_compared = std::move(compared);
    m_measured = m_asked;
    fillTables();
    fillSummary();
    fillRunqueue();
    updateMessage();
}

void StatisticsView::fillTables()
{
    const IndexSnapshot &index = *m_measured->index;
    m_tasks->setTable(taskTable(index, *m_result, m_compared.get()));
    m_cpus->setTable(cpuTable(*m_result, m_compared.get()));
    m_events->setTable(eventTable(index, *m_result, m_compared.get()));
}

void StatisticsView::fillRunqueue()
{
    m_runqueue->setVisible(m_result->hasSwitches);
    TimePlotData shown;
    shown.kind = TimePlotData::Kind::Lengths;
    shown.style = timeStyle(view());
    shown.range = m_result->range;
    shown.axisLabel = tr("Tasks that wait");
    std::uint32_t longest = 0;
    for (const RunqueueColumn &column : m_result->runqueue.all) {
        shown.columns.push_back(
            {static_cast<double>(column.max), static_cast<double>(column.mean)});
        longest = std::max(longest, column.max);
    }
    m_runqueue->setData(std::move(shown));
    m_runqueue->setAccessibleDescription(
        tr("At most %1 tasks wait for a CPU at a time.").arg(groupedNumber(longest)));
}

void StatisticsView::fillSummary()
{
    const TimeStyle style = timeStyle(view());
    const auto part = [&](const Statistics &of) {
        QStringList texts{formatDuration(of.range.duration(), style.isNanoseconds),
                          tr("%1 events").arg(groupedNumber(of.events))};
        if (of.hasSwitches)
            texts += tr("%1 on CPUs").arg(formatDuration(of.total.running, style.isNanoseconds));
        return texts.join(u" · "_s);
    };
    QString text = part(*m_result);
    if (m_compared)
        text = u"A: "_s + text + u"    B: "_s + part(*m_compared);
    if (!m_result->hasSwitches)
        text += tr(" · times need sched:sched_switch");
    if (!view().expression().isEmpty())
        text += tr(" · filtered");
    if (!m_measured->isComplete())
        text += tr(" · so far");
    m_summary->setText(text);
    m_summary->setToolTip(text);
}

QString StatisticsView::summary() const
{
    return m_summary->text();
}

QString StatisticsView::resultMessage() const
{
    const bool isEmpty = m_result->tasks.empty() && m_result->cpus.empty()
                         && m_result->eventTypes.empty();
    if (!isEmpty)
        return {};
    return view().expression().isEmpty() ? tr("Nothing happens in this range.")
                                         : tr("Nothing of what the filter shows is in this range.");
}

void StatisticsView::showOnly(Table table, const DataRow &row)
{
    ShowFilter filter = view().filter();
    const bool isOnlyOne = [&] {
        const auto *shown = qobject_cast<DataTableView *>(m_tables->page(static_cast<int>(table)));
        return shown->tableModel().rowCount() == 1;
    }();
    switch (table) {
    case Table::Tasks:
        if (!isOnlyOne || (filter.hiddenTasks.empty() && !filter.hideOtherTasks))
            return showOnlyTask(view(), TaskId{row.key});
        filter.hiddenTasks.clear();
        filter.hideOtherTasks = false;
        break;
    case Table::Cpus:
        if (!isOnlyOne || filter.hiddenCpus.empty())
            return showOnlyCpu(view(), row.key);
        filter.hiddenCpus.clear();
        break;
    case Table::Events:
        if (!isOnlyOne || filter.hiddenEvents.empty())
            return showOnlyEvent(view(), static_cast<EventTypeId>(row.key));
        filter.hiddenEvents.clear();
        break;
    }
    view().setFilter(filter);
}

void StatisticsView::hide(Table table, const DataRow &row)
{
    switch (table) {
    case Table::Tasks:
        return hideTask(view(), TaskId{row.key});
    case Table::Cpus:
        return hideCpu(view(), row.key);
    case Table::Events:
        return thresher::hideEvent(view(), static_cast<EventTypeId>(row.key));
    }
}

void StatisticsView::addToMenu(Table table, QMenu *menu, const DataRow &row)
{
    menu->addAction(tr("Show this only"), this, [this, table, row] { showOnly(table, row); });
    menu->addAction(tr("Hide this"), this, [this, table, row] { hide(table, row); });
    if (row.place)
        menu->addAction(tr("Go to its longest wait"), this, [this, row] {
            showPlace(view(), *row.place, LatencyKind::Wakeup, scope());
        });
    if (!view().expression().isEmpty())
        menu->addAction(tr("Show everything"), this, [this] { showEverything(view()); });
}

} // namespace thresher::ui
