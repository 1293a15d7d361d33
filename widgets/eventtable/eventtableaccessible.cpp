// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/eventtableaccessible.h"

#include "model/qt/numbertext.h"
#include "widgets/eventtable/eventtableview.h"

namespace thresher::ui {

namespace {

QAccessibleInterface *make(const QString &, QObject *object)
{
    auto *table = qobject_cast<EventTableView *>(object);
    return table != nullptr ? new EventTableAccessible(table) : nullptr;
}

} // namespace

EventTableAccessible::EventTableAccessible(EventTableView *table)
    : QAccessibleWidget(table, QAccessible::Table)
{}

EventTableView *EventTableAccessible::table() const
{
    return static_cast<EventTableView *>(object());
}

QString EventTableAccessible::text(QAccessible::Text kind) const
{
    if (kind == QAccessible::Description)
        return EventTableView::tr("%1 events").arg(groupedNumber(table()->rowCount()));
    if (kind == QAccessible::Value) {
        const auto row = table()->currentRow();
        return row ? table()->rowText(*row) : QString();
    }
    return QAccessibleWidget::text(kind);
}

QStringList EventTableAccessible::actionNames() const
{
    return {increaseAction(), decreaseAction(), setFocusAction()};
}

/// The next and the previous event.
void EventTableAccessible::doAction(const QString &name)
{
    const auto row = table()->currentRow();
    if (name == increaseAction())
        table()->setCurrentRow(row ? *row + 1 : 0);
    else if (name == decreaseAction())
        table()->setCurrentRow(row && *row > 0 ? *row - 1 : 0);
    else
        QAccessibleWidget::doAction(name);
}

void EventTableAccessible::install()
{
    static const bool isInstalled = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    Q_UNUSED(isInstalled)
}

} // namespace thresher::ui
