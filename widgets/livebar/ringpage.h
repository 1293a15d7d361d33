// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/livebar/cpugauges.h"

#include <QWidget>

class QAction;
class QHBoxLayout;
class QTreeWidget;

namespace thresher::ui {

/// In the place of a trace while a ring is recorded, of which nothing is read before its end: what
/// is going on, and why there is nothing to see; of each CPU how full its buffer is and how far
/// back it reaches. GUI thread.
class RingPage final : public QWidget
{
    Q_OBJECT

public:
    explicit RingPage(QWidget *parent = nullptr);

    /// A button for an action; its text is the button's, the action's own the tool tip.
    void addButton(QAction *action, const QString &text);
    /// @param gauges  in the order of the last call, if there are as many.
    void setGauges(const std::vector<CpuGauge> &gauges);

    [[nodiscard]] QTreeWidget *table() const { return m_table; }

private:
    QHBoxLayout *m_buttons;
    QTreeWidget *m_table;
};

} // namespace thresher::ui
