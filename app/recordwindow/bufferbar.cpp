// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/bufferbar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 8;
constexpr int kChoiceLetters = 12;

} // namespace

BufferBar::BufferBar(RecordModel &record, QWidget *parent)
    : QWidget(parent)
    , m_record(record)
    , m_label(new QLabel(tr("Buffer"), this))
    , m_choice(new QComboBox(this))
    , m_add(new QToolButton(this))
    , m_remove(new QToolButton(this))
{
    m_choice->setObjectName(u"bufferChoice"_s);
    m_choice->setAccessibleName(tr("Buffer"));
    m_choice->setMinimumContentsLength(kChoiceLetters);
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setToolTip(tr("The buffer that events, tracer, probes and its part of the settings "
                            "at the right are of"));
    m_label->setProperty("role", u"secondary"_s);
    m_add->setObjectName(u"addBuffer"_s);
    m_add->setAccessibleName(tr("Add a buffer"));
    m_remove->setObjectName(u"removeBuffer"_s);
    m_remove->setAccessibleName(tr("Remove this buffer"));
    m_remove->setText(u"−"_s);
    for (QToolButton *button : {m_add, m_remove})
        button->setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(kMargin, 2, kMargin, 2);
    layout->addWidget(m_label);
    layout->addWidget(m_choice);
    layout->addWidget(m_add);
    layout->addWidget(m_remove);
    connect(m_choice, &QComboBox::activated, this,
            [this](int row) { m_record.chooseInstance(static_cast<std::size_t>(row)); });
    connect(m_add, &QToolButton::clicked, &m_record, &RecordModel::addInstance);
    connect(m_remove, &QToolButton::clicked, &m_record, &RecordModel::removeInstance);
    connect(&m_record, &RecordModel::changed, this, &BufferBar::refresh);
    refresh();
}

void BufferBar::refresh()
{
    const auto count = m_record.instanceCount();
    QStringList titles;
    for (std::size_t i = 0; i < count; ++i)
        titles += m_record.titleOf(i);
    const auto chosen = static_cast<int>(m_record.chosenInstance());
    for (int row = 0; row < titles.size(); ++row) {
        if (row == m_choice->count())
            m_choice->addItem({});
        m_choice->setItemText(row, titles[row]);
    }
    while (m_choice->count() > titles.size())
        m_choice->removeItem(m_choice->count() - 1);
    m_choice->setCurrentIndex(chosen);
    const bool areSeveral = count > 1;
    for (QWidget *widget : std::initializer_list<QWidget *>{m_label, m_choice, m_remove})
        widget->setVisible(areSeveral);
    m_add->setText(areSeveral ? u"+"_s : tr("+ Buffer"));
    const QString whyNot = m_record.whyNotAdd();
    m_add->setEnabled(whyNot.isEmpty());
    m_add->setToolTip(whyNot.isEmpty() ? tr("Records into one more buffer at the same time, with "
                                            "events, tracer and size of its own")
                                       : whyNot);
    m_remove->setToolTip(tr("Removes the buffer %1 and what it records")
                             .arg(m_record.titleOf(m_record.chosenInstance())));
}

} // namespace thresher::ui
