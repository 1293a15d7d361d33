// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/diagnostics/diagnosticsview.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kPadding = 8; ///< As the header's.

/// Writes times as everywhere, and severities in their colour.
class DiagnosticsDelegate final : public QStyledItemDelegate
{
public:
    DiagnosticsDelegate(const ViewState &view, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_view(view)
    {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Theme &theme = Theme::of(option.widget);
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.selected);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, theme.hovered);
        const bool isNumber = index.column() >= DiagnosticsModel::TimeColumn;
        QString text = index.data().toString();
        if (index.column() == DiagnosticsModel::TimeColumn && index.data().isValid())
            text = formatTime(index.data().toLongLong(), timeStyle(m_view));
        const QRect rect = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        painter->setFont(isNumber ? fonts().mono : fonts().ui);
        painter->setPen(colourOf(theme, index));
        painter->drawText(
            rect, static_cast<int>(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft)),
            painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
    }

private:
    [[nodiscard]] static QColor colourOf(const Theme &theme, const QModelIndex &index)
    {
        if (index.column() == DiagnosticsModel::WhatColumn)
            return theme.text;
        if (index.column() != DiagnosticsModel::SeverityColumn)
            return theme.secondary;
        switch (static_cast<Severity>(index.data(DiagnosticsModel::SeverityRole).toInt())) {
        case Severity::Error:
            return theme.bad;
        case Severity::DataLoss:
            return theme.warning;
        case Severity::Info:
            break;
        }
        return theme.secondary;
    }

    const ViewState &m_view;
};

} // namespace

DiagnosticsView::DiagnosticsView(ViewState &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_model(new DiagnosticsModel(this))
    , m_list(new QTreeView(this))
    , m_empty(new QLabel(this))
{
    m_list->setModel(m_model);
    m_list->setItemDelegate(new DiagnosticsDelegate(view, this));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setAccessibleName(tr("Diagnostics"));
    QHeaderView *header = m_list->header();
    header->setStretchLastSection(false);
    for (const auto &[column, width] : {std::pair{DiagnosticsModel::SeverityColumn, 84},
                                        {DiagnosticsModel::SectionColumn, 132},
                                        {DiagnosticsModel::TimeColumn, 148},
                                        {DiagnosticsModel::CountColumn, 88},
                                        {DiagnosticsModel::BytesColumn, 88},
                                        {DiagnosticsModel::OffsetColumn, 108}})
        header->resizeSection(column, width);
    header->setSectionResizeMode(DiagnosticsModel::WhatColumn, QHeaderView::Stretch);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", u"secondary"_s);
    m_empty->setWordWrap(true);
    m_empty->setMargin(24);
    auto *stack = new QStackedLayout(this);
    stack->addWidget(m_empty);
    stack->addWidget(m_list);
    auto *copy = new QAction(tr("Copy"), m_list);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(copy);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(copy, &QAction::triggered, this, &DiagnosticsView::copyRows);
    connect(m_list, &QTreeView::activated, this,
            [this](const QModelIndex &index) { showPlace(index.row()); });
    connect(&view, &ViewState::changed, this, [this](ViewState::Changes changes) {
        if (changes & ViewState::SnapshotChanged)
            update();
        if (changes & ViewState::TimeFormatChanged)
            m_list->viewport()->update();
    });
    update();
}

void DiagnosticsView::showPlace(int row)
{
    const auto at = static_cast<std::size_t>(row);
    const auto &rows = m_model->diagnostics();
    if (at >= rows.size() || !rows[at].time || !m_view.snapshot())
        return;
    const Diagnostic &diagnostic = rows[at];
    TimeRange range = *diagnostic.time;
    const auto &streams = m_view.snapshot()->streams;
    if (diagnostic.severity == Severity::DataLoss && diagnostic.stream
        && *diagnostic.stream < streams.size()) {
        // Of several losses the next one, then the first again.
        const bool isAgain = m_shownRow == row;
        const auto lost = streams[*diagnostic.stream].lost;
        auto next = isAgain ? std::ranges::upper_bound(lost, m_shownLoss, {}, &LostSpan::begin)
                            : std::ranges::lower_bound(lost, range.begin, {}, &LostSpan::begin);
        if (next == lost.end() || next->begin > range.end)
            next = std::ranges::lower_bound(lost, range.begin, {}, &LostSpan::begin);
        if (next != lost.end() && next->begin <= range.end) {
            range = {next->begin, next->end};
            m_shownLoss = next->begin;
        }
    }
    m_shownRow = row;
    // With as much around it: a loss is understood from what happened before.
    const DurationNs margin = std::max<DurationNs>(range.duration(), 10'000);
    m_view.setVisibleRange({range.begin - margin, range.end + margin}, true);
}

void DiagnosticsView::addNote(Diagnostic note)
{
    update(); // before, since another trace's notes go
    m_notes.push_back(std::move(note));
    update();
}

void DiagnosticsView::update()
{
    const auto &snapshot = m_view.snapshot();
    const auto trace = snapshot ? snapshot->trace : nullptr;
    if (trace != m_trace)
        m_shownRow = -1;
    if (m_trace && trace != m_trace)
        m_notes.clear();
    m_trace = trace;
    std::vector<Diagnostic> all = snapshot ? snapshot->diagnostics : std::vector<Diagnostic>{};
    all.insert(all.end(), m_notes.begin(), m_notes.end());
    const bool isEmpty = all.empty();
    m_model->setDiagnostics(std::move(all));
    hideEmptyColumns();
    m_empty->setText(!snapshot              ? QString()
                     : snapshot->isComplete ? tr("Nothing is wrong with this trace.")
                                            : tr("Nothing wrong so far."));
    static_cast<QStackedLayout *>(layout())->setCurrentIndex(isEmpty ? 0 : 1);
    Q_EMIT titleChanged(title());
}

/// What no row tells would only take room from the sentences.
void DiagnosticsView::hideEmptyColumns()
{
    for (int column = DiagnosticsModel::TimeColumn; column < DiagnosticsModel::ColumnCount;
         ++column) {
        bool isEmpty = true;
        for (int row = 0; row < m_model->rowCount() && isEmpty; ++row)
            isEmpty = m_model->index(row, column).data().toString().isEmpty();
        m_list->setColumnHidden(column, isEmpty);
    }
}

QString DiagnosticsView::title() const
{
    const auto rows = static_cast<std::uint64_t>(m_model->rowCount());
    return rows == 0 ? tr("Diagnostics") : tr("Diagnostics · %1").arg(groupedNumber(rows));
}

void DiagnosticsView::copyRows()
{
    QString text;
    auto rows = m_list->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex &row : rows) {
        QStringList cells;
        for (int column = 0; column < m_model->columnCount(); ++column)
            cells += row.siblingAtColumn(column).data().toString();
        text += cells.join(u'\t') + u'\n';
    }
    if (!text.isEmpty())
        QApplication::clipboard()->setText(text);
}

} // namespace thresher::ui
