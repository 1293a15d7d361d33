// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/howpage.h"

#include "app/cli/options.h"
#include "app/windowparts.h"
#include "capture/commandtext.h"
#include "widgets/theme.h"

#include <unistd.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QStyle>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMaxBufferKb = 1 << 25;
constexpr int kMaxSubBufferKb = 1 << 12;
constexpr int kMaxRingSeconds = 24 * 3600;
constexpr double kMaxDuration = 1e6;
constexpr int kMargin = 12;

struct Format
{
    int version;
    Compression compression;
    const char *text;
};
constexpr std::array kFormats{
    Format{7, Compression::None, QT_TRANSLATE_NOOP("HowPage", "Version 7: opens at once")},
    Format{7, Compression::Zstd, QT_TRANSLATE_NOOP("HowPage", "Version 7, zstd: the smallest")},
    Format{6, Compression::None, QT_TRANSLATE_NOOP("HowPage", "Version 6: for older tools")},
};

/// "0-3,7"
QString listOf(const std::vector<CpuId> &cpus)
{
    QString text;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        std::size_t last = i;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1)
            ++last;
        text += (text.isEmpty() ? QString() : u","_s) + QString::number(cpus[i]);
        if (last > i)
            text += u"-"_s + QString::number(cpus[last]);
        i = last;
    }
    return text;
}

void setWrong(QLineEdit *field, const QString &why)
{
    field->setToolTip(why);
    if (field->property("wrong").toBool() == !why.isEmpty())
        return;
    field->setProperty("wrong", !why.isEmpty());
    field->style()->unpolish(field); // or the style sheet does not look at the property again
    field->style()->polish(field);
}

void enable(QWidget *widget, const QString &whyNot)
{
    widget->setEnabled(whyNot.isEmpty());
    widget->setToolTip(whyNot);
}

QHBoxLayout *rowOf(std::initializer_list<QWidget *> widgets)
{
    auto *row = new QHBoxLayout;
    for (QWidget *widget : widgets)
        row->addWidget(widget);
    return row;
}

} // namespace

HowPage::HowPage(RecordModel &record, QWidget *parent)
    : QWidget(parent)
    , m_record(record)
{
    m_form = new QFormLayout(this);
    m_form->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->setVerticalSpacing(7);
    makeTasks(m_form);
    makeBuffers(m_form);
    makeLength(m_form);
    makeFile(m_form);
    connect(&record, &RecordModel::instanceChosen, this,
            [this] { m_tasks->setCurrentIndex(static_cast<int>(Tasks::All)); });
    connect(&record, &RecordModel::changed, this, &HowPage::refresh);
    connect(&record, &RecordModel::machineChanged, this, [this] {
        refreshClocks();
        refresh();
    });
    refreshClocks();
    refresh();
}

QLabel *HowPage::addHeading(QFormLayout *form, const QString &text)
{
    m_headings.push_back(heading(text, this));
    form->addRow(m_headings.back());
    return m_headings.back();
}

QLineEdit *HowPage::makeField(const QString &name, const QString &placeholder)
{
    auto *field = new QLineEdit(this);
    field->setObjectName(name);
    field->setPlaceholderText(placeholder);
    connect(field, &QLineEdit::returnPressed, this, &HowPage::recordRequested);
    return field;
}

