// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probetext.h"

#include "widgets/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QHelpEvent>
#include <QTextBlock>
#include <QTextDocument>
#include <QToolTip>

#include <algorithm>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kIndent = 14; ///< Of what is wrapped.
constexpr int kBetween = 4; ///< Lines.
constexpr int kLeastHeight = 72;
constexpr int kMostHeight = 230; ///< From here on it scrolls.
constexpr std::size_t kMostKnown = 256;

bool isProbe(const QTextBlock &block)
{
    const QString text = block.text().trimmed();
    return !text.isEmpty() && !text.startsWith(u'#');
}

bool hasActions(const capture::ProbeRequest &probe)
{
    return !probe.filter.empty() || !probe.triggers.empty() || probe.triggersOnly;
}

/// Without ligatures: "->" is what the kernel reads, not an arrow.
QFont plainMono()
{
    QFont font = fonts().mono;
    font.setStyleStrategy(QFont::PreferNoShaping);
    return font;
}

QTextBlockFormat hanging()
{
    QTextBlockFormat format;
    format.setLeftMargin(kIndent);
    format.setTextIndent(-kIndent);
    format.setBottomMargin(kBetween);
    return format;
}

} // namespace

/// What is done with the event of a paragraph; `line` is not used.
struct ProbeText::Actions : QTextBlockUserData
{
    explicit Actions(capture::ProbeRequest request)
        : probe(std::move(request))
    {}
    capture::ProbeRequest probe;

    static const capture::ProbeRequest *of(const QTextBlock &block)
    {
        const auto *actions = static_cast<const Actions *>(block.userData());
        return actions == nullptr ? nullptr : &actions->probe;
    }
};

ProbeText::ProbeText(QWidget *parent)
    : QTextEdit(parent)
{
    setAcceptRichText(false);
    setTabChangesFocus(true);
    setFont(plainMono());
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Lines of the probes"));
    setProbes({});
    fitHeight();
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            &ProbeText::fitHeight);
    connect(document(), &QTextDocument::contentsChange, this, [this](int, int removed, int added) {
        // Setting a format is such a change, too.
        if (!m_isSetting && (removed > 0 || added > 0))
            takeActionsAlong();
    });
    connect(this, &QTextEdit::textChanged, this, [this] {
        if (!m_isSetting)
            Q_EMIT edited();
    });
    connect(this, &QTextEdit::cursorPositionChanged, this, [this] {
        if (!m_isSetting && std::exchange(m_index, currentIndex()) != m_index)
            Q_EMIT currentIndexChanged();
    });
}

ProbeText::~ProbeText() = default;

std::vector<QTextBlock> ProbeText::blocks() const
{
    std::vector<QTextBlock> found;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next())
        if (isProbe(block))
            found.push_back(block);
    return found;
}

QTextBlock ProbeText::blockAt(int index) const
{
    const auto all = blocks();
    return index >= 0 && index < static_cast<int>(all.size()) ? all[static_cast<std::size_t>(index)]
                                                              : QTextBlock();
}

void ProbeText::insertLines(QTextCursor &cursor, const std::vector<capture::ProbeRequest> &probes)
{
    for (const capture::ProbeRequest &probe : probes) {
        if (!cursor.block().text().isEmpty())
            cursor.insertBlock();
        cursor.setBlockFormat(hanging());
        cursor.insertText(QString::fromStdString(probe.line));
        cursor.block().setUserData(hasActions(probe) ? new Actions(probe) : nullptr);
    }
}

void ProbeText::setProbes(const std::vector<capture::ProbeRequest> &probes)
{
    m_isSetting = true;
    m_known.clear();
    m_marks.clear();
    setUndoRedoEnabled(false);
    clear();
    QTextCursor cursor(document());
    cursor.setBlockFormat(hanging());
    insertLines(cursor, probes);
    setUndoRedoEnabled(true);
    takeActionsAlong();
    moveCursor(QTextCursor::Start);
    m_index = currentIndex();
    m_isSetting = false;
    showMarks();
    Q_EMIT currentIndexChanged();
}

std::vector<capture::ProbeRequest> ProbeText::probes() const
{
    std::vector<capture::ProbeRequest> all;
    for (const QTextBlock &block : blocks()) {
        auto &probe = all.emplace_back();
        if (const auto *actions = Actions::of(block))
            probe = *actions;
        probe.line = block.text().toStdString();
    }
    return all;
}

int ProbeText::currentIndex() const
{
    int index = -1;
    for (const QTextBlock &block : blocks())
        if (block.blockNumber() <= textCursor().blockNumber() || index < 0)
            ++index;
    return index;
}

void ProbeText::setCurrentIndex(int index)
{
    if (const QTextBlock block = blockAt(index); block.isValid() && index != currentIndex())
        setTextCursor(QTextCursor(block));
}

void ProbeText::replaceLine(int index, const std::string &line)
{
    const QTextBlock block = blockAt(index);
    const QString text = QString::fromStdString(line);
    if (!block.isValid() || block.text() == text)
        return;
    // What stays the same is left alone, and the cursor with it.
    const QString old = block.text();
    const auto most = std::min(old.size(), text.size());
    const auto same = std::mismatch(old.begin(), old.begin() + most, text.begin()).first
                      - old.begin();
    qsizetype tail = 0;
    while (tail < most - same && old[old.size() - 1 - tail] == text[text.size() - 1 - tail])
        ++tail;
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + static_cast<int>(same));
    cursor.setPosition(block.position() + static_cast<int>(old.size() - tail),
                       QTextCursor::KeepAnchor);
    cursor.insertText(text.mid(same, text.size() - tail - same));
}

