// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/lists/showlist.h"

#include "model/qt/numbertext.h"
#include "widgets/lists/showlistdelegate.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

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

} // namespace

ShowList::ShowList(ViewState &view, Kind kind, QWidget *parent)
    : QWidget(parent)
    , m_model(new ShowListModel(view, kind, this))
    , m_proxy(new ShowListProxy(*m_model, this))
    , m_search(new QLineEdit(this))
    , m_list(new QTreeView(this))
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
    connect(m_model, &ShowListModel::refreshed, this, &ShowList::fitCounts);
    auto *delegate = new ShowListDelegate(*m_model, this);
    m_list->setItemDelegate(delegate);
    connect(delegate, &ShowListDelegate::onlyClicked, this,
            [this](quint32 key) { m_model->showOnly({key}); });
    connect(&view, &ViewState::changed, this,
            [&view, delegate] { delegate->setNanoseconds(timeStyle(view).isNanoseconds); });
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
    header->resizeSection(ShowListModel::DetailColumn, isTasks ? 50 : 84);
    header->resizeSection(ShowListModel::CountColumn, m_model->hasTime() ? 58 : 124);
    header->resizeSection(ShowListModel::TimeColumn, 102);
    m_list->setColumnHidden(ShowListModel::TimeColumn, !m_model->hasTime());
    if (m_model->kind() == Kind::Cpus)
        m_list->sortByColumn(ShowListModel::NameColumn, Qt::AscendingOrder);
    else
        m_list->sortByColumn(isTasks ? ShowListModel::TimeColumn : ShowListModel::CountColumn,
                             Qt::DescendingOrder);
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
    m_list->setColumnHidden(ShowListModel::DetailColumn, [this] {
        if (m_model->kind() != Kind::Cpus)
            return false;
        for (int row = 0; row < m_model->rowCount(); ++row) {
            if (!m_model->index(row, ShowListModel::DetailColumn).data().toString().isEmpty())
                return false;
        }
        return true; // no instances: nothing to say
    }());
    m_list->viewport()->update();
    Q_EMIT titleChanged(title());
}

/// Millions of events need more room than hundreds; names get what is left.
void ShowList::fitCounts()
{
    if (!m_model->hasTime())
        return; // there the counts' bars have room enough
    qulonglong greatest = 0;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex index = m_model->index(row, ShowListModel::CountColumn);
        greatest = std::max(greatest, index.data(ShowListModel::SortRole).toULongLong());
    }
    const int width = QFontMetrics(fonts().small, this).horizontalAdvance(groupedNumber(greatest));
    m_list->header()->resizeSection(ShowListModel::CountColumn, std::max(58, width + 14));
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
    menu->addAction(tr("Show all"), m_model, &ShowListModel::showAll);
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
