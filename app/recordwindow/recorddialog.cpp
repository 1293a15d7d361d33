// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/recorddialog.h"

#include "app/recordwindow/bufferbar.h"
#include "app/recordwindow/eventspage.h"
#include "app/recordwindow/howpage.h"
#include "app/recordwindow/machinepage.h"
#include "app/recordwindow/probespage.h"
#include "app/recordwindow/tracerpage.h"
#include "app/windowparts.h"
#include "capture/commandtext.h"
#include "capture/eventchoice.h"
#include "model/qt/numbertext.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/tables/elidedlabel.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QFrame>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kSize(1240, 660);
constexpr int kTemplatesWidth = 172;
constexpr int kHowWidth = 330;
constexpr int kCommandHeight = 58;
constexpr int kMargin = 12;
constexpr int kOwnRole = Qt::UserRole; ///< Whether a template is the user's.

QFrame *line(QWidget *parent)
{
    auto *frame = new QFrame(parent);
    frame->setProperty("role", u"line"_s);
    return frame;
}

} // namespace

RecordDialog::RecordDialog(const QString &folder, const QString &file, QWidget *parent)
    : QDialog(parent)
    , m_files(folder)
    , m_file(file)
{
    setObjectName(u"recordDialog"_s);
    setWindowTitle(tr("Record"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    m_banner = new Banner(this);
    m_events = new EventsPage(m_record, this);
    m_tracer = new TracerPage(m_record, this);
    m_machinePage = new MachinePage(m_record, this);
    m_probes = new ProbesPage(m_record, this);
    m_how = new HowPage(m_record, this);
    m_tabs = new QTabWidget(this);
    m_tabs->addTab(m_events, tr("&Events"));
    m_tabs->addTab(m_tracer, tr("T&racer and functions"));
    m_tabs->addTab(m_probes, tr("&Probes"));
    m_tabs->addTab(m_machinePage, tr("This &machine"));
    m_buffers = new BufferBar(m_record, this);
    m_tabs->setCornerWidget(m_buffers, Qt::TopRightCorner);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(m_how);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFixedWidth(kHowWidth);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(makeTemplates());
    middle->addWidget(m_tabs, 1);
    middle->addWidget(scroll);
    layout->addWidget(m_banner);
    layout->addLayout(middle, 1);
    layout->addWidget(line(this));
    layout->addWidget(makeCommand());
    layout->addWidget(makeButtons());
    connectPages();
    const auto last = m_files.last();
    fillTemplates(last ? QString() : fromUtf8(capture::builtInSetups().front().name));
    if (last) {
        auto plan = last->plan;
        plan.output = m_file.toStdString();
        m_record.setPlan(std::move(plan));
    }
    refresh();
    resize(kSize);
    m_events->searchField()->setFocus();
}

RecordDialog::~RecordDialog() = default;

QWidget *RecordDialog::makeTemplates()
{
    auto *side = new QWidget(this);
    side->setProperty("role", u"panel"_s);
    side->setFixedWidth(kTemplatesWidth);
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    m_templates = new QListWidget(side);
    m_templates->setObjectName(u"templates"_s);
    m_templates->setAccessibleName(tr("Templates"));
    m_templates->setWordWrap(true);
    auto *save = new QPushButton(tr("&Save…"), side);
    save->setObjectName(u"saveTemplate"_s);
    save->setToolTip(
        tr("Keeps what is chosen now as a template, in %1").arg(SetupFiles::usualFolder()));
    m_removeTemplate = new QPushButton(tr("&Delete"), side);
    m_removeTemplate->setObjectName(u"removeTemplate"_s);
    auto *buttons = new QHBoxLayout;
    for (QPushButton *button : {save, m_removeTemplate}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    layout->addWidget(heading(tr("TEMPLATES"), side));
    layout->addWidget(m_templates, 1);
    layout->addLayout(buttons);
    connect(m_templates, &QListWidget::currentRowChanged, this, &RecordDialog::applyTemplate);
    connect(m_templates, &QListWidget::itemClicked, this,
            [this] { applyTemplate(m_templates->currentRow()); });
    connect(save, &QPushButton::clicked, this, &RecordDialog::saveTemplate);
    connect(m_removeTemplate, &QPushButton::clicked, this, &RecordDialog::removeTemplate);
    return side;
}

QWidget *RecordDialog::makeCommand()
{
    auto *part = new QWidget(this);
    part->setProperty("role", u"panel"_s);
    auto *layout = new QHBoxLayout(part);
    layout->setContentsMargins(kMargin, 8, kMargin, 8);
    m_command = new QPlainTextEdit(part);
    m_command->setObjectName(u"commandText"_s);
    m_command->setReadOnly(true);
    m_command->setFont(fonts().mono);
    m_command->setFixedHeight(kCommandHeight);
    m_command->setAccessibleName(tr("The same as a command"));
    m_command->setTabChangesFocus(true);
    m_cannot = new ElidedLabel(part);
    m_cannot->setProperty("role", u"secondary"_s);
    auto *text = new QVBoxLayout;
    text->setSpacing(3);
    text->addWidget(m_command);
    text->addWidget(m_cannot);
    m_asTraceCmd = new QToolButton(part);
    m_asTraceCmd->setObjectName(u"asTraceCmd"_s);
    m_asTraceCmd->setText(tr("As trace-cmd"));
    m_asTraceCmd->setCheckable(true);
    auto *copy = new QPushButton(tr("&Copy"), part);
    copy->setObjectName(u"copyCommand"_s);
    copy->setAutoDefault(false);
    auto *buttons = new QVBoxLayout;
    buttons->addWidget(copy);
    buttons->addWidget(m_asTraceCmd);
    buttons->addStretch(1);
    layout->addWidget(heading(tr("AS A\nCOMMAND"), part), 0, Qt::AlignTop);
    layout->addLayout(text, 1);
    layout->addLayout(buttons);
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(commandText()); });
    connect(m_asTraceCmd, &QToolButton::toggled, this, &RecordDialog::refresh);
    return part;
}

QWidget *RecordDialog::makeButtons()
{
    auto *part = new QWidget(this);
    part->setProperty("role", u"panel"_s);
    auto *layout = new QHBoxLayout(part);
    layout->setContentsMargins(kMargin, 4, kMargin, kMargin);
    m_measure = new QPushButton(tr("Es&timate"), part);
    m_measure->setObjectName(u"measure"_s);
    m_measure->setAutoDefault(false);
    m_estimate = new ElidedLabel(part);
    m_estimate->setObjectName(u"estimate"_s);
    m_problem = new ElidedLabel(part);
    m_problem->setProperty("role", u"warning"_s);
    auto *cancel = new QPushButton(tr("Cancel"), part);
    cancel->setAutoDefault(false);
    m_start = new QPushButton(tr("●  Record"), part);
    m_start->setObjectName(u"record"_s);
    m_start->setDefault(true);
    layout->addWidget(m_measure);
    layout->addWidget(m_estimate, 1);
    layout->addWidget(m_problem, 2);
    layout->addWidget(cancel);
    layout->addWidget(m_start);
    connect(m_measure, &QPushButton::clicked, this, &RecordDialog::measure);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &RecordDialog::start);
    return part;
}

