// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"
#include "widgets/timeline/taskstory.h"

#include <QDialog>

class QGridLayout;

namespace thresher::ui {

/// Why a task did not run at some time, or what it did: a line each for who woke it, behind whom it
/// waited, who had woken the wakers. A click on a line goes to the event that tells so. GUI thread.
class WhyDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    WhyDialog(ViewState &view, TaskId task, TimeNs time, QWidget *parent = nullptr);

    /// What it says, for tests.
    [[nodiscard]] const std::vector<WhyLine> &lines() const { return m_lines; }
    void goTo(std::size_t line); ///< Does nothing if no event tells of it.

private:
    void addLine(QGridLayout *grid, std::size_t number);

    ViewState &m_view;
    std::shared_ptr<const IndexSnapshot> m_snapshot; ///< Of the events' places.
    std::vector<WhyLine> m_lines;
};

} // namespace thresher::ui
