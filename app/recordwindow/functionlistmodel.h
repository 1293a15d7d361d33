// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QAbstractListModel>
#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace thresher::ui {

/// The kernel's functions whose names hold a text or are matched by a glob: some ten thousand
/// names, looked through while one types. Names that begin with the text come first. GUI thread.
class FunctionListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit FunctionListModel(QObject *parent = nullptr);

    /// @param names  as available_filter_functions has them: "vfs_read", "ext4_sync [ext4]".
    void setNames(std::vector<std::string> names);
    void setText(const QString &text); ///< Empty: all. O(names), some ms for 70,000.
    [[nodiscard]] std::size_t nameCount() const { return m_names.size(); }
    /// Without the module.
    [[nodiscard]] std::string nameOf(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    void find();

    std::vector<std::string> m_names;
    std::vector<std::uint32_t> m_shown; ///< Indexes of m_names.
    std::string m_text;
};

} // namespace thresher::ui
