// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/recordmodel.h"

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>

#include <string>
#include <vector>

namespace thresher::ui {

/// The machine's events by system, ticked where they are recorded. Two levels: systems, and the
/// events of each. Ticking changes the RecordModel. GUI thread.
class EventTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { Name, Note, ColumnCount };

    /// @param record  outlives it.
    explicit EventTreeModel(RecordModel &record, QObject *parent = nullptr);

    /// Names of the row; `event` is empty for a system, both for none.
    struct Place
    {
        std::string system;
        std::string event;
    };
    [[nodiscard]] Place placeOf(const QModelIndex &index) const;
    /// Invalid if there is none; `event` empty: of the system.
    [[nodiscard]] QModelIndex indexOf(const std::string &system, const std::string &event) const;

    [[nodiscard]] QModelIndex index(int row, int column,
                                    const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct System
    {
        std::string name;
        std::vector<std::string> events;
        std::vector<bool> isOn; ///< Of each event.
        std::size_t onCount = 0;
    };
    void reload();
    void refresh();
    [[nodiscard]] QVariant systemData(const System &system, int column, int role) const;
    [[nodiscard]] QVariant eventData(const System &system, std::size_t event, int column,
                                     int role) const;

    RecordModel &m_record;
    std::vector<System> m_systems;
};

/// Shows the rows whose "SYSTEM:EVENT" holds a text or, with * ? or :, is matched by a glob as
/// recordings have it; of systems those that have such rows.
class EventTreeProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit EventTreeProxy(EventTreeModel &model, QObject *parent = nullptr);
    void setText(const QString &text); ///< Empty: all.
    void setTickedOnly(bool isTickedOnly);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    EventTreeModel &m_model;
    std::string m_text; ///< Lower case.
    bool m_isGlob = false;
    bool m_isTickedOnly = false;
};

} // namespace thresher::ui
