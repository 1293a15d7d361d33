// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/startpage/recentrow.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"

#include <QContextMenuEvent>
#include <QDir>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kHeight = 44;
constexpr int kFactsWidth = 190;
constexpr int kPadding = 10;

/// "/home/me/traces" as "~/traces".
QString shortened(const QString &folder)
{
    const QString home = QDir::homePath();
    return folder == home || folder.startsWith(home + u'/') ? u'~' + folder.mid(home.size())
                                                            : folder;
}

} // namespace

RecentRow::RecentRow(const RecentFile &file, QWidget *parent)
    : QAbstractButton(parent)
    , m_exists(file.bytes >= 0)
{
    const QFileInfo info(file.path);
    setText(info.fileName());
    m_folder = shortened(info.absolutePath());
    m_facts = m_exists ? sizeText(static_cast<std::uint64_t>(file.bytes)) + u" · "_s
                             + QLocale().toString(file.modified.date(), QLocale::ShortFormat)
                       : tr("no longer there");
    setToolTip(file.path);
    setAccessibleName(text() + u", "_s + m_folder + u", "_s + m_facts);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize RecentRow::sizeHint() const
{
    return {400, kHeight};
}

QSize RecentRow::minimumSizeHint() const
{
    return {kFactsWidth + 100, kHeight}; // its lines are drawn at fixed places
}

void RecentRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || hasFocus()) {
        painter.setPen(hasFocus() ? QPen(theme.accent, 1) : QPen(Qt::NoPen));
        painter.setBrush(underMouse() ? theme.hovered : theme.background);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    }
    const int names = width() - 2 * kPadding - kFactsWidth;
    const auto draw = [&](const QRect &where, const QFont &font, const QColor &colour,
                          Qt::Alignment alignment, Qt::TextElideMode mode, const QString &what) {
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(where, static_cast<int>(alignment | Qt::AlignVCenter),
                         painter.fontMetrics().elidedText(what, mode, where.width()));
    };
    draw({kPadding, 4, names, 19}, fonts().strong, m_exists ? theme.text : theme.faint,
         Qt::AlignLeft, Qt::ElideMiddle, text());
    draw({kPadding, 22, names, 17}, fonts().small, m_exists ? theme.secondary : theme.faint,
         Qt::AlignLeft, Qt::ElideMiddle, m_folder);
    draw({width() - kPadding - kFactsWidth, 0, kFactsWidth, height()}, fonts().small,
         m_exists ? theme.secondary : theme.faint, Qt::AlignRight, Qt::ElideRight, m_facts);
}

void RecentRow::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    menu.addAction(tr("Remove from this list"), this, &RecentRow::forgetRequested);
    menu.exec(event->globalPos());
}

void RecentRow::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Delete:
        Q_EMIT forgetRequested();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        click();
        return;
    case Qt::Key_Down:
        focusNextChild();
        return;
    case Qt::Key_Up:
        focusPreviousChild();
        return;
    default:
        QAbstractButton::keyPressEvent(event);
    }
}

} // namespace thresher::ui
