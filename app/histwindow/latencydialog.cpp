// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/latencydialog.h"

#include "app/recordwindow/kernelfilter.h"
#include "app/windowparts.h"
#include "widgets/filterbar/filterfield.h"

#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace thresher::ui {

using namespace Qt::StringLiterals;
using capture::LatencyEnd;
using capture::LatencyEvent;

namespace {

/// Keys that fit together although their names differ: of one kind of thing.
constexpr std::array<std::array<const char *, 2>, 3> kKeyPairs{
    {{"pid", "next_pid"}, {"pid", "prev_pid"}, {"prev_pid", "next_pid"}}};

QStringList namesIn(const QComboBox &box)
{
    QStringList names;
    for (int i = 0; i < box.count(); ++i)
        names << box.itemText(i);
    return names;
}

} // namespace

LatencyDialog::LatencyDialog(QWidget *parent)
    : CountsForm(parent)
{
    setWindowTitle(tr("Latency event"));
    setObjectName(u"latencyDialog"_s);
    setMinimumWidth(760);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    auto *help = new QLabel(
        tr("The kernel makes an event of the time from one event to another one "
           "whose key is the same, such as from a task's wakeup until it runs."),
        this);
    help->setWordWrap(true);
    help->setProperty("role", u"secondary"_s);
    layout->addWidget(help);
    auto *sides = new QHBoxLayout;
    sides->setSpacing(20);
    sides->addWidget(makeSide(0, tr("From")), 1);
    sides->addWidget(makeSide(1, tr("To")), 1);
    layout->addLayout(sides, 1);
    auto *names = new QHBoxLayout;
    m_name = new QLineEdit(u"latency"_s, this);
    m_name->setObjectName(u"latencyName"_s);
    m_unit = new QComboBox(this);
    m_unit->addItems({tr("in nanoseconds"), tr("in microseconds")});
    m_unit->setAccessibleName(tr("Unit of the latency"));
    auto *called = new QLabel(tr("&Name of the event"), this);
    called->setBuddy(m_name);
    names->addWidget(called);
    names->addWidget(m_name, 1);
    names->addWidget(m_unit);
    layout->addLayout(names);
    makeLines();
    makeButtons(tr("Record the latencies now"));
    connect(m_name, &QLineEdit::textChanged, this, &LatencyDialog::writeLine);
    connect(m_unit, &QComboBox::currentIndexChanged, this, &LatencyDialog::writeLine);
    writeLine();
}

QWidget *LatencyDialog::makeSide(std::size_t index, const QString &title)
{
    Side &side = m_sides[index];
    auto *widget = new QWidget(this);
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(heading(title, widget));
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    side.event = new EventChoice(u"latencyEvent%1"_s.arg(index), widget);
    side.event->setMinimumContentsLength(20);
    side.key = new QComboBox(widget);
    side.key->setObjectName(u"latencyKey%1"_s.arg(index));
    side.filter = new FilterField(widget);
    side.filter->setObjectName(u"latencyFilter%1"_s.arg(index));
    side.filter->setPlaceholderText(tr("none"));
    side.filter->setProvider([&side](const std::string &text, std::size_t cursor) {
        return completeKernelFilter(text, cursor, side.filterFields);
    });
    side.fields = new QListWidget(widget);
    side.fields->setObjectName(u"latencyFields%1"_s.arg(index));
    side.fields->setMinimumHeight(90);
    form->addRow(index == 0 ? tr("&Event") : tr("E&vent"), side.event);
    form->addRow(index == 0 ? tr("&Key") : tr("Ke&y"), side.key);
    form->addRow(index == 0 ? tr("&Condition") : tr("Con&dition"), side.filter);
    form->addRow(tr("Carried along"), side.fields);
    layout->addLayout(form);
    connect(side.event, &QComboBox::editTextChanged, this, [this, &side] {
        fillSide(side);
        if (!m_isWriting) // else the line says which
            guessKey();
        writeLine();
    });
    connect(side.key, &QComboBox::currentIndexChanged, this, &LatencyDialog::writeLine);
    connect(side.filter, &QLineEdit::textChanged, this, &LatencyDialog::writeLine);
    connect(side.fields, &QListWidget::itemChanged, this, &LatencyDialog::writeLine);
    return widget;
}

