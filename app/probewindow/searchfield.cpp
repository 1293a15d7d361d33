// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/searchfield.h"

#include <QLabel>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 8;

} // namespace

SearchField::SearchField(QWidget *parent)
    : QLineEdit(parent)
    , m_note(new QLabel(this))
{
    m_note->setProperty("role", u"secondary"_s);
    m_note->setAttribute(Qt::WA_TransparentForMouseEvents);
}

void SearchField::setNote(const QString &note)
{
    m_note->setText(note);
    setAccessibleDescription(note);
    place();
}

QString SearchField::note() const
{
    return m_note->text();
}

void SearchField::resizeEvent(QResizeEvent *event)
{
    QLineEdit::resizeEvent(event);
    place();
}

void SearchField::place()
{
    const QSize size = m_note->sizeHint();
    m_note->setGeometry(width() - size.width() - kMargin, (height() - size.height()) / 2,
                        size.width(), size.height());
    setTextMargins(0, 0, m_note->text().isEmpty() ? 0 : size.width() + kMargin, 0);
}

} // namespace thresher::ui
