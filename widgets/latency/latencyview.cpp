// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/latency/latencyview.h"

#include "model/qt/filteredit.h"
#include "model/qt/numbertext.h"
#include "widgets/latency/latencyplots.h"
#include "widgets/tables/choicebar.h"
#include "widgets/tables/datatableview.h"
#include "widgets/tables/elidedlabel.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QResizeEvent>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStandardItemModel>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr std::size_t kWorst = 200;
constexpr std::size_t kCalls = 2000; ///< Of calls, whose arguments are looked through.
constexpr std::uint32_t kColumns = 480; ///< Of the plot over time.
constexpr int kRoomForPlots = 1200; ///< From here on both plots are beside the tables.

enum Table { Groups, Worst };

} // namespace

LatencyView::LatencyView(ViewState &view, QWidget *parent)
    : MeasureView(view, parent)
{
    for (const Scope scope : {Scope::Trace, Scope::Visible, Scope::Selection, Scope::Markers})
        addScope(scope);
    makeBar();
    makeContent();
    fillKinds();
    fillGroupings();
    connect(&view, &ViewState::changed, this, [this](ViewState::Changes changes) {
        if (changes & (ViewState::AnalysisChanged | ViewState::SnapshotChanged))
            fillKinds();
    });
}

void LatencyView::makeBar()
{
    m_kind = new QComboBox(this);
    m_kind->setAccessibleName(tr("What is measured"));
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kind->setMinimumContentsLength(13);
    for (std::size_t i = 0; i < kLatencyKinds; ++i)
        m_kind->addItem(latencyKindName(static_cast<LatencyKind>(i)));
    m_grouping = new QComboBox(this);
    m_grouping->setAccessibleName(tr("Groups"));
    m_grouping->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_summary = new ElidedLabel(this);
    auto *save = new QToolButton(this);
    save->setText(tr("CSV…"));
    save->setToolTip(tr("Save the table that is shown as comma separated values"));
    save->setProperty("flat", true);
    bar()->insertWidget(0, m_kind);
    bar()->addWidget(m_grouping);
    bar()->addSpacing(8);
    bar()->addWidget(m_summary, 1);
    bar()->addWidget(save);
    connect(save, &QToolButton::clicked, this,
            [this] { (m_tables->currentPage() == Groups ? m_groups : m_worst)->saveCsv(); });
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        m_kind->setToolTip(latencyKindToolTip(kind()));
        fillGroupings();
        measureLater();
    });
    connect(m_grouping, &QComboBox::activated, this, &LatencyView::measureLater);
}

void LatencyView::makeContent()
{
    m_content = new QSplitter(Qt::Horizontal, this);
    m_content->setHandleWidth(1);
    m_content->setChildrenCollapsible(false);
    m_tables = new ChoiceBar(m_content);
    m_groups = new DataTableView(view(), tr("Latency groups"), m_tables);
    m_worst = new DataTableView(view(), tr("Longest latencies"), m_tables);
    m_tables->addPage(tr("Groups"), m_groups);
    m_tables->addPage(tr("Longest"), m_worst);
    for (DataTableView *table : {m_groups, m_worst}) {
        connect(table, &DataTableView::rowActivated, this, &LatencyView::goToRow);
        connect(table, &DataTableView::menuRequested, this, &LatencyView::addToMenu);
    }
    m_plots = new ChoiceBar(m_content);
    m_histogram = new HistogramPlot(tr("Distribution"), m_plots);
    m_overTime = new TimePlot(tr("Longest over time"), m_plots);
    m_plots->addPage(tr("Distribution"), m_histogram);
    m_plots->addPage(tr("Over time"), m_overTime);
    connect(m_histogram, &PlotWidget::itemActivated, this, &LatencyView::goToBar);
    connect(m_overTime, &PlotWidget::itemActivated, this, &LatencyView::goToPoint);
    m_content->addWidget(m_tables);
    m_content->addWidget(m_plots);
    m_content->setStretchFactor(0, 1);
    m_content->setStretchFactor(1, 1);
    m_content->setSizes({500, 500});
    setContent(m_content);
}

