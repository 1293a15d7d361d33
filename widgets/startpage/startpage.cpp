// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/startpage/startpage.h"

#include "model/qt/numbertext.h"
#include "widgets/startpage/recentrow.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kColumnWidth = 640;
constexpr int kMargin = 24; ///< Around the column in a low window.

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setProperty("role", u"heading"_s);
    return label;
}

QLabel *paragraph(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

StartPage::StartPage(QWidget *parent)
    : QWidget(parent)
    , m_scroll(new QScrollArea(this))
    , m_column(new QWidget(m_scroll))
{
    m_column->setFixedWidth(kColumnWidth);
    fillColumn();
    makeScrollable();
    setRecentFiles({});
}

void StartPage::fillColumn()
{
    auto *title = new QLabel(u"Thresher"_s, m_column);
    QFont big = fonts().strong;
    big.setPixelSize(26);
    title->setFont(big);
    auto *subtitle = paragraph(tr("See what the kernel did, at any zoom."), m_column);
    subtitle->setForegroundRole(QPalette::PlaceholderText);
    auto *open = new QPushButton(tr("Open a recording…"), m_column);
    open->setDefault(true);
    open->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto *record = new QPushButton(tr("Record this machine…"), m_column);
    record->setObjectName(u"record"_s);
    record->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto *probe = new QPushButton(tr("Probe a function…"), m_column);
    probe->setObjectName(u"probe"_s);
    probe->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto *hint = paragraph(tr("or drop a trace.dat anywhere on this window"), m_column);
    hint->setForegroundRole(QPalette::PlaceholderText);
    auto *first = new QHBoxLayout;
    first->setSpacing(12);
    first->addWidget(open);
    first->addWidget(record);
    first->addWidget(probe);
    first->addWidget(hint, 1);
    m_recentTitle = heading(tr("RECENT"), m_column);
    m_recent = new QVBoxLayout;
    m_recent->setSpacing(0);
    auto *what = paragraph(
        tr("Recordings of trace-cmd: trace.dat, versions 6 and 7, plain or compressed (zstd, "
           "zlib), "
           "with any number of buffer instances, from any machine. To make one elsewhere:"),
        m_column);
    auto *command = new QLabel(u"trace-cmd record -C mono -e sched -e irq sleep 5"_s, m_column);
    command->setFont(fonts().mono);
    command->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *column = new QVBoxLayout(m_column);
    column->setContentsMargins({});
    column->setSpacing(6);
    column->addWidget(title);
    column->addWidget(subtitle);
    column->addSpacing(14);
    column->addLayout(first);
    column->addSpacing(22);
    column->addWidget(m_recentTitle);
    column->addLayout(m_recent);
    column->addSpacing(22);
    column->addWidget(heading(tr("WHAT CAN BE OPENED"), m_column));
    column->addWidget(what);
    column->addWidget(command);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(record, &QPushButton::clicked, this, &StartPage::recordRequested);
    connect(probe, &QPushButton::clicked, this, &StartPage::probeRequested);
    setFocusProxy(open);
}

/// In the middle where there is room; else it scrolls, and nothing is squeezed.
void StartPage::makeScrollable()
{
    auto *page = new QWidget(m_scroll);
    // Not by an alignment: heights of wrapped text would be those at the page's width.
    auto *across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(m_column);
    across->addStretch(1);
    auto *down = new QVBoxLayout(page);
    down->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    down->addStretch(2);
    down->addLayout(across);
    down->addStretch(3);
    m_scroll->setWidget(page);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    // The page itself paints what is behind, and where a file may be dropped.
    m_scroll->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_scroll);
}

void StartPage::setRecentFiles(const std::vector<RecentFile> &files)
{
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const RecentFile &file : files)
        m_recent->addWidget(makeRow(file));
    m_recentTitle->setVisible(!files.empty());
}

QWidget *StartPage::makeRow(const RecentFile &file)
{
    auto *row = new RecentRow(file, m_column);
    connect(row, &RecentRow::clicked, this, [this, path = file.path] { Q_EMIT fileChosen(path); });
    connect(row, &RecentRow::forgetRequested, this,
            [this, path = file.path] { Q_EMIT forgetRequested(path); });
    return row;
}

void StartPage::setDropHighlighted(bool isHighlighted)
{
    m_isHighlighted = isHighlighted;
    update();
}

void StartPage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    painter.fillRect(rect(), theme.background);
    if (!m_isHighlighted)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.accent, 2, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(12, 12, -12, -12), 10, 10);
}

} // namespace thresher::ui
