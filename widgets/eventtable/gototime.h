// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeformat.h"

#include <QLineEdit>

#include <optional>

class QLabel;

namespace thresher::ui {

/// What formatTime() writes, read back, exactly: "38.828 480 935", "38.83", "-2.5 s"; spaces
/// between digits are skipped. Of a clock that counts no nanoseconds whole ticks. nullopt if it is
/// no time, or none that fits 64 bits.
[[nodiscard]] std::optional<TimeNs> parseTime(const QString &text, const TimeStyle &style);

/// "#12,345" as row 12344; nullopt if there is no such.
[[nodiscard]] std::optional<Row> parseRow(const QString &text);

/// A field over a table: one types a time, or # and a row's number, and goes there with Enter. What
/// is neither turns red, and a note below says what is expected, until it is edited.
class GotoField final : public QLineEdit
{
    Q_OBJECT

public:
    explicit GotoField(QWidget *parent);

    void begin(const QString &typed, const TimeStyle &style);
    /// Lies below the field; hidden while nothing is wrong.
    [[nodiscard]] const QLabel *note() const { return m_note; }

Q_SIGNALS:
    void timeEntered(thresher::TimeNs time);
    void rowEntered(thresher::Row row);
    void left(); ///< Entered or given up: whoever had the focus gets it back.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void moveEvent(QMoveEvent *event) override;

private:
    void enter();
    void setWrong(bool isWrong);
    void placeNote();

    TimeStyle m_style;
    QLabel *m_note = nullptr;
};

} // namespace thresher::ui
