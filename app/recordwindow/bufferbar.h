// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/recordmodel.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace thresher::ui {

/// Which buffer (instance) the pages show and edit, and how many there are. With a single one it is
/// no more than a button that adds another. GUI thread.
class BufferBar final : public QWidget
{
    Q_OBJECT

public:
    /// @param record  outlives it.
    explicit BufferBar(RecordModel &record, QWidget *parent = nullptr);

    [[nodiscard]] QComboBox *choice() const { return m_choice; }
    [[nodiscard]] QToolButton *addButton() const { return m_add; }
    [[nodiscard]] QToolButton *removeButton() const { return m_remove; }

private:
    void refresh();

    RecordModel &m_record;
    QLabel *m_label;
    QComboBox *m_choice;
    QToolButton *m_add;
    QToolButton *m_remove;
};

} // namespace thresher::ui
