// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace thresher::ui {

/// What is known of something: a sentence on a tinted ground, and below it what may be read second.
/// A button behind it does something about it. GUI thread.
class NoticeBox final : public QFrame
{
    Q_OBJECT

public:
    enum class Kind : std::uint8_t { Plain, Good, Warning, Bad };

    explicit NoticeBox(QWidget *parent = nullptr);

    /// @param details  may be empty.
    void tell(Kind kind, const QString &title, const QString &details = {});
    void setDetails(const QString &details);
    /// An empty text: no button.
    void setButton(const QString &text, const QString &toolTip = {});
    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString details() const;
    [[nodiscard]] QPushButton *button() const { return m_button; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Kind m_kind = Kind::Plain;
    QLabel *m_title;
    QLabel *m_details;
    QPushButton *m_button;
};

} // namespace thresher::ui