void HowPage::makeTasks(QFormLayout *form)
{
    m_tasks = new QComboBox(this);
    m_tasks->setObjectName(u"tasks"_s);
    m_tasks->addItems({tr("The whole machine"), tr("While a command runs"), tr("Some processes")});
    m_command = makeField(u"command"_s, tr("make -j4"));
    m_command->setFont(fonts().mono);
    m_directory = makeField(u"directory"_s, tr("this program’s"));
    m_environment = makeField(u"environment"_s, tr("NAME=VALUE …"));
    m_environment->setFont(fonts().mono);
    m_user = makeField(u"user"_s, tr("as you"));
    m_commandOnly = new QCheckBox(tr("Its own events only"), this);
    m_commandOnly->setObjectName(u"commandOnly"_s);
    m_pids = makeField(u"pids"_s, tr("PIDs: 1234 5678"));
    m_children = new QCheckBox(tr("And what they start"), this);
    m_children->setObjectName(u"children"_s);
    m_cpus = makeField(u"cpus"_s, tr("all; or 0-3,7"));
    auto *browse = new QPushButton(u"…"_s, this);
    browse->setAutoDefault(false);
    browse->setToolTip(tr("Choose a folder"));
    addHeading(form, tr("ALL BUFFERS"));
    form->addRow(tr("&Record"), m_tasks);
    form->addRow(tr("&Command"), m_command);
    form->addRow(tr("In the folder"), rowOf({m_directory, browse}));
    form->addRow(tr("With variables"), m_environment);
    form->addRow(tr("As the user"), m_user);
    m_bufferHeading = addHeading(form, {});
    form->addRow(tr("&PIDs"), m_pids);
    form->addRow(QString(), m_commandOnly);
    form->addRow(QString(), m_children);
    form->addRow(tr("CP&Us"), m_cpus);
    connect(browse, &QPushButton::clicked, this, &HowPage::chooseDirectory);
    connect(m_tasks, &QComboBox::activated, this, [this] {
        takeTasks();
        if (tasks() == Tasks::Command)
            m_command->setFocus();
        else if (tasks() == Tasks::Pids)
            m_pids->setFocus();
    });
    for (QLineEdit *field : {m_command, m_directory, m_environment, m_user, m_pids, m_cpus})
        connect(field, &QLineEdit::textEdited, this, &HowPage::takeTasks);
    for (QCheckBox *box : {m_commandOnly, m_children})
        connect(box, &QCheckBox::clicked, this, &HowPage::takeTasks);
}

void HowPage::makeBuffers(QFormLayout *form)
{
    m_keep = new QComboBox(this);
    m_keep->setObjectName(u"keep"_s);
    m_keep->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_keep->addItems(
        {tr("All, into the file"), tr("The last seconds only"), tr("What the buffers hold")});
    m_seconds = new QSpinBox(this);
    m_seconds->setRange(1, kMaxRingSeconds);
    m_seconds->setValue(10);
    m_seconds->setSuffix(tr(" s"));
    m_buffer = new QSpinBox(this);
    m_buffer->setObjectName(u"buffer"_s);
    m_buffer->setRange(0, kMaxBufferKb);
    m_buffer->setSingleStep(1024);
    m_buffer->setGroupSeparatorShown(true);
    m_buffer->setSpecialValueText(tr("as the rate asks for"));
    m_buffer->setSuffix(tr(" KB per CPU"));
    m_subBuffer = new QSpinBox(this);
    m_subBuffer->setObjectName(u"subBuffer"_s);
    m_subBuffer->setRange(0, kMaxSubBufferKb);
    m_subBuffer->setSpecialValueText(tr("of one page"));
    m_subBuffer->setSuffix(tr(" KB"));
    m_clock = new QComboBox(this);
    m_clock->setObjectName(u"clock"_s);
    m_clock->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kernelStacks = new QCheckBox(tr("of the kernel"), this);
    m_kernelStacks->setObjectName(u"kernelStacks"_s);
    m_userStacks = new QCheckBox(tr("of programs"), this);
    m_userStacks->setObjectName(u"userStacks"_s);
    m_name = makeField(u"instance"_s, tr("made up"));
    m_name->setValidator(new QRegularExpressionValidator(
        QRegularExpression(u"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}"_s), m_name));
    form->addRow(tr("Keep"), rowOf({m_keep, m_seconds}));
    form->addRow(tr("&Buffers"), m_buffer);
    form->addRow(tr("Of pages"), m_subBuffer);
    m_clockNote = new QLabel(this);
    m_clockNote->setObjectName(u"clockNote"_s);
    m_clockNote->setWordWrap(true);
    m_clockNote->setProperty("role", u"secondary"_s);
    form->addRow(tr("Cl&ock"), m_clock);
    form->addRow(QString(), m_clockNote);
    form->addRow(tr("Stacks"), rowOf({m_kernelStacks, m_userStacks}));
    form->addRow(tr("&Name"), m_name);
    connect(m_keep, &QComboBox::activated, this, &HowPage::takeBuffers);
    connect(m_clock, &QComboBox::activated, this, &HowPage::takeBuffers);
    for (QSpinBox *box : {m_seconds, m_buffer, m_subBuffer}) {
        box->setButtonSymbols(QAbstractSpinBox::NoButtons); // keys and the wheel do it
        connect(box, &QSpinBox::valueChanged, this, &HowPage::takeBuffers);
    }
    for (QCheckBox *box : {m_kernelStacks, m_userStacks})
        connect(box, &QCheckBox::clicked, this, &HowPage::takeBuffers);
    connect(m_name, &QLineEdit::textEdited, this, &HowPage::takeBuffers);
}

