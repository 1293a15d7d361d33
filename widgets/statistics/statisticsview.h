// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/statistics.h"
#include "widgets/tables/measureview.h"

class QLabel;
class QMenu;

namespace thresher::ui {

class ChoiceBar;
class DataTableView;
class TimePlot;

/// How often and how long, of tasks, CPUs and events, in one range or in two side by side; how many
/// tasks wait for a CPU over time. A row filters to what it is about. GUI thread.
class StatisticsView final : public MeasureView
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit StatisticsView(ViewState &view, QWidget *parent = nullptr);

    /// The range that is compared with scope(); nullopt: none.
    [[nodiscard]] std::optional<Scope> comparedScope() const;
    void setComparedScope(std::optional<Scope> scope);
    [[nodiscard]] QComboBox *compareBox() const { return m_compare; }
    [[nodiscard]] ChoiceBar *tables() const { return m_tables; }
    [[nodiscard]] DataTableView *tasks() const { return m_tasks; }
    [[nodiscard]] DataTableView *cpus() const { return m_cpus; }
    [[nodiscard]] DataTableView *events() const { return m_events; }
    [[nodiscard]] TimePlot *runqueue() const { return m_runqueue; }
    [[nodiscard]] QString summary() const;

    /// Of what was last wanted(). @param compared  null unless a second range was.
    void setResult(std::shared_ptr<const Statistics> result,
                   std::shared_ptr<const Statistics> compared);
    [[nodiscard]] const std::shared_ptr<const Statistics> &result() const { return m_result; }
    [[nodiscard]] const std::shared_ptr<const Statistics> &compared() const { return m_compared; }

Q_SIGNALS:
    /// Answers go to setMeasuring(), setResult(), setStopped().
    void wanted(const std::shared_ptr<const thresher::Analysis> &analysis,
                const thresher::StatisticsRequest &request,
                const std::optional<thresher::StatisticsRequest> &compared);
    void abandoned(); ///< No answer is wanted any more.

protected:
    void request(TimeRange range) override;
    void cancel() override;
    void clear() override;
    [[nodiscard]] QString resultMessage() const override;
    [[nodiscard]] bool hasResult() const override { return m_result != nullptr; }
    [[nodiscard]] bool concerns(ViewState::Changes changes) const override;

private:
    enum class Table : std::uint8_t { Tasks, Cpus, Events };
    void makeBar();
    void makeContent();
    DataTableView *addTable(Table table, const QString &title, const QString &name);
    void fillTables();
    void fillRunqueue();
    void fillSummary();
    /// Shows nothing else; where nothing else is shown, everything again.
    void showOnly(Table table, const DataRow &row);
    void hide(Table table, const DataRow &row);
    void addToMenu(Table table, QMenu *menu, const DataRow &row);

    QComboBox *m_compare = nullptr;
    QLabel *m_summary = nullptr;
    ChoiceBar *m_tables = nullptr;
    DataTableView *m_tasks = nullptr;
    DataTableView *m_cpus = nullptr;
    DataTableView *m_events = nullptr;
    TimePlot *m_runqueue = nullptr;
    std::shared_ptr<const Statistics> m_result;
    std::shared_ptr<const Statistics> m_compared;
    std::shared_ptr<const Analysis> m_measured; ///< That the result is of.
    std::shared_ptr<const Analysis> m_asked;
};

} // namespace thresher::ui
