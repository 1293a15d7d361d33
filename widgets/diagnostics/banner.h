// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace thresher::ui {

/// A message at the top of the window: something failed, or could not be done as asked. It stays
/// until closed or replaced. Hidden at first.
class Banner final : public QFrame
{
    Q_OBJECT

public:
    enum class Kind : std::uint8_t { Note, Error };

    explicit Banner(QWidget *parent = nullptr);

    /// @param text  one sentence or two. @param details  unfolded on demand; may be empty.
    void showMessage(Kind kind, const QString &text, const QString &details = {});
    /// As showMessage() with a button; `action` is what actionTriggered() then tells.
    void showQuestion(Kind kind, const QString &text, const QString &button);
    void dismiss();
    [[nodiscard]] QString text() const;
    [[nodiscard]] QString details() const;

Q_SIGNALS:
    void actionTriggered();
    void dismissed();

private:
    void restyle(Kind kind);

    QLabel *m_text = nullptr;
    QLabel *m_details = nullptr;
    QToolButton *m_more = nullptr;
    QToolButton *m_action = nullptr;
    QToolButton *m_close = nullptr;
};

} // namespace thresher::ui
