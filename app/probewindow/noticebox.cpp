// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/noticebox.h"

#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 10;
constexpr double kRadius = 6;
constexpr int kTint = 26; ///< Of 255: how much of the colour is behind the text.

QString roleOf(NoticeBox::Kind kind)
{
    switch (kind) {
    case NoticeBox::Kind::Good:
        return u"good"_s;
    case NoticeBox::Kind::Warning:
        return u"warning"_s;
    case NoticeBox::Kind::Bad:
        return u"bad"_s;
    case NoticeBox::Kind::Plain:
        break;
    }
    return {};
}

} // namespace

NoticeBox::NoticeBox(QWidget *parent)
    : QFrame(parent)
    , m_title(new QLabel(this))
    , m_details(new QLabel(this))
    , m_button(new QPushButton(this))
{
    m_title->setWordWrap(true);
    m_details->setWordWrap(true);
    m_details->setProperty("role", u"secondary"_s);
    for (QLabel *label : {m_title, m_details}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_button->setAutoDefault(false);
    m_button->hide();
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_title);
    texts->addWidget(m_details);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin - 2, kMargin, kMargin - 2);
    layout->addLayout(texts, 1);
    layout->addWidget(m_button, 0, Qt::AlignVCenter);
}

void NoticeBox::tell(Kind kind, const QString &title, const QString &details)
{
    m_title->setText(title);
    setDetails(details);
    if (m_kind == kind)
        return;
    m_kind = kind;
    m_title->setProperty("role", roleOf(kind));
    m_title->style()->unpolish(m_title);
    m_title->style()->polish(m_title);
    update();
}

void NoticeBox::setDetails(const QString &details)
{
    m_details->setText(details);
    m_details->setVisible(!details.isEmpty());
}

void NoticeBox::setButton(const QString &text, const QString &toolTip)
{
    m_button->setText(text);
    m_button->setToolTip(toolTip);
    m_button->setVisible(!text.isEmpty());
}

QString NoticeBox::title() const
{
    return m_title->text();
}

QString NoticeBox::details() const
{
    return m_details->text();
}

void NoticeBox::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = m_kind == Kind::Good      ? theme.good
                    : m_kind == Kind::Warning ? theme.warning
                    : m_kind == Kind::Bad     ? theme.bad
                                              : theme.background;
    QColor edge = m_kind == Kind::Plain ? theme.line : Qt::transparent;
    if (m_kind != Kind::Plain)
        ground.setAlpha(kTint);
    painter.setPen(edge);
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
}

} // namespace thresher::ui
