// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probeactionsform.h"

#include "app/recordwindow/kernelfilter.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QRegularExpressionValidator>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

const auto kTriggerEnd = u"; "_s;

QLabel *caption(const QString &text, QWidget *field, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setProperty("role", u"secondary"_s);
    label->setBuddy(field);
    return label;
}

} // namespace

ProbeActionsForm::ProbeActionsForm(QWidget *parent)
    : QWidget(parent)
    , m_choice(new QComboBox(this))
    , m_name(new QLineEdit(this))
    , m_filter(new FilterField(this))
    , m_triggers(new QLineEdit(this))
    , m_triggersOnly(new QCheckBox(tr("only set these off, record no event"), this))
    , m_wrong(new QLabel(this))
{
    m_choice->setObjectName(u"probeChoice"_s);
    m_choice->setFont(fonts().mono);
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_name->setObjectName(u"probeName"_s);
    m_name->setFont(fonts().mono);
    m_name->setValidator(new QRegularExpressionValidator(
        QRegularExpression(u"[A-Za-z_][A-Za-z0-9_]{0,62}"_s), m_name));
    m_filter->setObjectName(u"probeFilter"_s);
    m_filter->setFont(fonts().mono);
    m_filter->setPlaceholderText(tr("every call"));
    m_filter->setProvider([this](const std::string &text, std::size_t cursor) {
        return completeKernelFilter(text, cursor, m_fields);
    });
    m_triggers->setObjectName(u"probeTriggers"_s);
    m_triggers->setFont(fonts().mono);
    m_triggers->setPlaceholderText(tr("none"));
    m_triggers->setToolTip(tr("What the event sets off: stacktrace, traceoff, snapshot, hist:…; "
                              "several are separated by ;"));
    m_wrong->setWordWrap(true);
    m_wrong->setProperty("role", u"bad"_s);
    m_wrong->hide();
    auto *remove = new QToolButton(this);
    remove->setObjectName(u"removeProbe"_s);
    remove->setText(tr("Remove"));
    remove->setToolTip(tr("Takes this line away"));
    remove->setProperty("flat", true);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_choice, 0, 0, 1, 3);
    grid->addWidget(caption(tr("Name"), m_name, this), 1, 0);
    grid->addWidget(m_name, 1, 1);
    grid->addWidget(remove, 1, 2);
    grid->addWidget(caption(tr("Filter"), m_filter, this), 2, 0);
    grid->addWidget(m_filter, 2, 1, 1, 2);
    grid->addWidget(caption(tr("Triggers"), m_triggers, this), 3, 0);
    grid->addWidget(m_triggers, 3, 1, 1, 2);
    grid->addWidget(m_triggersOnly, 4, 1, 1, 2);
    grid->addWidget(m_wrong, 5, 0, 1, 3);
    connect(m_choice, &QComboBox::activated, this, &ProbeActionsForm::chosen);
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &name) {
        if (m_name->hasAcceptableInput())
            Q_EMIT nameEdited(name);
    });
    connect(m_filter, &QLineEdit::textEdited, this, &ProbeActionsForm::tell);
    connect(m_filter, &FilterField::applied, this, &ProbeActionsForm::tell);
    connect(m_triggers, &QLineEdit::textEdited, this, &ProbeActionsForm::tell);
    connect(m_triggersOnly, &QCheckBox::clicked, this, &ProbeActionsForm::tell);
    connect(remove, &QToolButton::clicked, this, &ProbeActionsForm::removeRequested);
}

void ProbeActionsForm::setChoice(const QStringList &names, int current)
{
    QStringList now;
    for (int i = 0; i < m_choice->count(); ++i)
        now += m_choice->itemText(i);
    if (now != names) {
        m_choice->clear();
        m_choice->addItems(names);
    }
    m_choice->setCurrentIndex(current);
    m_choice->setVisible(names.size() > 1);
}

void ProbeActionsForm::showProbe(const capture::ProbeRequest &probe,
                                 const std::optional<QString> &name, const QString &suggestedName,
                                 std::vector<capture::EventField> fields)
{
    m_probe = probe;
    m_fields = std::move(fields);
    // What is being typed is left alone: the cursor would jump.
    const auto show = [](QLineEdit *field, const QString &text) {
        if (field->text() != text)
            field->setText(text);
    };
    m_name->setEnabled(name.has_value());
    m_name->setPlaceholderText(suggestedName);
    if (!m_name->hasFocus() || m_name->hasAcceptableInput() || !name)
        show(m_name, name.value_or(QString()));
    if (m_filter->text().trimmed().toStdString() != probe.filter)
        m_filter->setText(QString::fromStdString(probe.filter));
    QStringList triggers;
    for (const std::string &trigger : probe.triggers)
        triggers += QString::fromStdString(trigger);
    QStringList typed;
    for (const QString &each : m_triggers->text().split(u';', Qt::SkipEmptyParts))
        if (!each.trimmed().isEmpty())
            typed += each.trimmed();
    if (typed != triggers)
        m_triggers->setText(triggers.join(kTriggerEnd));
    m_triggersOnly->setVisible(!probe.triggers.empty());
    m_triggersOnly->setChecked(probe.triggersOnly);
}

void ProbeActionsForm::showWrong(const Wrong &wrong)
{
    if (wrong.filter) {
        const int cursor = m_filter->cursorPosition();
        m_filter->markWrong(*wrong.filter);
        m_filter->setCursorPosition(cursor);
    } else {
        m_filter->clearMark();
    }
    const QString text = !wrong.filterText.isEmpty() ? wrong.filterText : wrong.triggerText;
    m_wrong->setText(text);
    m_wrong->setVisible(!text.isEmpty());
}

QString ProbeActionsForm::wrongText() const
{
    return m_wrong->text();
}

void ProbeActionsForm::tell()
{
    capture::ProbeRequest probe = m_probe;
    probe.filter = m_filter->text().trimmed().toStdString();
    probe.triggers.clear();
    for (const QString &each : m_triggers->text().split(u';', Qt::SkipEmptyParts))
        if (!each.trimmed().isEmpty())
            probe.triggers.push_back(each.trimmed().toStdString());
    probe.triggersOnly = m_triggersOnly->isChecked() && !probe.triggers.empty();
    Q_EMIT actionsEdited(probe);
}

} // namespace thresher::ui
