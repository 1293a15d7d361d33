// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramdialog.h"

#include "app/recordwindow/kernelfilter.h"
#include "app/windowparts.h"
#include "widgets/filterbar/filterfield.h"

#include <QCheckBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace thresher::ui {

using namespace Qt::StringLiterals;
using capture::HistModifier;
using capture::HistTrigger;

namespace {

/// Modifiers of keys, as the form offers them.
constexpr std::array kKeyModifiers{HistModifier::None,         HistModifier::Log2,
                                   HistModifier::Buckets,      HistModifier::Hex,
                                   HistModifier::Symbol,       HistModifier::SymbolOffset,
                                   HistModifier::Syscall,      HistModifier::Execname,
                                   HistModifier::Microseconds, HistModifier::Stacktrace};
constexpr int kShownChars = 20; ///< Of what is wrong in the line.
constexpr int kBucket = 10; ///< The size that is offered; the line takes any.

QString textOf(HistModifier modifier)
{
    switch (modifier) {
    case HistModifier::Log2:
        return HistogramDialog::tr("by powers of two");
    case HistModifier::Buckets:
        return HistogramDialog::tr("in groups of %1").arg(kBucket);
    case HistModifier::Hex:
        return HistogramDialog::tr("hexadecimal");
    case HistModifier::Symbol:
        return HistogramDialog::tr("as a symbol");
    case HistModifier::SymbolOffset:
        return HistogramDialog::tr("as a symbol and offset");
    case HistModifier::Syscall:
        return HistogramDialog::tr("as a system call");
    case HistModifier::Execname:
        return HistogramDialog::tr("as a task's name");
    case HistModifier::Microseconds:
        return HistogramDialog::tr("in microseconds");
    case HistModifier::Stacktrace:
        return HistogramDialog::tr("as a stack");
    default:
        return HistogramDialog::tr("as it is");
    }
}

/// Name and modifier of an expression that is one field; nothing for more.
std::optional<capture::HistTerm> fieldOf(const capture::HistExpression &expression)
{
    const capture::HistTerm &term = expression.terms.front();
    const bool isField = expression.terms.size() == 1 && term.kind == capture::HistTerm::Kind::Field
                         && term.system.empty();
    return isField ? std::optional(term) : std::nullopt;
}

} // namespace

HistogramDialog::HistogramDialog(QWidget *parent)
    : CountsForm(parent)
{
    setWindowTitle(tr("Count by field"));
    setObjectName(u"histogramDialog"_s);
    setMinimumWidth(640);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    auto *help = new QLabel(tr("The kernel counts the event by the keys, while others are recorded "
                               "or not. What it has counted is kept in the trace."),
                            this);
    help->setWordWrap(true);
    help->setProperty("role", u"secondary"_s);
    layout->addWidget(help);
    makeForm();
    makeLine();
    layout->addStretch();
    makeButtons(tr("Count now, and record the event, too"));
    fillFields();
    writeLine();
}

void HistogramDialog::makeForm()
{
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_event = new EventChoice(u"histogramEvent"_s, this);
    form->addRow(tr("&Event"), m_event);
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        Key &key = m_keys[i];
        key.field = new QComboBox(this);
        key.field->setObjectName(u"key%1"_s.arg(i));
        key.modifier = new QComboBox(this);
        key.modifier->setObjectName(u"keyModifier%1"_s.arg(i));
        key.modifier->setAccessibleName(tr("How the key is grouped and written"));
        for (const HistModifier modifier : kKeyModifiers)
            key.modifier->addItem(textOf(modifier));
        auto *row = new QHBoxLayout;
        row->addWidget(key.field, 3);
        row->addWidget(key.modifier, 2);
        form->addRow(i == 0 ? tr("&Key") : tr("and"), row);
        if (auto *label = qobject_cast<QLabel *>(form->labelForField(row)))
            label->setBuddy(key.field);
    }
    for (QComboBox *&value : m_values) {
        value = new QComboBox(this);
        value->setObjectName(u"value"_s);
    }
    auto *values = new QHBoxLayout;
    values->addWidget(m_values[0], 1);
    values->addWidget(m_values[1], 1);
    form->addRow(tr("Sums of"), values);
    m_sort = new QComboBox(this);
    m_sort->setObjectName(u"sort"_s);
    m_descending = new QCheckBox(tr("&largest first"), this);
    m_descending->setChecked(true);
    auto *order = new QHBoxLayout;
    order->addWidget(m_sort, 1);
    order->addWidget(m_descending);
    form->addRow(tr("&Order by"), order);
    if (auto *label = qobject_cast<QLabel *>(form->labelForField(order)))
        label->setBuddy(m_sort);
    m_size = new QComboBox(this);
    for (std::uint32_t size = capture::kLeastHistSize; size <= capture::kMostHistSize; size *= 2)
        m_size->addItem(QString::number(size), size);
    m_size->setCurrentIndex(m_size->findData(capture::kDefaultHistSize));
    form->addRow(tr("At &most"), m_size);
    m_size->setToolTip(tr("Different keys; more of them find no place, and are told as such"));
    m_filter = new FilterField(this);
    m_filter->setObjectName(u"histogramFilter"_s);
    m_filter->setPlaceholderText(tr("none, as in prev_prio < 100"));
    m_filter->setProvider([this](const std::string &text, std::size_t cursor) {
        return completeKernelFilter(text, cursor, m_filterFields);
    });
    form->addRow(tr("&Condition"), m_filter);
    static_cast<QVBoxLayout *>(layout())->addLayout(form);
    connect(m_event, &QComboBox::editTextChanged, this, [this] {
        fillFields();
        writeLine();
    });
    std::vector<QComboBox *> boxes{m_sort, m_size, m_values[0], m_values[1]};
    for (const Key &key : m_keys) {
        boxes.push_back(key.field);
        boxes.push_back(key.modifier);
    }
    for (QComboBox *box : boxes)
        connect(box, &QComboBox::currentIndexChanged, this, &HistogramDialog::writeLine);
    connect(m_descending, &QCheckBox::toggled, this, &HistogramDialog::writeLine);
    connect(m_filter, &QLineEdit::textChanged, this, &HistogramDialog::writeLine);
}