void LatencyDialog::makeLines()
{
    layout()->addWidget(heading(tr("What is recorded"), this));
    m_line = new QLineEdit(this);
    m_line->setObjectName(u"latencyLine"_s);
    m_line->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_line->setAccessibleName(tr("The latency as thresher record --latency takes it"));
    layout()->addWidget(m_line);
    m_said = new QLabel(this);
    m_said->setTextFormat(Qt::PlainText);
    m_said->setWordWrap(true);
    m_said->setProperty("role", u"bad"_s);
    layout()->addWidget(m_said);
    layout()->addWidget(heading(tr("What the kernel is told"), this));
    m_lines = new QPlainTextEdit(this);
    m_lines->setReadOnly(true);
    m_lines->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_lines->setFixedHeight(m_lines->fontMetrics().lineSpacing() * 7 + 12);
    m_lines->setAccessibleName(tr("Lines of tracefs"));
    layout()->addWidget(m_lines);
    connect(m_line, &QLineEdit::textEdited, this, &LatencyDialog::readLine);
}

void LatencyDialog::setMachine(const capture::MachineReport &machine)
{
    m_machine = machine;
    for (Side &side : m_sides) {
        side.event->setMachine(machine);
        fillSide(side);
    }
    if (m_isByHand) {
        readLine();
    } else {
        guessKey();
        writeLine();
    }
}

void LatencyDialog::showError(const QString &text)
{
    m_said->setText(text);
    m_said->show();
}

void LatencyDialog::choose(const QString &event)
{
    m_sides[0].event->setEvent(event);
}

void LatencyDialog::fillSide(Side &side)
{
    side.filterFields = fieldsOf(m_machine, side.event->event().toStdString());
    QStringList names;
    if (m_machine)
        for (const auto &field : side.event->fields(*m_machine))
            names << QString::fromStdString(field.name);
    fillChoice(side.key, names, u"pid"_s);
    QStringList ticked;
    for (int i = 0; i < side.fields->count(); ++i)
        if (side.fields->item(i)->checkState() == Qt::Checked)
            ticked << side.fields->item(i)->text();
    const QSignalBlocker blocker(side.fields);
    side.fields->clear();
    for (const QString &name : names) {
        auto *item = new QListWidgetItem(name, side.fields);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(ticked.contains(name) ? Qt::Checked : Qt::Unchecked);
    }
}

/// The keys that belong together most likely: of one name, or known ones.
void LatencyDialog::guessKey()
{
    const QStringList start = namesIn(*m_sides[0].key);
    const QStringList end = namesIn(*m_sides[1].key);
    const auto choose = [this](const QString &a, const QString &b) {
        const QSignalBlocker first(m_sides[0].key);
        const QSignalBlocker second(m_sides[1].key);
        m_sides[0].key->setCurrentText(a);
        m_sides[1].key->setCurrentText(b);
    };
    for (const auto &[a, b] : kKeyPairs)
        if (start.contains(QLatin1StringView(a)) && end.contains(QLatin1StringView(b))
            && !(start.contains(QLatin1StringView(b)) && end.contains(QLatin1StringView(a))))
            return choose(QString::fromLatin1(a), QString::fromLatin1(b));
    for (const QString &name : start)
        if (!name.startsWith(u"common_"_s) && end.contains(name))
            return choose(name, name);
}

LatencyEnd LatencyDialog::endOf(const Side &side) const
{
    LatencyEnd end;
    const QString event = side.event->event();
    const auto colon = event.indexOf(u':');
    end.system = event.left(std::max<qsizetype>(colon, 0)).toStdString();
    end.event = event.mid(colon + 1).toStdString();
    end.keys = {side.key->currentText().toStdString()};
    for (int i = 0; i < side.fields->count(); ++i)
        if (side.fields->item(i)->checkState() == Qt::Checked)
            end.fields.push_back({{}, side.fields->item(i)->text().toStdString(), {}});
    end.filter = side.filter->text().trimmed().toStdString();
    return end;
}

