// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/placedelegate.h"

#include "app/probewindow/placesmodel.h"
#include "widgets/theme.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kHeight = 39;
constexpr int kMargin = 12;
constexpr int kNameTop = 4;
constexpr int kNameHeight = 17;
constexpr int kNoteHeight = 14;

} // namespace

void PlaceDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const bool isHovered = option.state.testFlag(QStyle::State_MouseOver)
                           && option.state.testFlag(QStyle::State_Enabled);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (isSelected || isHovered) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(isSelected ? theme.selected : theme.hovered);
        painter->drawRoundedRect(option.rect.adjusted(2, 1, -2, -1), 4, 4);
    }
    const QString whyNot = index.data(PlacesModel::WhyNotRole).toString();
    const QString note = index.data(PlacesModel::NoteRole).toString();
    const bool opens = index.data(PlacesModel::OpensRole).toBool();
    QRect room = option.rect.adjusted(kMargin, kNameTop, -kMargin, 0);
    room.setHeight(kNameHeight);
    if (opens) {
        painter->setPen(theme.faint);
        painter->setFont(fonts().ui);
        painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, u"›"_s);
        room.setRight(room.right() - kMargin);
    }
    QFont name = fonts().mono;
    name.setBold(isSelected);
    painter->setFont(name);
    painter->setPen(whyNot.isEmpty() ? theme.text : theme.faint);
    painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                      QFontMetrics(name).elidedText(index.data(Qt::DisplayRole).toString(),
                                                    Qt::ElideRight, room.width()));
    room.translate(0, kNameHeight);
    room.setHeight(kNoteHeight);
    painter->setFont(fonts().small);
    painter->setPen(whyNot.isEmpty() ? theme.secondary : theme.bad);
    painter->drawText(
        room, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(fonts().small)
            .elidedText(whyNot.isEmpty() ? note : whyNot, Qt::ElideRight, room.width()));
    painter->restore();
}

QSize PlaceDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {option.rect.width(), kHeight};
}

} // namespace thresher::ui