void HowPage::makeLength(QFormLayout *form)
{
    m_duration = new QDoubleSpinBox(this);
    m_duration->setObjectName(u"duration"_s);
    m_duration->setRange(0, kMaxDuration);
    m_duration->setDecimals(3);
    m_duration->setSpecialValueText(tr("until stopped"));
    m_duration->setSuffix(tr(" s"));
    m_stopOnTrigger = new QCheckBox(tr("Or until a traceoff trigger"), this);
    addHeading(form, tr("ALL BUFFERS"));
    form->addRow(tr("For"), m_duration);
    form->addRow(QString(), m_stopOnTrigger);
    m_duration->setButtonSymbols(QAbstractSpinBox::NoButtons);
    const auto take = [this] {
        m_record.edit([&](capture::RecordingPlan &plan) {
            plan.request.durationMs = static_cast<std::uint64_t>(
                std::llround(m_duration->value() * 1000));
            plan.request.stopOnTrigger = m_stopOnTrigger->isChecked();
        });
    };
    connect(m_duration, &QDoubleSpinBox::valueChanged, this, take);
    connect(m_stopOnTrigger, &QCheckBox::clicked, this, take);
}

void HowPage::makeFile(QFormLayout *form)
{
    m_file = makeField(u"file"_s, tr("trace.dat"));
    auto *browse = new QPushButton(u"…"_s, this);
    browse->setAutoDefault(false);
    browse->setToolTip(tr("Choose a file"));
    m_replace = new QCheckBox(tr("Replace the file of that name"), this);
    m_replace->setObjectName(u"replace"_s);
    m_format = new QComboBox(this);
    m_format->setObjectName(u"format"_s);
    m_format->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const Format &format : kFormats)
        m_format->addItem(tr(format.text));
    form->addRow(tr("Into the file"), rowOf({m_file, browse}));
    form->addRow(QString(), m_replace);
    form->addRow(tr("Format"), m_format);
    connect(browse, &QPushButton::clicked, this, &HowPage::chooseFile);
    connect(m_file, &QLineEdit::textEdited, this, [this] {
        m_replace->setChecked(false);
        takeFile();
    });
    connect(m_replace, &QCheckBox::clicked, this, &HowPage::takeFile);
    connect(m_format, &QComboBox::activated, this, &HowPage::takeFile);
}

HowPage::Tasks HowPage::tasks() const
{
    return static_cast<Tasks>(m_tasks->currentIndex());
}

