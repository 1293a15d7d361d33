// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probelinespane.h"

#include "app/probewindow/noticebox.h"
#include "app/probewindow/probeactionsform.h"
#include "app/probewindow/probecost.h"
#include "app/probewindow/probefields.h"
#include "app/probewindow/probesetspane.h"
#include "app/recordwindow/kernelfilter.h"
#include "model/qt/numbertext.h"
#include "widgets/filterbar/filterfield.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

using capture::ProbeKind;
using capture::ProbeRequest;
using capture::ProbeSpec;

constexpr int kMargin = 16;
constexpr int kAgoMs = 1000;
constexpr QSize kSetsSize(460, 600);

QString sentence(const capture::ProbeError &error)
{
    QString text = QString::fromStdString(error.text);
    if (!error.help.empty())
        text += u' ' + QString::fromStdString(error.help);
    return text;
}

/// From the byte that a caret points at to the end of its token.
capture::TextSpan tokenAt(const std::string &text, std::int64_t caret)
{
    const auto begin = static_cast<std::size_t>(
        std::clamp<std::int64_t>(caret, 0, static_cast<std::int64_t>(text.size())));
    constexpr std::string_view kEnds = " \t:=(),<>!&|";
    // A separator may be what is meant.
    const auto end = std::min(text.find_first_of(kEnds, begin + 1), text.size());
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, end))};
}

bool usesTypes(const capture::FetchSource &source)
{
    using Kind = capture::FetchSource::Kind;
    return source.kind == Kind::Variable || source.kind == Kind::AllArguments
           || source.kind == Kind::Cast || !source.members.empty()
           || std::any_of(source.inner.begin(), source.inner.end(), usesTypes);
}

/// "6.12" of "6.12.9-amd64".
QString shortRelease(const std::string &release)
{
    const auto dot = release.find('.');
    const auto end = release.find_first_not_of("0123456789",
                                               dot == std::string::npos ? dot : dot + 1);
    return QString::fromStdString(release.substr(0, end));
}

} // namespace

ProbeLinesPane::ProbeLinesPane(QWidget *parent)
    : QWidget(parent)
    , m_addSet(new QPushButton(tr("Add a set…"), this))
    , m_text(new ProbeText(this))
    , m_error(new QLabel(this))
    , m_form(new ProbeActionsForm(this))
    , m_check(new NoticeBox(this))
    , m_rate(new NoticeBox(this))
{
    m_text->setObjectName(u"probeLines"_s);
    m_text->setFrameShape(QFrame::StyledPanel);
    m_text->setProperty("role", u"field"_s);
    m_text->setPlaceholderText(tr("p:name function argument=%di …"));
    m_error->setWordWrap(true);
    m_error->setProperty("role", u"bad"_s);
    m_error->setTextFormat(Qt::PlainText);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_check->setObjectName(u"checkNotice"_s);
    m_rate->setObjectName(u"rateNotice"_s);
    auto *copy = new QPushButton(tr("Copy"), this);
    copy->setObjectName(u"copyLines"_s);
    m_addSet->setObjectName(u"addSet"_s);
    m_addSet->setToolTip(tr("Probes that are ready, and those that you have kept"));
    for (QPushButton *button : {copy, m_addSet}) {
        button->setAutoDefault(false);
        button->setProperty("flat", true);
    }
    copy->setToolTip(tr("The lines as tracefs takes them, one under the other"));
    auto *title = new QLabel(tr("What will be set"), this);
    title->setProperty("role", u"title"_s);
    auto *head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(m_addSet);
    head->addWidget(copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin - 4, kMargin, kMargin);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(m_text);
    layout->addWidget(m_error);
    layout->addWidget(m_form);
    layout->addWidget(m_check);
    layout->addWidget(m_rate);
    layout->addStretch(1);
    m_ago.setInterval(kAgoMs);
    connect(copy, &QPushButton::clicked, this, [this] {
        QStringList lines;
        for (const ProbeRequest &probe : probes())
            lines += QString::fromStdString(probe.line);
        QApplication::clipboard()->setText(lines.join(u'\n'));
    });
    connect(m_addSet, &QPushButton::clicked, this, &ProbeLinesPane::chooseSet);
    connect(m_text, &ProbeText::edited, this, [this] {
        onChanged();
        Q_EMIT probesEdited();
        Q_EMIT probesChanged();
    });
    connect(m_text, &ProbeText::currentIndexChanged, this, &ProbeLinesPane::showForm);
    connect(m_form, &ProbeActionsForm::chosen, m_text, &ProbeText::setCurrentIndex);
    connect(m_form, &ProbeActionsForm::removeRequested, this,
            [this] { m_text->remove(m_text->currentIndex()); });
    connect(m_form, &ProbeActionsForm::actionsEdited, this, [this](const ProbeRequest &probe) {
        m_text->setActions(m_text->currentIndex(), probe);
    });
    connect(m_form, &ProbeActionsForm::nameEdited, this, &ProbeLinesPane::rename);
    connect(m_rate->button(), &QPushButton::clicked, this, &ProbeLinesPane::measureRequested);
    connect(&m_ago, &QTimer::timeout, this, &ProbeLinesPane::showCheck);
    onChanged();
}

