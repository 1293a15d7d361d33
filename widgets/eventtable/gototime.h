// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeformat.h"

#include <QLineEdit>

#include <optional>

namespace thresher::ui {

/// What formatTime() writes, read back, exactly: "38.828 480 935", "38.83", "-2.5 s"; spaces
/// between digits are skipped. Of a clock that counts no nanoseconds whole ticks. nullopt if it is
/// no time, or none that fits 64 bits.
[[nodiscard]] std::optional<TimeNs> parseTime(const QString &text, const TimeStyle &style);

/// "#12,345" as row 12344; nullopt if there is no such.
[[nodiscard]] std::optional<Row> parseRow(const QString &text);

/// A field over a table: one types a time, or # and a row's number, and goes there with Enter.
class GotoField final : public QLineEdit
{
    Q_OBJECT

public:
    explicit GotoField(QWidget *parent);

    void begin(const QString &typed, const TimeStyle &style);

Q_SIGNALS:
    void timeEntered(thresher::TimeNs time);
    void rowEntered(thresher::Row row);
    void left(); ///< Entered or given up: whoever had the focus gets it back.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void enter();
    TimeStyle m_style;
};

} // namespace thresher::ui
