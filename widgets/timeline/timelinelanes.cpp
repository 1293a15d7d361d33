// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What TimelineWidget has to do with LaneControl.
#include "widgets/timeline/timelinewidget.h"
#include "widgets/timeline/whydialog.h"

#include <QMouseEvent>
#include <QScrollBar>
#include <QToolButton>

namespace thresher::ui {

void TimelineWidget::connectLanes()
{
    m_lanes = new LaneControl(
        m_state, [this]() -> const TimelineScene & { return scene(); }, this);
    connect(m_lanes, &LaneControl::changed, viewport(), qOverload<>(&QWidget::update));
    connect(m_lanes, &LaneControl::choicesRequested, m_lanesButton, &QToolButton::showMenu);
    connect(m_lanes, &LaneControl::whyRequested, this, [this](quint32 task, qint64 time) {
        auto *dialog = new WhyDialog(m_state, TaskId{task}, time, this);
        dialog->show();
    });
    connect(m_lanes, &LaneControl::revealRequested, this, [this](int top, int height) {
        auto *bar = verticalScrollBar();
        const int room = viewport()->height() - kRulerHeight;
        if (top < bar->value())
            bar->setValue(top);
        else if (top + height > bar->value() + room)
            bar->setValue(top + height - room);
    });
}

bool TimelineWidget::pressesName(const QMouseEvent &event)
{
    const QPoint position = event.position().toPoint();
    if (event.button() != Qt::LeftButton || !m_state.snapshot())
        return false;
    updateScene();
    // Headings are wide, and nothing else is in them.
    const bool isHeading = position.y() >= kRulerHeight
                           && m_scene.layout.headingAt(position.y() - kRulerHeight + m_scene.scroll)
                                  != nullptr;
    if ((position.x() >= kLabelWidth && !isHeading) || !m_lanes->press(position))
        return false;
    m_pressedAt = position;
    return true;
}

} // namespace thresher::ui
