// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/startpage/startpage.h"

#include <QAbstractButton>

namespace thresher::ui {

/// One recent file: name, folder, size and date.
class RecentRow final : public QAbstractButton
{
    Q_OBJECT

public:
    RecentRow(const RecentFile &file, QWidget *parent);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void forgetRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QString m_folder;
    QString m_facts; ///< "362 KiB · 12 May 2024"
    bool m_exists = true;
};

} // namespace thresher::ui
