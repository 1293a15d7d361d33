// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/conditionpane.h"

#include "app/recordwindow/kernelfilter.h"
#include "app/windowparts.h"
#include "capture/probes/probedraft.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace thresher::ui {

using capture::EventField;

namespace {

constexpr int kFieldWidth = 132;
constexpr int kOpWidth = 96;
constexpr int kSpacing = 6;

struct Operator
{
    const char *op;
    const char *shown;
    bool ofTexts;
    bool ofNumbers;
};
// Longer ones first, where one begins with another.
constexpr std::array kOperators{
    Operator{"==", "=", true, true},      Operator{"!=", "≠", true, true},
    Operator{"<=", "≤", false, true},     Operator{">=", "≥", false, true},
    Operator{"<", "<", false, true},      Operator{">", ">", false, true},
    Operator{"&", "& bits", false, true}, Operator{"~", "matches", true, false},
};

/// Names that every event has, as one would call them.
QString shownName(const std::string &field)
{
    if (field == "comm")
        return ConditionPane::tr("task");
    if (field == "common_pid")
        return ConditionPane::tr("thread ID");
    if (field == "CPU")
        return ConditionPane::tr("CPU");
    return fromUtf8(field);
}

std::string_view trimmed(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

bool isName(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == '_';
    });
}

/// "count >= 65536" in its parts; nullopt: it is something else.
std::optional<Comparison> comparisonOf(std::string_view text)
{
    const std::size_t at = text.find_first_of("=!<>&~");
    if (at == std::string_view::npos)
        return std::nullopt;
    const auto op = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator &each) {
        return text.substr(at).starts_with(each.op);
    });
    if (op == kOperators.end())
        return std::nullopt;
    Comparison comparison{std::string(trimmed(text.substr(0, at))), op->op, {}, false};
    std::string_view value = trimmed(text.substr(at + comparison.op.size()));
    if (!isName(comparison.field) || value.empty())
        return std::nullopt;
    if (value.front() == '"') {
        comparison.isText = true;
        if (value.size() < 2 || value.find('"', 1) != value.size() - 1)
            return std::nullopt;
        value = value.substr(1, value.size() - 2);
    } else if (!isName(value.substr(value.front() == '-' ? 1 : 0))) {
        return std::nullopt;
    }
    comparison.value = value;
    return comparison;
}

} // namespace

std::optional<std::vector<Comparison>> comparisonsOf(std::string_view filter)
{
    std::vector<Comparison> comparisons;
    for (const std::string &part : capture::conjunctsOf(filter)) {
        auto comparison = comparisonOf(part);
        if (!comparison)
            return std::nullopt;
        comparisons.push_back(*std::move(comparison));
    }
    return comparisons;
}

std::string filterOf(const std::vector<Comparison> &comparisons)
{
    std::string filter;
    for (const Comparison &each : comparisons) {
        if (each.value.empty())
            continue;
        const std::string quote = each.isText ? "\"" : "";
        filter += (filter.empty() ? "" : " && ") + each.field + ' ' + each.op + ' ' + quote
                  + each.value + quote;
    }
    return filter;
}