void RecordDialog::connectPages()
{
    connect(&m_record, &RecordModel::changed, this, &RecordDialog::refresh);
    connect(&m_record, &RecordModel::changed, this, [this] { m_estimate->clear(); });
    connect(&m_record, &RecordModel::changed, this, &RecordDialog::followHost);
    connect(m_events, &EventsPage::recordRequested, this, &RecordDialog::start);
    connect(m_events, &EventsPage::left, this, &QDialog::reject);
    connect(m_tracer, &TracerPage::recordRequested, this, &RecordDialog::start);
    connect(m_tracer, &TracerPage::functionsWanted, this, &RecordDialog::functionsRequested);
    connect(m_how, &HowPage::recordRequested, this, &RecordDialog::start);
    connect(m_probes, &ProbesPage::editorRequested, this, &RecordDialog::probeEditorRequested);
    connect(m_machinePage, &MachinePage::resetRequested, this, &RecordDialog::confirmReset);
    connect(m_machinePage, &MachinePage::cleanUpRequested, this, &RecordDialog::cleanUpRequested);
    connect(m_machinePage, &MachinePage::examineRequested, this, &RecordDialog::examineRequested);
    connect(m_banner, &Banner::actionTriggered, this, &RecordDialog::unlockRequested);
}

void RecordDialog::setMachine(const capture::MachineReport &report)
{
    m_record.setMachine(report);
    leaveOutUnknown();
    const auto &can = report.capabilities;
    const auto obstacles = capture::obstaclesOf(can);
    if (!can.root)
        m_banner->showQuestion(
            Banner::Kind::Note,
            tr("Recording needs root: when you press Record, you are asked for a "
               "password. To see what this kernel has before that:"),
            tr("Ask for the password now"));
    else if (!obstacles.empty())
        m_banner->showMessage(Banner::Kind::Error, fromUtf8(obstacles.front()));
    else if (!report.hello.leftovers.empty())
        m_banner->showMessage(Banner::Kind::Note,
                              tr("A recording that died has left something switched on: “This "
                                 "machine” puts it back."));
    else
        m_banner->dismiss();
    refresh();
}

