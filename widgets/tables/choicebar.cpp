// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/tables/choicebar.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace thresher::ui {

ChoiceBar::ChoiceBar(QWidget *parent)
    : QWidget(parent)
    , m_buttons(new QButtonGroup(this))
    , m_pages(new QSplitter(Qt::Horizontal, this))
    , m_bar(new QWidget(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_pages, 1);
    auto *bar = new QHBoxLayout(m_bar);
    bar->setContentsMargins(8, 3, 8, 3);
    bar->setSpacing(2);
    bar->addStretch(1);
    m_pages->setHandleWidth(1);
    m_pages->setChildrenCollapsible(false);
    m_buttons->setExclusive(true);
    connect(m_buttons, &QButtonGroup::idClicked, this, &ChoiceBar::setCurrentPage);
}

void ChoiceBar::addPage(const QString &title, QWidget *page)
{
    auto *button = new QToolButton(m_bar);
    button->setText(title);
    button->setCheckable(true);
    button->setProperty("flat", true);
    const int number = m_pages->count();
    m_pages->addWidget(page);
    m_buttons->addButton(button, number);
    static_cast<QHBoxLayout *>(m_bar->layout())->insertWidget(number, button);
    if (number == 0)
        button->setChecked(true);
    update();
}

int ChoiceBar::currentPage() const
{
    return m_current;
}

void ChoiceBar::setCurrentPage(int page)
{
    QAbstractButton *button = m_buttons->button(page);
    if (button == nullptr)
        return;
    button->setChecked(true);
    m_current = page;
    update();
    Q_EMIT currentChanged(page);
}

QWidget *ChoiceBar::page(int page) const
{
    return m_pages->widget(page);
}

void ChoiceBar::setSideBySide(bool isSideBySide)
{
    m_isSideBySide = isSideBySide;
    update();
}

void ChoiceBar::update()
{
    m_bar->setVisible(!m_isSideBySide);
    for (int i = 0; i < m_pages->count(); ++i)
        m_pages->widget(i)->setVisible(m_isSideBySide || i == m_current);
}

} // namespace thresher::ui
