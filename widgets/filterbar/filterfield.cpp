// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/filterbar/filterfield.h"

#include "model/filter/filterexpr.h"
#include "widgets/filterbar/shownexpression.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyleOptionFrame>
#include <QStyledItemDelegate>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kDetailRole = Qt::UserRole;
constexpr int kMostRows = 10;
constexpr int kListWidth = 380;
constexpr int kPadding = 8;

/// What would be put in on the left, what it is on the right.
class CompletionDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Theme &theme = Theme::of(option.widget);
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        painter->fillRect(option.rect, isChosen ? theme.selected : theme.card);
        const QRect room = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        const QString detail = index.data(kDetailRole).toString();
        painter->setFont(fonts().small);
        // Rounded up, or the last letter is elided.
        const int taken = std::min(QFontMetrics(fonts().small).horizontalAdvance(detail) + 2,
                                   room.width() / 2);
        painter->setPen(theme.secondary);
        painter->drawText(room.adjusted(room.width() - taken, 0, 0, 0),
                          static_cast<int>(Qt::AlignRight | Qt::AlignVCenter),
                          painter->fontMetrics().elidedText(detail, Qt::ElideRight, taken));
        painter->setFont(fonts().mono);
        painter->setPen(theme.text);
        const QRect left = room.adjusted(0, 0, -taken - kPadding, 0);
        painter->drawText(left, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            left.width()));
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {kListWidth, kRowHeight};
    }
};

QString fromUtf8(const std::string &text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

int charOf(const QByteArray &utf8, std::size_t byte)
{
    const auto size = std::min(static_cast<qsizetype>(byte), utf8.size());
    return static_cast<int>(QString::fromUtf8(utf8.constData(), size).size());
}

} // namespace

FilterField::FilterField(QWidget *parent)
    : QLineEdit(parent)
    , m_model(new QStandardItemModel(this))
    , m_list(new QListView(this))
{
    setFont(fonts().mono);
    setMaxLength(static_cast<int>(FilterExpr::kMaxLength));
    m_list->setWindowFlags(Qt::ToolTip); // neither takes the focus nor has a frame
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CompletionDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("What may stand here"));
    m_list->setProperty("role", u"completions"_s);
    connect(m_list, &QListView::clicked, this,
            [this](const QModelIndex &index) { take(index.row()); });
    connect(this, &QLineEdit::textEdited, this, [this] {
        clearMark();
        complete();
    });
}

void FilterField::setProvider(Provider provider)
{
    m_provider = std::move(provider);
}

FilterField::Part FilterField::partOf(TextRange range) const
{
    const QByteArray utf8 = text().toUtf8();
    return {charOf(utf8, range.begin), charOf(utf8, range.end)};
}

void FilterField::markWrong(TextRange range)
{
    Part part = partOf(range);
    if (part.begin >= part.end) {
        part.begin = std::max(0, std::min(part.begin, static_cast<int>(text().size())) - 1);
        part.end = part.begin + 1;
    }
    m_wrong = part;
    setCursorPosition(std::min(part.end, static_cast<int>(text().size())));
    update();
}

void FilterField::clearMark()
{
    if (!std::exchange(m_wrong, std::nullopt))
        return;
    update();
    Q_EMIT markCleared();
}

// A line edit tells where its cursor is, and nothing else; its text does not wrap or kern apart.
int FilterField::xOf(int position) const
{
    const QFontMetricsF metrics(font());
    const auto width = [&](int size) { return metrics.horizontalAdvance(text().left(size)); };
    return qRound(cursorRect().center().x() + width(position) - width(cursorPosition()));
}

int FilterField::markX() const
{
    return m_wrong ? std::clamp(xOf(m_wrong->begin), 0, width()) : 0;
}

void FilterField::complete()
{
    m_completions.clear();
    if (m_provider) {
        const QString before = text().left(cursorPosition());
        m_completions = m_provider(text().toStdString(),
                                   static_cast<std::size_t>(before.toUtf8().size()));
    }
    showList();
}

void FilterField::showList()
{
    m_model->clear();
    for (const Completion &completion : m_completions) {
        auto *item = new QStandardItem(fromUtf8(completion.text));
        item->setData(fromUtf8(completion.detail), kDetailRole);
        m_model->appendRow(item);
    }
    if (m_completions.empty() || !hasFocus()) {
        hideList();
        return;
    }
    const int rows = std::min(kMostRows, m_model->rowCount());
    m_list->resize(kListWidth, rows * kRowHeight + 2 * m_list->frameWidth() + 2);
    m_list->setCurrentIndex({});
    m_list->scrollToTop();
    const int x = std::clamp(xOf(partOf(m_completions.front().range).begin) - kPadding, 0,
                             std::max(0, width() - 40));
    m_list->move(mapToGlobal(QPoint(x, height() + 2)));
    m_list->show();
}

void FilterField::hideList()
{
    m_list->hide();
}

