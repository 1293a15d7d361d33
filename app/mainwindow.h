// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/settings.h"
#include "app/tracesession.h"

#include <QHash>
#include <QKeySequence>
#include <QMainWindow>

#include <functional>

class QActionGroup;
class QMenu;
class QStackedWidget;
class QToolBar;

namespace thresher::ui {

class Banner;
class FilterBar;
class StartPage;
class StatusStrip;
class Workspace;
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
    void openFile(const QString &path);
    void closeFile();

    [[nodiscard]] TraceSession &session() { return m_session; }
    [[nodiscard]] Workspace *workspace() const { return m_workspace; }
    [[nodiscard]] StartPage *startPage() const { return m_start; }
    [[nodiscard]] Banner *banner() const { return m_banner; }
    [[nodiscard]] StatusStrip *status() const { return m_status; }
    [[nodiscard]] FilterBar *filterBar() const { return m_filterBar; }
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
    QAction *makeAction(QMenu *menu, const QString &name, const QString &text,
                        const QList<QKeySequence> &keys, const std::function<void()> &run);
    QAction *makeChoice(QMenu *menu, QActionGroup *group, const QString &name, const QString &text,
                        const std::function<void()> &choose);
    void updateActions();
    void fillRecentMenu(QMenu *menu);

    void connectSession();
    void askForFile();
    void refuseSeveral(qsizetype count);
    void showError(const Error &error, const QString &path);
    void saveView();
    void showPage();
    void updateRecent();
    void applyThemeChoice(const QString &name);

    Settings &m_settings;
    TraceSession m_session;
    Banner *m_banner = nullptr;
    QStackedWidget *m_pages = nullptr;
    StartPage *m_start = nullptr;
    Workspace *m_workspace = nullptr;
    StatusStrip *m_status = nullptr;
    FilterBar *m_filterBar = nullptr;
    QHash<QString, QAction *> m_actions;
    enum class Question : std::uint8_t { None, Continue } m_question = Question::None;
};

} // namespace thresher::ui
