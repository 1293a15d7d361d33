// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/placesmodel.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kBatch = 500; ///< Rows: more than any list shows at once.

} // namespace

PlacesModel::PlacesModel(QObject *parent)
    : QAbstractListModel(parent)
{}

void PlacesModel::setList(PlaceList list)
{
    beginResetModel();
    m_list = std::move(list);
    find();
    endResetModel();
}

void PlacesModel::setText(const QString &text)
{
    std::string wanted = text.trimmed().toStdString();
    if (wanted == m_text)
        return;
    beginResetModel();
    m_text = std::move(wanted);
    find();
    endResetModel();
}

void PlacesModel::find()
{
    m_found = m_list.names ? m_list.names->find(m_text) : std::vector<capture::NameTable::Row>();
    m_given = static_cast<int>(std::min<std::size_t>(m_found.size(), kBatch));
}

std::size_t PlacesModel::nameCount() const
{
    return m_list.names ? m_list.names->size() : 0;
}

PlaceEntry PlacesModel::entryOf(int row) const
{
    return m_list.entry(m_found[static_cast<std::size_t>(row)]);
}

int PlacesModel::firstChoosable() const
{
    for (int row = 0; row < m_given; ++row) {
        if (entryOf(row).whyNot.empty())
            return row;
    }
    return -1;
}

int PlacesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_given;
}

QVariant PlacesModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const auto row = m_found[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) {
        const auto name = (*m_list.names)[row];
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    if (role != NoteRole && role != WhyNotRole && role != OpensRole && role != Qt::ToolTipRole
        && role != Qt::AccessibleDescriptionRole)
        return {};
    const PlaceEntry entry = m_list.entry(row);
    const QString note = QString::fromStdString(entry.note);
    const QString whyNot
        = entry.whyNot.empty()
              ? QString()
              : tr("cannot be probed: %1").arg(QString::fromStdString(entry.whyNot));
    if (role == NoteRole)
        return note;
    if (role == WhyNotRole)
        return whyNot;
    if (role == OpensRole)
        return entry.opens;
    if (role == Qt::AccessibleDescriptionRole)
        return whyNot.isEmpty() ? note : whyNot;
    const QString name = data(index, Qt::DisplayRole).toString();
    const QString more = whyNot.isEmpty() ? note : whyNot;
    return more.isEmpty() ? name : name + u'\n' + more;
}

Qt::ItemFlags PlacesModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const bool canBeChosen = entryOf(index.row()).whyNot.empty();
    return Qt::ItemNeverHasChildren
           | (canBeChosen ? Qt::ItemIsEnabled | Qt::ItemIsSelectable
                          : Qt::ItemFlags(Qt::NoItemFlags));
}

bool PlacesModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && static_cast<std::size_t>(m_given) < m_found.size();
}

void PlacesModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    const int more = static_cast<int>(
        std::min<std::size_t>(m_found.size() - static_cast<std::size_t>(m_given), kBatch));
    beginInsertRows({}, m_given, m_given + more - 1);
    m_given += more;
    endInsertRows();
}

} // namespace thresher::ui