LatencyEvent LatencyDialog::latency() const
{
    LatencyEvent event;
    event.name = m_name->text().trimmed().toStdString();
    event.isMicroseconds = m_unit->currentIndex() == 1;
    event.start = endOf(m_sides[0]);
    event.end = endOf(m_sides[1]);
    return event;
}

void LatencyDialog::writeLine()
{
    if (m_isWriting)
        return;
    m_isByHand = false;
    m_line->setText(QString::fromStdString(capture::printLatencyEvent(latency())));
    check();
}

void LatencyDialog::setSide(Side &side, const LatencyEnd &end)
{
    const QString event = QString::fromStdString(end.system + ':' + end.event);
    if (side.event->event() != event) {
        side.event->setEvent(event);
        fillSide(side);
    }
    side.key->setCurrentText(QString::fromStdString(end.keys.front()));
    side.filter->setText(QString::fromStdString(end.filter));
    for (int i = 0; i < side.fields->count(); ++i) {
        QListWidgetItem *item = side.fields->item(i);
        const std::string name = item->text().toStdString();
        const bool isTicked = std::any_of(
            end.fields.begin(), end.fields.end(),
            [&](const capture::LatencyField &field) { return field.field == name; });
        item->setCheckState(isTicked ? Qt::Checked : Qt::Unchecked);
    }
}

void LatencyDialog::readLine()
{
    m_isByHand = true;
    if (const auto parsed = capture::parseLatencyEvent(m_line->text().toStdString())) {
        m_isWriting = true;
        m_name->setText(QString::fromStdString(parsed->name));
        m_unit->setCurrentIndex(parsed->isMicroseconds ? 1 : 0);
        setSide(m_sides[0], parsed->start);
        setSide(m_sides[1], parsed->end);
        m_isWriting = false;
    }
    check();
}

QString LatencyDialog::linesText() const
{
    return m_lines->toPlainText();
}

QString LatencyDialog::said() const
{
    return m_said->text();
}

void LatencyDialog::check()
{
    QString problem;
    QString lines;
    const auto parsed = capture::parseLatencyEvent(m_line->text().toStdString());
    std::string missing;
    if (m_machine)
        missing = capture::whyNot(m_machine->capabilities, "synthetic");
    if (m_machine && missing.empty())
        missing = capture::whyNot(m_machine->capabilities, "hist");
    if (!missing.empty()) {
        problem = QString::fromStdString(missing);
    } else if (m_sides[0].event->event().isEmpty() || m_sides[1].event->event().isEmpty()) {
        problem = tr("Choose the two events.");
    } else if (!parsed) {
        problem = QString::fromStdString(parsed.error().text);
    } else if (m_machine) {
        const auto made = capture::latencyLines(*parsed, m_sides[0].event->format(*m_machine),
                                                m_sides[1].event->format(*m_machine));
        if (made)
            lines = u"%1\n\n%2:\n%3\n\n%4:\n%5"_s.arg(
                QString::fromStdString(capture::printProbe(made->synthetic)),
                m_sides[0].event->event(),
                QString::fromStdString(capture::printHistTrigger(made->start)),
                m_sides[1].event->event(),
                QString::fromStdString(capture::printHistTrigger(made->end)));
        else
            problem = QString::fromStdString(made.error().text + ' ' + made.error().help);
        for (const Side &side : m_sides)
            if (const auto wrong = checkKernelFilter(side.filter->text().toStdString(),
                                                     side.filterFields))
                problem = tr("Condition: %1").arg(QString::fromStdString(wrong->text()));
    }
    m_lines->setPlainText(lines);
    m_said->setText(problem.trimmed());
    m_said->setVisible(!problem.isEmpty());
    setComplete(problem.isEmpty() && parsed);
}

std::optional<capture::InstanceRequest> LatencyDialog::instance(bool /*isAlone*/) const
{
    if (!recordButton()->isEnabled())
        return {};
    capture::InstanceRequest instance;
    instance.children = false;
    instance.latencies.push_back(m_line->text().toStdString());
    return instance;
}

} // namespace thresher::ui
