// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/placespane.h"

#include "app/probewindow/placedelegate.h"
#include "app/probewindow/placesmodel.h"
#include "app/probewindow/searchfield.h"
#include "app/windowparts.h"
#include "capture/machine.h"
#include "model/qt/numbertext.h"
#include "widgets/tables/elidedlabel.h"
#include "widgets/theme.h"

#include <QButtonGroup>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

using Kind = PlaceFolder::Kind;

constexpr int kMargin = 14;
constexpr int kRecentRow = 24;
constexpr int kMostRecentRows = 4;
constexpr int kProgressMs = 100;
constexpr int kFollowMs = 120;

std::size_t at(Kind kind)
{
    return static_cast<std::size_t>(kind);
}

Kind kindOf(const PlaceRef &place)
{
    switch (place.kind) {
    case PlaceRef::Kind::KernelFunction:
        return Kind::Kernel;
    case PlaceRef::Kind::Syscall:
        return Kind::Syscall;
    case PlaceRef::Kind::Tracepoint:
        return Kind::Tracepoint;
    case PlaceRef::Kind::ProgramFunction:
    case PlaceRef::Kind::PreparedProbe:
        break;
    }
    return Kind::Program;
}

QString recentText(const RecentPlace &recent)
{
    QString text = QString::fromStdString(recent.place.name);
    if (!recent.place.program.empty())
        text = QFileInfo(QString::fromStdString(recent.place.program)).fileName() + u':' + text;
    return recent.values.isEmpty() ? text : text + u"  ("_s + recent.values.join(u", "_s) + u')';
}

} // namespace

PlacesPane::PlacesPane(std::shared_ptr<PlaceReader> reader, QWidget *parent)
    : QWidget(parent)
    , m_reader(std::move(reader))
    , m_model(new PlacesModel(this))
{
    setProperty("role", u"panel"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->setSpacing(8);
    auto *title = new QLabel(tr("Where"), this);
    title->setProperty("role", u"title"_s);
    layout->addWidget(title);
    makeKinds();
    makeWay();
    makeLists();
    m_progressTimer.setInterval(kProgressMs);
    connect(&m_progressTimer, &QTimer::timeout, this, [this] {
        m_progress->setValue(static_cast<int>(m_job.fraction() * m_progress->maximum()));
    });
    m_followTimer.setSingleShot(true);
    m_followTimer.setInterval(kFollowMs);
    connect(&m_followTimer, &QTimer::timeout, this, [this] { follow(m_list->currentIndex()); });
    setFocusProxy(m_search);
    showWay();
    read();
}

void PlacesPane::makeKinds()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    auto *group = new QButtonGroup(this);
    const std::pair<Kind, QString> kinds[] = {
        {Kind::Kernel, tr("&Kernel")},         {Kind::Syscall, tr("S&yscall")},
        {Kind::Tracepoint, tr("&Tracepoint")}, {Kind::Program, tr("&Program")},
        {Kind::Process, tr("Proc&ess")},
    };
    for (const auto &[kind, text] : kinds) {
        auto *button = new QToolButton(this);
        button->setText(text);
        button->setObjectName(u"kind"_s + QString(text).remove(u'&'));
        button->setCheckable(true);
        button->setChecked(kind == m_folder.kind);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        group->addButton(button);
        row->addWidget(button);
        m_kinds.at(at(kind)) = button;
        connect(button, &QToolButton::clicked, this, [this, kind = kind] {
            m_wanted.reset();
            openFolder({kind, 0, {}, {}});
            focusSearch();
        });
    }
    static_cast<QVBoxLayout *>(layout())->addLayout(row);
}

void PlacesPane::makeWay()
{
    m_way = new QWidget(this);
    auto *row = new QHBoxLayout(m_way);
    row->setContentsMargins({});
    m_up = new QToolButton(m_way);
    m_up->setObjectName(u"placesUp"_s);
    m_up->setText(u"‹"_s);
    m_up->setAccessibleName(tr("Back to the list before"));
    m_up->setToolTip(tr("Back to the list before (Alt+Left)"));
    m_up->setShortcut(QKeySequence(tr("Alt+Left")));
    m_where = new ElidedLabel(m_way);
    m_where->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_file = new QPushButton(tr("Choose a &file…"), m_way);
    m_file->setObjectName(u"chooseProgram"_s);
    m_file->setAutoDefault(false);
    row->addWidget(m_up);
    row->addWidget(m_where, 1);
    row->addWidget(m_file);
    layout()->addWidget(m_way);
    connect(m_up, &QToolButton::clicked, this, &PlacesPane::goBack);
    connect(m_file, &QPushButton::clicked, this, &PlacesPane::chooseFile);
}

