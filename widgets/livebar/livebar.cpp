// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/livebar/livebar.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMostMark = 1000; ///< Characters; what the recorder takes is bytes.

QLabel *makeLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

LiveBar::LiveBar(QWidget *parent)
    : QFrame(parent)
    , m_dot(makeLabel(this))
    , m_state(makeLabel(this))
    , m_figures(makeLabel(this))
    , m_loss(makeLabel(this))
    , m_gauges(new CpuGauges(this))
    , m_mark(new QLineEdit(this))
    , m_layout(new QHBoxLayout(this))
{
    setProperty("role", u"panel"_s);
    setAutoFillBackground(true);
    m_dot->setText(u"●"_s);
    m_state->setFont(fonts().strong);
    m_figures->setFont(fonts().mono);
    m_figures->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_loss->setProperty("role", u"bad"_s);
    m_loss->setToolTip(
        tr("The kernel's buffers were full. Record fewer events, or give the buffers "
           "more room."));
    m_loss->hide();
    m_mark->setPlaceholderText(tr("Text into the trace ⏎"));
    m_mark->setToolTip(tr("Return writes this text into the trace, at the time it is pressed"));
    m_mark->setAccessibleName(tr("Text that is written into the trace"));
    m_mark->setMaxLength(kMostMark);
    m_mark->setMinimumWidth(120);
    m_mark->setMaximumWidth(240);
    connect(m_mark, &QLineEdit::returnPressed, this, [this] {
        const QString text = m_mark->text().trimmed();
        if (text.isEmpty())
            return;
        m_mark->clear();
        Q_EMIT markRequested(text);
    });
    m_layout->setContentsMargins(14, 4, 8, 4);
    m_layout->setSpacing(8);
    m_layout->addWidget(m_dot);
    m_layout->addWidget(m_state);
    m_layout->addWidget(m_gauges);
    m_layout->addWidget(m_figures, 1);
    m_layout->addWidget(m_loss);
    m_layout->addWidget(m_mark);
    hide();
    setState({}, false);
}

void LiveBar::addButton(QAction *action, const QString &text)
{
    auto *button = new QToolButton(this);
    button->setObjectName(action->objectName());
    button->setText(text);
    button->setFocusPolicy(Qt::TabFocus);
    const auto sync = [button, action] {
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        const QString what = action->toolTip();
        button->setToolTip(key.isEmpty() ? what : what + u" ("_s + key + u')');
        button->setCheckable(action->isCheckable());
        button->setEnabled(action->isEnabled());
        button->setVisible(action->isVisible());
        button->setChecked(action->isChecked());
    };
    // Not setDefaultAction(): it would bring the menu's long text.
    connect(button, &QToolButton::clicked, action, [action, sync] {
        action->trigger();
        sync();
    });
    connect(action, &QAction::changed, button, sync);
    sync();
    m_layout->addWidget(button);
}

void LiveBar::setState(const QString &text, bool isRecording)
{
    m_state->setText(text);
    const Theme &theme = Theme::of(this);
    QPalette palette = m_dot->palette();
    palette.setColor(QPalette::WindowText, isRecording ? theme.bad : theme.secondary);
    if (palette != m_dot->palette()) // else it would be polished anew with each figure
        m_dot->setPalette(palette);
    m_mark->setEnabled(isRecording);
}

void LiveBar::setFigures(const LiveFigures &figures)
{
    const auto rounded = [](double number) {
        return static_cast<std::uint64_t>(std::llround(std::max(number, 0.0)));
    };
    const auto whole = static_cast<qint64>(std::max(figures.seconds, 0.0));
    const QString time = u"%1:%2"_s.arg(whole / 60).arg(whole % 60, 2, 10, QChar(u'0'));
    QString text = tr("%1   %2 events   %3/s")
                       .arg(time, groupedNumber(figures.events),
                            groupedNumber(rounded(figures.eventsPerSecond)));
    if (figures.bytes > 0) // of a ring nothing is read
        text += tr("   %1   %2/s")
                    .arg(sizeText(figures.bytes), sizeText(rounded(figures.bytesPerSecond)));
    text += tr("   buffers %1 % full").arg(std::lround(100 * figures.fill));
    m_figures->setText(text);
    m_figures->setToolTip(text); // where there is no room for all of it
    m_loss->setText(figures.lost == 0 ? QString()
                                      : tr("⚠ %1 lost").arg(groupedNumber(figures.lost)));
    m_loss->setVisible(figures.lost > 0);
    m_gauges->setGauges(figures.cpus);
}

void LiveBar::focusMarkField()
{
    m_mark->setFocus(Qt::ShortcutFocusReason);
    m_mark->selectAll();
}

QString LiveBar::stateText() const
{
    return m_state->text();
}

QString LiveBar::figuresText() const
{
    return m_figures->text();
}

QString LiveBar::lossText() const
{
    return m_loss->text();
}

} // namespace thresher::ui
