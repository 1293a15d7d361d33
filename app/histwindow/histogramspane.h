// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "capture/probes/histogram.h"
#include "model/io/kepthistograms.h"
#include "model/qt/viewstate.h"

#include <QWidget>

#include <map>
#include <memory>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QStackedLayout;

namespace thresher::ui {

class DataTableView;

/// What the kernel's histograms count, or have counted: one of them at a time, as a table with
/// bars. Texts are read in the background. GUI thread.
class HistogramsPane final : public QWidget
{
    Q_OBJECT

public:
    /// @param view  for how numbers are written; outlives it.
    explicit HistogramsPane(ViewState &view, QWidget *parent = nullptr);

    /// Nothing is counted, or known.
    void clear();
    /// What is counted so far while something is recorded: takes the place of what was there of the
    /// same event.
    void take(std::uint16_t instance, const std::string &event, const std::string &text);
    /// Shows what is kept with a trace.
    void showTrace(std::shared_ptr<const TraceFile> trace);

    [[nodiscard]] bool isEmpty() const { return m_shown.empty(); }
    [[nodiscard]] QComboBox *choice() const { return m_choice; }
    [[nodiscard]] DataTableView *table() const { return m_table; }
    [[nodiscard]] QString totals() const;
    /// Texts are being read.
    [[nodiscard]] bool isBusy() const { return m_job.isRunning(); }

Q_SIGNALS:
    /// There are histograms, or none any longer.
    void filled(bool isFilled);

private:
    struct Shown
    {
        QString title;
        capture::Histogram histogram;
    };
    [[nodiscard]] static std::vector<Shown> read(const std::vector<KeptHistograms> &texts);
    void parse();
    void show(std::vector<Shown> shown);
    void refresh();
    void copyCsv();

    std::map<std::pair<std::string, std::string>, std::string> m_texts; ///< By buffer and event.
    std::vector<Shown> m_shown;
    bool m_isStale = false; ///< Texts came while others were read.
    QComboBox *m_choice = nullptr;
    QLabel *m_totals = nullptr;
    QLabel *m_nothing = nullptr;
    DataTableView *m_table = nullptr;
    QStackedLayout *m_pages = nullptr;
    JobRunner m_job; // the last: it is waited for
};

} // namespace thresher::ui
