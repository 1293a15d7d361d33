// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QLineEdit>

class QLabel;

namespace thresher::ui {

/// A field with a text at its right end: how much was found. GUI thread.
class SearchField final : public QLineEdit
{
    Q_OBJECT

public:
    explicit SearchField(QWidget *parent = nullptr);
    void setNote(const QString &note);
    [[nodiscard]] QString note() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void place();

    QLabel *m_note;
};

} // namespace thresher::ui