void PlacesPane::makeLists()
{
    m_search = new SearchField(this);
    m_search->setObjectName(u"placeSearch"_s);
    m_search->setAccessibleName(tr("Search for a place"));
    m_search->installEventFilter(this);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_progress->setAccessibleName(tr("Reading names"));
    // It keeps its room, lest the list jumps.
    QSizePolicy policy = m_progress->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    m_progress->setSizePolicy(policy);
    m_progress->setFixedHeight(3);
    m_note = new QLabel(this);
    m_note->setWordWrap(true);
    m_note->setProperty("role", u"warning"_s);
    m_list = new QListView(this);
    m_list->setObjectName(u"places"_s);
    m_list->setAccessibleName(tr("Places"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PlaceDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setProperty("role", u"panel"_s);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->installEventFilter(this);
    m_recentTitle = heading(tr("RECENT"), this);
    m_recent = new QListWidget(this);
    m_recent->setObjectName(u"recentPlaces"_s);
    m_recent->setAccessibleName(tr("Recent places"));
    m_recent->setProperty("role", u"panel"_s);
    m_recent->setFont(fonts().mono);
    m_recent->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_recentTitle->hide();
    m_recent->hide();
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->addWidget(m_search);
    column->addWidget(m_progress);
    column->addWidget(m_note);
    column->addWidget(m_list, 1);
    column->addWidget(m_recentTitle);
    column->addWidget(m_recent);
    connect(m_search, &QLineEdit::textChanged, this, &PlacesPane::search);
    connect(m_list, &QListView::clicked, this, &PlacesPane::activate);
    connect(m_list, &QListView::activated, this, &PlacesPane::activate);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        // By keys; what is clicked comes at once, and what is found by itself was chosen before.
        if (m_list->hasFocus())
            m_followTimer.start();
    });
    const auto choose = [this] {
        const auto row = static_cast<std::size_t>(m_recent->currentRow());
        if (m_recent->currentRow() >= 0 && row < m_recentPlaces.size())
            Q_EMIT recentChosen(m_recentPlaces[row]);
    };
    connect(m_recent, &QListWidget::itemClicked, this, choose);
    connect(m_recent, &QListWidget::itemActivated, this, choose);
}

QLineEdit *PlacesPane::searchField() const
{
    return m_search;
}

QToolButton *PlacesPane::kindButton(Kind kind) const
{
    return m_kinds.at(at(kind));
}

QString PlacesPane::countText() const
{
    return m_search->note();
}

QString PlacesPane::noteText() const
{
    return m_note->text();
}

void PlacesPane::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

void PlacesPane::setMachine(PlaceReader::Machine machine)
{
    m_machine = std::move(machine);
    m_machineError.clear();
    showNote();
    if (m_folder.kind == Kind::Tracepoint)
        read();
}

void PlacesPane::setMachineError(const QString &error)
{
    m_machineError = error;
    showNote();
}

void PlacesPane::setRecent(const std::vector<RecentPlace> &places)
{
    m_recentPlaces = places;
    m_recent->clear();
    for (const RecentPlace &each : places) {
        auto *item = new QListWidgetItem(recentText(each), m_recent);
        item->setToolTip(QString::fromStdString(each.place.program));
        item->setSizeHint({0, kRecentRow});
    }
    const int rows = std::min(m_recent->count(), kMostRecentRows);
    m_recent->setFixedHeight(rows * kRecentRow + 2);
    m_recentTitle->setVisible(rows > 0);
    m_recent->setVisible(rows > 0);
}

void PlacesPane::showPlace(const PlaceRef &place)
{
    m_wanted = place;
    m_last = place;
    const PlaceFolder folder{kindOf(place), 0, place.program, place.root};
    if (folder == m_folder && !m_job.isRunning())
        m_search->setText(fromUtf8(place.name));
    else
        openFolder(folder);
}

