// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/mainwindow.h"

#include "app/histwindow/histogramspane.h"
#include "app/recording/livefeed.h"
#include "app/recording/livefigures.h"
#include "app/recording/livefollower.h"
#include "app/recording/recordingrunner.h"
#include "app/workspace.h"
#include "model/qt/numbertext.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/diagnostics/diagnosticsview.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/findbar/findbar.h"
#include "widgets/latency/latencyview.h"
#include "widgets/livebar/livebar.h"
#include "widgets/livebar/ringpage.h"
#include "widgets/specs/specsdialog.h"
#include "widgets/startpage/startpage.h"
#include "widgets/statistics/statisticsview.h"
#include "widgets/statusbar/statusstrip.h"
#include "widgets/theme.h"
#include "widgets/timeline/timelinewidget.h"

#include <QCloseEvent>
#include <QDialog>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontMetrics>
#include <QHeaderView>
#include <QLocale>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

const auto kGeometryKey = u"window/geometry"_s;
const auto kFolderKey = u"window/folder"_s;
const auto kFiltersKey = u"filters/named"_s;
const auto kSpecsKey = u"pairsAndCounters"_s;
const auto kRecentFiltersKey = u"filters/recent"_s;

QStringList localFiles(const QMimeData *data)
{
    QStringList paths;
    for (const QUrl &url : data->urls()) {
        if (url.isLocalFile())
            paths += url.toLocalFile();
    }
    return paths;
}

/// Sizes and dates whole, the rest to the names; a desktop's own dialog has no such list.
void fitColumns(const QFileDialog &dialog)
{
    const auto *list = dialog.findChild<QTreeView *>(u"treeView"_s);
    if (list == nullptr)
        return;
    QHeaderView *header = list->header();
    const QFontMetrics metrics(list->font());
    const auto widthOf = [&metrics](const QString &text) {
        return metrics.horizontalAdvance(text) + 24;
    };
    header->setStretchLastSection(false);
    header->setSectionResizeMode(0, QHeaderView::Stretch);
    header->resizeSection(1, widthOf(u"1023.99 MiB"_s));
    header->resizeSection(2, widthOf(u"dat File of"_s));
    header->resizeSection(3, widthOf(QLocale().toString(QDateTime({2026, 12, 30}, {22, 58, 58}),
                                                        QLocale::ShortFormat)));
}

} // namespace

MainWindow::MainWindow(Settings &settings, IndexOptions options, QWidget *parent)
    : QMainWindow(parent)
    , m_settings(settings)
    , m_session(options)
    , m_keeper(m_session, settings)
    , m_liveFigures(std::make_unique<LiveFigureMaker>())
    , m_recording(new RecordingRunner(this))
    , m_feed(new LiveFeed(std::move(options), this))
{
    setAcceptDrops(true);
    setMinimumSize(800, 480);
    resize(1600, 960);
    auto *central = new QWidget(this);
    m_banner = new Banner(central);
    m_pages = new QStackedWidget(central);
    m_start = new StartPage(m_pages);
    m_workspace = new Workspace(m_session, settings, m_pages);
    m_ring = new RingPage(m_pages);
    m_counts = new HistogramsPane(m_session.view(), m_pages);
    m_counts->setObjectName(u"counts"_s);
    connect(m_workspace->requests(), &ViewRequests::probeRequested, this,
            &MainWindow::openProbeEditor);
    connect(m_workspace->requests(), &ViewRequests::histogramRequested, this,
            &MainWindow::openHistogram);
    connect(m_workspace->requests(), &ViewRequests::latencyEventRequested, this,
            &MainWindow::openLatencyEvent);
    m_pages->addWidget(m_start);
    m_pages->addWidget(m_workspace);
    m_pages->addWidget(m_ring);
    m_pages->addWidget(m_counts);
    m_follower = new LiveFollower(m_session, *m_workspace->events(), this);
    auto *layout = new QVBoxLayout(central);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    m_liveBar = new LiveBar(central);
    layout->addWidget(m_liveBar);
    layout->addWidget(m_pages, 1);
    m_findBar = new FindBar(m_session.view(), central);
    layout->addWidget(m_findBar);
    setCentralWidget(central);
    m_status = new StatusStrip(m_session.view(), this);
    statusBar()->addWidget(m_status, 1);
    statusBar()->setSizeGripEnabled(false);
    makeActions();
    loadFilters();
    loadSpecs();
    connectSession();
    updateRecent();
    showPage();
    restoreGeometry(settings.value(kGeometryKey).toByteArray());
}

MainWindow::~MainWindow()
{
    delete m_follower;
    delete m_feed;
    delete m_recording; // what it has recorded becomes a trace first
    // What is shown asks the session for its data, until it is gone: hiding a list may lay it out.
    hide();
    qDeleteAll(findChildren<QDialog *>(QString(), Qt::FindDirectChildrenOnly));
    delete takeCentralWidget();
}

