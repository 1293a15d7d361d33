// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/lists/showlist.h"

#include "model/qt/numbertext.h"
#include "widgets/filterbar/filtermenu.h"
#include "widgets/lists/showlistdelegate.h"
#include "widgets/placemenu.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace thresher::ui {

namespace {

using Kind = ShowListModel::Kind;

QString plural(Kind kind)
{
    switch (kind) {
    case Kind::Cpus:
        return ShowList::tr("CPUs");
    case Kind::Tasks:
        return ShowList::tr("Tasks");
    case Kind::Events:
        return ShowList::tr("Events");
    }
    return {};
}

/// QHeaderView's own hint is wider than the title and its arrow need.
int headerWidth(const QHeaderView &header, int column)
{
    constexpr int kAround = 16 + 14; // the style sheet's padding and arrow, sorted by or not
    const QString title
        = header.model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    return QFontMetrics(header.font()).horizontalAdvance(title) + kAround;
}

} // namespace

ShowList::ShowList(ViewState &view, Kind kind, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_model(new ShowListModel(view, kind, this))
    , m_proxy(new ShowListProxy(*m_model, this))
    , m_search(new QLineEdit(this))
    , m_list(new QTreeView(this))
    , m_delegate(new ShowListDelegate(*m_model, this))
{
    m_search->setPlaceholderText(kind == Kind::Tasks    ? tr("Search name or PID")
                                 : kind == Kind::Events ? tr("Search event or system")
                                                        : tr("Search CPU"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(m_search->placeholderText());
    connect(m_search, &QLineEdit::textChanged, m_proxy, &ShowListProxy::setSearch);
    setUpList();
    auto *top = new QHBoxLayout;
    top->setContentsMargins(10, 8, 10, 6);
    top->setSpacing(2);
    top->addWidget(m_search, 1);
    top->addSpacing(4);
    top->addWidget(makeButtons());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    setFocusProxy(m_list);
    for (const auto signal : {&ShowListModel::refreshed, &ShowListModel::shownChanged})
        connect(m_model, signal, this, &ShowList::updateTitle);
    connect(m_model, &ShowListModel::refreshed, this, &ShowList::fitColumns);
    m_list->setItemDelegate(m_delegate);
    connect(m_delegate, &ShowListDelegate::onlyClicked, this,
            [this](quint32 key) { m_model->showOnly({key}); });
}

QWidget *ShowList::makeButtons()
{
    auto *bar = new QWidget(this);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    bar->setStyleSheet(QStringLiteral("QToolButton { padding: 3px 6px; }"));
    const auto add = [&](const QString &text, const QString &tip, auto action) {
        auto *button = new QToolButton(bar);
        button->setText(text);
        button->setToolTip(tip);
        button->setProperty("flat", true);
        button->setFont(fonts().small);
        connect(button, &QToolButton::clicked, this, action);
        layout->addWidget(button);
    };
    add(tr("all"), tr("Show all that are listed"), [this] {
        if (m_search->text().isEmpty())
            m_model->showAll();
        else
            m_model->setShown(m_proxy->keys(), true);
    });
    add(tr("none"), tr("Hide all that are listed"), [this] {
        if (m_search->text().isEmpty())
            m_model->showOnly({});
        else
            m_model->setShown(m_proxy->keys(), false);
    });
    add(tr("invert"), tr("Hide what is shown of the listed, and show what is hidden"),
        [this] { m_model->invert(m_proxy->keys()); });
    return bar;
}

void ShowList::setUpList()
{
    m_list->setModel(m_proxy);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setItemsExpandable(false);
    m_list->setAllColumnsShowFocus(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setSortingEnabled(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setAccessibleName(plural(m_model->kind()));
    m_list->installEventFilter(this);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QHeaderView *header = m_list->header();
    header->setStretchLastSection(false);
    header->setSectionsMovable(false);
    header->setMinimumSectionSize(36);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(ShowListModel::NameColumn, QHeaderView::Stretch);
    const bool isTasks = m_model->kind() == Kind::Tasks;
    m_list->setColumnHidden(ShowListModel::TimeColumn, !m_model->hasTime());
    if (m_model->kind() == Kind::Cpus)
        m_list->sortByColumn(ShowListModel::NameColumn, Qt::AscendingOrder);
    else
        m_list->sortByColumn(isTasks ? ShowListModel::TimeColumn : ShowListModel::CountColumn,
                             Qt::DescendingOrder);
    connect(header, &QHeaderView::sortIndicatorChanged, this, &ShowList::fitColumns);
    connect(m_list, &QTreeView::customContextMenuRequested, this, &ShowList::showMenu);
    connect(m_list, &QTreeView::doubleClicked, this, [this](const QModelIndex &index) {
        Q_EMIT activated(index.data(ShowListModel::KeyRole).toUInt());
    });
}

QString ShowList::title() const
{
    const auto all = static_cast<std::uint64_t>(m_model->rowCount());
    const auto hidden = static_cast<std::uint64_t>(m_model->hiddenCount());
    const QString name = plural(m_model->kind());
    if (all == 0)
        return name;
    return hidden == 0
               ? tr("%1 · %2").arg(name, groupedNumber(all))
               : tr("%1 · %2 of %3").arg(name, groupedNumber(all - hidden), groupedNumber(all));
}

void ShowList::updateTitle()
{
    m_list->viewport()->update();
    Q_EMIT titleChanged(title());
}

bool ShowList::hasInstances() const
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (!m_model->index(row, ShowListModel::DetailColumn).data().toString().isEmpty())
            return true;
    }
    return false;
}

/// Columns are as wide as what is in them, names get what is left; where that is too little for
/// them to be told apart, the column one needs least is left out.
void ShowList::fitColumns()
{
    constexpr int kMostRows = 1000; // are measured: that is fast, and others hardly differ
    constexpr int kWidestName = 170; // longer ones have to be elided
    m_delegate->setNanoseconds(timeStyle(m_view).isNanoseconds);
    QHeaderView *header = m_list->header();
    const int last = m_model->hasTime() ? ShowListModel::TimeColumn : ShowListModel::CountColumn;
    std::array<int, ShowListModel::ColumnCount> widths{};
    const auto width = [&widths](int column) -> int & {
        return widths[static_cast<std::size_t>(column)];
    };
    int value = 0;
    for (int row = 0; row < std::min(m_model->rowCount(), kMostRows); ++row) {
        const auto at = [&](int column) { return m_model->index(row, column); };
        const int name = m_delegate->nameCellWidth(at(ShowListModel::NameColumn).data().toString());
        width(ShowListModel::NameColumn) = std::max(width(ShowListModel::NameColumn),
                                                    std::min(name, kWidestName));
        for (const int column : {ShowListModel::DetailColumn, ShowListModel::CountColumn})
            width(column) = std::max(width(column),
                                     ShowListDelegate::cellWidth(at(column).data().toString()));
        value = std::max(value, m_delegate->valueWidth(at(last)));
    }
    m_delegate->setValueWidth(value);
    width(last) = ShowListDelegate::lastCellWidth(value);
    for (const int column :
         {ShowListModel::DetailColumn, ShowListModel::CountColumn, ShowListModel::TimeColumn}) {
        width(column) = std::max(width(column), headerWidth(*header, column));
        header->resizeSection(column, width(column));
    }
    const bool isTasks = m_model->kind() == Kind::Tasks;
    const int least = isTasks ? ShowListModel::CountColumn : ShowListModel::DetailColumn;
    int needed = 0;
    for (int column = 0; column <= last; ++column)
        needed += width(column);
    const bool isWanted = m_model->kind() != Kind::Cpus || hasInstances();
    const bool isSortedBy = header->sortIndicatorSection() == least;
    // As if there were a scroll bar: it comes only after this.
    const int room = m_list->width() - m_list->verticalScrollBar()->sizeHint().width();
    const bool isHidden = !isWanted || (needed > room && !isSortedBy);
    m_list->setColumnHidden(least, isHidden);
    // What nobody needs makes bars longer.
    constexpr int kLongerBars = 44;
    const int spare = room - needed + (isHidden ? width(least) : 0);
    header->resizeSection(last, width(last) + std::clamp(spare, 0, kLongerBars));
}

void ShowList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

std::vector<std::uint32_t> ShowList::selectedKeys() const
{
    std::vector<std::uint32_t> keys;
    for (const QModelIndex &index : m_list->selectionModel()->selectedRows())
        keys.push_back(index.data(ShowListModel::KeyRole).toUInt());
    return keys;
}

void ShowList::toggleSelected()
{
    const QModelIndex current = m_list->currentIndex().siblingAtColumn(ShowListModel::NameColumn);
    if (!current.isValid())
        return;
    const bool isShown = current.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    m_model->setShown(selectedKeys(), !isShown);
}

void ShowList::showMenu(const QPoint &position)
{
    const auto keys = selectedKeys();
    if (keys.empty())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show only the selected"), this, [this, keys] { m_model->showOnly(keys); });
    menu->addAction(tr("Show the selected"), this, [this, keys] { m_model->setShown(keys, true); });
    menu->addAction(tr("Hide the selected"), this,
                    [this, keys] { m_model->setShown(keys, false); });
    menu->addSeparator();
    if (m_model->kind() == ShowListModel::Kind::Tasks && keys.size() == 1) {
        const QModelIndex current = m_list->currentIndex();
        const int pid = current.siblingAtColumn(0).data(ShowListModel::PidRole).toInt();
        const QString comm
            = current.siblingAtColumn(0).data(ShowListModel::BareNameRole).toString();
        addTermsMenu(*menu, m_model->view(),
                     {commTerm(comm.toStdString()), {"pid", std::to_string(pid)}});
    }
    const auto &snapshot = m_model->view().snapshot();
    if (m_model->kind() == ShowListModel::Kind::Events && keys.size() == 1 && snapshot) {
        addEventRequests(*menu,
                         snapshot->trace->events().event(static_cast<EventTypeId>(keys.front())),
                         m_requests);
        menu->addSeparator();
    }
    menu->addAction(tr("Show all"), m_model, &ShowListModel::showAll);
    if (m_model->kind() == ShowListModel::Kind::Tasks && keys.size() == 1)
        menu->addAction(tr("Show its lane"), this,
                        [this, task = keys.front()] { Q_EMIT laneRequested(task); });
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

bool ShowList::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Space) {
            toggleSelected();
            return true;
        }
        if (key->key() == Qt::Key_O && key->modifiers() == Qt::NoModifier) {
            m_model->showOnly(selectedKeys());
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace thresher::ui
