// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/functionlistmodel.h"

#include <fnmatch.h>

#include <algorithm>

namespace thresher::ui {

FunctionListModel::FunctionListModel(QObject *parent)
    : QAbstractListModel(parent)
{}

void FunctionListModel::setNames(std::vector<std::string> names)
{
    beginResetModel();
    m_names = std::move(names);
    find();
    endResetModel();
}

void FunctionListModel::setText(const QString &text)
{
    std::string wanted = text.trimmed().toStdString();
    if (wanted == m_text)
        return;
    beginResetModel();
    m_text = std::move(wanted);
    find();
    endResetModel();
}

void FunctionListModel::find()
{
    m_shown.clear();
    const bool isGlob = m_text.find_first_of("*?") != std::string::npos;
    std::vector<std::uint32_t> later;
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        const auto index = static_cast<std::uint32_t>(i);
        const std::string &name = m_names[i];
        if (isGlob) {
            const std::string bare = name.substr(0, name.find(' '));
            if (::fnmatch(m_text.c_str(), bare.c_str(), 0) == 0)
                m_shown.push_back(index);
        } else if (const auto at = name.find(m_text); at == 0) {
            m_shown.push_back(index);
        } else if (at != std::string::npos) {
            later.push_back(index);
        }
    }
    m_shown.insert(m_shown.end(), later.begin(), later.end());
}

std::string FunctionListModel::nameOf(int row) const
{
    const std::string &name = m_names[m_shown[static_cast<std::size_t>(row)]];
    return name.substr(0, name.find(' '));
}

int FunctionListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant FunctionListModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || role != Qt::DisplayRole)
        return {};
    return QString::fromStdString(m_names[m_shown[static_cast<std::size_t>(index.row())]]);
}

} // namespace thresher::ui
