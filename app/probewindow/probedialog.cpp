// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probedialog.h"

#include "app/probewindow/callpane.h"
#include "app/probewindow/probeactions.h"
#include "app/probewindow/probechecker.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/probepreview.h"
#include "app/probewindow/valuetreemodel.h"
#include "app/recordwindow/recorderlink.h"
#include "app/windowparts.h"
#include "capture/machine.h"

#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kSize(1440, 800);
constexpr int kScreenMargin = 40; ///< For what the desktop puts around windows.
constexpr int kPlacesWidth = 360;
constexpr int kCallWidth = 540;
constexpr int kLinesWidth = 460;
constexpr int kMargin = 14;
constexpr std::size_t kMostRecent = 12;

QFrame *line(QWidget *parent)
{
    auto *frame = new QFrame(parent);
    frame->setProperty("role", u"line"_s);
    return frame;
}

PlaceRef refOf(const ProbePlace &place)
{
    PlaceRef ref;
    switch (place.kind) {
    case ProbePlace::Kind::KernelFunction:
        break;
    case ProbePlace::Kind::Syscall:
        ref.kind = PlaceRef::Kind::Syscall;
        break;
    case ProbePlace::Kind::Tracepoint:
        ref.kind = PlaceRef::Kind::Tracepoint;
        break;
    case ProbePlace::Kind::ProgramFunction:
        ref.kind = PlaceRef::Kind::ProgramFunction;
        break;
    }
    ref.name = place.name.toStdString();
    ref.module = place.module.toStdString();
    ref.program = place.program.toStdString();
    return ref;
}

ProbePreview::Column columnOf(const capture::DraftField &field)
{
    using Kind = ProbePreview::Column::Kind;
    const bool isAddress = field.type.name.starts_with('x') || field.type.name.starts_with("sym");
    return {fromUtf8(field.name), field.type.isText() ? Kind::Text
                                  : isAddress         ? Kind::Address
                                                      : Kind::Number};
}

} // namespace

ProbeDialog::ProbeDialog(RecorderLink &link, const QString &setsFolder, QWidget *parent)
    : QDialog(parent)
    , m_reader(std::make_shared<PlaceReader>())
{
    setObjectName(u"probeDialog"_s);
    setWindowTitle(tr("New probe"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    makePanes();
    m_checker = new ProbeChecker(*m_lines, link, this);
    m_actions = new ProbeActions(*m_lines, *m_checker, setsFolder, this);
    layout()->addWidget(line(this));
    layout()->addWidget(m_actions);
    connect(&link, &RecorderLink::examined, this, &ProbeDialog::setMachine);
    connect(&link, &RecorderLink::failed, this,
            [this](RecorderLink::Question question, const Error &error) {
                if (question == RecorderLink::Question::Examine)
                    m_places->setMachineError(fromUtf8(error.text()));
            });
    connect(m_places, &PlacesPane::chosen, this, &ProbeDialog::replaceBy);
    connect(m_places, &PlacesPane::recentChosen, this, [this](const RecentPlace &recent) {
        choose(recent.place);
        m_wanted = [values = recent.values](capture::ProbeDraft &draft) {
            for (const QString &value : values)
                draft.values.push_back({value.toStdString(), {}, {}});
        };
    });
    connect(m_call, &CallPane::draftChanged, this, &ProbeDialog::writeLines);
    connect(m_call, &CallPane::ticksRequested, this, &ProbeDialog::writeLines);
    connect(m_call, &CallPane::eventRequested, this, &ProbeDialog::recordEventItself);
    connect(m_call, &CallPane::pointChosen, this, &ProbeDialog::choosePoint);
    connect(m_lines, &ProbeLinesPane::probesEdited, this, &ProbeDialog::readLines);
    connect(m_actions, &ProbeActions::addRequested, this, [this](const auto &probes) {
        remember();
        Q_EMIT addRequested(instanceOf(probes));
    });
    connect(m_actions, &ProbeActions::recordRequested, this, [this](const auto &probes) {
        remember();
        Q_EMIT recordRequested(instanceOf(probes));
    });
    showPreview();
    const QSize room = QGuiApplication::primaryScreen()->availableSize() - QSize(0, kScreenMargin);
    resize(kSize.boundedTo(room));
    m_places->focusSearch();
}

ProbeDialog::~ProbeDialog() = default;

void ProbeDialog::makePanes()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    m_places = new PlacesPane(m_reader, this);
    m_call = new CallPane(this);
    m_lines = new ProbeLinesPane(this);
    m_preview = new ProbePreview(this);
    auto *side = new QWidget(this);
    side->setProperty("role", u"panel"_s);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, kMargin);
    column->setSpacing(6);
    column->addWidget(m_lines, 1);
    auto *shown = new QVBoxLayout;
    shown->setContentsMargins(kMargin, 0, kMargin, 0);
    shown->setSpacing(6);
    auto *title = new QLabel(tr("You will see"), side);
    title->setProperty("role", u"title"_s);
    shown->addWidget(title);
    shown->addWidget(m_preview);
    column->addLayout(shown);
    auto *splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    for (QWidget *pane : {static_cast<QWidget *>(m_places), static_cast<QWidget *>(m_call), side})
        splitter->addWidget(pane);
    splitter->setStretchFactor(1, 3);
    splitter->setStretchFactor(2, 2);
    splitter->setSizes({kPlacesWidth, kCallWidth, kLinesWidth});
    m_places->setMinimumWidth(kPlacesWidth - 20);
    layout->addWidget(splitter, 1);
}