void LatencyView::resizeEvent(QResizeEvent *event)
{
    MeasureView::resizeEvent(event);
    m_plots->setSideBySide(event->size().width() >= kRoomForPlots);
}

LatencyKind LatencyView::kind() const
{
    // Behind the other kinds there is one for each pair.
    const auto at = static_cast<std::size_t>(std::max(0, m_kind->currentIndex()));
    return static_cast<LatencyKind>(std::min(at, kLatencyKinds - 1));
}

void LatencyView::setKind(LatencyKind kind)
{
    m_kind->setCurrentIndex(static_cast<int>(kind));
}

void LatencyView::setPair(std::uint32_t pair)
{
    const auto &analysis = view().analysis();
    if (!analysis || pair >= analysis->pairs.size())
        return;
    fillKinds();
    const int at = m_kind->findData(QString::fromStdString(analysis->pairs[pair].spec.name));
    if (at >= 0)
        m_kind->setCurrentIndex(at);
}

std::string LatencyView::pairName() const
{
    return m_kind->currentData().toString().toStdString();
}

/// A choice for each pair that has slices, in place of the one that says what a pair would need.
void LatencyView::fillPairs()
{
    std::vector<QString> names;
    if (const auto &analysis = view().analysis()) {
        for (const PairSummary &pair : analysis->pairs) {
            const QString name = QString::fromStdString(pair.spec.name);
            if (pair.slices > 0 && std::ranges::find(names, name) == names.end())
                names.push_back(name);
        }
    }
    const int first = static_cast<int>(kLatencyKinds) - 1;
    const int count = std::max(1, static_cast<int>(names.size()));
    bool isSame = m_kind->count() == first + count;
    for (int i = 0; isSame && i < static_cast<int>(names.size()); ++i)
        isSame = m_kind->itemData(first + i) == QVariant(names[static_cast<std::size_t>(i)]);
    if (isSame && (!names.empty() || !m_kind->itemData(first).isValid()))
        return;
    const QString before = m_kind->currentData().toString();
    const int at = m_kind->currentIndex();
    {
        const QSignalBlocker blocker(m_kind);
        while (m_kind->count() > first)
            m_kind->removeItem(m_kind->count() - 1);
        for (const QString &name : names)
            m_kind->addItem(name, name);
        if (names.empty())
            m_kind->addItem(latencyKindName(LatencyKind::Pair));
        const int same = before.isEmpty() ? -1 : m_kind->findData(before);
        m_kind->setCurrentIndex(at < first ? at : same >= 0 ? same : first);
    }
    if (at >= first && m_kind->currentData().toString() != before)
        measureLater();
}

LatencyGrouping LatencyView::grouping() const
{
    return static_cast<LatencyGrouping>(m_grouping->currentData().toInt());
}

void LatencyView::setGrouping(LatencyGrouping grouping)
{
    const int at = m_grouping->findData(static_cast<int>(grouping));
    if (at < 0 || at == m_grouping->currentIndex())
        return;
    m_grouping->setCurrentIndex(at);
    measureLater();
}