void HowPage::takeTasks()
{
    const auto words = capture::shellWords(m_command->text().toStdString());
    setWrong(m_command, words ? QString() : fromUtf8(words.error().what));
    const auto variables = capture::shellWords(m_environment->text().toStdString());
    const bool areVariables = variables
                              && std::all_of(variables->begin(), variables->end(),
                                             [](const std::string &each) {
                                                 return each.find('=') != std::string::npos
                                                        && each.front() != '=';
                                             });
    setWrong(m_environment, areVariables ? QString() : tr("NAME=VALUE, with blanks between"));
    std::vector<Pid> pids;
    bool arePids = true;
    for (const QString &word : m_pids->text().simplified().split(u' ', Qt::SkipEmptyParts)) {
        const auto pid = parseCount(word.toStdString());
        arePids = arePids && pid && *pid > 0 && *pid <= 1U << 22U;
        if (arePids)
            pids.push_back(static_cast<Pid>(*pid));
    }
    setWrong(m_pids, arePids ? QString() : tr("Numbers, with blanks between"));
    std::vector<CpuId> cpus;
    const auto ranges = m_cpus->text().trimmed().isEmpty()
                            ? Result<std::vector<CpuRange>>(std::vector<CpuRange>())
                            : parseCpuList(m_cpus->text().trimmed().toStdString());
    constexpr CpuId kMostCpus = 1U << 14U;
    bool areCpus = ranges.has_value();
    for (const CpuRange &range : ranges.value_or(std::vector<CpuRange>())) {
        areCpus = areCpus && range.last < kMostCpus;
        for (CpuId cpu = range.first; areCpus && cpu <= range.last; ++cpu)
            cpus.push_back(cpu);
    }
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    setWrong(m_cpus, areCpus ? QString() : tr("CPUs as in 0-3,7"));
    m_isTaking = true;
    m_record.edit([&](capture::RecordingPlan &plan) {
        auto &instances = plan.request.instances;
        auto &request = instances[m_record.chosenInstance()];
        const bool isCommand = tasks() == Tasks::Command;
        // There is one command for all, or none.
        for (auto &each : instances) {
            if (!isCommand && std::exchange(each.command, false))
                each.children = each.children && !each.pids.empty();
            if (isCommand && !std::exchange(each.pids, {}).empty())
                each.children = each.children && each.command;
        }
        if (isCommand) {
            capture::CommandPlan command;
            command.words = words.value_or(std::vector<std::string>());
            command.directory = m_directory->text().trimmed().toStdString();
            command.user = m_user->text().trimmed().toStdString();
            if (areVariables) {
                for (const std::string &each : *variables)
                    command.environment.emplace_back(each.substr(0, each.find('=')),
                                                     each.substr(each.find('=') + 1));
            }
            plan.command = std::move(command);
        } else {
            plan.command.reset();
        }
        request.command = isCommand && m_commandOnly->isChecked();
        request.pids = tasks() == Tasks::Pids ? pids : std::vector<Pid>();
        request.children = m_children->isChecked() && (request.command || !request.pids.empty());
        request.cpus = cpus;
    });
    QStringList wrong;
    if (tasks() == Tasks::Pids && (!arePids || pids.empty()))
        wrong += tr("Say which processes: PIDs, with blanks between.");
    if (!areCpus)
        wrong += tr("CPUs are written as in 0-3,7.");
    if (tasks() == Tasks::Command && !areVariables)
        wrong += tr("Variables of the environment are written as NAME=VALUE, with blanks between.");
    m_record.setInputProblems(wrong);
    m_isTaking = false;
    refreshTasks();
}

void HowPage::takeBuffers()
{
    m_record.editInstance([&](capture::InstanceRequest &request) {
        const auto keep = static_cast<Keep>(m_keep->currentIndex());
        request.mode = keep == Keep::All ? capture::BufferMode::Stream : capture::BufferMode::Ring;
        request.ringSeconds = keep == Keep::Seconds ? static_cast<std::uint32_t>(m_seconds->value())
                                                    : 0;
        // A time and a size of the ring exclude each other.
        request.bufferKb = keep == Keep::Seconds ? 0
                                                 : static_cast<std::uint32_t>(m_buffer->value());
        request.subBufferKb = static_cast<std::uint32_t>(m_subBuffer->value());
        if (m_clock->currentIndex() >= 0)
            request.clock = m_clock->currentData().toString().toStdString();
        request.kernelStacks = m_kernelStacks->isChecked();
        request.userStacks = m_userStacks->isChecked();
        request.name = m_name->text().trimmed().toStdString();
    });
    refreshBuffers();
}

void HowPage::takeFile()
{
    m_record.edit([&](capture::RecordingPlan &plan) {
        plan.output = m_file->text().trimmed().toStdString();
        plan.mayReplace = m_replace->isChecked();
        const Format &format
            = kFormats[static_cast<std::size_t>(std::max(0, m_format->currentIndex()))];
        plan.version = format.version;
        plan.compression = format.compression;
    });
}