void ProbeDialog::choose(const ProbePlace &place)
{
    if (place.kind == ProbePlace::Kind::ProgramFunction && place.name.isEmpty()) {
        m_places->openFolder({PlaceFolder::Kind::Program, 0, place.program.toStdString(), {}});
        return;
    }
    choose(refOf(place));
}

void ProbeDialog::choosePoint(quint64 address, bool isByFprobe)
{
    if (!m_call->description())
        return;
    PlaceRef place = m_call->description()->place;
    place.line = address;
    // By other means, but of the same function: the same is to be known.
    std::function<void(capture::ProbeDraft &)> wanted;
    if (std::exchange(place.isByFprobe, isByFprobe) != isByFprobe && !m_call->isEditedByHand())
        wanted = [now = m_call->draft()](capture::ProbeDraft &draft) { draft = now; };
    replaceLines(fromUtf8(place.name), [this, place, wanted] {
        m_wanted = wanted;
        describe(place);
    });
}

void ProbeDialog::recordEventItself()
{
    if (!m_call->description())
        return;
    const capture::ProbeDraft draft = m_call->draft();
    capture::InstanceRequest request;
    capture::EventRequest &event = request.events.emplace_back();
    event.match = m_call->description()->place.name;
    event.filter = draft.filter;
    if (draft.kernelStack)
        event.triggers.push_back(event.filter.empty() ? "stacktrace"
                                                      : "stacktrace if " + event.filter);
    request.userStacks = m_call->hasUserStack();
    remember();
    Q_EMIT addRequested(request);
}