/// Those that the trace has no events for say which ones it would take.
void LatencyView::fillKinds()
{
    fillPairs();
    auto *items = qobject_cast<QStandardItemModel *>(m_kind->model());
    const auto &analysis = view().analysis();
    const QFontMetrics metrics(m_kind->font());
    std::optional<LatencyKind> first;
    int width = 0;
    for (std::size_t i = 0; items != nullptr && i < kLatencyKinds; ++i) {
        const auto kind = static_cast<LatencyKind>(i);
        const bool can = !analysis || canMeasure(*analysis, kind);
        if (can && !first)
            first = kind;
        QStandardItem *item = items->item(static_cast<int>(i));
        item->setEnabled(can);
        if (kind == LatencyKind::Pair && item->data(Qt::UserRole).isValid())
            continue; // the pairs have their names
        const QString name = latencyKindName(kind);
        item->setText(can ? name : tr("%1 — record %2").arg(name, latencyKindNeeds(kind)));
        item->setToolTip(can ? latencyKindToolTip(kind) : item->text());
        width = std::max(width, metrics.horizontalAdvance(item->text()) + 40);
    }
    for (int i = static_cast<int>(kLatencyKinds) - 1; items != nullptr && i < m_kind->count();
         ++i) {
        QStandardItem *item = items->item(i);
        if (!item->data(Qt::UserRole).isValid())
            continue;
        item->setEnabled(true);
        item->setToolTip(latencyKindToolTip(LatencyKind::Pair));
        width = std::max(width, metrics.horizontalAdvance(item->text()) + 40);
    }
    m_kind->view()->setMinimumWidth(width);
    // Rather the first that there is than one that says nothing.
    if (analysis && analysis->isComplete() && first && !canMeasure(*analysis, kind()))
        setKind(*first);
}

void LatencyView::fillGroupings()
{
    const LatencyGrouping before = m_grouping->count() > 0 ? grouping() : LatencyGrouping::Task;
    const QSignalBlocker blocker(m_grouping);
    m_grouping->clear();
    const auto add = [this](const QString &text, LatencyGrouping grouping) {
        m_grouping->addItem(text, static_cast<int>(grouping));
    };
    add(tr("All together"), LatencyGrouping::All);
    add(tr("By task"), LatencyGrouping::Task);
    add(tr("By CPU"), LatencyGrouping::Cpu);
    if (hasValues(kind()))
        add(tr("By %1").arg(latencyValueTitle(kind()).toLower()), LatencyGrouping::Value);
    // Whom an interrupt meets says little of it.
    const bool isInterrupt = kind() == LatencyKind::Irq || kind() == LatencyKind::Softirq;
    const LatencyGrouping wanted = isInterrupt && before == LatencyGrouping::Task
                                       ? LatencyGrouping::Value
                                       : before;
    const int at = m_grouping->findData(static_cast<int>(wanted));
    m_grouping->setCurrentIndex(at >= 0 ? at : 1);
}

void LatencyView::request(TimeRange range)
{
    LatencyRequest request;
    request.kind = kind();
    request.range = range;
    request.grouping = grouping();
    request.shown = view().filter();
    request.selection = view().matches();
    request.withCalls = request.kind == LatencyKind::Probe;
    request.worst = request.withCalls ? kCalls : kWorst;
    const auto &pairs = view().analysis()->pairs;
    const auto pair = std::ranges::find_if(
        pairs, [name = pairName()](const PairSummary &each) { return each.spec.name == name; });
    if (request.kind == LatencyKind::Pair && pair != pairs.end())
        request.pair = static_cast<std::uint8_t>(pair - pairs.begin());
    request.columns = kColumns;
    m_asked = view().analysis();
    Q_EMIT wanted(m_asked, request);
}

void LatencyView::cancel()
{
    Q_EMIT abandoned();
}

void LatencyView::clear()
{
    m_result.reset();
    m_measured.reset();
    m_asked.reset();
    for (DataTableView *table : {m_groups, m_worst})
        table->setTable({});
    m_histogram->setData({});
    m_overTime->setData({});
    m_summary->clear();
}

void LatencyView::setResult(std::shared_ptr<const LatencyResult> result)
{
    if (!result || !m_asked)
        return;
    m_result = std::move(result);
    m_measured = m_asked;
    m_groups->setTable(latencyGroupTable(*m_measured, *m_result));
    m_worst->setTable(latencyWorstTable(*m_measured, *m_result));
    fillSummary();
    fillPlots();
    updateMessage();
}

