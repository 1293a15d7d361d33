// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/livebar/ringpage.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kColumnWidth = 640;
constexpr int kMargin = 24;
constexpr int kTitleSize = 20;
constexpr int kMostTableHeight = 420;
constexpr int kFillRole = Qt::UserRole; ///< [0, 1]

enum Column : int { Cpu, Filled, Rate, Kept };
constexpr int kWidths[] = {190, 190, 120};

/// A share, as a bar behind its text.
class FillDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const double fill = std::clamp(index.data(kFillRole).toDouble(), 0.0, 1.0);
        QRectF bar = QRectF(option.rect).adjusted(2, 3, -12, -3);
        bar.setWidth(bar.width() * fill);
        QColor colour = Theme::of(option.widget).accent;
        colour.setAlphaF(0.3F);
        painter->fillRect(bar, colour);
        QStyledItemDelegate::paint(painter, option, index);
    }
};

QString keptText(double seconds)
{
    if (seconds <= 0)
        return u"–"_s;
    return RingPage::tr("%1 s").arg(seconds, 0, 'f', seconds < 1 ? 2 : seconds < 100 ? 1 : 0);
}

} // namespace

RingPage::RingPage(QWidget *parent)
    : QWidget(parent)
    , m_buttons(new QHBoxLayout)
    , m_table(new QTreeWidget(this))
{
    auto *title = new QLabel(tr("Recording into a ring"), this);
    QFont big = fonts().strong;
    big.setPixelSize(kTitleSize);
    title->setFont(big);
    auto *why = new QLabel(tr("The events stay in the kernel's buffers, where new ones take the "
                              "place of the oldest. They are read when the recording is stopped; "
                              "until then there is nothing to see here, and recording costs the "
                              "least."),
                           this);
    why->setWordWrap(true);
    m_buttons->setSpacing(8);
    m_buttons->addStretch(1);
    m_table->setObjectName(u"ringTable"_s);
    m_table->setAccessibleName(tr("Buffers of the CPUs"));
    m_table->setHeaderLabels({tr("Buffer"), tr("Filled"), tr("Events/s"), tr("Reaches back")});
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setItemDelegateForColumn(Filled, new FillDelegate(m_table));
    for (int column = Cpu; column < Kept; ++column)
        m_table->header()->resizeSection(column, kWidths[column]);
    for (const int column : {Rate, Kept})
        m_table->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_table->setFixedHeight(m_table->header()->sizeHint().height());
    auto *column = new QVBoxLayout;
    column->setSpacing(12);
    column->addWidget(title);
    column->addWidget(why);
    column->addLayout(m_buttons);
    column->addWidget(m_table);
    column->addStretch(1);
    auto *middle = new QWidget(this);
    middle->setLayout(column);
    middle->setMaximumWidth(kColumnWidth);
    auto *across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(middle, 100);
    across->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->addLayout(across);
}

void RingPage::addButton(QAction *action, const QString &text)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(action->objectName());
    button->setAutoDefault(false);
    const auto follow = [action, button] {
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
    };
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, follow);
    follow();
    m_buttons->insertWidget(m_buttons->count() - 1, button); // before the stretch
}

void RingPage::setGauges(const std::vector<CpuGauge> &gauges)
{
    const auto count = static_cast<int>(gauges.size());
    while (m_table->topLevelItemCount() > count)
        delete m_table->takeTopLevelItem(m_table->topLevelItemCount() - 1);
    for (int i = 0; i < count; ++i) {
        const CpuGauge &gauge = gauges[static_cast<std::size_t>(i)];
        QTreeWidgetItem *item = m_table->topLevelItem(i);
        if (item == nullptr) {
            item = new QTreeWidgetItem(m_table);
            for (const int column : {Rate, Kept})
                item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        }
        item->setText(Cpu, gauge.name);
        item->setData(Filled, kFillRole, gauge.fill);
        item->setText(Filled, tr("%1 %").arg(std::lround(100 * gauge.fill)));
        item->setText(Rate, groupedNumber(static_cast<std::uint64_t>(
                                std::llround(std::max(gauge.eventsPerSecond, 0.0)))));
        item->setText(Kept, keptText(gauge.secondsKept));
    }
    const int rows = count > 0 ? count * m_table->sizeHintForRow(0) : 0;
    m_table->setFixedHeight(m_table->header()->sizeHint().height()
                            + std::min(rows, kMostTableHeight));
}

} // namespace thresher::ui