/// Lines that somebody wrote are not lost because another place is looked at.
void ProbeDialog::replaceLines(const QString &place, const std::function<void()> &replace)
{
    const bool isWritten = m_call->description() ? m_call->isEditedByHand()
                                                 : !m_lines->probes().empty();
    if (!isWritten) {
        replace();
        return;
    }
    auto *question = new QMessageBox(QMessageBox::Question, tr("Replace the lines?"),
                                     tr("The lines at the right were written by hand. Probes of "
                                        "%1 would take their place.")
                                         .arg(place),
                                     QMessageBox::Cancel, this);
    question->setObjectName(u"replaceLines"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *yes = question->addButton(tr("Replace them"), QMessageBox::AcceptRole);
    connect(yes, &QPushButton::clicked, this, replace);
    connect(question, &QDialog::rejected, m_call, &CallPane::showPoint);
    question->open();
}

void ProbeDialog::replaceBy(const PlaceRef &place)
{
    replaceLines(fromUtf8(place.name), [this, place] {
        m_wanted = nullptr;
        describe(place);
    });
}

void ProbeDialog::choose(const PlaceRef &place)
{
    m_wanted = nullptr;
    m_places->showPlace(place);
    describe(place);
}

void ProbeDialog::setMachine(const capture::MachineReport &report)
{
    m_machine = std::make_shared<const capture::MachineReport>(report);
    m_places->setMachine(m_machine);
    m_call->setMachine(m_machine);
    m_lines->setMachine(report);
    // What the machine tells of its events is known only now.
    if (m_unread && (!m_call->description() || !m_call->isEditedByHand()))
        describe(std::exchange(m_unread, std::nullopt).value());
}

void ProbeDialog::setRecent(std::vector<RecentPlace> places)
{
    m_recent = std::move(places);
    m_places->setRecent(m_recent);
}

void ProbeDialog::describe(const PlaceRef &place)
{
    const QString name = fromUtf8(place.name);
    const bool isEvent = place.kind == PlaceRef::Kind::Tracepoint
                         || place.kind == PlaceRef::Kind::Syscall;
    m_unread = isEvent && !m_machine ? std::optional(place) : std::nullopt;
    // The reader may touch the types of what was described before: nobody else may now.
    m_call->showNothing(tr("Reading what is known of %1…").arg(name));
    m_lines->setProbes({});
    showPreview();
    m_job.start(
        [reader = m_reader, place, machine = m_machine](const std::stop_token &stop,
                                                        Progress &progress) {
            return reader->describe(place, machine, stop, progress);
        },
        [this, name](Result<PlaceDescription> description) {
            takeDescription(std::move(description), name);
        });
}

void ProbeDialog::takeDescription(Result<PlaceDescription> description, const QString &name)
{
    if (!description) {
        m_call->showNothing(fromUtf8(description.error().text()));
        setWindowTitle(tr("New probe"));
        showCommand();
        return;
    }
    m_call->setDescription(*std::move(description));
    setWindowTitle(tr("New probe: %1").arg(name));
    if (m_wanted) {
        capture::ProbeDraft draft = m_call->draft();
        std::exchange(m_wanted, nullptr)(draft);
        m_call->setDraft(draft);
    }
    writeLines();
}

void ProbeDialog::writeLines()
{
    m_call->setEditedByHand(false);
    if (!m_call->description())
        return;
    const auto probes = capture::probesOf(m_call->description()->subject, m_call->draft());
    m_call->showProblem(probes ? QString() : fromUtf8(probes.error().what));
    if (probes)
        m_lines->setProbes(*probes);
    showPreview();
    showCommand();
}

void ProbeDialog::readLines()
{
    if (!m_call->description()) {
        showCommand();
        return;
    }
    const auto draft = capture::draftOf(m_call->description()->subject, m_lines->probes());
    m_call->setEditedByHand(!draft);
    if (draft)
        m_call->setDraft(*draft);
    showPreview();
    showCommand();
}

void ProbeDialog::showPreview()
{
    if (!m_call->description()) {
        m_preview->showNothing(tr("Slices on the timeline, and columns of the table."));
        return;
    }
    const capture::ProbeDraft draft = m_call->draft();
    if (m_call->isEditedByHand()) {
        m_preview->showNothing(tr("What the lines say, one event for each hit."));
    } else if (draft.countOnly) {
        m_preview->showNothing(tr("How often each program calls it, counted by the kernel."));
    } else {
        std::vector<ProbePreview::Column> columns;
        for (const auto &field : capture::fieldsOf(m_call->description()->subject, draft))
            columns.push_back(columnOf(field));
        m_preview->show(fromUtf8(draft.name), std::move(columns),
                        m_call->description()->subject.returns && draft.withReturn);
    }
}

void ProbeDialog::showCommand()
{
    auto probes = m_lines->probes();
    if (m_call->description() && !m_call->isEditedByHand()) {
        if (auto call = capture::callOf(m_call->description()->subject, m_call->draft()))
            probes = {*std::move(call)};
    }
    m_actions->setShownRequest(instanceOf(probes));
}

capture::InstanceRequest
ProbeDialog::instanceOf(const std::vector<capture::ProbeRequest> &probes) const
{
    capture::InstanceRequest request;
    request.probes = probes;
    request.userStacks = m_call->hasUserStack();
    return request;
}

void ProbeDialog::remember()
{
    if (!m_call->description())
        return;
    RecentPlace recent{m_call->description()->place, {}};
    for (const capture::DraftValue &each : m_call->draft().values)
        recent.values << fromUtf8(each.value);
    std::erase_if(m_recent, [&](const RecentPlace &each) { return each.place == recent.place; });
    m_recent.insert(m_recent.begin(), std::move(recent));
    m_recent.resize(std::min(m_recent.size(), kMostRecent));
    m_places->setRecent(m_recent);
    Q_EMIT recentChanged();
}

void ProbeDialog::keyPressEvent(QKeyEvent *event)
{
    // Return has its meaning where the focus is; it never arms a probe by chance.
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        return;
    QDialog::keyPressEvent(event);
}

} // namespace thresher::ui