void HistogramDialog::makeLine()
{
    layout()->addWidget(heading(tr("What the kernel is told"), this));
    m_line = new QLineEdit(this);
    m_line->setObjectName(u"histogramLine"_s);
    m_line->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_line->setAccessibleName(tr("The line of the event's trigger"));
    layout()->addWidget(m_line);
    m_said = new QLabel(this);
    m_said->setObjectName(u"histogramSaid"_s);
    m_said->setTextFormat(Qt::PlainText);
    m_said->setWordWrap(true);
    layout()->addWidget(m_said);
    connect(m_line, &QLineEdit::textEdited, this, &HistogramDialog::readLine);
}

void HistogramDialog::setMachine(const capture::MachineReport &machine)
{
    m_machine = machine;
    m_event->setMachine(machine);
    fillFields();
    if (m_isByHand)
        check();
    else
        writeLine();
}

void HistogramDialog::showError(const QString &text)
{
    say(text, u"bad"_s);
}

void HistogramDialog::say(const QString &text, const QString &role)
{
    m_said->setText(text);
    m_said->setVisible(!text.isEmpty());
    if (m_said->property("role") == role)
        return;
    m_said->setProperty("role", role);
    // The style looks at a property once.
    m_said->style()->unpolish(m_said);
    m_said->style()->polish(m_said);
}

void HistogramDialog::choose(const QString &event, const QString &field)
{
    m_event->setEvent(event);
    fillFields();
    if (!field.isEmpty()) {
        // Before the machine is known there is no list to choose from.
        if (m_keys[0].field->findText(field) < 0)
            m_keys[0].field->addItem(field);
        m_keys[0].field->setCurrentText(field);
    }
    writeLine();
}

void HistogramDialog::fillFields()
{
    QStringList keys;
    QStringList numbers{QString()};
    m_filterFields = fieldsOf(m_machine, m_event->event().toStdString());
    if (m_machine)
        for (const auto &field : m_event->fields(*m_machine)) {
            keys << QString::fromStdString(field.name);
            if (!field.type.ends_with(']') && !field.isCommon)
                numbers << QString::fromStdString(field.name);
        }
    if (keys.isEmpty() && !m_keys[0].field->currentText().isEmpty())
        keys << m_keys[0].field->currentText();
    if (!keys.isEmpty())
        for (const char *pseudo : {"common_cpu", "common_stacktrace", "common_timestamp"})
            keys << QString::fromLatin1(pseudo);
    fillChoice(m_keys[0].field, keys);
    keys.prepend(QString());
    for (std::size_t i = 1; i < m_keys.size(); ++i)
        fillChoice(m_keys[i].field, keys);
    for (QComboBox *value : m_values)
        fillChoice(value, numbers);
    fillSort();
}

void HistogramDialog::fillSort()
{
    QStringList names{u"hitcount"_s};
    for (const Key &key : m_keys)
        if (!key.field->currentText().isEmpty())
            names << key.field->currentText();
    for (const QComboBox *value : m_values)
        if (!value->currentText().isEmpty())
            names << value->currentText();
    names.removeDuplicates();
    fillChoice(m_sort, names);
}

HistTrigger HistogramDialog::trigger() const
{
    HistTrigger trigger;
    for (const Key &key : m_keys) {
        if (key.field->currentText().isEmpty())
            continue;
        const HistModifier modifier = kKeyModifiers.at(
            static_cast<std::size_t>(std::max(0, key.modifier->currentIndex())));
        trigger.keys.push_back(capture::histField(key.field->currentText().toStdString(), modifier,
                                                  modifier == HistModifier::Buckets ? kBucket : 0));
    }
    for (const QComboBox *value : m_values)
        if (!value->currentText().isEmpty())
            trigger.values.push_back(capture::histField(value->currentText().toStdString()));
    const bool isUsualOrder = m_sort->currentText() == u"hitcount"_s && !m_descending->isChecked();
    if (!isUsualOrder && !m_sort->currentText().isEmpty())
        trigger.sort.push_back(
            {m_sort->currentText().toStdString(), m_descending->isChecked(), {}});
    const auto size = m_size->currentData().toUInt();
    trigger.size = size == capture::kDefaultHistSize ? 0 : size;
    trigger.filter = m_filter->text().trimmed().toStdString();
    return trigger;
}

