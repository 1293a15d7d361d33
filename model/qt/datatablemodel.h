// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <QAbstractTableModel>
#include <QString>
#include <QVariant>

#include <optional>
#include <span>
#include <vector>

/// Tables of numbers: what a latency or statistics view lists.
namespace thresher {

/// What a cell's number is; how it is written is the view's business.
enum class CellUnit : std::uint8_t {
    Text, ///< QString
    Count, ///< qlonglong
    Id, ///< qlonglong that is not counted with: a pid, a CPU.
    Duration, ///< qlonglong, ns (or the clock's ticks)
    Time, ///< qlonglong, ns on the trace's clock
    Percent, ///< double
    Rate, ///< double, per second
};

struct DataColumn
{
    QString key; ///< "run_time": of CSV, without its unit.
    QString title;
    CellUnit unit = CellUnit::Text;
    QString toolTip; ///< May be empty.
    bool hasBar = false; ///< A bar as long as its share of the column's greatest value.
    bool isDifference = false; ///< Is written with a sign.

    friend bool operator==(const DataColumn &, const DataColumn &) = default;
};

/// A place on the timeline that a row is about.
struct DataPlace
{
    TimeRange range;
    CpuId cpu = 0; ///< Of the event at the range's begin.
};

struct DataRow
{
    std::vector<QVariant> cells; ///< One a column; invalid: not known.
    std::uint32_t key = 0; ///< What it is of: a TaskId, a CpuId, an EventTypeId, a number.
    std::optional<TaskId> task; ///< Whose colour it has.
    std::optional<DataPlace> place;
    bool isDoubtful = false; ///< Events were lost meanwhile.
    QString toolTip;
};

struct DataTable
{
    std::vector<DataColumn> columns;
    std::vector<DataRow> rows;
    int sortColumn = 0; ///< To begin with; the largest first.
};

/// A DataTable for views. GUI thread.
class DataTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        ValueRole = Qt::UserRole, ///< The bare number or text; what is sorted by.
        UnitRole, ///< int of CellUnit
        BarRole, ///< 0 to 1; invalid: the column has no bar.
        DoubtfulRole, ///< bool
        DifferenceRole, ///< bool
    };

    explicit DataTableModel(QObject *parent = nullptr);

    /// Rows that lack cells are filled up.
    void setTable(DataTable table);
    [[nodiscard]] const DataTable &table() const { return m_table; }
    /// Null if there is no such row.
    [[nodiscard]] const DataRow *row(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    DataTable m_table;
    std::vector<double> m_greatest; ///< [columns]
};

/// Comma separated values (RFC 4180) for another program: numbers bare, a line of column keys with
/// their units ("run_time_ns") first.
/// @param order  rows, as they shall follow each other.
[[nodiscard]] QString csvText(const DataTable &table, std::span<const int> order,
                              bool isNanoseconds);

} // namespace thresher