void ProbeText::appendProbes(const std::vector<capture::ProbeRequest> &probes)
{
    const auto first = blocks().size();
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    cursor.beginEditBlock();
    insertLines(cursor, probes);
    cursor.endEditBlock();
    setCurrentIndex(static_cast<int>(first));
}

void ProbeText::remove(int index)
{
    const QTextBlock block = blockAt(index);
    if (!block.isValid())
        return;
    QTextCursor cursor(block);
    cursor.select(QTextCursor::BlockUnderCursor);
    // The first paragraph's selection has no break before it.
    if (block.previous().isValid() || !block.next().isValid()) {
        cursor.removeSelectedText();
        return;
    }
    cursor.setPosition(block.position());
    cursor.setPosition(block.next().position(), QTextCursor::KeepAnchor);
    const auto *next = Actions::of(block.next());
    const auto actions = next != nullptr ? std::optional(*next) : std::nullopt;
    m_isSetting = true; // until the paragraph that is left has its own
    cursor.removeSelectedText();
    QTextBlock left = cursor.block();
    left.setUserData(actions ? new Actions(*actions) : nullptr);
    m_isSetting = false;
    m_index = currentIndex();
    Q_EMIT edited();
    Q_EMIT currentIndexChanged();
}

void ProbeText::setActions(int index, const capture::ProbeRequest &probe)
{
    QTextBlock block = blockAt(index);
    if (!block.isValid())
        return;
    const auto *before = Actions::of(block);
    capture::ProbeRequest now = probe;
    now.line = block.text().toStdString();
    capture::ProbeRequest old = before != nullptr ? *before : capture::ProbeRequest();
    old.line = now.line;
    if (now == old)
        return;
    block.setUserData(hasActions(now) ? new Actions(now) : nullptr);
    m_known.erase(now.line);
    takeActionsAlong();
    Q_EMIT edited();
}

/// A paragraph that was pasted, or that undo has brought back, gets what its line had.
void ProbeText::takeActionsAlong()
{
    if (m_known.size() > kMostKnown)
        m_known.clear();
    const auto all = blocks();
    for (const QTextBlock &block : all)
        if (const auto *actions = Actions::of(block))
            m_known[block.text().toStdString()] = *actions;
    for (QTextBlock block : all)
        if (const auto known = m_known.find(block.text().toStdString());
            Actions::of(block) == nullptr && known != m_known.end())
            block.setUserData(new Actions(known->second));
}

void ProbeText::setMarks(std::vector<Mark> marks)
{
    if (m_marks == marks)
        return;
    m_marks = std::move(marks);
    showMarks();
}

QTextCursor ProbeText::cursorOf(const Mark &mark) const
{
    const QTextBlock block = blockAt(mark.index);
    QTextCursor cursor(document());
    if (!block.isValid())
        return cursor;
    const QByteArray line = block.text().toUtf8();
    const auto charOf = [&](std::uint32_t byte) {
        return static_cast<int>(QString::fromUtf8(line.left(static_cast<qsizetype>(byte))).size());
    };
    int begin = charOf(mark.at.begin);
    const int end = std::max(begin, charOf(mark.at.end));
    if (begin == end && begin > 0)
        --begin;
    cursor.setPosition(block.position() + begin);
    cursor.setPosition(block.position() + std::max(end, std::min(1, block.length() - 1)),
                       QTextCursor::KeepAnchor);
    return cursor;
}

void ProbeText::fitHeight()
{
    const int margins = height() - viewport()->height();
    const int wanted = static_cast<int>(document()->size().height()) + margins + kBetween;
    setFixedHeight(std::clamp(wanted, kLeastHeight, kMostHeight));
}

void ProbeText::showMarks()
{
    QList<ExtraSelection> selections;
    for (const Mark &mark : m_marks) {
        ExtraSelection selection;
        selection.cursor = cursorOf(mark);
        selection.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        selection.format.setUnderlineColor(Theme::of(this).bad);
        selections.push_back(selection);
    }
    setExtraSelections(selections);
}

QStringList ProbeText::markedTexts() const
{
    QStringList texts;
    for (const ExtraSelection &selection : extraSelections())
        texts += selection.cursor.selectedText();
    return texts;
}

void ProbeText::goTo(const Mark &mark)
{
    QTextCursor cursor = cursorOf(mark);
    cursor.setPosition(cursor.selectionEnd());
    setTextCursor(cursor);
    setFocus();
}

bool ProbeText::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int at = cursorForPosition(viewport()->mapFrom(this, help->pos())).position();
        for (const Mark &mark : m_marks) {
            const QTextCursor cursor = cursorOf(mark);
            if (at >= cursor.selectionStart() && at <= cursor.selectionEnd()) {
                QToolTip::showText(help->globalPos(), mark.text, this);
                return true;
            }
        }
        QToolTip::hideText();
        return true;
    }
    return QTextEdit::event(event);
}

void ProbeText::changeEvent(QEvent *event)
{
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showMarks();
}

} // namespace thresher::ui