/// Shows a line in the form, as far as that has fields for it.
void HistogramDialog::setTrigger(const HistTrigger &trigger)
{
    const auto choose = [](QComboBox *box, const QString &text) {
        if (box->findText(text) < 0)
            box->addItem(text);
        box->setCurrentText(text);
    };
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        const auto term = i < trigger.keys.size() ? fieldOf(trigger.keys[i]) : std::nullopt;
        choose(m_keys[i].field, term ? QString::fromStdString(term->name) : QString());
        const auto *const found = std::find(kKeyModifiers.begin(), kKeyModifiers.end(),
                                            term ? term->modifier : HistModifier::None);
        m_keys[i].modifier->setCurrentIndex(
            found == kKeyModifiers.end() ? 0 : static_cast<int>(found - kKeyModifiers.begin()));
    }
    std::vector<std::string> values;
    for (const capture::HistExpression &value : trigger.values)
        if (const auto term = fieldOf(value); term && term->name != "hitcount")
            values.push_back(term->name);
    for (std::size_t i = 0; i < m_values.size(); ++i)
        choose(m_values[i], i < values.size() ? QString::fromStdString(values[i]) : QString());
    fillSort();
    choose(m_sort, trigger.sort.empty() ? u"hitcount"_s
                                        : QString::fromStdString(trigger.sort.front().name));
    m_descending->setChecked(!trigger.sort.empty() && trigger.sort.front().isDescending);
    const auto size = trigger.size == 0 ? capture::kDefaultHistSize : trigger.size;
    m_size->setCurrentIndex(m_size->findData(size));
    m_filter->setText(QString::fromStdString(trigger.filter));
}

void HistogramDialog::writeLine()
{
    if (m_isWriting)
        return;
    m_isWriting = true;
    fillSort();
    m_isWriting = false;
    m_isByHand = false;
    m_line->setText(QString::fromStdString(capture::printHistTrigger(trigger())));
    check();
}

void HistogramDialog::readLine()
{
    const auto parsed = capture::parseHistTrigger(m_line->text().toStdString());
    m_isByHand = true;
    if (parsed) {
        m_isWriting = true;
        setTrigger(*parsed);
        m_isWriting = false;
        m_isByHand = !(trigger() == *parsed);
    }
    check();
}

QString HistogramDialog::said() const
{
    return m_said->text();
}

void HistogramDialog::check()
{
    QString problem;
    const auto parsed = capture::parseHistTrigger(m_line->text().toStdString());
    const std::string event = m_event->event().toStdString();
    const auto colon = event.find(':');
    if (m_machine && !capture::whyNot(m_machine->capabilities, "hist").empty())
        problem = QString::fromStdString(capture::whyNot(m_machine->capabilities, "hist"));
    else if (colon == std::string::npos)
        problem = tr("Choose the event that is counted.");
    else if (m_machine && m_event->fields(*m_machine).empty())
        problem = tr("This kernel has no event %1.").arg(m_event->event());
    else if (!parsed)
        problem = tr("%1 (at “%2”)")
                      .arg(QString::fromStdString(parsed.error().text),
                           QString::fromStdString(
                               m_line->text().toStdString().substr(parsed.error().at.begin))
                               .left(kShownChars));
    else if (const auto wrong = checkKernelFilter(parsed->filter, m_filterFields))
        problem = tr("Condition: %1").arg(QString::fromStdString(wrong->text()));
    say(!problem.isEmpty() ? problem
        : m_isByHand       ? tr("The line says more than the form above can.")
                           : QString(),
        problem.isEmpty() ? u"secondary"_s : u"bad"_s);
    setComplete(problem.isEmpty());
}

std::optional<capture::HistogramRequest> HistogramDialog::request() const
{
    if (!recordButton()->isEnabled())
        return std::nullopt;
    return capture::HistogramRequest{m_event->event().toStdString(), m_line->text().toStdString()};
}

std::optional<capture::InstanceRequest> HistogramDialog::instance(bool isAlone) const
{
    const auto histogram = request();
    if (!histogram)
        return {};
    capture::InstanceRequest instance;
    instance.children = false;
    instance.histograms.push_back(*histogram);
    // Alone it would make an empty timeline.
    if (isAlone)
        instance.events.push_back({histogram->event,
                                   capture::parseHistTrigger(histogram->trigger).value().filter,
                                   {},
                                   false});
    return instance;
}

} // namespace thresher::ui
