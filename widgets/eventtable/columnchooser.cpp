// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/columnchooser.h"

#include "widgets/lists/checkbox.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kIdRole = Qt::UserRole;
constexpr QSize kSize{340, 440};

/// Check boxes as in the lists, and a click anywhere on a row ticks it.
class ColumnDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Theme &theme = Theme::of(option.widget);
        const bool isGroup = !index.parent().isValid();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.selected);
        else if (option.state.testFlag(QStyle::State_MouseOver) && !isGroup)
            painter->fillRect(option.rect, theme.hovered);
        QRect rect = option.rect.adjusted(4, 0, -8, 0);
        if (!isGroup && index.column() == 0) {
            const QRect box(rect.left(), rect.center().y() - kCheckBoxSize / 2, kCheckBoxSize,
                            kCheckBoxSize);
            paintCheckBox(painter, theme, box,
                          index.data(Qt::CheckStateRole).toInt() == Qt::Checked);
            rect.setLeft(box.right() + 9);
        }
        const bool isName = index.column() == 0;
        painter->setFont(isName ? (isGroup ? fonts().strong : fonts().ui) : fonts().small);
        painter->setPen(isName ? theme.text : theme.secondary);
        painter->drawText(rect, Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            rect.width()));
    }

    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override
    {
        if (event->type() != QEvent::MouseButtonRelease || !index.parent().isValid())
            return QStyledItemDelegate::editorEvent(event, model, option, index);
        const QModelIndex name = index.siblingAtColumn(0);
        const bool isChecked = name.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        return model->setData(name, isChecked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }
};

EventColumn columnOf(const QString &id)
{
    return restoreColumns({QJsonObject{{u"id"_s, id}}}).front();
}

QTreeWidgetItem *addCheck(QTreeWidgetItem *group, const QString &text, const QString &id,
                          const QString &detail)
{
    auto *item = new QTreeWidgetItem(group, {text, detail});
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable
                   | Qt::ItemNeverHasChildren);
    item->setData(0, kIdRole, id);
    item->setCheckState(0, Qt::Unchecked);
    return item;
}

QTreeWidgetItem *addGroup(QTreeWidget *tree, const QString &text, const QString &detail)
{
    auto *group = new QTreeWidgetItem(tree, {text, detail});
    group->setFlags(Qt::ItemIsEnabled);
    return group;
}

} // namespace

