// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/diagnostics/banner.h"

#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_details(new QLabel(this))
    , m_more(new QToolButton(this))
    , m_action(new QToolButton(this))
    , m_close(new QToolButton(this))
{
    setProperty("role", u"banner"_s);
    setObjectName(u"banner"_s);
    for (QLabel *label : {m_text, m_details}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText); // may quote a file's name
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_details->setFont(fonts().mono);
    m_details->hide();
    m_more->setText(tr("Details"));
    m_more->setCheckable(true);
    m_close->setText(tr("Close"));
    for (QToolButton *button : {m_more, m_close})
        button->setProperty("flat", true);
    auto *line = new QHBoxLayout;
    line->setSpacing(6);
    line->addWidget(m_text, 1);
    for (QToolButton *button : {m_action, m_more, m_close})
        line->addWidget(button, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 8, 8);
    layout->addLayout(line);
    layout->addWidget(m_details);
    connect(m_more, &QToolButton::toggled, m_details, &QWidget::setVisible);
    connect(m_close, &QToolButton::clicked, this, &Banner::dismiss);
    connect(m_action, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT actionTriggered();
    });
    hide();
}

void Banner::showMessage(Kind kind, const QString &text, const QString &details)
{
    m_text->setText(text);
    m_details->setText(details);
    m_more->setChecked(false);
    m_more->setVisible(!details.isEmpty());
    m_action->hide();
    restyle(kind);
    setAccessibleName(text);
    show();
}

void Banner::showQuestion(Kind kind, const QString &text, const QString &button)
{
    showMessage(kind, text);
    m_action->setText(button);
    m_action->show();
}

void Banner::restyle(Kind kind)
{
    // A margin of its own, so that it takes no room while hidden; the edge is red by the program's
    // style sheet.
    setStyleSheet(u"#banner { margin: 8px; %1 }"_s.arg(
        kind == Kind::Error ? QString()
                            : u"border-left-color: "_s + Theme::of(this).accent.name()));
}

void Banner::dismiss()
{
    if (isHidden())
        return;
    hide();
    Q_EMIT dismissed();
}

QString Banner::text() const
{
    return isHidden() ? QString() : m_text->text();
}

QString Banner::details() const
{
    return m_details->text();
}

} // namespace thresher::ui
