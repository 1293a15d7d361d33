// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/countsform.h"

#include <QBoxLayout>
#include <QPushButton>

namespace thresher::ui {

CountsForm::CountsForm(QWidget *parent)
    : QDialog(parent)
{}

void CountsForm::makeButtons(const QString &recordHelp)
{
    auto *row = new QHBoxLayout;
    auto *close = new QPushButton(tr("Cancel"), this);
    m_add = new QPushButton(tr("&Add to a recording…"), this);
    m_add->setToolTip(tr("Choose in the Record window what else is recorded"));
    m_record = new QPushButton(tr("&Record"), this);
    m_record->setToolTip(recordHelp);
    m_record->setDefault(true);
    row->addStretch();
    for (QPushButton *button : {close, m_add, m_record})
        row->addWidget(button);
    static_cast<QBoxLayout *>(layout())->addLayout(row);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_add, &QPushButton::clicked, this, [this] {
        if (const auto asked = instance(false)) {
            accept();
            Q_EMIT addRequested(*asked);
        }
    });
    connect(m_record, &QPushButton::clicked, this, [this] {
        if (const auto asked = instance(true)) {
            hide();
            Q_EMIT recordRequested(*asked);
        }
    });
}

void CountsForm::setComplete(bool isComplete)
{
    m_add->setEnabled(isComplete);
    m_record->setEnabled(isComplete);
}

} // namespace thresher::ui
