// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/plot/plotwidget.h"

#include <cstdint>

namespace thresher::ui {

class BinBars;

/// How durations are distributed.
struct HistogramData
{
    struct Bar
    {
        double low = 0; ///< ns (or the clock's ticks); of bars [low, high).
        double high = 0;
        std::uint64_t count = 0;
    };
    struct Mark
    {
        double at = 0;
        QString label; ///< "p99"
    };
    std::vector<Bar> bars; ///< Ascending; those without a count may be left out.
    std::vector<Mark> marks; ///< Ascending.
    QString axisLabel; ///< "Wakeup"
    bool isNanoseconds = true;
};

/// Bars of counts over durations, both logarithmic; how many are at most that long as a curve
/// (right axis, in percent); percentiles as lines with labels. The items are the bars.
class HistogramPlot final : public PlotWidget
{
    Q_OBJECT

public:
    explicit HistogramPlot(const QString &name, QWidget *parent = nullptr);

    void setData(HistogramData data);
    [[nodiscard]] const HistogramData &data() const { return m_data; }
    /// What the horizontal axis shows, ns.
    [[nodiscard]] std::pair<double, double> durationRange() const;
    [[nodiscard]] std::pair<double, double> countRange() const;
    /// Points of the curve: {ns, percent}.
    [[nodiscard]] std::vector<std::pair<double, double>> curve() const;
    /// Labels that are shown.
    [[nodiscard]] QStringList markLabels() const;

protected:
    void restyle(const Theme &theme) override;
    void layOut() override;
    [[nodiscard]] int countOfItems() const override;
    [[nodiscard]] QPointF pointOf(int item) const override;
    [[nodiscard]] int itemAt(QPointF position) const override;
    [[nodiscard]] QString textOf(int item) const override;
    void highlight(int item) override;

private:
    void makeMarks();

    struct Mark
    {
        QCPItemLine *line = nullptr;
        QCPItemText *label = nullptr;
    };
    HistogramData m_data;
    BinBars *m_bars = nullptr; // the plot's
    std::vector<Mark> m_marks;
};

} // namespace thresher::ui
