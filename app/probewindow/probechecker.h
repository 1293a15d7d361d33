// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/probeanswers.h"
#include "app/recordwindow/recorderlink.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace thresher::ui {

class ProbeLinesPane;

/// Has a recorder asked about the lines of a pane, and shows what it says there: while they are
/// typed, without anything being touched; whether the kernel makes them, and how often they are
/// hit, when that is wanted. Whoever made the link has the machine examined. GUI thread.
class ProbeChecker final : public QObject
{
    Q_OBJECT

public:
    /// Both outlive it.
    ProbeChecker(ProbeLinesPane &lines, RecorderLink &recorder, QObject *parent = nullptr);

    enum class Access : std::uint8_t {
        Unknown, ///< The machine is being looked at.
        NeedsPassword, ///< unlock() asks for it.
        Impossible, ///< whyNot()
        Root,
    };
    [[nodiscard]] Access access() const { return m_access; }
    [[nodiscard]] const QString &whyNot() const { return m_whyNot; }
    /// With what was wanted; a comparison keeps nobody from wanting something.
    [[nodiscard]] bool isBusy() const { return m_asked && *m_asked != Ask::Compare; }

    /// Has the kernel make them and remove them; asks for a password first, if there is need.
    void check();
    /// The same of how often they are hit.
    void measure();
    void unlock();

Q_SIGNALS:
    void stateChanged();
    void checked(); ///< By check(): the pane has the answer.
    void measured();
    /// What was wanted cannot be told. The sentence is in the pane, too.
    void failed(const QString &why);

private:
    using Question = RecorderLink::Question;
    /// Those that can be asked about the lines.
    enum class Ask : std::uint8_t { Compare, Make, Rates };

    void want(Ask ask);
    void ask(Ask ask);
    void onExamined(const capture::MachineReport &report);
    void onFailed(Question question, const Error &error);
    void onAnswer();

    ProbeLinesPane &m_lines;
    RecorderLink &m_recorder;
    Access m_access = Access::Unknown;
    QString m_whyNot;
    std::optional<Ask> m_asked; ///< On its way.
    std::optional<Ask> m_wanted; ///< As soon as it can be asked.
    QTimer m_typing; ///< Since the last key.
};

} // namespace thresher::ui
