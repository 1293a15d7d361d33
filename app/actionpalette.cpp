// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/actionpalette.h"

#include "widgets/theme.h"

#include <QAction>
#include <QCoreApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QScreen>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kSize{560, 400};
constexpr int kActionRole = Qt::UserRole;

/// "&Open…\tCtrl+O" → "Open…"
QString plain(QString text)
{
    text = text.section(u'\t', 0, 0);
    text.replace(u"&&"_s, u"\x1"_s).remove(u'&').replace(u'\x1', u'&');
    return text;
}

QString keyOf(const QAction &action)
{
    const QString key = action.shortcut().toString(QKeySequence::NativeText);
    return key.isEmpty() ? action.text().section(u'\t', 1, 1) : key;
}

/// All words anywhere in a row's name, in any order.
class WordsFilter final : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setWords(const QString &text)
    {
        m_words = text.simplified().split(u' ', Qt::SkipEmptyParts);
        invalidateFilter();
    }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        const QString name = sourceModel()->index(row, 0, parent).data().toString();
        return std::ranges::all_of(
            m_words, [&](const QString &word) { return name.contains(word, Qt::CaseInsensitive); });
    }

private:
    QStringList m_words;
};

void listActions(QStandardItemModel &model, const QList<QAction *> &actions, const QString &path)
{
    for (QAction *action : actions) {
        const QString name = plain(action->text());
        if (action->isSeparator() || name.isEmpty() || !action->isVisible())
            continue;
        const QString whole = path.isEmpty() ? name : path + u" ▸ "_s + name;
        if (QMenu *menu = action->menu()) {
            // As if it were opened, since some are filled, and ticked, only then.
            Q_EMIT menu->aboutToShow();
            listActions(model, menu->actions(), whole);
            continue;
        }
        auto *item = new QStandardItem(action->isChecked() ? whole + u" ✓"_s : whole);
        item->setData(QVariant::fromValue(QPointer<QAction>(action)), kActionRole);
        auto *key = new QStandardItem(keyOf(*action));
        key->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        for (QStandardItem *cell : {item, key}) {
            cell->setEditable(false);
            cell->setEnabled(action->isEnabled());
        }
        model.appendRow({item, key});
    }
}

} // namespace

ActionPalette::ActionPalette(QMenuBar &menus, QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_field(new QLineEdit(this))
    , m_list(new QTreeView(this))
    , m_model(new QStandardItemModel(this))
    , m_proxy(new WordsFilter(this))
{
    setObjectName(u"actionPalette"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    listActions(*m_model, menus.actions(), {});
    m_proxy->setSourceModel(m_model);
    m_field->setPlaceholderText(tr("What to do: some words of its name"));
    m_field->setAccessibleName(tr("Action"));
    m_field->installEventFilter(this);
    m_list->setModel(m_proxy);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setHeaderHidden(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 10);
    layout->addWidget(m_field);
    layout->addWidget(m_list, 1);
    setFocusProxy(m_field);
    connect(m_field, &QLineEdit::textChanged, this, &ActionPalette::filter);
    connect(m_list, &QTreeView::clicked, this, &ActionPalette::run);
    selectFirst();
}

void ActionPalette::showOver(const QWidget &window)
{
    const QRect place = window.frameGeometry();
    resize(kSize.boundedTo(place.size() * 9 / 10));
    move(place.center().x() - width() / 2, place.top() + std::min(110, place.height() / 8));
    show();
    m_field->setFocus(Qt::PopupFocusReason);
}

void ActionPalette::filter(const QString &text)
{
    static_cast<WordsFilter *>(m_proxy)->setWords(text);
    selectFirst();
}

/// That can be done.
void ActionPalette::selectFirst()
{
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        const QModelIndex index = m_proxy->index(row, 0);
        if (index.flags() & Qt::ItemIsEnabled) {
            m_list->setCurrentIndex(index);
            return;
        }
    }
    m_list->setCurrentIndex({});
}

void ActionPalette::run(const QModelIndex &index)
{
    const auto action = index.siblingAtColumn(0).data(kActionRole).value<QPointer<QAction>>();
    if (!action || !action->isEnabled())
        return;
    close(); // first: what it does may open something else
    // When the keyboard is the window's again.
    QMetaObject::invokeMethod(action.data(), &QAction::trigger, Qt::QueuedConnection);
}

bool ActionPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    auto *key = static_cast<QKeyEvent *>(event);
    switch (key->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        QCoreApplication::sendEvent(m_list, event);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        run(m_list->currentIndex());
        return true;
    case Qt::Key_Escape:
        close();
        return true;
    default:
        return false;
    }
}

} // namespace thresher::ui
