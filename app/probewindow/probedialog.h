// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "app/probewindow/placereader.h"
#include "app/probewindow/placespane.h"
#include "capture/recordrequest.h"
#include "widgets/probeplace.h"

#include <QDialog>

#include <functional>
#include <optional>
#include <vector>

namespace thresher::ui {

class CallPane;
class ProbeActions;
class ProbeChecker;
class ProbeLinesPane;
class ProbePreview;
class RecorderLink;

/// The probe editor: where, what to know, and the lines that come of it; each follows the others.
/// It records nothing itself: see its signals. GUI thread.
class ProbeDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param link  to the recorder; outlives it. @param setsFolder  of the user's sets of probes;
    /// empty: none can be kept.
    ProbeDialog(RecorderLink &link, const QString &setsFolder, QWidget *parent = nullptr);
    ~ProbeDialog() override;

    /// Opens with a place that a view names.
    void choose(const ProbePlace &place);
    void choose(const PlaceRef &place);

    void setMachine(const capture::MachineReport &report);
    void setRecent(std::vector<RecentPlace> places);
    [[nodiscard]] const std::vector<RecentPlace> &recent() const { return m_recent; }

    [[nodiscard]] PlacesPane *places() const { return m_places; }
    [[nodiscard]] CallPane *call() const { return m_call; }
    [[nodiscard]] ProbeLinesPane *lines() const { return m_lines; }
    [[nodiscard]] ProbeActions *actions() const { return m_actions; }
    [[nodiscard]] ProbePreview *preview() const { return m_preview; }
    [[nodiscard]] bool isReading() const { return m_job.isRunning(); }

Q_SIGNALS:
    /// The probes are to be recorded now, in a buffer of their own.
    void recordRequested(const thresher::capture::InstanceRequest &request);
    /// They are to be added to a recording that is put together.
    void addRequested(const thresher::capture::InstanceRequest &request);
    void recentChanged();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void makePanes();
    void replaceBy(const PlaceRef &place);
    /// Asks first where they were written by hand.
    void replaceLines(const QString &place, const std::function<void()> &replace);
    void choosePoint(quint64 address, bool isByFprobe);
    void recordEventItself();
    void describe(const PlaceRef &place);
    void takeDescription(Result<PlaceDescription> description, const QString &name);
    void writeLines();
    void readLines();
    void showPreview();
    void showCommand();
    void remember();
    [[nodiscard]] capture::InstanceRequest
    instanceOf(const std::vector<capture::ProbeRequest> &probes) const;

    std::shared_ptr<PlaceReader> m_reader;
    PlaceReader::Machine m_machine;
    std::vector<RecentPlace> m_recent; ///< The latest first.
    std::optional<PlaceRef> m_unread; ///< Described before the machine was known.
    /// Ticks what is wanted in the usual draft when the place is described; may be none.
    std::function<void(capture::ProbeDraft &)> m_wanted;
    PlacesPane *m_places = nullptr;
    CallPane *m_call = nullptr;
    ProbeLinesPane *m_lines = nullptr;
    ProbeChecker *m_checker = nullptr;
    ProbePreview *m_preview = nullptr;
    ProbeActions *m_actions = nullptr;
    JobRunner m_job; ///< Describes the place that was chosen last.
};

} // namespace thresher::ui