void MainWindow::loadFilters()
{
    m_filters.addText(m_settings.value(kFiltersKey).toString());
    m_filters.setRecent(m_settings.value(kRecentFiltersKey).toStringList());
    m_filterBar->setFilters(&m_filters);
    connect(&m_filters, &NamedFilters::changed, this, [this] {
        m_settings.setValue(kFiltersKey, m_filters.toText());
        m_settings.setValue(kRecentFiltersKey, m_filters.recent());
    });
}

void MainWindow::loadSpecs()
{
    m_specs.addText(m_settings.value(kSpecsKey).toString());
    m_session.analysis().setOptions(m_specs.options());
    connect(&m_specs, &SpecList::changed, this, [this] {
        m_settings.setValue(kSpecsKey, m_specs.toText());
        m_session.analysis().setOptions(m_specs.options());
    });
    connect(&m_session.view(), &ViewState::changed, this, [this](ViewState::Changes changes) {
        if (changes & ViewState::SnapshotChanged)
            m_specs.setIndex(m_session.view().snapshot());
        if (changes & (ViewState::AnalysisChanged | ViewState::SnapshotChanged))
            m_specs.setAnalysis(m_session.view().analysis());
    });
    connect(&m_workspace->timeline()->lanes(), &LaneControl::specsRequested, this,
            &MainWindow::showSpecs);
}

void MainWindow::showSpecs()
{
    auto *dialog = new SpecsDialog(m_specs, this);
    dialog->show();
}

void MainWindow::connectSession()
{
    connect(m_start, &StartPage::openRequested, this, &MainWindow::askForFile);
    connect(m_start, &StartPage::fileChosen, this, &MainWindow::openFile);
    connect(m_start, &StartPage::forgetRequested, this, [this](const QString &path) {
        m_settings.removeRecentFile(path);
        updateRecent();
    });
    connect(m_status, &StatusStrip::cancelRequested, &m_session, &TraceSession::cancelIndexing);
    for (MeasureView *measuring : {static_cast<MeasureView *>(m_workspace->latency()),
                                   static_cast<MeasureView *>(m_workspace->statistics())})
        connect(measuring, &MeasureView::said, m_status, &StatusStrip::say);
    connect(m_status, &StatusStrip::lossesClicked, m_workspace, &Workspace::showDiagnostics);
    connect(m_workspace->events()->table(), &EventTableView::copied, m_status,
            [this](quint64 rows, bool isCut) {
                m_status->say(isCut ? tr("The first %1 rows copied").arg(groupedNumber(rows))
                                    : tr("%1 rows copied").arg(groupedNumber(rows)));
            });
    connect(&m_session, &TraceSession::opened, this, [this] {
        restoreOpened();
        m_settings.addRecentFile(m_session.path());
        updateRecent();
        showPage();
        m_workspace->events()->setFocus();
    });
    connect(&m_session, &TraceSession::failed, this, [this](const Error &error) {
        if (!m_session.isIndexing())
            m_status->setProgress(-1, {});
        m_opening = {};
        showPage();
        if (error.kind != ErrorKind::Cancelled)
            showError(error, {});
    });
    connect(&m_session, &TraceSession::indexingProgressed, m_status,
            [this](double fraction) { m_status->setProgress(fraction, tr("index")); });
    connect(&m_session, &TraceSession::indexingFinished, this,
            [this] { m_status->setProgress(-1, {}); });
    connect(&m_session, &TraceSession::indexingStopped, this, [this] {
        m_status->setProgress(-1, {});
        m_question = Question::Continue;
        m_banner->showQuestion(Banner::Kind::Note,
                               tr("Indexing was stopped. What is indexed so far is shown."),
                               tr("Continue"));
    });
    connect(&m_session, &TraceSession::indexingFailed, this, [this](const Error &error) {
        m_status->setProgress(-1, {});
        showError(error, tr("The rest of this trace could not be indexed."));
    });
    connect(m_banner, &Banner::actionTriggered, this, [this] {
        const Question question = std::exchange(m_question, Question::None);
        if (question == Question::Continue)
            m_session.continueIndexing();
        else if (question == Question::Analyse)
            m_session.analysis().restart();
        else if (question == Question::OpenRecorded)
            openRecorded();
        else if (question != Question::None)
            answerSession(question);
    });
    connectAnalysis();
    connect(&m_session, &TraceSession::matchingProgressed, m_filterBar, &FilterBar::setProgress);
    connect(&m_session.searcher(), &Searcher::progressed, m_findBar, &FindBar::setProgress);
    connect(&m_session.searcher(), &Searcher::cancelled, m_findBar, &FindBar::setStopped);
    connect(m_findBar, &FindBar::cancelRequested, &m_session.searcher(), &Searcher::cancel);
    connect(m_findBar, &FindBar::left, m_workspace->events(),
            [this] { m_workspace->events()->setFocus(); });
    connect(m_filterBar, &FilterBar::left, m_workspace->events(),
            [this] { m_workspace->events()->setFocus(); });
    connect(&m_session.view(), &ViewState::changed, this, &MainWindow::updateActions);
}

