// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <memory>
#include <vector>

namespace thresher {

/// The filters that the user has given names, sorted by these, and those that were used lately.
/// Each is text; whether the trace that is open understands it is told beside it. GUI thread.
class NamedFilters final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        NameColumn, ///< Edited in place: renamed.
        ExpressionColumn, ///< Edited in place.
        ColumnCount
    };
    enum Role {
        ProblemRole = Qt::UserRole, ///< Why the trace does not understand it; empty: it does.
    };

    explicit NamedFilters(QObject *parent = nullptr);

    /// Whose events the expressions are tried on; null: none.
    void setTrace(std::shared_ptr<const TraceFile> trace);

    /// What a name may be: one line, without "=" and not empty; `name` made so.
    [[nodiscard]] static QString cleanName(const QString &name);
    /// Adds it, or gives the filter of that name another expression. Its row; -1 if there is no
    /// name, or too many filters.
    int save(const QString &name, const QString &expression);
    void remove(int row);
    [[nodiscard]] bool has(const QString &name) const;
    [[nodiscard]] QString name(int row) const;
    [[nodiscard]] QString expression(int row) const;
    [[nodiscard]] QString problem(int row) const;

    /// Expressions, the latest first; at most kMostRecent.
    static constexpr qsizetype kMostRecent = 12;
    [[nodiscard]] const QStringList &recent() const { return m_recent; }
    void addRecent(const QString &expression);
    void setRecent(const QStringList &recent);
    /// Why the trace does not understand an expression; empty: it does.
    [[nodiscard]] QString problemOf(const QString &expression) const;

    /// A line "name = expression" each; what begins with # is a remark.
    [[nodiscard]] QString toText() const;
    /// Adds the filters of such a text to those that are there, or in place of those of their
    /// names. Lines that are none are passed over. Returns how many were taken.
    int addText(const QString &text);
    static constexpr int kMostFilters = 500;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

Q_SIGNALS:
    void changed(); ///< Something is to be kept: filters or recent ones.

private:
    struct Entry
    {
        QString name;
        QString expression;
        QString problem;
    };
    [[nodiscard]] std::size_t placeOf(const QString &name) const;
    bool rename(int row, const QString &name);

    std::vector<Entry> m_entries; ///< By name.
    QStringList m_recent;
    std::shared_ptr<const TraceFile> m_trace;
};

} // namespace thresher