void HowPage::refreshClocks()
{
    m_clock->clear();
    auto *items = qobject_cast<QStandardItemModel *>(m_clock->model());
    for (const auto &clock : capture::clocksOf(m_record.capabilities())) {
        const QString text = QString::fromUtf8(clock.text.data(),
                                               static_cast<qsizetype>(clock.text.size()));
        m_clock->addItem(text.isEmpty() ? fromUtf8(clock.name)
                                        : fromUtf8(clock.name) + u" – "_s + text,
                         fromUtf8(clock.name));
        const int row = m_clock->count() - 1;
        const bool isThere = clock.whyNot.empty() || !m_record.hasEvents();
        items->item(row)->setEnabled(isThere);
        m_clock->setItemData(row, isThere ? QString() : fromUtf8(clock.whyNot), Qt::ToolTipRole);
    }
}

void HowPage::refresh()
{
    refreshTasks();
    refreshBuffers();
    const auto &plan = m_record.plan();
    const QString file = fromUtf8(plan.output.string());
    if (m_file->text().trimmed() != file)
        m_file->setText(file);
    m_replace->setChecked(plan.mayReplace);
    m_form->setRowVisible(m_replace, plan.mayReplace || QFileInfo(file).isFile());
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
        if (kFormats[i].version == plan.version && kFormats[i].compression == plan.compression)
            m_format->setCurrentIndex(static_cast<int>(i));
    }
}

void HowPage::refreshTasks()
{
    if (m_isTaking) // the fields are ahead of the plan
        return;
    const auto &plan = m_record.plan();
    const auto &request = m_record.instance();
    if (m_record.inputProblems().isEmpty()) { // also after another plan took the place of all
        setWrong(m_pids, {});
        setWrong(m_cpus, {});
        setWrong(m_environment, {});
    }
    const auto isWrong = [](const QLineEdit *field) { return field->property("wrong").toBool(); };
    if (plan.command)
        m_tasks->setCurrentIndex(static_cast<int>(Tasks::Command));
    else if (!request.pids.empty())
        m_tasks->setCurrentIndex(static_cast<int>(Tasks::Pids));
    else if (tasks() == Tasks::Command
             || (tasks() == Tasks::Pids && !m_pids->text().trimmed().isEmpty()
                 && !isWrong(m_pids))) // the plan was replaced
        m_tasks->setCurrentIndex(static_cast<int>(Tasks::All));
    if (plan.command) {
        const auto &command = *plan.command;
        if (capture::shellWords(m_command->text().toStdString()) != command.words
            && !m_command->property("wrong").toBool())
            m_command->setText(fromUtf8(capture::shellLine(command.words)));
        if (m_directory->text().trimmed() != fromUtf8(command.directory.string()))
            m_directory->setText(fromUtf8(command.directory.string()));
        if (m_user->text().trimmed() != fromUtf8(command.user))
            m_user->setText(fromUtf8(command.user));
        std::vector<std::string> variables;
        for (const auto &[name, value] : command.environment)
            variables.push_back(name + '=' + value);
        if (capture::shellWords(m_environment->text().toStdString()) != variables
            && !m_environment->hasFocus() && !isWrong(m_environment))
            m_environment->setText(fromUtf8(capture::shellLine(variables)));
        m_commandOnly->setChecked(request.command);
    }
    if (!m_pids->hasFocus() && (!request.pids.empty() || tasks() != Tasks::Pids)) {
        QStringList pids;
        for (const Pid pid : request.pids)
            pids += QString::number(pid);
        m_pids->setText(pids.join(u' '));
    }
    m_children->setChecked(request.children || (!request.command && request.pids.empty()));
    if (!m_cpus->hasFocus() && !isWrong(m_cpus))
        m_cpus->setText(listOf(request.cpus));
    const bool isCommand = tasks() == Tasks::Command;
    const bool isPids = tasks() == Tasks::Pids;
    for (QWidget *field :
         std::initializer_list<QWidget *>{m_command, m_environment, m_user, m_commandOnly})
        m_form->setRowVisible(field, isCommand);
    for (int row = 0; row < m_form->rowCount(); ++row) {
        QLayoutItem *item = m_form->itemAt(row, QFormLayout::FieldRole);
        if (item != nullptr && item->layout() != nullptr
            && item->layout()->indexOf(m_directory) >= 0)
            m_form->setRowVisible(row, isCommand);
    }
    m_form->setRowVisible(m_pids, isPids);
    m_form->setRowVisible(m_children, isPids || (isCommand && request.command));
    const QString noPids = m_record.whyNot("event_pid");
    for (QWidget *widget : std::initializer_list<QWidget *>{m_pids, m_commandOnly, m_children})
        if (!widget->property("wrong").toBool())
            enable(widget, noPids);
    enable(m_user, ::geteuid() == 0 ? QString()
                                    : tr("Only root can run a command as another user: begin the "
                                         "command with sudo -u USER."));
}