ProbeLinesPane::~ProbeLinesPane() = default;

void ProbeLinesPane::setProbes(const std::vector<ProbeRequest> &probes)
{
    if (probes == m_text->probes())
        return;
    m_text->setProbes(probes);
    onChanged();
    Q_EMIT probesChanged();
}

void ProbeLinesPane::addProbes(const std::vector<ProbeRequest> &probes)
{
    m_text->appendProbes(probes);
}

void ProbeLinesPane::setSetsOffered(bool areOffered)
{
    m_addSet->setVisible(areOffered);
}

void ProbeLinesPane::chooseSet()
{
    auto *dialog = new QDialog(this);
    dialog->setObjectName(u"probeSetsDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Sets of probes"));
    auto *sets = new ProbeSetsPane(dialog);
    sets->useButton()->setText(tr("&Add these probes"));
    if (m_machine)
        sets->setMachine(*m_machine);
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins({});
    layout->addWidget(sets);
    dialog->resize(kSetsSize);
    connect(sets, &ProbeSetsPane::chosen, this,
            [this, dialog](const QString &, const std::vector<ProbeRequest> &probes) {
                dialog->accept();
                addProbes(probes);
            });
    dialog->open();
}

void ProbeLinesPane::rename(const QString &name)
{
    const auto index = static_cast<std::size_t>(std::max(0, m_text->currentIndex()));
    if (index >= m_parsed.size() || !m_parsed[index])
        return;
    ProbeSpec spec = *m_parsed[index];
    spec.event = name.toStdString();
    const std::string printed = capture::printProbe(spec);
    std::string line = probes()[index].line;
    line.replace(spec.headAt.begin, spec.headAt.end - spec.headAt.begin,
                 printed.substr(0, printed.find(' ')));
    m_text->replaceLine(static_cast<int>(index), line);
}

void ProbeLinesPane::setMachine(const capture::MachineReport &report)
{
    m_machine = report;
    showProblems();
    showCheck();
}

void ProbeLinesPane::setChecked(const ProbeCheckAnswer &answer)
{
    if (answer.probes != probes())
        return;
    // What the kernel itself has said counts for more than a comparison that finds nothing.
    if (answer.trial == ProbeTrial::Compare && answer.isFine() && m_answer
        && m_answer->trial == ProbeTrial::Make)
        return;
    m_answer = answer;
    showProblems();
    showCheck();
    Q_EMIT stateChanged();
}

void ProbeLinesPane::setRates(const ProbeRateAnswer &answer)
{
    if (answer.probes != probes())
        return;
    m_rates = answer;
    showRate();
    Q_EMIT stateChanged();
}

void ProbeLinesPane::setWhyNot(const QString &whyNot)
{
    m_whyNot = whyNot;
    showCheck();
    showRate();
}

void ProbeLinesPane::setBusy(bool isChecking, bool isMeasuring)
{
    m_isChecking = isChecking;
    m_isMeasuring = isMeasuring;
    showCheck();
    showRate();
}

bool ProbeLinesPane::isAccepted() const
{
    return m_answer && m_answer->trial == ProbeTrial::Make && m_answer->isFine()
           && !m_parsed.empty();
}

std::optional<double> ProbeLinesPane::hottestRate() const
{
    return m_rates ? hottest(m_rates->measured) : std::nullopt;
}

QString ProbeLinesPane::problem() const
{
    if (m_parsed.empty())
        return tr("There is no probe yet.");
    return m_problems.empty() ? QString() : m_problems.front().text;
}