void RecordDialog::addProbes(const capture::InstanceRequest &request)
{
    m_record.editInstance([&](capture::InstanceRequest &instance) {
        instance.kernelStacks |= request.kernelStacks;
        instance.userStacks |= request.userStacks;
        for (const capture::EventRequest &event : request.events) {
            const std::size_t colon = std::min(event.match.find(':'), event.match.size());
            const std::string name = event.match.substr(std::min(colon + 1, event.match.size()));
            capture::EventRequest &own = capture::ownRule(instance, event.match.substr(0, colon),
                                                          name);
            if (!event.filter.empty())
                own.filter = event.filter;
            own.triggers.insert(own.triggers.end(), event.triggers.begin(), event.triggers.end());
        }
    });
    m_probes->addProbes(request.probes);
    m_tabs->setCurrentWidget(request.probes.empty() ? static_cast<QWidget *>(m_events) : m_probes);
}

void RecordDialog::setFunctions(std::vector<std::string> names)
{
    m_tracer->setFunctions(std::move(names));
}

void RecordDialog::showError(const QString &text)
{
    m_banner->showMessage(Banner::Kind::Error, text);
    m_estimate->clear();
}

void RecordDialog::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    refresh();
}

QString RecordDialog::commandText() const
{
    return m_command->toPlainText();
}

QString RecordDialog::estimateText() const
{
    return m_estimate->text();
}

QString RecordDialog::problemText() const
{
    return m_problem->text();
}

void RecordDialog::fillTemplates(const QString &selected)
{
    const QSignalBlocker blocker(m_templates);
    m_templates->clear();
    m_setups = capture::builtInSetups();
    const std::size_t builtIn = m_setups.size();
    for (auto &own : m_files.all())
        m_setups.push_back(std::move(own));
    for (std::size_t i = 0; i < m_setups.size(); ++i) {
        // The names of those that are built in are English; files have their writer's.
        const QString name = fromUtf8(m_setups[i].name);
        auto *item = new QListWidgetItem(name, m_templates);
        item->setToolTip(fromUtf8(m_setups[i].description));
        item->setData(kOwnRole, i >= builtIn);
        if (i >= builtIn)
            item->setFont(fonts().strong);
    }
    for (const QString &problem : m_files.problems())
        m_banner->showMessage(Banner::Kind::Error,
                              tr("A template cannot be read. %1").arg(problem));
    for (int row = 0; row < m_templates->count(); ++row) {
        if (m_templates->item(row)->text() == selected && !selected.isEmpty()) {
            m_templates->setCurrentRow(row);
            applyTemplate(row);
        }
    }
    m_removeTemplate->setEnabled(m_templates->currentItem() != nullptr
                                 && m_templates->currentItem()->data(kOwnRole).toBool());
}