void LatencyView::fillPlots()
{
    const TimeStyle style = timeStyle(view());
    m_histogram->setData(latencyHistogram(*m_result, style));
    m_histogram->setAccessibleDescription(m_summary->text());
    m_overTime->setData(latencyOverTime(*m_result, style));
    m_overTime->setAccessibleDescription(
        tr("The longest of each pixel's time, and how many began in it. %1")
            .arg(m_summary->text()));
}

void LatencyView::fillSummary()
{
    const Distribution &all = m_result->total.durations;
    const bool isNanoseconds = timeStyle(view()).isNanoseconds;
    QStringList parts{tr("%1 measured").arg(groupedNumber(all.count()))};
    for (const auto &[name, percent] :
         {std::pair{u"p50"_s, 50.0}, {u"p99"_s, 99.0}, {u"p99.9"_s, 99.9}})
        parts += name + u' ' + formatDuration(all.percentile(percent), isNanoseconds);
    parts += tr("max %1").arg(formatDuration(all.max(), isNanoseconds));
    if (m_result->lost > 0)
        parts += tr("⚠ %1 doubtful").arg(groupedNumber(m_result->lost));
    if (m_result->unfinished > 0)
        parts += tr("%1 without an end").arg(groupedNumber(m_result->unfinished));
    if (!view().expression().isEmpty())
        parts += tr("filtered");
    if (!m_measured->isComplete() || !m_result->isComplete)
        parts += tr("so far");
    m_summary->setText(parts.join(u" · "_s));
    m_summary->setToolTip(m_summary->text() + u'\n'
                          + tr("Measured is what begins in the range, with its whole length."));
}

QString LatencyView::summary() const
{
    return m_summary->text();
}

QString LatencyView::resultMessage() const
{
    if (m_result->isMissing)
        return tr("This trace cannot tell: record %1.")
            .arg(latencyKindNeeds(m_result->request.kind));
    if (m_result->total.durations.count() > 0)
        return {};
    const QString kind = latencyKindName(m_result->request.kind);
    if (!m_measured->isComplete() || !m_result->isComplete)
        return tr("%1: nothing so far.").arg(kind);
    return view().expression().isEmpty()
               ? tr("%1: nothing that begins in this range ends within the trace.").arg(kind)
               : tr("%1: nothing of what the filter shows begins in this range.").arg(kind);
}

void LatencyView::goTo(const LatencyRow &row)
{
    showPlace(view(), placeOf(row), m_result->request.kind, scope());
}

void LatencyView::goToRow(const DataRow &row)
{
    if (row.place && m_result)
        showPlace(view(), *row.place, m_result->request.kind, scope());
}

void LatencyView::goToBar(int item)
{
    if (!m_result || item < 0 || item >= m_histogram->itemCount())
        return;
    const auto &bar = m_histogram->data().bars[static_cast<std::size_t>(item)];
    if (const auto row = latencyExample(*m_result, bar.low, bar.high))
        goTo(*row);
    else
        Q_EMIT said(
            tr("None of these is the longest anywhere: measure a shorter range to find one"));
}

void LatencyView::goToPoint(int item)
{
    if (!m_result || item < 0 || item >= m_overTime->itemCount())
        return;
    const std::size_t column = m_overTime->columnOf(item);
    if (column < m_result->columns.size() && m_result->columns[column].count > 0)
        goTo(m_result->columns[column].longest);
}

void LatencyView::addToMenu(QMenu *menu, const DataRow &row)
{
    if (row.place)
        menu->addAction(tr("Show on the timeline"), this, [this, row] { goToRow(row); });
    if (row.task) {
        const TaskId task = *row.task;
        menu->addAction(tr("Show this task only"), this,
                        [this, task] { showOnlyTask(view(), task); });
        menu->addAction(tr("Hide this task"), this, [this, task] { hideTask(view(), task); });
    }
    if (!view().expression().isEmpty())
        menu->addAction(tr("Show everything"), this, [this] { showEverything(view()); });
}

} // namespace thresher::ui