QString ProbeLinesPane::errorText() const
{
    return m_error->text();
}

void ProbeLinesPane::onChanged()
{
    m_parsed.clear();
    const auto now = probes();
    for (const ProbeRequest &probe : now)
        m_parsed.push_back(capture::parseProbe(probe.line));
    if (m_answer && m_answer->probes != now)
        m_answer.reset();
    if (m_rates && m_rates->probes != now)
        m_rates.reset();
    showProblems();
    showCheck();
    showRate();
    Q_EMIT stateChanged();
}

std::vector<ProbeLinesPane::Problem> ProbeLinesPane::ownProblems() const
{
    std::vector<Problem> problems;
    const auto now = probes();
    for (std::size_t i = 0; i < m_parsed.size(); ++i) {
        const int index = static_cast<int>(i);
        if (!m_parsed[i]) {
            problems.push_back(
                {index, "line", m_parsed[i].error().at, sentence(m_parsed[i].error())});
            continue;
        }
        if (const auto error = checkKernelFilter(now[i].filter, fieldsOf(*m_parsed[i])))
            problems.push_back({index,
                                "filter",
                                {static_cast<std::uint32_t>(error->range.begin),
                                 static_cast<std::uint32_t>(error->range.end)},
                                QString::fromStdString(error->text())});
    }
    return problems;
}

std::vector<ProbeLinesPane::Problem> ProbeLinesPane::answeredProblems() const
{
    std::vector<Problem> problems;
    if (!m_answer)
        return problems;
    for (std::size_t i = 0; i < m_answer->checked.probes.size() && i < m_answer->probes.size();
         ++i) {
        const capture::CheckedProbe &probe = m_answer->checked.probes[i];
        if (probe.ok)
            continue;
        QString text = QString::fromStdString(probe.text);
        if (!probe.kernel.empty())
            text += u' ' + tr("The kernel says: %1.").arg(QString::fromStdString(probe.kernel));
        const std::string part = capture::partOf(m_answer->probes[i], probe.part);
        problems.push_back({static_cast<int>(i), probe.part,
                            probe.caret >= 0 || probe.part != "line"
                                ? tokenAt(part, probe.caret)
                                : capture::TextSpan{0, static_cast<std::uint32_t>(part.size())},
                            text});
    }
    return problems;
}

void ProbeLinesPane::showProblems()
{
    m_problems = ownProblems();
    if (m_problems.empty())
        m_problems = answeredProblems();
    std::vector<ProbeText::Mark> marks;
    QStringList texts;
    for (const Problem &problem : m_problems) {
        if (problem.part != "line")
            continue;
        marks.push_back({problem.index, problem.at, problem.text});
        texts += m_parsed.size() == 1
                     ? problem.text
                     : tr("%1: %2").arg(nameOf(static_cast<std::size_t>(problem.index)),
                                        problem.text);
    }
    m_text->setMarks(std::move(marks));
    constexpr qsizetype kMost = 3;
    if (texts.size() > kMost) {
        const auto more = texts.size() - kMost;
        texts = texts.first(kMost);
        texts += tr("… and %n more", nullptr, static_cast<int>(more));
    }
    m_error->setText(texts.join(u'\n'));
    m_error->setVisible(!texts.isEmpty());
    showForm();
}

/// Of an event: its name, or what it will be called.
QString ProbeLinesPane::nameOf(std::size_t index) const
{
    const auto &parsed = m_parsed[index];
    if (!parsed)
        return tr("line %1").arg(index + 1);
    return QString::fromStdString(parsed->event.empty() ? capture::suggestedEventName(*parsed)
                                                        : parsed->event);
}

void ProbeLinesPane::showForm()
{
    const auto now = probes();
    const int index = m_text->currentIndex();
    m_form->setVisible(!now.empty());
    if (index < 0 || m_parsed.size() != now.size())
        return;
    QStringList names;
    for (std::size_t i = 0; i < now.size(); ++i)
        names += nameOf(i)
                 + (now[i].filter.empty() ? QString()
                                          : u"   "_s + QString::fromStdString(now[i].filter));
    m_form->setChoice(names, index);
    const auto at = static_cast<std::size_t>(index);
    const auto &parsed = m_parsed[at];
    const bool isNamed = parsed && parsed->kind != ProbeKind::Delete;
    m_form->showProbe(now[at],
                      isNamed ? std::optional(QString::fromStdString(parsed->event)) : std::nullopt,
                      isNamed ? nameOf(at) : QString(),
                      parsed ? fieldsOf(*parsed) : std::vector<capture::EventField>());
    ProbeActionsForm::Wrong wrong;
    for (const Problem &problem : m_problems) {
        if (problem.index != index || problem.part == "line")
            continue;
        if (problem.part == "filter") {
            wrong.filter = TextRange{problem.at.begin, problem.at.end};
            wrong.filterText = problem.text;
        } else {
            wrong.triggerText = problem.text;
        }
    }
    m_form->showWrong(wrong);
}