void RecordDialog::applyTemplate(int row)
{
    if (row < 0 || row >= static_cast<int>(m_setups.size()))
        return;
    auto plan = m_setups[static_cast<std::size_t>(row)].plan;
    const auto &now = m_record.plan();
    plan.output = now.output.empty() ? m_file.toStdString() : now.output.string();
    plan.mayReplace = now.mayReplace;
    // A command that was typed already stays.
    if (plan.command && plan.command->words.empty() && now.command)
        plan.command = now.command;
    m_leftOut.clear();
    m_record.setPlan(std::move(plan));
    leaveOutUnknown();
    m_removeTemplate->setEnabled(m_templates->item(row)->data(kOwnRole).toBool());
    const auto &request = m_record.instance();
    m_tabs->setCurrentWidget(!request.events.empty()   ? static_cast<QWidget *>(m_events)
                             : !request.tracer.empty() ? static_cast<QWidget *>(m_tracer)
                             : !request.probes.empty() ? static_cast<QWidget *>(m_probes)
                                                       : m_events);
    if (m_record.plan().command && m_record.plan().command->words.empty())
        m_how->commandField()->setFocus();
}

/// A template is for every kernel; this one may not have all of its events. As long as nobody may
/// see which it has, the recorder leaves out what it lacks.
void RecordDialog::leaveOutUnknown()
{
    QStringList leftOut;
    m_record.edit([&](capture::RecordingPlan &plan) {
        plan.request.skipMissing = !m_record.hasEvents();
        if (plan.request.skipMissing)
            return;
        for (auto &instance : plan.request.instances)
            for (const std::string &glob :
                 capture::fitToKernel(instance, m_record.capabilities().events))
                leftOut += fromUtf8(glob);
    });
    // Looking at the machine once more finds nothing to leave out.
    if (!leftOut.isEmpty()) {
        m_leftOut = leftOut;
        refresh();
    }
}

void RecordDialog::saveTemplate()
{
    bool isGiven = false;
    const QString name = QInputDialog::getText(this, tr("Save as a template"), tr("Name"),
                                               QLineEdit::Normal, {}, &isGiven)
                             .simplified();
    if (!isGiven || name.isEmpty())
        return;
    auto plan = m_record.plan();
    plan.output.clear(); // is chosen anew each time
    if (const auto saved = m_files.save({name.toStdString(), {}, std::move(plan)}); !saved)
        showError(fromUtf8(saved.error().text()));
    fillTemplates(name);
}

void RecordDialog::removeTemplate()
{
    const QListWidgetItem *item = m_templates->currentItem();
    if (item == nullptr || !item->data(kOwnRole).toBool())
        return;
    m_files.remove(item->text());
    fillTemplates({});
}

void RecordDialog::refresh()
{
    const auto &plan = m_record.plan();
    QString cannot; // what is not in it
    QString text;
    if (m_asTraceCmd->isChecked()) {
        const auto command = capture::traceCmdText(plan);
        text = fromUtf8(command.command);
        for (const std::string &each : command.cannot)
            cannot += (cannot.isEmpty() ? QString() : u" "_s) + fromUtf8(each);
        if (!cannot.isEmpty())
            cannot = tr("trace-cmd cannot say: %1").arg(cannot);
    } else {
        text = fromUtf8(capture::recordCommandText(plan));
        if (!m_leftOut.isEmpty())
            cannot = tr("This kernel has no %1: left out of the template.")
                         .arg(m_leftOut.join(tr(", no ")));
    }
    if (text != m_command->toPlainText())
        m_command->setPlainText(text);
    m_cannot->setText(cannot);
    m_cannot->setToolTip(cannot);
    m_cannot->setVisible(!cannot.isEmpty());
    const QStringList problems = m_record.problems();
    m_problem->setText(problems.isEmpty() ? QString() : problems.front());
    m_problem->setToolTip(problems.join(u"\n"_s));
    m_start->setEnabled(problems.isEmpty());
    m_start->setToolTip(problems.join(u"\n"_s));
    const auto &instances = plan.request.instances;
    const bool canMeasure = m_record.capabilities().root && !m_isBusy
                            && std::any_of(instances.begin(), instances.end(),
                                           [](const capture::InstanceRequest &each) {
                                               return !each.events.empty() || !each.probes.empty()
                                                      || !each.latencies.empty()
                                                      || !each.tracer.empty();
                                           });
    m_measure->setEnabled(canMeasure);
    m_measure->setToolTip(canMeasure || !m_record.capabilities().root || m_isBusy
                              ? tr("Records for one second, into nothing, and tells rate and size")
                              : tr("Choose events, probes, latencies or a tracer: nothing else "
                                   "makes events whose rate "
                                   "could be measured"));
}

