// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/sessionfile.h"
#include "app/settings.h"
#include "app/tracesession.h"
#include "app/viewkeeper.h"
#include "model/qt/namedfilters.h"
#include "model/qt/speclist.h"
#include "model/qt/viewundo.h"

#include <QHash>
#include <QKeySequence>
#include <QMainWindow>
#include <QTimer>

#include <functional>

class QActionGroup;
class QMenu;
class QStackedWidget;
class QToolBar;

namespace thresher::capture {
struct InstanceRequest;
struct RecordingPlan;
struct RecordingResult;
} // namespace thresher::capture

namespace thresher::ui {

class Banner;
class FilterBar;
class FindBar;
class HistogramsPane;
class LiveBar;
class LiveFeed;
class LiveFigureMaker;
class LiveFollower;
class ProbeDialog;
class RecordDialog;
class RecordingRunner;
class RingPage;
class StartPage;
class StatusStrip;
class Workspace;
struct ProbePlace;
enum class PictureWhat : std::uint8_t;

/// The window: start page or workspace, with menus, toolbar, messages and status line. It connects;
/// what is shown, and how, is the widgets'. GUI thread.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    /// @param settings  outlives the window.
    MainWindow(Settings &settings, IndexOptions options, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Opens the one, or says why it cannot be several. Relative paths are the process's.
    void openFiles(const QStringList &paths);
    void openFile(const QString &path); ///< A recording or a session.
    void closeFile();
    /// Writes the view as a session, in the background.
    void saveSession(const QString &path);

    /// Records, shows what arrives, and opens the trace at the end. One at a time.
    void startRecording(capture::RecordingPlan plan);
    [[nodiscard]] bool isRecording() const;
    [[nodiscard]] RecordingRunner *recording() const { return m_recording; }
    [[nodiscard]] LiveBar *liveBar() const { return m_liveBar; }
    [[nodiscard]] RingPage *ringPage() const { return m_ring; }
    [[nodiscard]] HistogramsPane *countsPage() const { return m_counts; }
    [[nodiscard]] LiveFollower *follower() const { return m_follower; }
    /// A recording, or the index of what was recorded, is not complete yet.
    [[nodiscard]] bool isLiveBusy() const;

    /// Opens the probe editor, at the place that a view names.
    void openProbeEditor(const ProbePlace &place);

    /// A form for a histogram of an event that the kernel counts by a field; both may be empty.
    void openHistogram(const QString &event, const QString &field);
    /// A form for an event that lasts from this one to another; may be empty.
    void openLatencyEvent(const QString &event);

    /// A session is being read or written, or its recording looked for.
    [[nodiscard]] bool isSessionBusy() const { return m_sessionJob.isRunning(); }

    [[nodiscard]] TraceSession &session() { return m_session; }
    [[nodiscard]] Workspace *workspace() const { return m_workspace; }
    [[nodiscard]] StartPage *startPage() const { return m_start; }
    [[nodiscard]] Banner *banner() const { return m_banner; }
    [[nodiscard]] StatusStrip *status() const { return m_status; }
    [[nodiscard]] FilterBar *filterBar() const { return m_filterBar; }
    [[nodiscard]] SpecList &specs() { return m_specs; }
    [[nodiscard]] ViewUndo *undo() const { return m_undo; }
    [[nodiscard]] FindBar *findBar() const { return m_findBar; }
    /// An action by its object name, e.g. "fit"; null if there is none.
    [[nodiscard]] QAction *action(const QString &name) const;

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    // mainwindowactions.cpp
    void makeActions();
    void askForCut(); // mainwindowcut.cpp
    void makeFileMenu();
    void makeEditMenu();
    void makeViewMenu();
    void makePanesMenu(QMenu *menu);
    void makeHelpMenu();
    void makeToolBar();
    // mainwindowpictures.cpp
    void makePictureMenu(QMenu *menu);
    void addPictureButton(QToolBar *bar);
    void copyPictureOf(PictureWhat what);
    void askForPicture();
    void askForReport();
    QAction *makeAction(QMenu *menu, const QString &name, const QString &text,
                        const QList<QKeySequence> &keys, const std::function<void()> &run);
    QAction *makeChoice(QMenu *menu, QActionGroup *group, const QString &name, const QString &text,
                        const std::function<void()> &choose);
    void loadFilters();
    void loadSpecs();
    void makeAnalysisMenu();
    void showSpecs();
    void stepMatch(int direction);
    void updateActions();
    void fillRecentMenu(QMenu *menu);

    // mainwindowmarks.cpp
    void makeUndoActions(QMenu *menu);
    void makeMarksMenu();
    void updateMarkActions();
    [[nodiscard]] TimeNs markTime();
    void goToMarker(Marker which);
    void addBookmark(TimeNs time);
    void editBookmark(quint64 id);
    void stepBookmark(int direction);
    void showPalette();

    // mainwindowsession.cpp
    enum class Question : std::uint8_t {
        None,
        Continue,
        Analyse,
        FindTrace,
        OpenOther,
        OpenRecorded
    };
    /// A session on its way to being shown.
    struct WaitingSession
    {
        QString path;
        SessionFile session;
        QString trace; ///< Empty: not found yet.
    };
    void askForSession();
    void askToSaveSession();
    void openSession(const QString &path);
    void takeSession(const QString &path, SessionFile session, const SessionTrace &trace);
    void answerSession(Question question);
    void chooseSessionTrace(const QString &trace);
    void openWaiting();
    void restoreOpened();

    // mainwindowrecord.cpp
    void makeRecordAction(QMenu *menu);
    RecordDialog *showRecordDialog();
    [[nodiscard]] QString usualRecordingFile() const;
    void recordAsChosen(const capture::RecordingPlan &plan);
    /// At once, into the usual file.
    void recordOnly(const capture::InstanceRequest &request);

    // mainwindowprobes.cpp
    void makeProbeAction(QMenu *menu);
    ProbeDialog *showProbeDialog();
    void addToRecording(const capture::InstanceRequest &request);

    // mainwindowhist.cpp
    void makeHistogramActions(QMenu *menu);
    [[nodiscard]] bool canChooseWhatIsRecorded();
    void addCounts(const capture::InstanceRequest &request);

    // mainwindowrecording.cpp
    void makeRecordingMenu();
    void connectRecording();
    void showRecordingPhase();
    void markRecording(const QString &text);
    void takeSnapshot();
    void readRings();
    [[nodiscard]] bool isRing() const;
    void showCounts(std::uint16_t instance, const std::string &event, const std::string &text);
    void connectLive();
    void beginLive(const std::filesystem::path &folder);
    void showLive(const std::shared_ptr<const IndexSnapshot> &snapshot);
    void endLive();
    void pauseLive(bool isPaused);
    void offerRecorded();
    void openRecorded();
    void showRecorded(const QString &path);
    void finishRecording(const capture::RecordingResult &result);
    [[nodiscard]] bool askBeforeClosing();
    void closeIfWaiting();

    void connectSession();
    void connectAnalysis();
    void askForFile();
    void refuseSeveral(qsizetype count);
    void showError(const Error &error, const QString &path);
    void saveView();
    void showPage();
    void updateRecent();
    void applyThemeChoice(const QString &name);

    Settings &m_settings;
    TraceSession m_session;
    ViewKeeper m_keeper;
    NamedFilters m_filters;
    SpecList m_specs;
    Banner *m_banner = nullptr;
    QStackedWidget *m_pages = nullptr;
    RingPage *m_ring = nullptr;
    HistogramsPane *m_counts = nullptr; ///< What is counted while nothing is recorded.
    StartPage *m_start = nullptr;
    Workspace *m_workspace = nullptr;
    StatusStrip *m_status = nullptr;
    FilterBar *m_filterBar = nullptr;
    FindBar *m_findBar = nullptr;
    QHash<QString, QAction *> m_actions;
    ViewUndo *m_undo = nullptr;
    quint64 m_lastBookmark = 0; ///< Added or gone to.
    Question m_question = Question::None;
    WaitingSession m_waiting; ///< For an answer of the user's.
    WaitingSession m_opening; ///< Its recording is being opened; no trace: none is.
    JobRunner m_sessionJob;
    LiveBar *m_liveBar = nullptr;
    std::unique_ptr<LiveFigureMaker> m_liveFigures;
    RecordingRunner *m_recording = nullptr;
    QTimer m_assemblingTimer;
    bool m_closesWhenRecorded = false; ///< The user has asked for that.
    LiveFeed *m_feed = nullptr;
    LiveFollower *m_follower = nullptr;
    std::shared_ptr<const IndexSnapshot> m_paused; ///< What arrived while the view is paused.
    bool m_isLivePaused = false;
    QString m_recorded; ///< The trace that was recorded last.
};

} // namespace thresher::ui
