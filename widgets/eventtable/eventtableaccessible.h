// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QAccessibleWidget>

namespace thresher::ui {

class EventTableView;

/// What a screen reader is told of an event table: that it is one, how long, and the current row as
/// its value. Not a cell each: billions of rows are no objects.
class EventTableAccessible final : public QAccessibleWidget
{
public:
    explicit EventTableAccessible(EventTableView *table);

    [[nodiscard]] QString text(QAccessible::Text kind) const override;
    [[nodiscard]] QStringList actionNames() const override;
    void doAction(const QString &name) override;

    /// Makes EventTableViews accessible this way; once a process.
    static void install();

private:
    [[nodiscard]] EventTableView *table() const;
};

} // namespace thresher::ui
