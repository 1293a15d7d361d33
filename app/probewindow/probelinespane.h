// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/probeanswers.h"
#include "app/probewindow/probetext.h"
#include "capture/machine.h"
#include "capture/probes/probespec.h"

#include <QTimer>
#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;

namespace thresher::ui {

class NoticeBox;
class ProbeActionsForm;

/// What will be set: the lines of the probes, which may be edited, with what is wrong under the
/// token; of the line at the cursor its name, filter and triggers; what the kernel says of them,
/// and how often they are hit. It asks nobody itself: see ProbeChecker. GUI thread.
class ProbeLinesPane final : public QWidget
{
    Q_OBJECT

public:
    explicit ProbeLinesPane(QWidget *parent = nullptr);
    ~ProbeLinesPane() override;

    /// Shows them in the place of what was there; probesEdited() is not sent, probesChanged() is.
    void setProbes(const std::vector<capture::ProbeRequest> &probes);
    /// Behind what is there. As if they were typed: it can be undone, and probesEdited() is sent.
    void addProbes(const std::vector<capture::ProbeRequest> &probes);
    /// In the order of the text, those that are wrong too; empty lines and comments left out.
    [[nodiscard]] std::vector<capture::ProbeRequest> probes() const { return m_text->probes(); }
    /// Why they cannot be recorded, as far as it is known: a sentence. Empty: nothing is.
    [[nodiscard]] QString problem() const;

    /// What completes filters, and the kernel's name.
    void setMachine(const capture::MachineReport &report);
    /// Answers about other probes than those that are there now are passed over.
    void setChecked(const ProbeCheckAnswer &answer);
    void setRates(const ProbeRateAnswer &answer);
    /// Whether sets can be added here; else somebody offers them beside it.
    void setSetsOffered(bool areOffered);
    /// A sentence about why nothing can be asked; empty: it can.
    void setWhyNot(const QString &whyNot);
    void setBusy(bool isChecking, bool isMeasuring);

    /// The kernel has made these probes, as they are.
    [[nodiscard]] bool isAccepted() const;
    /// Calls a second of the hottest of them; none: not measured.
    [[nodiscard]] std::optional<double> hottestRate() const;

    [[nodiscard]] ProbeText *text() const { return m_text; }
    [[nodiscard]] ProbeActionsForm *form() const { return m_form; }
    [[nodiscard]] NoticeBox *checkNotice() const { return m_check; }
    [[nodiscard]] NoticeBox *rateNotice() const { return m_rate; }
    [[nodiscard]] QString errorText() const;

Q_SIGNALS:
    void probesEdited(); ///< By the user.
    void probesChanged(); ///< By the user or setProbes().
    /// problem(), isAccepted() or hottestRate().
    void stateChanged();
    void measureRequested();

private:
    /// What is wrong with a part of a probe.
    struct Problem
    {
        int index = 0;
        std::string part; ///< As of capture::CheckedProbe.
        capture::TextSpan at;
        QString text;
    };
    void onChanged();
    void chooseSet();
    void rename(const QString &name);
    [[nodiscard]] std::vector<Problem> ownProblems() const;
    [[nodiscard]] std::vector<Problem> answeredProblems() const;
    [[nodiscard]] QString nameOf(std::size_t index) const;
    [[nodiscard]] QString acceptedBy() const;
    void showProblems();
    void showForm();
    void showCheck();
    void showRate();

    QPushButton *m_addSet;
    ProbeText *m_text;
    QLabel *m_error;
    ProbeActionsForm *m_form;
    NoticeBox *m_check;
    NoticeBox *m_rate;
    std::optional<capture::MachineReport> m_machine;
    std::vector<capture::ProbeResult<capture::ProbeSpec>> m_parsed; ///< Of probes().
    std::vector<Problem> m_problems; ///< The first is that of problem().
    std::optional<ProbeCheckAnswer> m_answer; ///< About probes().
    std::optional<ProbeRateAnswer> m_rates;
    QString m_whyNot;
    bool m_isChecking = false;
    bool m_isMeasuring = false;
    QTimer m_ago; ///< Since the answer came.
};

} // namespace thresher::ui
