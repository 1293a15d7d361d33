// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/gototime.h"

#include "widgets/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QStyle>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr std::uint64_t kLargest = static_cast<std::uint64_t>(kTimeMax);
constexpr int kDecimals = 9;

/// Appends a decimal digit; false if it no longer fits a time.
bool appendDigit(std::uint64_t &value, int digit)
{
    if (value > (kLargest - static_cast<std::uint64_t>(digit)) / 10)
        return false;
    value = value * 10 + static_cast<std::uint64_t>(digit);
    return true;
}

/// Digits with at most one point between them, as a count of 10^-decimals.
std::optional<std::uint64_t> parseDecimal(const QString &text, int decimals)
{
    std::uint64_t value = 0;
    int behind = -1; // digits behind the point; -1 before it
    bool hasDigit = false;
    for (const QChar c : text) {
        if (c == u'.' && behind < 0) {
            behind = 0;
        } else if (c.unicode() >= u'0' && c.unicode() <= u'9') {
            hasDigit = true;
            if (behind >= decimals)
                continue; // finer than the clock
            if (!appendDigit(value, c.unicode() - u'0'))
                return std::nullopt;
            behind += behind >= 0 ? 1 : 0;
        } else if (!c.isSpace() && c != u'_') {
            return std::nullopt;
        }
    }
    for (int i = std::max(behind, 0); i < decimals; ++i) {
        if (!appendDigit(value, 0))
            return std::nullopt;
    }
    return hasDigit ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<TimeNs> parseTime(const QString &text, const TimeStyle &style)
{
    QString bare = text.trimmed();
    if (bare.endsWith(u's') && style.isNanoseconds)
        bare.chop(1);
    const bool isNegative = bare.startsWith(u'-') || bare.startsWith(QChar(0x2212));
    if (isNegative)
        bare.remove(0, 1);
    const auto count = parseDecimal(bare, style.isNanoseconds ? kDecimals : 0);
    if (!count)
        return std::nullopt;
    const auto offset = static_cast<TimeNs>(*count);
    TimeNs time = 0;
    const bool overflows = isNegative ? __builtin_sub_overflow(style.base(), offset, &time)
                                      : __builtin_add_overflow(style.base(), offset, &time);
    return overflows ? std::nullopt : std::optional(time);
}

std::optional<Row> parseRow(const QString &text)
{
    QString bare = text.trimmed();
    if (!bare.startsWith(u'#'))
        return std::nullopt;
    bare.remove(0, 1).remove(u',');
    bool ok = false;
    const qulonglong number = bare.trimmed().toULongLong(&ok);
    return ok && number > 0 ? std::optional<Row>(number - 1) : std::nullopt;
}

GotoField::GotoField(QWidget *parent)
    : QLineEdit(parent)
    , m_note(new QLabel(parent))
{
    setFont(fonts().mono);
    setAccessibleName(tr("Go to time"));
    m_note->setProperty("role", u"note"_s);
    m_note->hide();
    hide();
    connect(this, &QLineEdit::returnPressed, this, &GotoField::enter);
    connect(this, &QLineEdit::textEdited, this, [this] { setWrong(false); });
}

void GotoField::begin(const QString &typed, const TimeStyle &style)
{
    m_style = style;
    setPlaceholderText(style.isNanoseconds ? tr("Go to: seconds, or # and a row")
                                           : tr("Go to: ticks, or # and a row"));
    setText(typed);
    setWrong(false);
    show();
    raise();
    setFocus();
}

void GotoField::enter()
{
    if (const auto row = parseRow(text())) {
        Q_EMIT rowEntered(*row);
    } else if (const auto time = parseTime(text(), m_style)) {
        Q_EMIT timeEntered(*time);
    } else {
        setWrong(true);
        return;
    }
    hide();
    Q_EMIT left();
}

void GotoField::setWrong(bool isWrong)
{
    // A palette would not do: the style sheet sets the text's colour.
    if (property("wrong").toBool() != isWrong) {
        setProperty("wrong", isWrong);
        style()->unpolish(this);
        style()->polish(this);
    }
    if (isWrong) {
        m_note->setText(
            m_style.isNanoseconds
                ? tr("Not a time: type seconds, as 38.83, or # and a row's number.")
                : tr("Not a time: type ticks, as 6459426589, or # and a row's number."));
        placeNote();
        m_note->raise();
    }
    m_note->setVisible(isWrong);
    setAccessibleDescription(isWrong ? m_note->text() : QString());
}

/// Right edges in one line, but never beyond the left edge of what both lie on.
void GotoField::placeNote()
{
    m_note->adjustSize();
    m_note->move(std::max(0, geometry().right() + 1 - m_note->width()), geometry().bottom() + 3);
}

void GotoField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        Q_EMIT left();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void GotoField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
        hide();
}

void GotoField::hideEvent(QHideEvent *event)
{
    QLineEdit::hideEvent(event);
    m_note->hide();
}

void GotoField::moveEvent(QMoveEvent *event)
{
    QLineEdit::moveEvent(event);
    placeNote();
}

} // namespace thresher::ui
