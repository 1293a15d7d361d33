// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QTimer>

#include <vector>

namespace thresher {

/// The CPUs, the tasks, or the events of a trace, with counts and a check box each: what is checked
/// is shown. It reads and changes ViewState::filter(), a part of the expression, and nothing else.
/// Up to some 100,000 rows.
///
/// Only what has an event (or, of tasks, ran) is listed. Rows are in no order, new ones come last
/// while the index is being built; see ShowListProxy. GUI thread.
class ShowListModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Kind : std::uint8_t { Cpus, Tasks, Events };
    enum Column {
        NameColumn, ///< With the check box.
        DetailColumn, ///< PID of a task, system of an event; of CPUs the instances, empty if one.
        CountColumn, ///< Events.
        TimeColumn, ///< ns: a task's time on CPUs, a CPU's busy time. Not of events.
        ColumnCount
    };
    enum Role {
        SortRole = Qt::UserRole, ///< A number or string, by column.
        KeyRole, ///< CpuId, TaskId or EventTypeId as quint32.
        ShareRole, ///< double: count or time as part of the greatest in the list.
        PidRole, ///< int, of tasks.
        BareNameRole ///< comm of a task, name of an event: what colours are made of.
    };

    /// @param view  outlives the model.
    ShowListModel(ViewState &view, Kind kind, QObject *parent = nullptr);

    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] ViewState &view() const { return m_view; }
    [[nodiscard]] bool hasTime() const { return m_kind != Kind::Events; }
    [[nodiscard]] int hiddenCount() const; ///< Of the listed ones. O(rows · log hidden).

    /// Keys are those of KeyRole. Others keep their state.
    void setShown(const std::vector<std::uint32_t> &keys, bool shown);
    /// Hides all but these, also such as will be met later.
    void showOnly(const std::vector<std::uint32_t> &keys);
    void invert(const std::vector<std::uint32_t> &keys);
    void showAll();

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

Q_SIGNALS:
    /// Counts or rows are others: time to sort anew. At most a few times a second.
    void refreshed();
    /// Check boxes are others.
    void shownChanged();

private:
    void follow(ViewState::Changes changes);
    void refresh();
    void readCpus();
    [[nodiscard]] bool counts(std::uint32_t key) const;
    [[nodiscard]] bool isShown(std::uint32_t key) const;
    [[nodiscard]] std::vector<bool> hiddenKeys() const;
    void setHidden(const std::vector<bool> &hidden, bool others, ListForm form = ListForm::Hide);
    [[nodiscard]] std::size_t keyCount() const; ///< Keys are below it.
    [[nodiscard]] QString name(std::uint32_t key) const;
    [[nodiscard]] QString bareName(std::uint32_t key) const;
    [[nodiscard]] QString detail(std::uint32_t key) const;
    [[nodiscard]] std::uint64_t count(std::uint32_t key) const;
    [[nodiscard]] DurationNs time(std::uint32_t key) const;
    [[nodiscard]] double share(std::uint32_t key) const;

    struct Cpu
    {
        bool exists = false;
        std::uint64_t count = 0;
        DurationNs busy = 0;
        QString instances;
    };

    ViewState &m_view;
    Kind m_kind;
    std::shared_ptr<const IndexSnapshot> m_snapshot; ///< What the rows were made of.
    std::vector<std::uint32_t> m_keys; ///< [rows]
    std::vector<bool> m_isListed; ///< By key.
    std::vector<Cpu> m_cpus; ///< By key, of CPUs.
    double m_greatest = 1; ///< Count or time; for ShareRole.
    QTimer m_timer; ///< Counts follow the index at a pace one can read.
};

/// Sorts and searches a ShowListModel. Sorting follows refreshed() only, so that rows do not dance.
class ShowListProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit ShowListProxy(ShowListModel &model, QObject *parent = nullptr);

    /// Shows rows whose name or detail contains `text`, in any case, or matches it if it has a `*`.
    void setSearch(const QString &text);
    /// KeyRole of all rows that the search leaves.
    [[nodiscard]] std::vector<std::uint32_t> keys() const;

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QString m_search;
};

} // namespace thresher