/// "6.12, fprobes, BTF arguments"
QString ProbeLinesPane::acceptedBy() const
{
    QStringList parts;
    if (m_machine && !m_machine->capabilities.kernel.empty())
        parts += shortRelease(m_machine->capabilities.kernel);
    std::set<QString> kinds;
    bool hasTypes = false;
    for (const auto &parsed : m_parsed) {
        if (!parsed)
            continue;
        kinds.insert(kindText(parsed->kind));
        for (const auto &argument : parsed->arguments)
            hasTypes |= usesTypes(argument.source);
    }
    for (const QString &kind : kinds)
        parts += kind;
    if (hasTypes)
        parts += tr("BTF arguments");
    return parts.join(u", "_s);
}

void ProbeLinesPane::showCheck()
{
    using Kind = NoticeBox::Kind;
    const bool isMade = m_answer && m_answer->trial == ProbeTrial::Make;
    if (isMade && m_answer->isFine())
        m_ago.start();
    else
        m_ago.stop();
    // Under the lines it is told already.
    const QString hidden = !m_problems.empty() && m_problems.front().part != "line"
                               ? m_problems.front().text
                               : QString();
    if (m_parsed.empty()) {
        m_check->tell(Kind::Plain, tr("Nothing will be set yet."),
                      tr("Choose what to probe, or write a line of dynamic_events above."));
    } else if (m_isChecking) {
        m_check->tell(Kind::Plain, tr("Asking the kernel…"));
    } else if (m_answer && !m_answer->checked.left.empty()) {
        m_check->tell(Kind::Bad, tr("A probe could not be removed again."),
                      QString::fromStdString(m_answer->checked.left.front()));
    } else if (isMade && m_answer->isFine()) {
        const auto passed = std::chrono::steady_clock::now() - m_answer->time;
        m_check->tell(Kind::Good, tr("✓ Accepted by this kernel (%1)").arg(acceptedBy()),
                      tr("checked %1 ago, set for %2 and removed")
                          .arg(agoText(passed), setText(m_answer->checked.set.value_or(0))));
    } else if (isMade) {
        m_check->tell(Kind::Bad, tr("✗ Refused by this kernel"), hidden);
    } else if (!m_problems.empty()) {
        m_check->tell(Kind::Bad,
                      m_answer ? tr("✗ This kernel would refuse it") : tr("✗ This cannot be set"),
                      hidden);
    } else if (!m_whyNot.isEmpty()) {
        m_check->tell(Kind::Plain, tr("Not checked"), m_whyNot);
    } else if (m_answer) {
        m_check->tell(Kind::Plain, tr("This kernel has what it needs."),
                      tr("Check has it made and removed at once."));
    } else {
        m_check->tell(Kind::Plain, tr("Not checked yet"));
    }
}

void ProbeLinesPane::showRate()
{
    using Kind = NoticeBox::Kind;
    m_rate->setVisible(!m_parsed.empty());
    m_rate->setButton(m_rates ? tr("Again") : tr("Measure"),
                      tr("Sets the probes for a moment and counts how often they are hit"));
    m_rate->button()->setEnabled(!m_isMeasuring && !m_isChecking && ownProblems().empty());
    if (m_isMeasuring) {
        m_rate->tell(Kind::Plain, tr("Counting calls…"));
        return;
    }
    if (!m_rates) {
        m_rate->tell(Kind::Plain, tr("How often it is hit is not known yet."));
        return;
    }
    QStringList names;
    for (std::size_t i = 0; i < m_parsed.size(); ++i)
        names += nameOf(i);
    const RateText text = rateText(*m_rates, names);
    m_rate->tell(text.isHot ? Kind::Warning : Kind::Plain, text.title, text.details);
}

} // namespace thresher::ui