void HowPage::refreshBuffers()
{
    const auto &plan = m_record.plan();
    const auto &request = m_record.instance();
    const QSignalBlocker seconds(m_seconds);
    const QSignalBlocker buffer(m_buffer);
    const QSignalBlocker subBuffer(m_subBuffer);
    const QSignalBlocker duration(m_duration);
    const bool isRing = request.mode == capture::BufferMode::Ring;
    m_keep->setCurrentIndex(static_cast<int>(!isRing                   ? Keep::All
                                             : request.ringSeconds > 0 ? Keep::Seconds
                                                                       : Keep::Buffers));
    if (request.ringSeconds > 0)
        m_seconds->setValue(static_cast<int>(request.ringSeconds));
    m_seconds->setVisible(isRing && request.ringSeconds > 0);
    m_buffer->setValue(static_cast<int>(request.bufferKb));
    m_subBuffer->setValue(static_cast<int>(request.subBufferKb));
    m_clock->setCurrentIndex(m_clock->findData(fromUtf8(request.clock)));
    m_kernelStacks->setChecked(request.kernelStacks);
    m_userStacks->setChecked(request.userStacks);
    m_duration->setValue(static_cast<double>(plan.request.durationMs) / 1000);
    m_stopOnTrigger->setChecked(plan.request.stopOnTrigger);
    if (m_name->text().trimmed() != fromUtf8(request.name))
        m_name->setText(fromUtf8(request.name));
    enable(m_buffer, isRing && request.ringSeconds > 0 ? tr("They grow until so many seconds fit.")
                                                       : QString());
    enable(m_subBuffer, m_record.whyNot("subbuffer_size"));
    enable(m_kernelStacks, m_record.whyNot("stacktrace"));
    const auto &options = m_record.capabilities().options;
    enable(m_userStacks, m_record.hasEvents() && !options.contains("userstacktrace")
                             ? tr("This kernel records no user stacks "
                                  "(CONFIG_USER_STACKTRACE_SUPPORT).")
                             : QString());
    enable(m_name, m_record.whyNot("instances"));
    refreshHeadings();
}

void HowPage::refreshHeadings()
{
    const bool areSeveral = m_record.instanceCount() > 1;
    m_bufferHeading->setText(tr("BUFFER %1").arg(m_record.titleOf(m_record.chosenInstance())));
    for (QLabel *label : m_headings)
        m_form->setRowVisible(label, areSeveral);
    const std::string &clock = m_record.instance().clock;
    const auto other = m_record.otherInstance(
        [&](const capture::InstanceRequest &each) { return each.clock != clock; });
    m_form->setRowVisible(m_clockNote, other.has_value());
    if (other)
        m_clockNote->setText(tr("The buffer %1 has another clock: their times cannot be compared.")
                                 .arg(m_record.titleOf(*other)));
    m_name->setPlaceholderText(m_record.chosenInstance() == 0 ? tr("made up")
                                                              : tr("has to be given"));
}

void HowPage::chooseFile()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Record into"), m_file->text(),
                                                      tr("Recordings (*.dat);;All files (*)"));
    if (path.isEmpty())
        return;
    m_file->setText(path);
    m_replace->setChecked(QFileInfo::exists(path)); // the dialog has asked
    takeFile();
}

void HowPage::chooseDirectory()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Run the command in"),
                                                           m_directory->text());
    if (path.isEmpty())
        return;
    m_directory->setText(path);
    takeTasks();
}

} // namespace thresher::ui
