// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/probespage.h"

#include "app/probewindow/probechecker.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/probesetspane.h"
#include "app/recordwindow/countslist.h"
#include "app/windowparts.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 10;
constexpr int kLinesWidth = 440;
constexpr int kSetsWidth = 290;

} // namespace

ProbesPage::ProbesPage(RecordModel &record, QWidget *parent)
    : QWidget(parent)
    , m_record(record)
    , m_lines(new ProbeLinesPane(this))
    , m_sets(new ProbeSetsPane(this))
    , m_editor(new QPushButton(tr("&Point at a function…"), this))
    , m_check(new QPushButton(tr("C&heck"), this))
{
    m_editor->setObjectName(u"pointAtFunction"_s);
    m_check->setObjectName(u"checkProbes"_s);
    for (QPushButton *button : {m_editor, m_check})
        button->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(kMargin + 6, kMargin, kMargin + 6, 0);
    buttons->addWidget(m_editor);
    buttons->addStretch(1);
    buttons->addWidget(m_check);
    auto *left = new QWidget(this);
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addLayout(buttons);
    auto *scroll = new QScrollArea(left);
    scroll->setWidget(m_lines);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(scroll, 1);
    column->addWidget(new CountsList(m_record, left));
    auto *splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(m_sets);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({kLinesWidth, kSetsWidth});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(splitter);
    m_lines->setSetsOffered(false); // they are beside it
    m_sets->useButton()->setText(tr("&Add these probes"));
    connect(m_editor, &QPushButton::clicked, this, &ProbesPage::editorRequested);
    connect(m_check, &QPushButton::clicked, this, [this] {
        if (m_checker != nullptr)
            m_checker->check();
    });
    connect(m_sets, &ProbeSetsPane::chosen, this,
            [this](const QString &, const auto &probes) { addProbes(probes); });
    connect(m_lines, &ProbeLinesPane::probesEdited, this, [this] {
        m_record.editInstance(
            [this](capture::InstanceRequest &request) { request.probes = m_lines->probes(); });
    });
    connect(m_lines, &ProbeLinesPane::stateChanged, this, &ProbesPage::updateButtons);
    connect(&record, &RecordModel::changed, this, &ProbesPage::refresh);
    connect(&record, &RecordModel::machineChanged, this, [this] {
        if (m_record.machine())
            m_sets->setMachine(*m_record.machine(), m_record.plan().launch.host.empty());
    });
    refresh();
}

void ProbesPage::setChecker(ProbeChecker *checker)
{
    m_checker = checker;
    connect(checker, &ProbeChecker::stateChanged, this, &ProbesPage::updateButtons);
    updateButtons();
}

void ProbesPage::addProbes(const std::vector<capture::ProbeRequest> &probes)
{
    m_lines->addProbes(probes);
}

void ProbesPage::refresh()
{
    m_lines->setProbes(m_record.instance().probes);
    const bool isHere = m_record.plan().launch.host.empty();
    m_editor->setEnabled(isHere);
    m_editor->setToolTip(
        isHere ? tr("Functions of the kernel and of programs, with what they are given")
               : tr("What can be pointed at is known of this machine only."));
    updateButtons();
}

void ProbesPage::updateButtons()
{
    m_check->setVisible(m_checker != nullptr);
    if (m_checker == nullptr)
        return;
    const bool needsPassword = m_checker->access() == ProbeChecker::Access::NeedsPassword;
    m_check->setText(needsPassword ? tr("Unlock and c&heck…") : tr("C&heck"));
    m_check->setToolTip(needsPassword ? m_checker->whyNot()
                                      : tr("Has the kernel make them and removes them at once"));
    m_check->setEnabled(!m_record.instance().probes.empty() && !m_checker->isBusy()
                        && m_checker->access() != ProbeChecker::Access::Impossible);
}

} // namespace thresher::ui