void PlacesPane::openFolder(const PlaceFolder &folder)
{
    // Processes come and go.
    const bool isKept = folder.kind != Kind::Process || !folder.program.empty();
    if (folder == m_folder && isKept && m_failure.isEmpty() && m_model->nameCount() > 0)
        return;
    m_texts.at(at(m_folder.kind)) = m_search->text();
    m_line.clear();
    m_wantsFirst = false;
    m_isListRead = false;
    const bool isWithin = folder.kind == m_folder.kind || !folder.program.empty();
    m_folder = folder;
    m_kinds.at(at(folder.kind))->setChecked(true);
    m_model->setList({});
    {
        const QSignalBlocker blocker(m_search);
        m_search->setText(isWithin ? QString() : m_texts.at(at(folder.kind)));
    }
    showWay();
    read();
}

void PlacesPane::showWay()
{
    const bool isFile = !m_folder.program.empty();
    const bool isProcess = m_folder.kind == Kind::Process;
    m_way->setVisible(isProcess || m_folder.kind == Kind::Program);
    m_up->setVisible(isFile || m_folder.process != 0);
    m_file->setVisible(m_folder.kind == Kind::Program);
    const QString process = isProcess && m_folder.process != 0
                                ? tr("process %1").arg(m_folder.process)
                                : QString();
    const QString program = fromUtf8(m_folder.program);
    QString where = isFile ? QFileInfo(program).fileName() : process;
    if (isFile && isProcess)
        where += tr(" of %1").arg(process);
    if (where.isEmpty())
        where = isProcess ? tr("running programs") : tr("programs and libraries");
    m_where->setText(where);
    m_where->setToolTip(program);
    const bool isList = (isProcess || m_folder.kind == Kind::Program) && !isFile;
    m_search->setPlaceholderText(m_folder.kind == Kind::Tracepoint ? tr("Search tracepoints")
                                 : m_folder.kind == Kind::Syscall  ? tr("Search system calls")
                                 : isFile  ? tr("Search functions, or a line: main.c:42")
                                 : !isList ? tr("Search functions: vfs_re, or *_read")
                                 : isProcess && m_folder.process == 0 ? tr("Search processes")
                                 : isProcess ? tr("Search programs and libraries")
                                             : tr("Search programs, or type a path"));
    showNote();
}

void PlacesPane::showNote()
{
    QString note = m_failure;
    // Programs are read without its help.
    if (note.isEmpty() && m_folder.kind == Kind::Tracepoint)
        note = m_machineError;
    if (note.isEmpty() && m_machine) {
        const auto &can = m_machine->capabilities;
        const bool isOfKernel = m_folder.kind == Kind::Kernel || m_folder.kind == Kind::Syscall;
        note = fromUtf8(capture::whyNot(can, m_folder.kind == Kind::Tracepoint ? "eprobes"
                                             : isOfKernel                      ? "kprobes"
                                                                               : "uprobes"));
        if (m_folder.kind == Kind::Tracepoint && !note.isEmpty())
            note += u' ' + tr("Events can be recorded as they are.");
    }
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void PlacesPane::showReading()
{
    m_failure.clear();
    m_progress->setValue(0);
    m_progress->show();
    m_progressTimer.start();
    m_search->setNote(tr("reading…"));
}

void PlacesPane::read()
{
    showReading();
    m_job.start([reader = m_reader, folder = m_folder, machine = m_machine](
                    const std::stop_token &stop,
                    Progress &progress) { return reader->list(folder, machine, stop, progress); },
                [this](Result<PlaceList> list) { take(std::move(list)); });
}

void PlacesPane::showFailure(const Error &error)
{
    m_failure = fromUtf8(error.text());
    m_wantsFirst = false;
    m_wanted.reset();
    m_search->setNote({});
    showNote();
}

void PlacesPane::readLine(const SourcePlace &source)
{
    showReading();
    m_job.start(
        [reader = m_reader, folder = m_folder, source](const std::stop_token &stop,
                                                       Progress &progress) {
            return reader->listLine(folder, source, stop, progress);
        },
        [this](Result<LineList> lines) { takeLine(std::move(lines)); });
}

/// Only one function has it, as a rule: it is what is meant.
void PlacesPane::takeLine(Result<LineList> lines)
{
    m_progressTimer.stop();
    m_progress->hide();
    if (!lines) {
        showFailure(lines.error());
        return;
    }
    showNote();
    m_line = fromUtf8(lines->text);
    m_model->setList(std::move(lines->list));
    m_search->setText(m_line);
    search();
    if (m_model->foundCount() == 1)
        activate(m_model->index(m_model->firstChoosable()));
}

void PlacesPane::take(Result<PlaceList> list)
{
    m_progressTimer.stop();
    m_progress->hide();
    m_isListRead = true;
    if (!list) {
        showFailure(list.error());
        return;
    }
    m_model->setList(*std::move(list));
    m_line.clear();
    showNote();
    const bool wantsFirst = m_wantsFirst;
    if (m_wanted)
        m_search->setText(fromUtf8(m_wanted->name));
    search();
    if (wantsFirst)
        activate(m_model->index(m_model->firstChoosable()));
}

void PlacesPane::search()
{
    m_wantsFirst = false;
    m_model->setText(m_search->text());
    if (m_job.isRunning())
        return;
    const bool isOtherList = !m_line.isEmpty() && m_search->text() != m_line;
    if (isOtherList || !m_isListRead) {
        read(); // the folder's own
        return;
    }
    if (!m_failure.isEmpty() && m_model->nameCount() > 0) {
        m_failure.clear(); // that was of another line
        showNote();
    }
    const auto found = m_model->foundCount();
    const auto all = m_model->nameCount();
    m_search->setNote(found == all ? groupedNumber(all)
                                   : tr("%1 of %2").arg(groupedNumber(found), groupedNumber(all)));
    m_list->scrollToTop();
    if (!m_wanted)
        return;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const PlaceEntry entry = m_model->entryOf(row);
        const bool isIt = entry.place.name == m_wanted->name && entry.whyNot.empty()
                          && (m_wanted->address == 0 || entry.place.address == m_wanted->address)
                          && (m_wanted->module.empty() || entry.place.module == m_wanted->module);
        if (isIt) {
            m_list->setCurrentIndex(m_model->index(row));
            break;
        }
    }
    m_wanted.reset();
}