void FilterField::choose(int step)
{
    const int rows = m_model->rowCount();
    const int current = m_list->currentIndex().isValid() ? m_list->currentIndex().row()
                                                         : (step > 0 ? -1 : rows);
    m_list->setCurrentIndex(m_model->index((current + step + rows) % rows, 0));
}

void FilterField::take(int row)
{
    if (row < 0 || row >= static_cast<int>(m_completions.size()))
        return;
    const Completion completion = m_completions[static_cast<std::size_t>(row)];
    const Part part = partOf(completion.range);
    const QString taken = fromUtf8(completion.text);
    QString after = text().mid(part.end);
    // A blank behind it, for what comes next.
    const bool needsBlank = !after.startsWith(u' ') && !taken.endsWith(u' ');
    setSelection(part.begin, part.end - part.begin); // insert() replaces it, and can be undone
    insert(needsBlank ? taken + u' ' : taken);
    clearMark();
    complete();
}

void FilterField::keyPressEvent(QKeyEvent *event)
{
    const bool hasList = m_list->isVisible();
    const int chosen = hasList && m_list->currentIndex().isValid() ? m_list->currentIndex().row()
                                                                   : -1;
    switch (event->key()) {
    case Qt::Key_Down:
        if (event->modifiers() & Qt::AltModifier) {
            hideList();
            Q_EMIT menuRequested();
            return;
        }
        if (!hasList)
            complete();
        if (m_list->isVisible())
            choose(1);
        return;
    case Qt::Key_Up:
        if (hasList)
            choose(-1);
        return;
    case Qt::Key_Tab:
        if (hasList) {
            take(std::max(0, chosen));
            return;
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (chosen >= 0) {
            take(chosen);
        } else {
            hideList();
            Q_EMIT applied(text());
        }
        return;
    case Qt::Key_Escape:
        if (hasList)
            hideList();
        else
            Q_EMIT left();
        return;
    case Qt::Key_Space:
        if (event->modifiers() & Qt::ControlModifier) {
            complete();
            return;
        }
        break;
    default:
        break;
    }
    QLineEdit::keyPressEvent(event);
}

bool FilterField::event(QEvent *event)
{
    // Tab would leave the field before keyPressEvent() hears of it.
    if (event->type() == QEvent::KeyPress && m_list->isVisible()
        && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Tab) {
        keyPressEvent(static_cast<QKeyEvent *>(event));
        return true;
    }
    if (event->type() == QEvent::ApplicationPaletteChange)
        setFont(fonts().mono);
    if (event->type() == QEvent::ToolTip) {
        constexpr qsizetype kMost = 3000;
        const bool isWhole = shownText() == text() || text().isEmpty();
        setToolTip(isWhole ? QString()
                           : u"<p>"_s + text().left(kMost).toHtmlEscaped()
                                 + (text().size() > kMost ? u"…</p>"_s : u"</p>"_s));
    }
    return QLineEdit::event(event);
}

void FilterField::focusOutEvent(QFocusEvent *event)
{
    hideList();
    QLineEdit::focusOutEvent(event);
}

void FilterField::hideEvent(QHideEvent *event)
{
    hideList();
    QLineEdit::hideEvent(event);
}

QRect FilterField::textRoom() const
{
    QStyleOptionFrame option;
    initStyleOption(&option);
    const QRect contents = style()->subElementRect(QStyle::SE_LineEditContents, &option, this);
    return contents.marginsRemoved(textMargins()).adjusted(2, 0, -2, 0); // a line edit's own margin
}

QString FilterField::shownText() const
{
    if (hasFocus())
        return text();
    const int room = textRoom().width();
    const QFontMetrics metrics(font());
    return shownExpression(text(), [&](const QString &part) {
        // A long text is known not to fit without being measured.
        return part.size() <= room && metrics.horizontalAdvance(part) <= room;
    });
}

void FilterField::paintShown(const QString &shown)
{
    QStyleOptionFrame option;
    initStyleOption(&option);
    QPainter painter(this);
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
    const QRect room = textRoom();
    painter.setFont(font());
    painter.setPen(
        palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::Text));
    painter.drawText(room, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                     painter.fontMetrics().elidedText(shown, Qt::ElideRight, room.width()));
}

void FilterField::paintEvent(QPaintEvent *event)
{
    const QString shown = shownText();
    if (!hasFocus() && !m_wrong
        && (shown != text()
            || QFontMetrics(font()).horizontalAdvance(shown) > textRoom().width())) {
        paintShown(shown);
        return;
    }
    QLineEdit::paintEvent(event);
    if (!m_wrong)
        return;
    const int left = textMargins().left() + kPadding;
    const int right = width() - textMargins().right() - kPadding;
    const int from = std::clamp(xOf(m_wrong->begin), left, right);
    const int to = std::clamp(xOf(m_wrong->end), left, right);
    QPainter painter(this);
    painter.fillRect(QRect(from, height() - 7, std::max(2, to - from), 2), Theme::of(this).bad);
}

} // namespace thresher::ui
