// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probedraft.h"

#include <QAbstractItemModel>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace thresher::ui {

/// What can be known of a place: parameters at entry and what is returned, ticked where they are
/// recorded; members of structs below them, read when they are unfolded. GUI thread.
class ValueTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { Value, Type, Format, ColumnCount };
    enum Role {
        HeadingRole = Qt::UserRole, ///< bool: a title, no value.
        WhyNotRole, ///< Why it cannot be had; empty: it can, or its members can.
        FormatsRole, ///< QStringList, what setData() takes in the column Format.
    };

    explicit ValueTreeModel(QObject *parent = nullptr);
    ~ValueTreeModel() override;

    /// Nothing is ticked afterwards but the return. nullopt: nothing is to be had.
    void setSubject(std::optional<capture::ProbeSubject> subject);
    [[nodiscard]] const std::optional<capture::ProbeSubject> &subject() const { return m_subject; }

    /// valuesChanged() is not sent. Values that the subject has not are left out.
    void setValues(std::vector<capture::DraftValue> values, bool withReturn);
    [[nodiscard]] const std::vector<capture::DraftValue> &values() const { return m_values; }
    [[nodiscard]] bool withReturn() const { return m_withReturn; }

    /// The row of a value, for which members on the way to it are read; invalid: there is none.
    [[nodiscard]] QModelIndex reveal(const std::string &value);
    [[nodiscard]] std::string valueOf(const QModelIndex &index) const; ///< Empty: of a title.

    [[nodiscard]] QModelIndex index(int row, int column,
                                    const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void valuesChanged(); ///< Ticks or formats.

private:
    struct Node;
    [[nodiscard]] Node *nodeOf(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex indexOf(const Node &node, int column = 0) const;
    Node &addSection(const QString &title);
    void addRoot(Node &section, const capture::DescribedValue &described);
    [[nodiscard]] std::vector<std::unique_ptr<Node>> membersOf(Node &node) const;
    void addMembers(Node &parent, const std::string &path, capture::TypeId type,
                    std::vector<std::unique_ptr<Node>> &nodes, int depth) const;
    [[nodiscard]] std::unique_ptr<Node> memberNode(Node &parent, const QString &label,
                                                   std::string value, capture::TypeId type) const;
    [[nodiscard]] bool canUnfold(capture::TypeId type) const;
    [[nodiscard]] const capture::DraftValue *tickOf(const Node &node) const;
    [[nodiscard]] QVariant textOf(const Node &node, int column) const;
    [[nodiscard]] QString formatOf(const Node &node) const;
    void tick(const Node &node, bool isOn);
    void tellChanged(const Node &node);
    void tellAllChanged(const QModelIndex &parent);

    std::optional<capture::ProbeSubject> m_subject;
    std::vector<std::unique_ptr<Node>> m_sections;
    std::vector<capture::DraftValue> m_values;
    bool m_withReturn = false;
};

} // namespace thresher::ui