void MainWindow::connectAnalysis()
{
    AnalysisRunner *analysis = &m_session.analysis();
    connect(m_status, &StatusStrip::cancelRequested, analysis, &AnalysisRunner::cancel);
    connect(analysis, &AnalysisRunner::progressed, this, [this](double fraction) {
        if (!m_session.isIndexing())
            m_status->setProgress(fraction, tr("what tasks did"));
    });
    connect(analysis, &AnalysisRunner::stopped, this, [this] {
        m_question = Question::Analyse;
        m_banner->showQuestion(Banner::Kind::Note,
                               tr("Working out what tasks did was stopped. What is known so far is "
                                  "shown."),
                               tr("Continue"));
    });
    connect(analysis, &AnalysisRunner::failed, this, [this](const Error &error) {
        showError(error, tr("It could not be worked out what tasks did."));
    });
}

void MainWindow::askForFile()
{
    const QString folder = m_settings.value(kFolderKey).toString();
    auto *dialog = new QFileDialog(this, tr("Open a recording"), folder,
                                   tr("Recordings and sessions (*.dat trace.dat* *.thresher);;"
                                      "All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setViewMode(QFileDialog::Detail);
    dialog->resize(900, 560);
    fitColumns(*dialog);
    connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::openFiles);
    dialog->open();
}

void MainWindow::openFiles(const QStringList &paths)
{
    if (paths.size() > 1)
        refuseSeveral(paths.size());
    else if (!paths.isEmpty())
        openFile(paths.first());
}

void MainWindow::refuseSeveral(qsizetype count)
{
    m_question = Question::None;
    m_banner->showMessage(Banner::Kind::Note,
                          tr("%1 files were given. A window shows one recording at a time for now: "
                             "open them one by one, or start Thresher once for each.")
                              .arg(count));
}

void MainWindow::openFile(const QString &path)
{
    m_sessionJob.abandon();
    m_opening = {};
    if (isSessionName(path)) {
        openSession(QFileInfo(path).absoluteFilePath());
        return;
    }
    saveView();
    m_banner->dismiss();
    m_question = Question::None;
    const QFileInfo info(path);
    m_settings.setValue(kFolderKey, info.absolutePath());
    m_session.open(info.absoluteFilePath());
}

void MainWindow::closeFile()
{
    saveView();
    m_feed->abandon();
    m_session.close();
    m_counts->clear();
    endLive();
    m_banner->dismiss();
    m_status->setProgress(-1, {});
    showPage();
}

void MainWindow::saveView()
{
    m_keeper.keepNow();
}

void MainWindow::showError(const Error &error, const QString &headline)
{
    m_question = Question::None;
    QString what = QString::fromStdString(error.what);
    if (headline.isEmpty() && !error.where.empty())
        what = QFileInfo(QFile::decodeName(error.where.c_str())).fileName() + u": "_s + what;
    const QString details = QString::fromStdString(error.text());
    m_banner->showMessage(Banner::Kind::Error, headline.isEmpty() ? what : headline + u' ' + what,
                          details == what ? QString() : details);
}

void MainWindow::showPage()
{
    const bool isOpen = m_session.view().snapshot() != nullptr;
    m_pages->setCurrentWidget(isOpen                 ? static_cast<QWidget *>(m_workspace)
                              : isRing()             ? static_cast<QWidget *>(m_ring)
                              : !m_counts->isEmpty() ? static_cast<QWidget *>(m_counts)
                                                     : m_start);
    setWindowTitle(isOpen ? tr("%1 — Thresher").arg(QFileInfo(m_session.path()).fileName())
                          : u"Thresher"_s);
    if (!isOpen)
        m_pages->currentWidget()->setFocus();
    updateActions();
}

void MainWindow::updateRecent()
{
    std::vector<RecentFile> files;
    for (const QString &path : m_settings.recentFiles()) {
        const QFileInfo info(path);
        files.push_back({path, info.exists() ? info.size() : -1, info.lastModified()});
    }
    m_start->setRecentFiles(files);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (askBeforeClosing()) {
        event->ignore();
        return;
    }
    saveView();
    m_workspace->save();
    m_settings.setValue(kGeometryKey, saveGeometry());
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (localFiles(event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_start->setDropHighlighted(true);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *event)
{
    m_start->setDropHighlighted(false);
    QMainWindow::dragLeaveEvent(event);
}

void MainWindow::dropEvent(QDropEvent *event)
{
    m_start->setDropHighlighted(false);
    const QStringList paths = localFiles(event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    openFiles(paths);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    // While the desktop decides: it may change its mind.
    if (event->type() == QEvent::ThemeChange
        && m_settings.value(u"theme"_s, u"system"_s).toString() == u"system")
        applyTheme(ThemeChoice::System);
}

} // namespace thresher::ui
