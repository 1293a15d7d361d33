// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probeactions.h"

#include "app/probewindow/probechecker.h"
#include "app/probewindow/probecost.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/saveset.h"
#include "capture/commandtext.h"
#include "model/qt/numbertext.h"
#include "widgets/tables/elidedlabel.h"

#include <QHBoxLayout>
#include <QMessageBox>
#include <QPushButton>

#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 12;

/// As `thresher record` takes it.
QString commandOf(capture::InstanceRequest instance)
{
    capture::RecordingPlan plan;
    instance.children = false;
    plan.request.instances.push_back(std::move(instance));
    return QString::fromStdString(capture::recordCommandText(plan));
}

} // namespace

ProbeActions::ProbeActions(ProbeLinesPane &lines, ProbeChecker &checker, QString folder,
                           QWidget *parent)
    : QWidget(parent)
    , m_lines(lines)
    , m_checker(checker)
    , m_folder(std::move(folder))
    , m_save(new QPushButton(tr("&Save set…"), this))
    , m_command(new ElidedLabel(this))
    , m_check(new QPushButton(tr("&Check"), this))
    , m_add(new QPushButton(tr("&Add to recording"), this))
    , m_record(new QPushButton(tr("●  A&rm and record"), this))
{
    setProperty("role", u"panel"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_save->setObjectName(u"saveSet"_s);
    m_check->setObjectName(u"checkProbes"_s);
    m_add->setObjectName(u"addToRecording"_s);
    m_record->setObjectName(u"armAndRecord"_s);
    m_command->setProperty("role", u"secondary"_s);
    for (QPushButton *button : {m_save, m_check, m_add})
        button->setAutoDefault(false);
    m_record->setDefault(true);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->addWidget(m_save);
    layout->addWidget(m_command, 1);
    layout->addWidget(m_check);
    layout->addWidget(m_add);
    layout->addWidget(m_record);
    connect(m_save, &QPushButton::clicked, this, &ProbeActions::saveSet);
    connect(m_check, &QPushButton::clicked, &checker, &ProbeChecker::check);
    connect(m_add, &QPushButton::clicked, this, [this] { Q_EMIT addRequested(m_lines.probes()); });
    connect(m_record, &QPushButton::clicked, this, &ProbeActions::record);
    connect(&lines, &ProbeLinesPane::stateChanged, this, &ProbeActions::refresh);
    connect(&checker, &ProbeChecker::stateChanged, this, &ProbeActions::refresh);
    connect(&checker, &ProbeChecker::measured, this, [this] {
        if (std::exchange(m_isArming, false))
            recordIfCool();
        refresh();
    });
    connect(&checker, &ProbeChecker::failed, this, [this] {
        m_isArming = false;
        refresh();
    });
    refresh();
}

QString ProbeActions::commandText() const
{
    return m_command->text();
}

void ProbeActions::setShownRequest(const capture::InstanceRequest &request)
{
    m_shown = request;
    refresh();
}

void ProbeActions::refresh()
{
    const QString problem = m_lines.problem();
    const auto probes = m_lines.probes();
    const bool canUse = problem.isEmpty();
    const auto enable = [](QPushButton *button, const QString &whyNot, const QString &what) {
        button->setEnabled(whyNot.isEmpty());
        button->setToolTip(whyNot.isEmpty() ? what : whyNot);
    };
    enable(m_save, problem, tr("Keeps these probes as a set of your own"));
    enable(m_add, problem, tr("To the events that the Record window has"));
    // What the kernel has refused may be tried again: the cause may be gone.
    QString whyNotCheck;
    if (probes.empty())
        whyNotCheck = problem;
    else if (m_checker.isBusy() || m_isArming)
        whyNotCheck = tr("The kernel is being asked.");
    else if (m_checker.access() == ProbeChecker::Access::Impossible)
        whyNotCheck = m_checker.whyNot();
    enable(m_check, whyNotCheck,
           m_checker.access() == ProbeChecker::Access::NeedsPassword
               ? m_checker.whyNot()
               : tr("Has the kernel make them, with their filters, and removes them at once"));
    m_check->setText(m_checker.access() == ProbeChecker::Access::NeedsPassword
                         ? tr("Un&lock and check…")
                         : tr("&Check"));
    QString whyNotRecord = problem;
    if (whyNotRecord.isEmpty() && m_isArming)
        whyNotRecord = tr("How often they are hit is being counted.");
    else if (whyNotRecord.isEmpty() && m_checker.access() == ProbeChecker::Access::Impossible)
        whyNotRecord = m_checker.whyNot();
    enable(m_record, whyNotRecord, tr("Records with these probes"));
    capture::InstanceRequest request;
    request.probes = probes;
    const QString command = canUse ? tr("same as: %1").arg(commandOf(m_shown.value_or(request)))
                                   : QString();
    m_command->setText(command);
    m_command->setToolTip(command);
}

void ProbeActions::saveSet()
{
    auto *dialog = new SaveSetDialog(m_lines.probes(), m_folder, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SaveSetDialog::saved, this, &ProbeActions::setSaved);
    dialog->open();
}

void ProbeActions::record()
{
    // Without root it is the recorder that measures, when the password was given, and warns.
    const auto access = m_checker.access();
    m_armed = m_lines.probes();
    if (m_lines.hottestRate() || access == ProbeChecker::Access::NeedsPassword
        || access == ProbeChecker::Access::Impossible) {
        recordIfCool();
        return;
    }
    m_isArming = true;
    refresh();
    m_checker.measure();
}

void ProbeActions::recordIfCool()
{
    const auto probes = m_lines.probes();
    const double rate = m_lines.hottestRate().value_or(0);
    if (!m_lines.problem().isEmpty() || probes != m_armed)
        return; // it was edited meanwhile
    if (!isHot(rate)) {
        Q_EMIT recordRequested(probes);
        return;
    }
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Arm a hot function?"),
        tr("It is called about %1 times a second.")
            .arg(groupedNumber(static_cast<std::uint64_t>(std::round(rate)))),
        QMessageBox::Cancel, this);
    question->setObjectName(u"confirmHot"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInformativeText(
        tr("Each call is stopped to look at it, which slows down whatever calls it, and the trace "
           "grows fast. A filter keeps the trace small, but not the cost of the calls."));
    QPushButton *yes = question->addButton(tr("Arm it anyway"), QMessageBox::AcceptRole);
    yes->setObjectName(u"confirm"_s);
    connect(yes, &QPushButton::clicked, this, [this, probes] { Q_EMIT recordRequested(probes); });
    question->open();
}

} // namespace thresher::ui
