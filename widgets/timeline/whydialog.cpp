// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/whydialog.h"

#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace thresher::ui {

using namespace Qt::StringLiterals;

WhyDialog::WhyDialog(ViewState &view, TaskId task, TimeNs time, QWidget *parent)
    : QDialog(parent)
    , m_view(view)
    , m_snapshot(view.snapshot())
{
    setWindowTitle(tr("Why?"));
    setAttribute(Qt::WA_DeleteOnClose);
    const auto analysis = view.analysis();
    if (const auto story = analysis ? explainSlice(*analysis, task, time) : std::nullopt)
        m_lines = whyLines(
            *analysis, *story,
            wakeChain(*analysis, task, story->wakeup ? story->wakeup->time + 1 : time),
            timeStyle(view));
    else
        m_lines.push_back({{}, tr("Nothing is known of this task there."), {}});
    auto *layout = new QVBoxLayout(this);
    auto *area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    auto *page = new QWidget(area);
    auto *grid = new QGridLayout(page);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(1, 1);
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        addLine(grid, i);
    grid->setRowStretch(static_cast<int>(m_lines.size()), 1);
    area->setWidget(page);
    layout->addWidget(area, 1);
    auto *hint = new QLabel(tr("Click a line to go to the event that tells so."), this);
    hint->setFont(fonts().small);
    hint->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(hint);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    layout->addWidget(buttons);
    resize(640, 360);
}

void WhyDialog::addLine(QGridLayout *grid, std::size_t number)
{
    const WhyLine &line = m_lines[number];
    const int row = static_cast<int>(number);
    auto *label = new QLabel(line.label, this);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    if (number == 0)
        label->setFont(fonts().strong);
    auto *text = new QLabel(this);
    text->setWordWrap(true);
    text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    const bool isLink = line.event.has_value();
    text->setTextFormat(isLink ? Qt::RichText : Qt::PlainText);
    text->setText(isLink ? u"<a href=\"%1\" style=\"text-decoration:none\">%2</a>"_s.arg(
                      QString::number(number), line.text.toHtmlEscaped())
                         : line.text);
    text->setTextInteractionFlags(
        Qt::TextSelectableByMouse
        | (isLink ? Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard
                  : Qt::NoTextInteraction));
    connect(text, &QLabel::linkActivated, this, [this, number] { goTo(number); });
    grid->addWidget(label, row, 0);
    grid->addWidget(text, row, 1);
}

void WhyDialog::goTo(std::size_t line)
{
    const auto &snapshot = m_view.snapshot();
    if (line >= m_lines.size() || !m_lines[line].event || !snapshot || !m_snapshot
        || snapshot->trace != m_snapshot->trace)
        return;
    const Place place = *m_lines[line].event;
    if (place.stream >= snapshot->streams.size()
        || place.event >= snapshot->streams[place.stream].size)
        return;
    m_view.setCurrentEvent(place);
    m_view.ensureVisible(snapshot->streams[place.stream].time(place.event));
}

} // namespace thresher::ui