void PlacesPane::activate(const QModelIndex &index)
{
    m_followTimer.stop();
    if (!index.isValid() || !index.flags().testFlag(Qt::ItemIsEnabled))
        return;
    const PlaceEntry entry = m_model->entryOf(index.row());
    m_list->setCurrentIndex(index);
    if (entry.opens) {
        openFolder(entry.folder);
        focusSearch();
    } else {
        emitChosen(entry.place);
    }
}

/// What the arrow keys came to: lists open by Return only.
void PlacesPane::follow(const QModelIndex &index)
{
    if (!index.isValid() || !index.flags().testFlag(Qt::ItemIsEnabled))
        return;
    const PlaceEntry entry = m_model->entryOf(index.row());
    if (!entry.opens && m_last != entry.place)
        emitChosen(entry.place);
}

void PlacesPane::emitChosen(const PlaceRef &place)
{
    m_last = place;
    Q_EMIT chosen(place);
}

void PlacesPane::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("A program or library"), u"/usr/bin"_s);
    dialog->setObjectName(u"programDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        openFolder({Kind::Program, 0, file.toStdString(), {}});
        focusSearch();
    });
    dialog->open();
}

void PlacesPane::goBack()
{
    const bool isImage = m_folder.kind == Kind::Process && !m_folder.program.empty();
    openFolder({m_folder.kind, isImage ? m_folder.process : 0, {}, {}});
    focusSearch();
}

bool PlacesPane::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *press = static_cast<QKeyEvent *>(event);
    const int key = press->key();
    const bool isReturn = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (watched == m_list) {
        if (isReturn) {
            activate(m_list->currentIndex());
            return true;
        }
        if (key == Qt::Key_Backspace && m_up->isVisible()) {
            goBack();
            return true;
        }
        return false;
    }
    if (watched != m_search)
        return QWidget::eventFilter(watched, event);
    if (isReturn) {
        const QString text = m_search->text().trimmed();
        const auto source = sourcePlaceOf(text.toStdString());
        if (m_folder.kind == Kind::Program && text.startsWith(u'/'))
            openFolder({Kind::Program, 0, text.toStdString(), {}});
        else if (source && !m_folder.program.empty() && text != m_line)
            readLine(*source);
        else if (m_job.isRunning())
            m_wantsFirst = true; // of the list that is coming
        else
            activate(m_model->index(m_model->firstChoosable()));
        return true;
    }
    if (key == Qt::Key_Down) {
        m_list->setFocus();
        if (const int first = m_model->firstChoosable(); first >= 0)
            m_list->setCurrentIndex(m_model->index(first));
        return true;
    }
    if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
        m_search->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace thresher::ui
