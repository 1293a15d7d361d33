// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "capture/machine.h"
#include "capture/probes/probeset.h"

#include <QWidget>

#include <map>
#include <optional>
#include <string>
#include <vector>

class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace thresher::ui {

/// Sets of probes to choose from, those of the user and those that come with the program: what each
/// tells, what it asks for, and which of its ways this kernel can go. GUI thread; files are read on
/// another.
class ProbeSetsPane final : public QWidget
{
    Q_OBJECT

public:
    explicit ProbeSetsPane(QWidget *parent = nullptr);
    ~ProbeSetsPane() override;

    /// Reads all sets again; the one that is chosen stays so.
    void reload();
    /// A set that lies anywhere; it becomes the chosen one.
    void open(const QString &file);
    /// What its kernel can do. @param isHere  else the machine's kind is not known.
    void setMachine(const capture::MachineReport &report, bool isHere = true);
    void select(const QString &name);
    [[nodiscard]] bool isReading() const { return m_job.isRunning() || m_openJob.isRunning(); }

    [[nodiscard]] QListWidget *list() const { return m_list; }
    [[nodiscard]] QPushButton *useButton() const { return m_use; }
    [[nodiscard]] QLineEdit *parameterField(const QString &name) const;
    [[nodiscard]] QString waysText() const;
    [[nodiscard]] QString problemText() const;

Q_SIGNALS:
    /// The lines of the way that fits, with the parameters filled in.
    void chosen(const QString &name, const std::vector<thresher::capture::ProbeRequest> &probes);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    using Sets = std::map<std::string, Result<capture::ProbeSet>>;
    void takeSets(Sets sets);
    void updateTarget();
    void askForFile();
    void fillList(const QString &selected);
    void showSet();
    void use();
    [[nodiscard]] const capture::ProbeSet *currentSet() const;
    [[nodiscard]] QString wayText(const capture::ProbeAlternative &alternative) const;
    [[nodiscard]] QString whyNot(const capture::ProbeAlternative &alternative) const;

    Sets m_sets;
    Sets m_opened; ///< By open().
    capture::ProbeTarget m_thisMachine; ///< Known once the sets are read.
    bool m_isHere = true;
    capture::ProbeTarget m_target; ///< The machine to record on.
    std::optional<capture::Capabilities> m_capabilities;
    QListWidget *m_list;
    QWidget *m_about;
    QLabel *m_title;
    QLabel *m_help;
    QFormLayout *m_form;
    std::map<std::string, QLineEdit *> m_fields;
    QLabel *m_ways;
    QLabel *m_problem;
    QPushButton *m_use;
    JobRunner m_job; ///< Reads all sets, and what this machine is;
    JobRunner m_openJob; ///< one that was opened.
    JobRunner m_fillJob; ///< Fills one in, which looks for libraries.
};

} // namespace thresher::ui