void RecordDialog::measure()
{
    m_estimate->setText(tr("Measuring for a second…"));
    auto request = m_record.plan().request;
    m_measured = request;
    // The command does not run: what the whole machine does is the most that there can be.
    for (auto &instance : request.instances) {
        if (std::exchange(instance.command, false))
            instance.children = !instance.pids.empty() && instance.children;
    }
    request.durationMs = 0;
    Q_EMIT measureRequested(request);
}

void RecordDialog::setMeasured(const capture::Measured &measured)
{
    if (m_measured != m_record.plan().request)
        return; // something else is chosen by now
    double events = 0;
    double bytes = 0;
    double lost = 0;
    std::uint32_t buffer = 0;
    for (const auto &instance : measured.instances) {
        events += instance.eventsPerSecond;
        bytes += instance.bytesPerSecond;
        lost = std::max(lost, instance.lost);
        buffer = std::max(buffer, instance.suggestedBufferKb);
    }
    const auto size = [](double value) {
        return sizeText(static_cast<std::uint64_t>(std::max(0.0, value)));
    };
    QString text = tr("%1 events/s, %2/s: %3 a minute; buffers of %4 KB per CPU would do")
                       .arg(groupedNumber(static_cast<std::uint64_t>(std::max(0.0, events))),
                            size(bytes), size(bytes * 60), groupedNumber(buffer));
    if (m_record.plan().request.durationMs > 0)
        text += tr("; %1 in all")
                    .arg(size(bytes * static_cast<double>(m_record.plan().request.durationMs)
                              / 1000));
    const auto &instances = m_record.plan().request.instances;
    if (std::any_of(instances.begin(), instances.end(),
                    [](const capture::InstanceRequest &each) { return each.command; }))
        text += tr(" (of the whole machine: the command does not run yet)");
    m_estimate->setText(text);
    m_estimate->setToolTip(text);
}

void RecordDialog::confirmReset(const QStringList &ids, const QStringList &texts)
{
    auto *question = new QMessageBox(QMessageBox::Warning, tr("Switch off tracing of others?"),
                                     tr("This may be somebody else’s recording:"),
                                     QMessageBox::Cancel, this);
    question->setObjectName(u"confirmReset"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInformativeText(texts.join(u"\n"_s));
    QPushButton *yes = question->addButton(tr("Switch it off"), QMessageBox::AcceptRole);
    yes->setObjectName(u"confirm"_s);
    connect(yes, &QPushButton::clicked, this, [this, ids] { Q_EMIT resetRequested(ids); });
    question->open();
}

/// A template may be of another machine, too.
void RecordDialog::followHost()
{
    if (m_record.plan().launch.host == m_host)
        return;
    m_host = m_record.plan().launch.host;
    m_banner->dismiss();
    m_record.forgetMachine();
    Q_EMIT hostChosen(fromUtf8(m_host));
}

void RecordDialog::start()
{
    // A field's Return comes here twice: by its signal, and as a key that it leaves to the dialog.
    if (!m_start->isEnabled() || !isVisible())
        return;
    m_files.setLast(m_record.plan());
    const auto plan = m_record.plan();
    accept();
    Q_EMIT recordRequested(plan);
}

void RecordDialog::keyPressEvent(QKeyEvent *event)
{
    // Return records, wherever it has no other meaning.
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        start();
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace thresher::ui
