// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/viewchangetext.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

class Texts
{
    Q_DECLARE_TR_FUNCTIONS(ViewChange)

public:
    static QString marker(const ViewChange &change)
    {
        const QString letter = change.marker == Marker::A ? u"A"_s : u"B"_s;
        switch (change.what) {
        case ViewChange::What::SetMarker:
            return tr("set marker %1").arg(letter);
        case ViewChange::What::MoveMarker:
            return tr("move marker %1").arg(letter);
        case ViewChange::What::RemoveMarker:
            return tr("remove marker %1").arg(letter);
        case ViewChange::What::SetMarkers:
            return tr("set the markers");
        default:
            return tr("clear the markers");
        }
    }
    static QString bookmark(const ViewChange &change)
    {
        constexpr qsizetype kLongest = 30; // of a name in a menu
        const QString name = change.name.size() > kLongest ? change.name.left(kLongest) + u'…'
                                                           : change.name;
        switch (change.what) {
        case ViewChange::What::AddBookmark:
            return tr("add bookmark “%1”").arg(name);
        case ViewChange::What::RemoveBookmark:
            return tr("delete bookmark “%1”").arg(name);
        case ViewChange::What::RemoveBookmarks:
            return tr("delete bookmarks");
        case ViewChange::What::RenameBookmark:
            return tr("rename bookmark “%1”").arg(name);
        case ViewChange::What::EditNote:
            return tr("edit the note of “%1”").arg(name);
        case ViewChange::What::MoveBookmark:
            return tr("move bookmark “%1”").arg(name);
        default:
            return tr("change bookmarks");
        }
    }
    static QString other(const ViewChange &change)
    {
        switch (change.what) {
        case ViewChange::What::ChangeFilter:
            return tr("change the filter");
        case ViewChange::What::ClearFilter:
            return tr("clear the filter");
        case ViewChange::What::ChangeShown:
            return tr("show or hide");
        case ViewChange::What::ChangeFilterUse:
            return tr("use the filter otherwise");
        case ViewChange::What::ChangeLanes:
            return tr("change the lanes");
        case ViewChange::What::Select:
            return tr("select a range");
        case ViewChange::What::Deselect:
            return tr("clear the selection");
        default:
            return tr("jump");
        }
    }
};

} // namespace

QString viewChangeText(const ViewChange &change)
{
    if (change.what <= ViewChange::What::ClearMarkers)
        return Texts::marker(change);
    if (change.what <= ViewChange::What::ChangeBookmarks)
        return Texts::bookmark(change);
    return Texts::other(change);
}

} // namespace thresher::ui