ColumnChooser::ColumnChooser(std::vector<EventColumn> shown, const TimeStyle &style,
                             const std::shared_ptr<const IndexSnapshot> &snapshot, QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_shown(std::move(shown))
    , m_search(new QLineEdit(this))
    , m_tree(new QTreeWidget(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Columns"));
    m_search->setPlaceholderText(tr("Search columns and fields"));
    m_search->setClearButtonEnabled(true);
    m_tree->setColumnCount(2);
    m_tree->setHeaderHidden(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setItemDelegate(new ColumnDelegate(m_tree));
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto *hint = new QLabel(tr("Fields of one name share a column."), this);
    hint->setProperty("role", u"secondary"_s);
    auto *usual = new QPushButton(tr("Usual columns"), this);
    auto *bottom = new QHBoxLayout;
    bottom->addWidget(hint, 1);
    bottom->addWidget(usual);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_search);
    layout->addWidget(m_tree, 1);
    layout->addLayout(bottom);
    setFocusProxy(m_search);
    fill(style, snapshot);
    syncChecks();
    connect(m_search, &QLineEdit::textChanged, this, &ColumnChooser::search);
    connect(m_tree, &QTreeWidget::itemChanged, this, &ColumnChooser::toggled);
    connect(usual, &QPushButton::clicked, this, &ColumnChooser::reset);
    resize(kSize);
}

void ColumnChooser::fill(const TimeStyle &style,
                         const std::shared_ptr<const IndexSnapshot> &snapshot)
{
    QTreeWidgetItem *general = addGroup(m_tree, tr("Every event"), {});
    for (const EventColumn &column : allFixedColumns())
        addCheck(general, column.title(style), column.id(), {});
    general->setExpanded(true);
    if (!snapshot)
        return;
    std::vector<const EventFormat *> seen;
    for (const EventFormat &event : snapshot->trace->events().all()) {
        if (toIndex(event.id) < snapshot->eventsPerType.size()
            && snapshot->eventsPerType[toIndex(event.id)] > 0)
            seen.push_back(&event);
    }
    std::ranges::sort(seen, {}, [](const EventFormat *event) { return event->name; });
    for (const EventFormat *event : seen) {
        QTreeWidgetItem *group = addGroup(m_tree, QString::fromStdString(event->name),
                                          QString::fromStdString(event->system));
        for (const EventField &field : event->fields) {
            if (field.isCommon && event != seen.front())
                continue; // once for all events is enough
            addCheck(field.isCommon ? general : group, QString::fromStdString(field.name),
                     makeFieldColumn(field.name).id(), QString::fromStdString(field.type));
        }
    }
}

void ColumnChooser::search(const QString &text)
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *group = m_tree->topLevelItem(i);
        const bool isGroupFound = group->text(0).contains(text, Qt::CaseInsensitive);
        bool isAnyFound = false;
        for (int j = 0; j < group->childCount(); ++j) {
            const bool isFound = isGroupFound
                                 || group->child(j)->text(0).contains(text, Qt::CaseInsensitive);
            group->child(j)->setHidden(!isFound);
            isAnyFound = isAnyFound || isFound;
        }
        group->setHidden(!isAnyFound);
        group->setExpanded(i == 0 || !text.isEmpty());
    }
}

bool ColumnChooser::isShown(const QString &id) const
{
    return std::ranges::any_of(m_shown,
                               [&](const EventColumn &column) { return column.id() == id; });
}

void ColumnChooser::syncChecks()
{
    const QSignalBlocker blocker(m_tree);
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *group = m_tree->topLevelItem(i);
        for (int j = 0; j < group->childCount(); ++j) {
            QTreeWidgetItem *item = group->child(j);
            const bool isOn = isShown(item->data(0, kIdRole).toString());
            item->setCheckState(0, isOn ? Qt::Checked : Qt::Unchecked);
        }
    }
}

void ColumnChooser::toggled(QTreeWidgetItem *item)
{
    const QString id = item->data(0, kIdRole).toString();
    const bool isWanted = item->checkState(0) == Qt::Checked;
    if (id.isEmpty() || isWanted == isShown(id))
        return;
    if (isWanted) {
        // The info column takes what room is left: it stays last.
        const bool isInfoLast = !m_shown.empty() && m_shown.back().kind == EventColumn::Kind::Info;
        m_shown.insert(m_shown.end() - (isInfoLast ? 1 : 0), columnOf(id));
    } else if (m_shown.size() > 1) {
        std::erase_if(m_shown, [&](const EventColumn &column) { return column.id() == id; });
    }
    syncChecks();
    Q_EMIT chosen(m_shown);
}

void ColumnChooser::reset()
{
    m_shown = defaultColumns();
    syncChecks();
    Q_EMIT chosen(m_shown);
}

void ColumnChooser::popupAt(const QPoint &topRight)
{
    QPoint at(topRight.x() - width(), topRight.y());
    if (const QScreen *screen = parentWidget()->screen()) {
        const QRect room = screen->availableGeometry();
        at.setX(std::clamp(at.x(), room.left(), std::max(room.left(), room.right() - width())));
        at.setY(std::clamp(at.y(), room.top(), std::max(room.top(), room.bottom() - height())));
    }
    move(at);
    show();
    m_search->setFocus();
}

void ColumnChooser::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Down && m_search->hasFocus()) {
        m_tree->setFocus();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace thresher::ui
