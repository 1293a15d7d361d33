// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QWidget>

class QButtonGroup;
class QSplitter;

namespace thresher::ui {

/// Pages with a button each over them; one is shown, or, where there is room, all side by side.
class ChoiceBar final : public QWidget
{
    Q_OBJECT

public:
    explicit ChoiceBar(QWidget *parent = nullptr);

    void addPage(const QString &title, QWidget *page);
    [[nodiscard]] int currentPage() const;
    void setCurrentPage(int page);
    [[nodiscard]] QWidget *page(int page) const;
    void setSideBySide(bool isSideBySide);

Q_SIGNALS:
    void currentChanged(int page);

private:
    void update();

    QButtonGroup *m_buttons = nullptr;
    QSplitter *m_pages = nullptr;
    QWidget *m_bar = nullptr;
    int m_current = 0;
    bool m_isSideBySide = false;
};

} // namespace thresher::ui
