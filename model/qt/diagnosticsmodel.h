// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/diagnostics.h"

#include <QAbstractTableModel>

#include <vector>

namespace thresher {

/// What was wrong with a trace, a row each, in the order it was met. GUI thread.
class DiagnosticsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        SeverityColumn,
        WhatColumn,
        SectionColumn,
        TimeColumn, ///< Begin of what it concerns.
        CountColumn,
        BytesColumn,
        OffsetColumn,
        ColumnCount
    };
    enum Role {
        SeverityRole = Qt::UserRole, ///< int of Severity
        BeginRole, ///< qlonglong, ns; invalid where no time is known.
        EndRole
    };

    explicit DiagnosticsModel(QObject *parent = nullptr);

    /// Replaces all rows. Rows that only grew in number keep the others as they are.
    void setDiagnostics(std::vector<Diagnostic> diagnostics);
    [[nodiscard]] const std::vector<Diagnostic> &diagnostics() const { return m_rows; }
    /// Of that severity, each counted as often as it happened.
    [[nodiscard]] std::uint64_t count(Severity severity) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    std::vector<Diagnostic> m_rows;
};

} // namespace thresher
