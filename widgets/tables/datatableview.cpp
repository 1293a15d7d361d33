// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/tables/datatableview.h"

#include "model/qt/numbertext.h"
#include "widgets/tables/datatabledelegate.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFontMetrics>
#include <QHeaderView>
#include <QMenu>
#include <QMessageBox>
#include <QSaveFile>
#include <QSortFilterProxyModel>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kPadding = 8; ///< As the header's.
constexpr int kBarWidth = 56;
constexpr int kWidestText = 260;
constexpr int kRowsMeasured = 200;

/// By the bare numbers; what is not known last in any order.
class ByValue final : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    [[nodiscard]] bool lessThan(const QModelIndex &left, const QModelIndex &right) const override
    {
        const QVariant a = left.data(DataTableModel::ValueRole);
        const QVariant b = right.data(DataTableModel::ValueRole);
        if (!a.isValid() || !b.isValid())
            return a.isValid() != b.isValid() && (sortOrder() == Qt::AscendingOrder) == a.isValid();
        switch (static_cast<CellUnit>(left.data(DataTableModel::UnitRole).toInt())) {
        case CellUnit::Text:
            return QString::compare(a.toString(), b.toString(), Qt::CaseInsensitive) < 0;
        case CellUnit::Percent:
        case CellUnit::Rate:
            return a.toDouble() < b.toDouble();
        case CellUnit::Count:
        case CellUnit::Id:
        case CellUnit::Duration:
        case CellUnit::Time:
            break;
        }
        return a.toLongLong() < b.toLongLong();
    }
};

QString rateText(double rate)
{
    if (rate >= 100)
        return groupedNumber(static_cast<std::uint64_t>(std::min(std::round(rate), 1e18)));
    return QString::number(rate, 'f', rate >= 10 ? 1 : 2);
}

QString unsignedText(const QVariant &value, CellUnit unit, const TimeStyle &style)
{
    switch (unit) {
    case CellUnit::Text:
        return value.toString();
    case CellUnit::Count:
        return groupedNumber(static_cast<std::uint64_t>(std::max(0LL, value.toLongLong())));
    case CellUnit::Id:
        return QString::number(value.toLongLong());
    case CellUnit::Duration:
        return formatDuration(value.toLongLong(), style.isNanoseconds);
    case CellUnit::Time:
        return formatTime(value.toLongLong(), style);
    case CellUnit::Percent:
        return QString::number(value.toDouble(), 'f', 1) + u" %"_s;
    case CellUnit::Rate:
        return rateText(value.toDouble());
    }
    return {};
}

bool isNegative(const QVariant &value, CellUnit unit)
{
    if (unit == CellUnit::Percent || unit == CellUnit::Rate)
        return value.toDouble() < 0;
    return value.toLongLong() < 0;
}

QVariant negated(const QVariant &value, CellUnit unit)
{
    if (unit == CellUnit::Percent || unit == CellUnit::Rate)
        return -value.toDouble();
    return -std::max(value.toLongLong(), -std::numeric_limits<qlonglong>::max());
}

} // namespace

QString cellText(const QVariant &value, CellUnit unit, bool isDifference, const TimeStyle &style)
{
    if (!value.isValid())
        return u"–"_s;
    if (!isDifference || unit == CellUnit::Text)
        return unsignedText(value, unit, style);
    if (isNegative(value, unit))
        return u"−"_s + unsignedText(negated(value, unit), unit, style);
    const QString text = unsignedText(value, unit, style);
    return value.toDouble() == 0 ? text : u"+"_s + text;
}

