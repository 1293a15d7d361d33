// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/filterbar/filtermenu.h"

#include "model/qt/filteredit.h"

#include <QCoreApplication>
#include <QMenu>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr qsizetype kLongest = 48;

QString tr(const char *text)
{
    return QCoreApplication::translate("FilterMenu", text);
}

/// As a menu's text: short, and no letter of it a shortcut.
QString menuText(const std::string &text)
{
    QString shown = QString::fromStdString(text).simplified();
    if (shown.size() > kLongest)
        shown = shown.left(kLongest - 1) + u'…';
    return shown.replace(u'&', u"&&"_s);
}

QString taskText(const IndexSnapshot &snapshot, TaskId task)
{
    return menuText(std::string(snapshot.tasks->name(task)) + ' '
                    + std::to_string(snapshot.tasks->task(task).pid));
}

void addTerm(QMenu &menu, ViewState &view, const FilterTerm &term)
{
    QMenu *choices = menu.addMenu(menuText(term.name + " = " + term.value));
    const auto add = [&](const QString &text, const std::string &condition, FilterJoin join) {
        choices->addAction(text.arg(menuText(condition)), &view,
                           [&view, condition, join] { addCondition(view, condition, join); });
    };
    if (view.condition().empty()) {
        add(u"%1"_s, term.equal(), FilterJoin::And);
        add(u"%1"_s, term.different(), FilterJoin::And);
        return;
    }
    for (const auto &[text, join] :
         {std::pair{tr("and  %1"), FilterJoin::And}, {tr("or  %1"), FilterJoin::Or}}) {
        add(text, term.equal(), join);
        add(text, term.different(), join);
    }
}

} // namespace

void addShowActions(QMenu &menu, ViewState &view, const FilterSubject &subject)
{
    const auto snapshot = view.snapshot();
    if (!snapshot)
        return;
    struct Choice
    {
        QString text;
        std::function<void()> only;
        std::function<void()> hide;
    };
    std::vector<Choice> choices;
    if (const auto event = subject.event) {
        choices.push_back({tr("“%1”").arg(menuText(snapshot->trace->events().event(*event).name)),
                           [&view, event] { showOnlyEvent(view, *event); },
                           [&view, event] { hideEvent(view, *event); }});
    }
    if (const auto task = subject.task) {
        choices.push_back({tr("task %1").arg(taskText(*snapshot, *task)),
                           [&view, task] { showOnlyTask(view, *task); },
                           [&view, task] { hideTask(view, *task); }});
    }
    if (const auto cpu = subject.cpu) {
        choices.push_back({tr("CPU %1").arg(*cpu), [&view, cpu] { showOnlyCpu(view, *cpu); },
                           [&view, cpu] { hideCpu(view, *cpu); }});
    }
    for (const Choice &choice : choices)
        menu.addAction(tr("Show only %1").arg(choice.text), &view, choice.only);
    menu.addSeparator();
    for (const Choice &choice : choices)
        menu.addAction(tr("Hide %1").arg(choice.text), &view, choice.hide);
    QAction *all = menu.addAction(tr("Show everything"), &view, [&view] { showEverything(view); });
    all->setEnabled(!view.expression().isEmpty());
}

void addTermsMenu(QMenu &menu, ViewState &view,
                  const std::function<std::optional<EventDetails>()> &details)
{
    QMenu *terms = menu.addMenu(tr("Add to filter"));
    // Without an entry it could not be opened.
    terms->addAction(tr("Nothing to compare"))->setEnabled(false);
    QObject::connect(terms, &QMenu::aboutToShow, terms, [terms, details, &view] {
        const auto known = details();
        if (!known || !view.snapshot())
            return;
        const auto all = termsOfEvent(*known, view.snapshot()->trace);
        if (all.empty())
            return;
        terms->clear();
        for (const FilterTerm &term : all)
            addTerm(*terms, view, term);
    });
}

void addTermsMenu(QMenu &menu, ViewState &view, const std::vector<FilterTerm> &terms)
{
    QMenu *all = menu.addMenu(tr("Add to filter"));
    for (const FilterTerm &term : terms)
        addTerm(*all, view, term);
}

} // namespace thresher::ui