ConditionPane::ConditionPane(QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(kSpacing);
    m_builder = new QWidget(this);
    m_list = new QVBoxLayout(m_builder);
    m_list->setContentsMargins({});
    m_list->setSpacing(kSpacing);
    m_text = new FilterField(this);
    m_text->setObjectName(u"conditionText"_s);
    m_text->setAccessibleName(tr("Condition, in the kernel’s language"));
    m_text->setFont(fonts().mono);
    m_text->setPlaceholderText(tr("count >= 4096 || comm ~ \"postgres*\""));
    m_text->setProvider([this](const std::string &text, std::size_t cursor) {
        return completeKernelFilter(text, cursor, m_fields);
    });
    m_text->hide();
    m_and = new QToolButton(this);
    m_and->setObjectName(u"addCondition"_s);
    m_and->setProperty("flat", true);
    m_asText = new QToolButton(this);
    m_asText->setObjectName(u"conditionAsText"_s);
    m_asText->setText(tr("as text"));
    m_asText->setCheckable(true);
    m_asText->setProperty("flat", true);
    m_asText->setToolTip(tr("The condition as the kernel has it: with ||, ! and brackets, too"));
    m_problem = new QLabel(this);
    m_problem->setProperty("role", u"bad"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_and);
    buttons->addStretch(1);
    buttons->addWidget(m_asText);
    layout->addWidget(m_builder);
    layout->addWidget(m_text);
    layout->addWidget(m_problem);
    layout->addLayout(buttons);
    connect(m_and, &QToolButton::clicked, this, [this] {
        addRow({m_fields.empty() ? "comm" : m_fields.front().name, "==", {}, false});
        m_rows.back().field->setFocus();
    });
    connect(m_asText, &QToolButton::clicked, this, [this](bool isText) {
        if (!isText) {
            showFilter(m_text->text().toStdString());
        } else {
            m_text->setText(fromUtf8(filterOf(comparisons())));
            showAsText(true);
            m_text->setFocus();
        }
    });
    connect(m_text, &QLineEdit::textChanged, this, [this] {
        if (m_text->hasFocus())
            tell();
    });
    showAsText(false);
}

void ConditionPane::showAsText(bool isText)
{
    m_asText->setChecked(isText);
    m_text->setVisible(isText);
    m_builder->setVisible(!isText && !m_rows.empty());
    m_and->setVisible(!isText);
    m_and->setText(m_rows.empty() ? tr("+ &only when…") : tr("+ an&d"));
    check();
}

const EventField *ConditionPane::fieldOf(const std::string &name) const
{
    const auto found = std::find_if(m_fields.begin(), m_fields.end(),
                                    [&](const EventField &each) { return each.name == name; });
    return found == m_fields.end() ? nullptr : &*found;
}

void ConditionPane::setFields(std::vector<EventField> fields)
{
    m_fields = std::move(fields);
    const auto now = comparisons();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        fillFields(m_rows[i], now[i].field);
        fillOps(m_rows[i], now[i].op);
    }
    check();
}

void ConditionPane::setFilter(const std::string &filter)
{
    // What one is in the middle of writing is not taken away.
    if (filter != this->filter())
        showFilter(filter);
}

void ConditionPane::showFilter(const std::string &filter)
{
    const auto comparisons = comparisonsOf(filter);
    clearRows();
    if (comparisons) {
        for (const Comparison &each : *comparisons)
            addRow(each);
    } else {
        m_text->setText(fromUtf8(filter));
    }
    showAsText(!comparisons);
}

std::string ConditionPane::filter() const
{
    return m_asText->isChecked() ? m_text->text().trimmed().toStdString() : filterOf(comparisons());
}

std::vector<Comparison> ConditionPane::comparisons() const
{
    std::vector<Comparison> comparisons;
    for (const Row &row : m_rows) {
        Comparison each;
        each.field = row.field->currentData().toString().toStdString();
        each.op = row.op->currentData().toString().toStdString();
        each.value = row.value->text().trimmed().remove(u'"').toStdString();
        const EventField *const field = fieldOf(each.field);
        each.isText = field != nullptr ? field->kind == EventField::Kind::Text
                                       : row.widget->property("isText").toBool();
        comparisons.push_back(std::move(each));
    }
    return comparisons;
}

