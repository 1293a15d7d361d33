// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "app/probewindow/placelist.h"
#include "app/probewindow/placereader.h"
#include "app/probewindow/recentplaces.h"

#include <QList>
#include <QTimer>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QListView;
class QListWidget;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace thresher::ui {

class ElidedLabel;
class PlacesModel;
class SearchField;

/// Where: the kernel's functions, system calls, tracepoints, programs and processes, searched by
/// name; lists are read off the GUI thread. GUI thread.
class PlacesPane final : public QWidget
{
    Q_OBJECT

public:
    explicit PlacesPane(std::shared_ptr<PlaceReader> reader, QWidget *parent = nullptr);

    void setMachine(PlaceReader::Machine machine);
    /// Why nothing is known of what the kernel can do.
    void setMachineError(const QString &error);
    void setRecent(const std::vector<RecentPlace> &places);
    /// Shows the list that the place is in; chosen() is not sent.
    void showPlace(const PlaceRef &place);
    void openFolder(const PlaceFolder &folder);
    [[nodiscard]] const PlaceFolder &folder() const { return m_folder; }
    [[nodiscard]] bool isReading() const { return m_job.isRunning(); }
    void focusSearch();

    [[nodiscard]] QLineEdit *searchField() const;
    [[nodiscard]] QListView *list() const { return m_list; }
    [[nodiscard]] QListWidget *recentList() const { return m_recent; }
    [[nodiscard]] PlacesModel *model() const { return m_model; }
    [[nodiscard]] QToolButton *kindButton(PlaceFolder::Kind kind) const;
    [[nodiscard]] QString countText() const;
    [[nodiscard]] QString noteText() const;

Q_SIGNALS:
    void chosen(const thresher::ui::PlaceRef &place);
    void recentChosen(const thresher::ui::RecentPlace &recent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeKinds();
    void makeWay();
    void makeLists();
    void showReading();
    void showFailure(const Error &error);
    void read();
    void take(Result<PlaceList> list);
    void readLine(const SourcePlace &source);
    void takeLine(Result<LineList> lines);
    void search();
    void showWay();
    void showNote();
    void activate(const QModelIndex &index);
    void follow(const QModelIndex &index);
    void emitChosen(const PlaceRef &place);
    void chooseFile();
    void goBack();

    static constexpr std::size_t kKinds = 5;

    std::shared_ptr<PlaceReader> m_reader;
    PlaceReader::Machine m_machine;
    QString m_machineError; ///< Until the machine is known.
    PlaceFolder m_folder;
    std::array<QString, kKinds> m_texts; ///< What was searched in each kind.
    std::optional<PlaceRef> m_wanted; ///< Marked in the list when it is read.
    QString m_line; ///< "probed.c:44": code of it is listed; empty: the folder is.
    bool m_isListRead = false; ///< Of the folder, be it in vain.
    bool m_wantsFirst = false; ///< Return was pressed before the list was there.
    std::optional<PlaceRef> m_last; ///< That was chosen.
    PlacesModel *m_model;
    std::array<QToolButton *, kKinds> m_kinds{};
    QWidget *m_way = nullptr;
    QToolButton *m_up = nullptr;
    ElidedLabel *m_where = nullptr;
    QPushButton *m_file = nullptr;
    SearchField *m_search = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_note = nullptr;
    QListView *m_list = nullptr;
    QLabel *m_recentTitle = nullptr;
    QListWidget *m_recent = nullptr;
    std::vector<RecentPlace> m_recentPlaces;
    QString m_failure; ///< Why there is no list.
    QTimer m_progressTimer;
    QTimer m_followTimer; ///< A moment after the last arrow key.
    JobRunner m_job;
};

} // namespace thresher::ui
