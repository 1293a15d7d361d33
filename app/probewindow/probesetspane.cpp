// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probesetspane.h"

#include "widgets/theme.h"

#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kNameRole = Qt::UserRole;
constexpr int kMargin = 12;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QLabel *paragraph(const QString &role, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (!role.isEmpty())
        label->setProperty("role", role);
    return label;
}

} // namespace

ProbeSetsPane::ProbeSetsPane(QWidget *parent)
    : QWidget(parent)
    , m_list(new QListWidget(this))
    , m_about(new QWidget(this))
    , m_use(new QPushButton(tr("&Use these probes"), this))
{
    m_list->setObjectName(u"probeSets"_s);
    m_list->setAccessibleName(tr("Sets of probes"));
    m_list->setWordWrap(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setResizeMode(QListView::Adjust);
    m_title = paragraph(u"title"_s, m_about);
    m_help = paragraph({}, m_about);
    m_ways = paragraph(u"secondary"_s, m_about);
    m_problem = paragraph(u"warning"_s, this);
    m_form = new QFormLayout;
    auto *about = new QVBoxLayout(m_about);
    about->setContentsMargins(0, 0, 0, 0);
    about->addWidget(m_title);
    about->addWidget(m_help);
    about->addLayout(m_form);
    about->addWidget(m_ways);
    about->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(m_about);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *open = new QPushButton(tr("&Open a file…"), this);
    open->setObjectName(u"openSet"_s);
    m_use->setObjectName(u"useSet"_s);
    for (QPushButton *button : {open, m_use})
        button->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(open);
    buttons->addStretch(1);
    buttons->addWidget(m_use);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->addWidget(m_list, 2);
    layout->addWidget(scroll, 3);
    layout->addWidget(m_problem);
    layout->addLayout(buttons);
    connect(m_list, &QListWidget::currentItemChanged, this, &ProbeSetsPane::showSet);
    connect(m_list, &QListWidget::itemActivated, this, &ProbeSetsPane::use);
    connect(m_use, &QPushButton::clicked, this, &ProbeSetsPane::use);
    connect(open, &QPushButton::clicked, this, &ProbeSetsPane::askForFile);
    showSet();
    reload();
}

ProbeSetsPane::~ProbeSetsPane() = default;

void ProbeSetsPane::reload()
{
    struct Found
    {
        Sets sets;
        capture::ProbeTarget machine;
    };
    m_job.start(
        [](const std::stop_token &, Progress &) {
            return Found{capture::findProbeSets(), capture::thisMachine()};
        },
        [this](Found found) {
            m_thisMachine = std::move(found.machine);
            updateTarget();
            takeSets(std::move(found.sets));
        });
}

void ProbeSetsPane::takeSets(Sets sets)
{
    const QListWidgetItem *item = m_list->currentItem();
    const QString selected = item != nullptr ? item->data(kNameRole).toString() : QString();
    m_sets = std::move(sets);
    for (const auto &[name, set] : m_opened)
        m_sets.insert_or_assign(name, set);
    fillList(selected);
}

void ProbeSetsPane::askForFile()
{
    auto *dialog = new QFileDialog(this, tr("Open a set of probes"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(tr("Sets of probes (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this, &ProbeSetsPane::open);
    dialog->open();
}

void ProbeSetsPane::open(const QString &file)
{
    m_openJob.start([path = file.toStdString()](const std::stop_token &,
                                                Progress &) { return capture::readProbeSet(path); },
                    [this, file](Result<capture::ProbeSet> set) {
                        const std::string name = set ? set->name : file.toStdString();
                        m_opened.insert_or_assign(name, set);
                        m_sets.insert_or_assign(name, std::move(set));
                        fillList(text(name));
                    });
}

void ProbeSetsPane::setMachine(const capture::MachineReport &report, bool isHere)
{
    m_isHere = isHere;
    m_capabilities.reset();
    if (report.capabilities.root && !report.capabilities.features.empty())
        m_capabilities = report.capabilities;
    updateTarget();
    const QListWidgetItem *item = m_list->currentItem();
    fillList(item != nullptr ? item->data(kNameRole).toString() : QString());
}

void ProbeSetsPane::updateTarget()
{
    m_target = m_isHere ? m_thisMachine : capture::ProbeTarget();
    if (!m_capabilities)
        return;
    // What the kernel says counts for more than how it was built.
    for (const capture::Feature &feature : m_capabilities->features) {
        if (feature.available)
            m_target.features.insert(feature.name);
        else
            m_target.features.erase(feature.name);
    }
    m_target.isKnown = m_isHere;
}

void ProbeSetsPane::select(const QString &name)
{
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->data(kNameRole).toString() == name)
            m_list->setCurrentRow(row);
}

void ProbeSetsPane::fillList(const QString &selected)
{
    const Theme &theme = Theme::of(this);
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (const auto &[name, set] : m_sets) {
            auto *item = new QListWidgetItem(set ? text(set->title) : text(name), m_list);
            item->setData(kNameRole, text(name));
            item->setToolTip(set ? text(name) : text(set.error().text()));
            if (!set || capture::chooseAlternative(*set, m_target) == nullptr)
                item->setForeground(theme.faint);
        }
    }
    select(selected);
    if (m_list->currentRow() < 0 && m_list->count() > 0)
        m_list->setCurrentRow(0);
    showSet();
}

const capture::ProbeSet *ProbeSetsPane::currentSet() const
{
    const QListWidgetItem *item = m_list->currentItem();
    if (item == nullptr)
        return nullptr;
    const auto found = m_sets.find(item->data(kNameRole).toString().toStdString());
    return found != m_sets.end() && found->second ? &*found->second : nullptr;
}

QString ProbeSetsPane::whyNot(const capture::ProbeAlternative &alternative) const
{
    if (!alternative.machine.empty() && !m_target.machine.empty()
        && alternative.machine != m_target.machine)
        return tr("this machine is %1").arg(text(m_target.machine));
    if (!m_target.isKnown)
        return {};
    for (const std::string &need : alternative.needs) {
        if (m_target.features.contains(need))
            continue;
        const QString why = m_capabilities ? text(capture::whyNot(*m_capabilities, need))
                                           : QString();
        return why.isEmpty() ? tr("this kernel has no %1").arg(text(need)) : why;
    }
    return {};
}

QString ProbeSetsPane::wayText(const capture::ProbeAlternative &alternative) const
{
    QStringList needs;
    for (const std::string &need : alternative.needs)
        needs += text(need);
    QString what = needs.isEmpty() ? tr("any kernel") : needs.join(u", "_s);
    if (!alternative.machine.empty())
        what = tr("%1 on %2").arg(what, text(alternative.machine));
    return what;
}

void ProbeSetsPane::showSet()
{
    const capture::ProbeSet *set = currentSet();
    while (m_form->rowCount() > 0)
        m_form->removeRow(0);
    m_fields.clear();
    m_problem->hide();
    const QListWidgetItem *item = m_list->currentItem();
    if (set == nullptr) {
        m_title->setText(item != nullptr ? item->text() : tr("No set is chosen."));
        m_help->setText(item != nullptr ? item->toolTip() : QString());
        m_ways->clear();
        m_use->setEnabled(false);
        return;
    }
    m_title->setText(text(set->title));
    m_help->setText(text(set->help));
    for (const capture::ProbeParameter &parameter : set->parameters) {
        auto *field = new QLineEdit(m_about);
        field->setObjectName(text("parameter_" + parameter.name));
        field->setFont(fonts().mono);
        field->setPlaceholderText(parameter.value.empty() ? tr("must be given")
                                                          : text(parameter.value));
        QLabel *caption = paragraph(u"secondary"_s, m_about);
        caption->setText(tr("%1: %2").arg(text(parameter.name), text(parameter.text)));
        caption->setBuddy(field);
        m_form->addRow(caption);
        m_form->addRow(field);
        m_fields[parameter.name] = field;
        connect(field, &QLineEdit::returnPressed, this, &ProbeSetsPane::use);
    }
    const auto *fitting = capture::chooseAlternative(*set, m_target);
    QStringList ways;
    for (const capture::ProbeAlternative &alternative : set->alternatives) {
        const QString why = whyNot(alternative);
        if (&alternative == fitting)
            ways += tr("✓ by %1").arg(wayText(alternative));
        else if (!why.isEmpty())
            ways += tr("✗ by %1: %2").arg(wayText(alternative), why);
        else
            ways += tr("– by %1: would do, too").arg(wayText(alternative));
    }
    m_ways->setText(ways.join(u'\n'));
    m_use->setEnabled(fitting != nullptr);
    m_use->setToolTip(fitting != nullptr ? QString() : tr("This kernel can go none of its ways."));
}

void ProbeSetsPane::use()
{
    const capture::ProbeSet *set = currentSet();
    const auto *alternative = set != nullptr ? capture::chooseAlternative(*set, m_target) : nullptr;
    if (alternative == nullptr)
        return;
    std::map<std::string, std::string> values;
    for (const auto &[name, field] : m_fields) {
        const std::string value = field->text().trimmed().toStdString();
        if (!value.empty())
            values[name] = value;
    }
    const auto given = [&](const capture::ProbeParameter &parameter) {
        return !parameter.value.empty() || values.contains(parameter.name);
    };
    const auto missing = std::find_if_not(set->parameters.begin(), set->parameters.end(), given);
    if (missing != set->parameters.end()) {
        m_problem->setText(tr("Say %1 first.").arg(text(missing->name)));
        m_problem->show();
        m_fields[missing->name]->setFocus();
        return;
    }
    const auto index = static_cast<std::size_t>(alternative - set->alternatives.data());
    m_fillJob.start(
        [set = *set, index, values](const std::stop_token &, Progress &) {
            return capture::fillIn(set, set.alternatives[index], values);
        },
        [this, name = text(set->name)](const Result<std::vector<capture::ProbeRequest>> &probes) {
            m_problem->setVisible(!probes);
            if (probes)
                Q_EMIT chosen(name, *probes);
            else
                m_problem->setText(text(probes.error().text()));
        });
}

void ProbeSetsPane::keyPressEvent(QKeyEvent *event)
{
    // A field and the list have used it, and leave it to a window that might record by it.
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        event->accept();
    else
        QWidget::keyPressEvent(event);
}

QLineEdit *ProbeSetsPane::parameterField(const QString &name) const
{
    const auto found = m_fields.find(name.toStdString());
    return found == m_fields.end() ? nullptr : found->second;
}

QString ProbeSetsPane::waysText() const
{
    return m_ways->text();
}

QString ProbeSetsPane::problemText() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

} // namespace thresher::ui