DataTableView::DataTableView(ViewState &view, const QString &name, QWidget *parent)
    : QTreeView(parent)
    , m_view(view)
    , m_model(new DataTableModel(this))
    , m_sorted(new ByValue(this))
{
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(DataTableModel::ValueRole);
    setModel(m_sorted);
    setItemDelegate(new DataTableDelegate(view, *m_model, this));
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setSortingEnabled(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setAllColumnsShowFocus(true);
    setExpandsOnDoubleClick(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setAccessibleName(name);
    header()->setStretchLastSection(false);
    header()->setSectionsMovable(true);
    connect(this, &QTreeView::activated, this, [this](const QModelIndex &index) {
        if (const DataRow *row = rowOf(index))
            Q_EMIT rowActivated(*row);
    });
    connect(&view, &ViewState::changed, this, [this](ViewState::Changes changes) {
        if (changes & ViewState::TimeFormatChanged)
            viewport()->update();
    });
}

void DataTableView::setTable(DataTable table)
{
    const bool isSame = table.columns == m_model->table().columns;
    // The row that is current now, to find it again. No optional: the compiler loses track of it.
    const DataRow *current = currentRow();
    const bool wasCurrent = current != nullptr;
    const DataRow before = wasCurrent ? *current : DataRow();
    const int sortColumn = table.sortColumn;
    m_model->setTable(std::move(table));
    if (!isSame) {
        sortByColumn(sortColumn, Qt::DescendingOrder);
        fitColumns();
    }
    const auto &rows = m_model->table().rows;
    const auto beginOf = [](const DataRow &row) {
        return row.place ? row.place->range.begin : kTimeMin;
    };
    for (std::size_t i = 0; wasCurrent && i < rows.size(); ++i) {
        if (rows[i].key != before.key || beginOf(rows[i]) != beginOf(before))
            continue;
        const QModelIndex index = m_sorted->mapFromSource(m_model->index(static_cast<int>(i), 0));
        setCurrentIndex(index);
        break;
    }
}

const DataRow *DataTableView::currentRow() const
{
    return rowOf(currentIndex());
}

QModelIndex DataTableView::rowIndex(int shownRow) const
{
    return m_sorted->index(shownRow, 0);
}

const DataRow *DataTableView::rowOf(const QModelIndex &index) const
{
    return index.isValid() ? m_model->row(m_sorted->mapToSource(index).row()) : nullptr;
}

namespace {

/// Of a number that is long for its kind: rows that are not there yet may have it.
QString usualText(CellUnit unit)
{
    switch (unit) {
    case CellUnit::Duration:
        return u"100.000 ms"_s;
    case CellUnit::Percent:
        return u"100.0 %"_s;
    case CellUnit::Count:
    case CellUnit::Rate:
        return u"100,000"_s;
    default:
        return {};
    }
}

} // namespace

/// What is measured: the first rows, the header, and for numbers no less than usual ones need.
void DataTableView::fitColumns()
{
    const TimeStyle style = timeStyle(m_view);
    const auto &table = m_model->table();
    const int count = m_sorted->rowCount();
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const DataColumn &what = table.columns[static_cast<std::size_t>(column)];
        const bool isText = what.unit == CellUnit::Text;
        const QFontMetrics cells(isText ? fonts().ui : fonts().mono);
        int width = QFontMetrics(header()->font()).horizontalAdvance(what.title) + 2 * kPadding
                    + 16; // the sorting mark
        if (const QString usual = usualText(what.unit); !usual.isEmpty())
            width = std::max(width, cells.horizontalAdvance(usual) + 2 * kPadding);
        for (int row = 0; row < std::min(count, kRowsMeasured); ++row) {
            const QVariant value = m_sorted->index(row, column).data(DataTableModel::ValueRole);
            const QString text = cellText(value, what.unit, what.isDifference, style);
            width = std::max(width, cells.horizontalAdvance(text) + 2 * kPadding);
        }
        if (isText)
            width = std::min(width + 8, kWidestText); // a task's mark
        header()->resizeSection(column, width + (what.hasBar ? kBarWidth : 0));
    }
}

QString DataTableView::csv() const
{
    std::vector<int> order;
    for (int row = 0; row < m_sorted->rowCount(); ++row)
        order.push_back(m_sorted->mapToSource(m_sorted->index(row, 0)).row());
    return csvText(m_model->table(), order, timeStyle(m_view).isNanoseconds);
}

QString DataTableView::selectedText() const
{
    const TimeStyle style = timeStyle(m_view);
    QModelIndexList rows = selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, [](const QModelIndex &index) { return index.row(); });
    QString text;
    for (const QModelIndex &row : rows) {
        QStringList cells;
        for (int column = 0; column < m_model->columnCount(); ++column) {
            const DataColumn &what = m_model->table().columns[static_cast<std::size_t>(column)];
            cells += cellText(row.siblingAtColumn(column).data(DataTableModel::ValueRole),
                              what.unit, what.isDifference, style);
        }
        text += cells.join(u'\t') + u'\n';
    }
    return text;
}

void DataTableView::copy()
{
    const QString text = selectedText();
    if (!text.isEmpty())
        QApplication::clipboard()->setText(text);
}

void DataTableView::saveCsv()
{
    auto *dialog = new QFileDialog(this, tr("Save as CSV"), {},
                                   tr("Comma separated values (*.csv);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(accessibleName().toLower().replace(u' ', u'-') + u".csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        QSaveFile file(path);
        const bool isSaved = file.open(QIODevice::WriteOnly) && file.write(csv().toUtf8()) >= 0
                             && file.commit();
        if (!isSaved) {
            auto *box = new QMessageBox(
                QMessageBox::Warning, tr("Save as CSV"),
                tr("%1 could not be written: %2.").arg(path, file.errorString()), QMessageBox::Ok,
                this);
            box->setAttribute(Qt::WA_DeleteOnClose);
            box->open();
        }
    });
    dialog->open();
}

void DataTableView::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const DataRow *row = currentRow())
        Q_EMIT menuRequested(menu, *row);
    if (!menu->isEmpty())
        menu->addSeparator();
    QAction *copyRows = menu->addAction(tr("Copy"), QKeySequence::Copy, this, &DataTableView::copy);
    copyRows->setEnabled(selectionModel()->hasSelection());
    menu->addAction(tr("Select all"), QKeySequence::SelectAll, this, &QTreeView::selectAll);
    menu->addAction(tr("Save as CSV…"), this, &DataTableView::saveCsv);
    menu->popup(event->globalPos());
}

void DataTableView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copy();
        event->accept();
        return;
    }
    QTreeView::keyPressEvent(event);
}

} // namespace thresher::ui
