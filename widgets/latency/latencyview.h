// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/latency.h"
#include "widgets/tables/measureview.h"

class QLabel;
class QMenu;
class QSplitter;

namespace thresher::ui {

class ChoiceBar;
class DataTableView;
class HistogramPlot;
class TimePlot;

/// How long things took: groups with their percentiles, the longest ones, how they are distributed,
/// and over time. Rows, bars and points lead to their place on the timeline. GUI thread.
class LatencyView final : public MeasureView
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit LatencyView(ViewState &view, QWidget *parent = nullptr);

    [[nodiscard]] LatencyKind kind() const;
    void setKind(LatencyKind kind); ///< Of pairs the first.
    void setPair(std::uint32_t pair); ///< One of Analysis::pairs; does nothing if it is not there.
    [[nodiscard]] LatencyGrouping grouping() const;
    void setGrouping(LatencyGrouping grouping);
    [[nodiscard]] QComboBox *kindBox() const { return m_kind; }
    [[nodiscard]] QComboBox *groupingBox() const { return m_grouping; }
    [[nodiscard]] DataTableView *groups() const { return m_groups; }
    [[nodiscard]] DataTableView *worst() const { return m_worst; }
    [[nodiscard]] ChoiceBar *tables() const { return m_tables; }
    [[nodiscard]] HistogramPlot *histogram() const { return m_histogram; }
    [[nodiscard]] TimePlot *overTime() const { return m_overTime; }
    [[nodiscard]] QString summary() const;

    /// Of the request that was last wanted().
    void setResult(std::shared_ptr<const LatencyResult> result);
    [[nodiscard]] const std::shared_ptr<const LatencyResult> &result() const { return m_result; }

Q_SIGNALS:
    /// Answers go to setMeasuring(), setResult(), setStopped().
    void wanted(const std::shared_ptr<const thresher::Analysis> &analysis,
                const thresher::LatencyRequest &request);
    void abandoned(); ///< No answer is wanted any more.

protected:
    void request(TimeRange range) override;
    void cancel() override;
    void clear() override;
    [[nodiscard]] QString resultMessage() const override;
    [[nodiscard]] bool hasResult() const override { return m_result != nullptr; }
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeBar();
    void makeContent();
    void fillKinds();
    void fillPairs();
    [[nodiscard]] std::string pairName() const; ///< Of what is chosen; empty: no pair.
    void fillGroupings();
    void fillPlots();
    void fillSummary();
    void goTo(const LatencyRow &row);
    void goToRow(const DataRow &row);
    void goToBar(int item);
    void goToPoint(int item);
    void addToMenu(QMenu *menu, const DataRow &row);

    QComboBox *m_kind = nullptr;
    QComboBox *m_grouping = nullptr;
    QLabel *m_summary = nullptr;
    QSplitter *m_content = nullptr;
    ChoiceBar *m_tables = nullptr;
    ChoiceBar *m_plots = nullptr;
    DataTableView *m_groups = nullptr;
    DataTableView *m_worst = nullptr;
    HistogramPlot *m_histogram = nullptr;
    TimePlot *m_overTime = nullptr;
    std::shared_ptr<const LatencyResult> m_result;
    std::shared_ptr<const Analysis> m_measured; ///< That the result is of.
    std::shared_ptr<const Analysis> m_asked;
};

} // namespace thresher::ui
