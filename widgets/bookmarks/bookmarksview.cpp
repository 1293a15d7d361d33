// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/bookmarks/bookmarksview.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kPadding = 8; ///< As the header's.

/// Writes times as everywhere, and notes in one line.
class BookmarksDelegate final : public QStyledItemDelegate
{
public:
    BookmarksDelegate(const ViewState &view, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_view(view)
    {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Theme &theme = Theme::of(option.widget);
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.selected);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, theme.hovered);
        const int column = index.column();
        const bool isNumber = column == BookmarksModel::TimeColumn
                              || column == BookmarksModel::LengthColumn;
        const QRect rect = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        painter->setFont(isNumber ? fonts().mono : fonts().ui);
        painter->setPen(column == BookmarksModel::NameColumn ? theme.text : theme.secondary);
        painter->drawText(
            rect, static_cast<int>(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft)),
            painter->fontMetrics().elidedText(displayText(index), Qt::ElideRight, rect.width()));
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
    }

    void updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option,
                              const QModelIndex &index) const override
    {
        Q_UNUSED(index)
        editor->setGeometry(option.rect.adjusted(1, 0, -1, 0));
    }

private:
    using QStyledItemDelegate::displayText;
    [[nodiscard]] QString displayText(const QModelIndex &index) const
    {
        const QVariant value = index.data();
        if (!value.isValid())
            return {};
        const TimeStyle style = timeStyle(m_view);
        if (index.column() == BookmarksModel::TimeColumn)
            return formatTime(value.toLongLong(), style);
        if (index.column() == BookmarksModel::LengthColumn)
            return formatDuration(value.toLongLong(), style.isNanoseconds);
        return value.toString().simplified();
    }

    const ViewState &m_view;
};

} // namespace

BookmarksView::BookmarksView(ViewState &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_model(new BookmarksModel(view, this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_list(new QTreeView(this))
    , m_empty(new QLabel(this))
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(BookmarksModel::SortRole);
    m_proxy->setSortCaseSensitivity(Qt::CaseInsensitive);
    m_proxy->setSortLocaleAware(true);
    m_list->setModel(m_proxy);
    m_list->setItemDelegate(new BookmarksDelegate(view, this));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_list->setSortingEnabled(true);
    m_list->sortByColumn(BookmarksModel::TimeColumn, Qt::AscendingOrder);
    m_list->setAccessibleName(tr("Bookmarks"));
    QHeaderView *header = m_list->header();
    header->setStretchLastSection(true);
    header->resizeSection(BookmarksModel::NameColumn, 220);
    header->resizeSection(BookmarksModel::TimeColumn, 148);
    header->resizeSection(BookmarksModel::LengthColumn, 108);
    m_empty->setText(tr("No bookmarks. B adds one at the current event, or where the pointer is on "
                        "the timeline."));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", u"secondary"_s);
    m_empty->setWordWrap(true);
    m_empty->setMargin(24);
    auto *stack = new QStackedLayout(this);
    stack->addWidget(m_empty);
    stack->addWidget(m_list);
    setFocusProxy(m_list);
    makeActions();
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &BookmarksView::update);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &BookmarksView::update);
    connect(&view, &ViewState::changed, this, [this](ViewState::Changes changes) {
        if (changes & ViewState::TimeFormatChanged)
            m_list->viewport()->update();
    });
    update();
}

void BookmarksView::makeActions()
{
    const auto add = [this](const QString &text, const QKeySequence &key, auto act) {
        auto *action = new QAction(text, m_list);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, act);
        m_list->addAction(action);
    };
    const auto go = [this](const QModelIndex &index) {
        if (const Bookmark *bookmark = bookmarkAt(index)) {
            goTo(m_view, *bookmark);
            Q_EMIT visited(bookmark->id);
        }
    };
    connect(m_list, &QTreeView::activated, this, go);
    add(tr("Go there"), {}, [this, go] { go(m_list->currentIndex()); });
    add(tr("Rename"), {Qt::Key_F2}, [this] { edit(0); });
    add(tr("Edit the note"), {}, [this] {
        const QModelIndex current = m_list->currentIndex();
        m_list->edit(current.siblingAtColumn(BookmarksModel::NoteColumn));
    });
    add(tr("Give it the selected range"), {}, [this] {
        const Bookmark *bookmark = bookmarkAt(m_list->currentIndex());
        if (bookmark == nullptr)
            return;
        Bookmark changed = *bookmark;
        changed.range = m_view.selectedRange();
        m_view.setBookmark(changed);
    });
    add(tr("Delete"), QKeySequence::Delete, [this] { removeSelected(); });
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
}

const Bookmark *BookmarksView::bookmarkAt(const QModelIndex &index) const
{
    return index.isValid() ? &m_model->at(m_proxy->mapToSource(index).row()) : nullptr;
}

void BookmarksView::goTo(ViewState &view, const Bookmark &bookmark)
{
    if (bookmark.range) {
        view.setSelectedRange(bookmark.range);
        // With a tenth more on each side, so that one sees where it begins and ends.
        const DurationNs margin = bookmark.range->duration() / 10 + 1;
        TimeRange range = *bookmark.range;
        if (!__builtin_sub_overflow(range.begin, margin, &range.begin)
            && !__builtin_add_overflow(range.end, margin, &range.end))
            view.setVisibleRange(range, true);
        return;
    }
    const DurationNs length = view.visibleRange().duration();
    TimeRange range;
    if (!__builtin_sub_overflow(bookmark.time, length / 2, &range.begin)
        && !__builtin_add_overflow(range.begin, length, &range.end))
        view.setVisibleRange(range, true);
}

void BookmarksView::select(quint64 id)
{
    const int row = m_model->rowOf(id);
    if (row < 0)
        return;
    const QModelIndex index = m_proxy->mapFromSource(
        m_model->index(row, BookmarksModel::NameColumn));
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
}

void BookmarksView::edit(quint64 id)
{
    if (id != 0)
        select(id);
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid())
        return;
    m_list->setFocus();
    const bool isNote = id == 0 && current.column() == BookmarksModel::NoteColumn;
    const QModelIndex index = isNote ? current
                                     : current.siblingAtColumn(BookmarksModel::NameColumn);
    m_list->setCurrentIndex(index);
    m_list->edit(index);
}

void BookmarksView::removeSelected()
{
    QList<quint64> ids;
    const QModelIndexList rows = m_list->selectionModel()->selectedRows();
    for (const QModelIndex &index : rows)
        ids.append(index.data(BookmarksModel::IdRole).toULongLong());
    m_view.removeBookmarks(ids);
}

void BookmarksView::update()
{
    static_cast<QStackedLayout *>(layout())->setCurrentIndex(m_model->rowCount() == 0 ? 0 : 1);
    Q_EMIT titleChanged(title());
}

QString BookmarksView::title() const
{
    const auto rows = static_cast<std::uint64_t>(m_model->rowCount());
    return rows == 0 ? tr("Bookmarks") : tr("Bookmarks · %1").arg(groupedNumber(rows));
}

} // namespace thresher::ui
