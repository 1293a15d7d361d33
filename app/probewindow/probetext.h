// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"
#include "capture/recordrequest.h"

#include <QTextEdit>

#include <map>
#include <string>
#include <vector>

namespace thresher::ui {

/// The lines of probes as a text: a paragraph each, wrapped to be read; what is copied has them as
/// they are. It is as high as its lines, within bounds. Filter and triggers, which are no part of
/// the lines, stay with their line when it is moved, cut and pasted. Empty paragraphs and comments
/// behind # are no probes; "index" counts those that are. GUI thread.
class ProbeText final : public QTextEdit
{
    Q_OBJECT

public:
    explicit ProbeText(QWidget *parent = nullptr);
    ~ProbeText() override;

    /// edited() is not sent, and what was typed before cannot be had back.
    void setProbes(const std::vector<capture::ProbeRequest> &probes);
    [[nodiscard]] std::vector<capture::ProbeRequest> probes() const;
    /// That of the cursor, or the last before it; -1 if there is none.
    [[nodiscard]] int currentIndex() const;
    void setCurrentIndex(int index);

    /// Writes another line in the place of one; it can be undone. Tells edited(), if it is another.
    void replaceLine(int index, const std::string &line);
    void appendProbes(const std::vector<capture::ProbeRequest> &probes);
    void remove(int index);
    /// Filter, triggers and triggersOnly of `probe`. Tells edited(), if they are others.
    void setActions(int index, const capture::ProbeRequest &probe);

    /// A part of a line that is wrong.
    struct Mark
    {
        int index = 0;
        capture::TextSpan at; ///< Bytes of its line; an empty one marks the character before it.
        QString text; ///< Shown as the tool tip there.
        friend bool operator==(const Mark &, const Mark &) = default;
    };
    void setMarks(std::vector<Mark> marks);
    [[nodiscard]] const std::vector<Mark> &marks() const { return m_marks; }
    /// What is underlined, as it stands there.
    [[nodiscard]] QStringList markedTexts() const;
    void goTo(const Mark &mark);

Q_SIGNALS:
    void edited();
    void currentIndexChanged();

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Actions;
    [[nodiscard]] std::vector<QTextBlock> blocks() const;
    [[nodiscard]] QTextBlock blockAt(int index) const;
    [[nodiscard]] QTextCursor cursorOf(const Mark &mark) const;
    void insertLines(QTextCursor &cursor, const std::vector<capture::ProbeRequest> &probes);
    void takeActionsAlong();
    void fitHeight();
    void showMarks();

    std::vector<Mark> m_marks;
    std::map<std::string, capture::ProbeRequest> m_known; ///< By lines that were there once.
    int m_index = -1;
    bool m_isSetting = false;
};

} // namespace thresher::ui
