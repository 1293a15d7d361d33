// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/bookmarksmodel.h"

#include <QHash>

#include <algorithm>

namespace thresher {

BookmarksModel::BookmarksModel(ViewState &view, QObject *parent)
    : QAbstractTableModel(parent)
    , m_view(view)
{
    connect(&view, &ViewState::changed, this, [this](ViewState::Changes changes) {
        if (changes & ViewState::MarksChanged)
            follow();
    });
    follow();
}

/// Row by row, so that a selection and an open editor stay.
void BookmarksModel::follow()
{
    QHash<quint64, const Bookmark *> now;
    for (const Bookmark &bookmark : m_view.marks().bookmarks())
        now.insert(bookmark.id, &bookmark);
    for (int row = static_cast<int>(m_rows.size()) - 1; row >= 0; --row) {
        const auto found = now.find(m_rows.at(row).id);
        if (found == now.end()) {
            int first = row; // all that go together
            while (first > 0 && !now.contains(m_rows.at(first - 1).id))
                --first;
            beginRemoveRows({}, first, row);
            m_rows.remove(first, row - first + 1);
            endRemoveRows();
            row = first;
            continue;
        }
        if (m_rows.at(row) != **found) {
            m_rows[row] = **found;
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
        now.erase(found);
    }
    if (now.isEmpty())
        return;
    QList<Bookmark> added;
    for (const Bookmark *bookmark : std::as_const(now))
        added.append(*bookmark);
    std::ranges::sort(added, {}, &Bookmark::id);
    const auto first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(added.size()) - 1);
    m_rows.append(added);
    endInsertRows();
}

int BookmarksModel::rowOf(quint64 id) const
{
    const auto found = std::ranges::find(m_rows, id, &Bookmark::id);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int BookmarksModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int BookmarksModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant BookmarksModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Bookmark &bookmark = m_rows.at(index.row());
    if (role == IdRole)
        return bookmark.id;
    if (role == Qt::ToolTipRole && index.column() == NoteColumn)
        return bookmark.note.isEmpty() ? QVariant() : bookmark.note;
    if (role != Qt::DisplayRole && role != Qt::EditRole && role != SortRole)
        return {};
    switch (index.column()) {
    case NameColumn:
        return bookmark.name;
    case TimeColumn:
        return qint64{bookmark.time};
    case LengthColumn:
        if (bookmark.range)
            return qint64{bookmark.range->duration()};
        return role == SortRole ? QVariant(qint64{0}) : QVariant();
    default:
        return bookmark.note;
    }
}

bool BookmarksModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable))
        return false;
    Bookmark bookmark = m_rows.at(index.row());
    (index.column() == NameColumn ? bookmark.name : bookmark.note) = value.toString();
    m_view.setBookmark(bookmark);
    follow(); // at once, since the editor closes now
    return true;
}

Qt::ItemFlags BookmarksModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid()) {
        flags |= Qt::ItemNeverHasChildren;
        if (index.column() == NameColumn || index.column() == NoteColumn)
            flags |= Qt::ItemIsEditable;
    }
    return flags;
}

QVariant BookmarksModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = section == TimeColumn || section == LengthColumn;
        return QVariant::fromValue((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name");
    case TimeColumn:
        return tr("Time");
    case LengthColumn:
        return tr("Length");
    default:
        return tr("Note");
    }
}

} // namespace thresher
