// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/speccompletion.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>
#include <vector>

namespace thresher {

/// Which pairs and counters are looked for: the user's own, then the built-in ones that the trace
/// has the events of; each can be switched off. GUI thread.
class SpecList final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        NameColumn, ///< With a check box.
        KindColumn, ///< "Pair", "Counter"
        TextColumn, ///< What it is made of.
        FoundColumn, ///< How many were found in the trace, or why none can be.
        ColumnCount
    };

    explicit SpecList(QObject *parent = nullptr);

    /// Whose events they are made of; null: none. Built-in ones are known once it is indexed.
    void setIndex(const std::shared_ptr<const IndexSnapshot> &index);
    /// What was found.
    void setAnalysis(const std::shared_ptr<const Analysis> &analysis);

    [[nodiscard]] bool isOwn(int row) const;
    [[nodiscard]] SpecKind kind(int row) const;
    [[nodiscard]] QString text(int row) const; ///< As parsePair() and parseCounter() read it.
    /// Adds one of the user's, or replaces that in `row`. @returns its row; -1 if the text is none,
    /// or there are too many.
    int save(SpecKind kind, const QString &text, int row = -1);
    void remove(int row); ///< One of the user's.

    /// What is wrong with a text; nullopt: nothing, as far as is known without a trace.
    [[nodiscard]] std::optional<FilterError> errorOf(SpecKind kind, const QString &text) const;
    /// "12,684 begin events, 12,684 end events in this trace"; empty if it is wrong, or no trace is
    /// open.
    [[nodiscard]] QString countText(SpecKind kind, const QString &text) const;
    [[nodiscard]] const std::shared_ptr<const IndexSnapshot> &snapshot() const { return m_index; }

    /// A line each: "pair NAME: …", "counter NAME: …", "off" before those that are switched off,
    /// "without NAME" of built-in ones; what begins with # is a remark.
    [[nodiscard]] QString toText() const;
    /// Adds what such a text says, in place of those of the same kind and name. Lines that are none
    /// are passed over. @returns how many were taken.
    int addText(const QString &text);
    static constexpr std::size_t kMostSpecs = 200;

    /// What analyse() is to look for.
    [[nodiscard]] AnalysisOptions options() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

Q_SIGNALS:
    void changed(); ///< options() and toText() are others.

private:
    struct Entry
    {
        SpecKind kind = SpecKind::Pair;
        std::string name;
        QString text;
        QString problem;
        bool isOwn = true;
        bool isOn = true;
    };
    [[nodiscard]] const Entry &entry(int row) const { return m_entries[std::size_t(row)]; }
    [[nodiscard]] static std::optional<Entry> read(SpecKind kind, const QString &text);
    int take(Entry entry, int row);
    [[nodiscard]] std::size_t ownCount() const;
    [[nodiscard]] QString foundText(const Entry &entry) const;

    std::vector<Entry> m_entries; ///< The user's first.
    std::vector<std::string> m_off; ///< Names of built-in ones, also of those this trace lacks.
    std::shared_ptr<const IndexSnapshot> m_index;
    std::shared_ptr<const Analysis> m_analysis;
};

} // namespace thresher