void ConditionPane::addRow(const Comparison &comparison)
{
    Row row;
    row.widget = new QWidget(m_builder);
    row.widget->setProperty("isText", comparison.isText);
    auto *layout = new QHBoxLayout(row.widget);
    layout->setContentsMargins({});
    layout->setSpacing(kSpacing);
    row.field = new QComboBox(row.widget);
    row.field->setFixedWidth(kFieldWidth);
    row.field->setFont(fonts().mono);
    row.field->setAccessibleName(tr("Value that is compared"));
    row.op = new QComboBox(row.widget);
    row.op->setFixedWidth(kOpWidth);
    row.op->setAccessibleName(tr("How it is compared"));
    row.value = new QLineEdit(fromUtf8(comparison.value), row.widget);
    row.value->setFont(fonts().mono);
    row.value->setAccessibleName(tr("With what it is compared"));
    auto *remove = new QToolButton(row.widget);
    remove->setText(u"×"_s);
    remove->setProperty("flat", true);
    remove->setAccessibleName(tr("Take this condition away"));
    layout->addWidget(row.field);
    layout->addWidget(row.op);
    layout->addWidget(row.value, 1);
    layout->addWidget(remove);
    fillFields(row, comparison.field);
    fillOps(row, comparison.op);
    m_list->addWidget(row.widget);
    m_rows.push_back(row);
    connect(row.field, &QComboBox::activated, this, [this, row] {
        fillOps(row, row.op->currentData().toString().toStdString());
        tell();
    });
    connect(row.op, &QComboBox::activated, this, &ConditionPane::tell);
    connect(row.value, &QLineEdit::textEdited, this, &ConditionPane::tell);
    connect(remove, &QToolButton::clicked, this, [this, row] { removeRow(row.widget); });
    showAsText(false);
}

void ConditionPane::removeRow(const QWidget *widget)
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const Row &each) { return each.widget == widget; });
    if (found == m_rows.end())
        return;
    found->widget->hide();
    found->widget->deleteLater();
    m_rows.erase(found);
    showAsText(false);
    m_and->setFocus();
    tell();
}

void ConditionPane::clearRows()
{
    for (const Row &row : m_rows) {
        row.widget->hide();
        row.widget->deleteLater();
    }
    m_rows.clear();
}

void ConditionPane::fillFields(const Row &row, const std::string &chosen)
{
    row.field->clear();
    for (const EventField &field : m_fields)
        row.field->addItem(shownName(field.name), fromUtf8(field.name));
    int at = row.field->findData(fromUtf8(chosen));
    if (at < 0) {
        row.field->addItem(tr("%1 (not recorded)").arg(shownName(chosen)), fromUtf8(chosen));
        at = row.field->count() - 1;
    }
    row.field->setCurrentIndex(at);
}

void ConditionPane::fillOps(const Row &row, const std::string &chosen)
{
    const EventField *const field = fieldOf(row.field->currentData().toString().toStdString());
    const bool isText = field != nullptr ? field->kind == EventField::Kind::Text
                                         : row.widget->property("isText").toBool();
    row.widget->setProperty("isText", isText);
    row.op->clear();
    for (const Operator &each : kOperators) {
        if (isText ? each.ofTexts : each.ofNumbers)
            row.op->addItem(QString::fromUtf8(each.shown), QString::fromLatin1(each.op));
    }
    row.op->setCurrentIndex(std::max(0, row.op->findData(fromUtf8(chosen))));
    row.value->setPlaceholderText(isText ? u"postgres*"_s : u"65536"_s);
}

void ConditionPane::tell()
{
    check();
    Q_EMIT changed();
}

QString ConditionPane::problem() const
{
    const std::string text = filter();
    const auto error = checkKernelFilter(text, m_fields);
    return error ? fromUtf8(error->text()) : QString();
}

void ConditionPane::check()
{
    const std::string text = filter();
    const auto error = checkKernelFilter(text, m_fields);
    m_problem->setText(error ? fromUtf8(error->text()) : QString());
    m_problem->setVisible(error.has_value());
    if (!m_asText->isChecked())
        return;
    if (error) {
        // It puts the cursor behind what is wrong, which is in the way of who types.
        const int cursor = m_text->cursorPosition();
        m_text->markWrong(error->range);
        m_text->setCursorPosition(cursor);
    } else {
        m_text->clearMark();
    }
}

} // namespace thresher::ui
