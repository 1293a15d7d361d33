// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/countslist.h"

#include "app/windowparts.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace thresher::ui {

namespace {

constexpr int kMostRows = 4; ///< Of the list's height.
constexpr int kMargin = 16; ///< As that of the probes' lines.

} // namespace

CountsList::CountsList(RecordModel &record, QWidget *parent)
    : QWidget(parent)
    , m_record(record)
    , m_list(new QListWidget(this))
    , m_remove(new QPushButton(tr("Re&move"), this))
{
    m_list->setObjectName(QStringLiteral("counts"));
    m_list->setAccessibleName(tr("Counted by the kernel"));
    m_list->setFont(fonts().mono);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->installEventFilter(this);
    m_remove->setObjectName(QStringLiteral("removeCount"));
    m_remove->setAutoDefault(false);
    auto *head = new QHBoxLayout;
    head->addWidget(heading(tr("Counted by the kernel"), this));
    head->addStretch(1);
    head->addWidget(m_remove);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, 0, kMargin, kMargin);
    layout->addLayout(head);
    layout->addWidget(m_list);
    connect(m_remove, &QPushButton::clicked, this, &CountsList::removeCurrent);
    connect(m_list, &QListWidget::currentRowChanged, this,
            [this](int row) { m_remove->setEnabled(row >= 0); });
    connect(&record, &RecordModel::changed, this, &CountsList::refresh);
    refresh();
}

void CountsList::refresh()
{
    const int row = m_list->currentRow();
    const capture::InstanceRequest &instance = m_record.instance();
    m_list->clear();
    const auto add = [this](const QString &what, const QString &text) {
        auto *item = new QListWidgetItem(tr("%1 %2").arg(what, text), m_list);
        item->setToolTip(text);
    };
    for (const std::string &latency : instance.latencies)
        add(tr("latency"), fromUtf8(latency));
    for (const capture::HistogramRequest &histogram : instance.histograms)
        add(fromUtf8(histogram.event), fromUtf8(histogram.trigger));
    m_list->setCurrentRow(std::min(std::max(row, 0), m_list->count() - 1));
    m_remove->setEnabled(m_list->currentRow() >= 0);
    const int rows = std::clamp(m_list->count(), 1, kMostRows);
    m_list->setFixedHeight(rows * kRowHeight + 2 * m_list->frameWidth() + 2);
    setVisible(m_list->count() > 0);
}

void CountsList::removeCurrent()
{
    if (m_list->currentRow() < 0)
        return;
    m_record.editInstance([row = static_cast<std::size_t>(m_list->currentRow())](
                              capture::InstanceRequest &instance) {
        const std::size_t latencies = instance.latencies.size();
        if (row < latencies)
            instance.latencies.erase(instance.latencies.begin() + static_cast<std::ptrdiff_t>(row));
        else
            instance.histograms.erase(instance.histograms.begin()
                                      + static_cast<std::ptrdiff_t>(row - latencies));
    });
}

bool CountsList::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Delete) {
        removeCurrent();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace thresher::ui
