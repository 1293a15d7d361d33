// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/recordmodel.h"

#include <QWidget>

class QListWidget;
class QPushButton;

namespace thresher::ui {

/// What the kernel is to count and to make by itself beside what is recorded: histograms and
/// latency events of the chosen instance, to be taken away again. Hidden while there is nothing.
/// GUI thread.
class CountsList final : public QWidget
{
    Q_OBJECT

public:
    explicit CountsList(RecordModel &record, QWidget *parent = nullptr);

    [[nodiscard]] QListWidget *list() const { return m_list; }
    [[nodiscard]] QPushButton *removeButton() const { return m_remove; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refresh();
    void removeCurrent();

    RecordModel &m_record;
    QListWidget *m_list; ///< Latencies, then histograms.
    QPushButton *m_remove;
};

} // namespace thresher::ui
