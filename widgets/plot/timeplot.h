// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/plot/plotwidget.h"
#include "widgets/timeformat.h"

#include <optional>

namespace thresher::ui {

/// Values over time, a column each, of equal width.
struct TimePlotData
{
    enum class Kind : std::uint8_t {
        Durations, ///< The longest of each as a point, logarithmic; how many as bars below.
        Lengths, ///< The greatest as a filled step, from 0; the mean as a line.
    };
    struct Column
    {
        std::optional<double> greatest; ///< ns or a number; none: nothing is there.
        double other = 0; ///< The count; the mean.
    };
    Kind kind = Kind::Durations;
    TimeRange range;
    std::vector<Column> columns;
    TimeStyle style;
    QString axisLabel; ///< "Tasks that wait"
};

/// The items are the columns that have a value.
class TimePlot final : public PlotWidget
{
    Q_OBJECT

public:
    explicit TimePlot(const QString &name, QWidget *parent = nullptr);

    void setData(TimePlotData data);
    [[nodiscard]] const TimePlotData &data() const { return m_data; }
    /// Position in data().columns of an item.
    [[nodiscard]] std::size_t columnOf(int item) const;
    /// That column's stretch of time.
    [[nodiscard]] TimeRange rangeOf(std::size_t column) const;
    /// What the vertical axis shows.
    [[nodiscard]] std::pair<double, double> valueRange() const;

protected:
    void restyle(const Theme &theme) override;
    [[nodiscard]] int countOfItems() const override;
    [[nodiscard]] QPointF pointOf(int item) const override;
    [[nodiscard]] int itemAt(QPointF position) const override;
    [[nodiscard]] QString textOf(int item) const override;
    void highlight(int item) override;

private:
    [[nodiscard]] double offsetOf(std::size_t column) const; ///< Its middle, from range.begin.
    void setAxes();
    void setGraphs();

    TimePlotData m_data;
    std::vector<std::size_t> m_items; ///< Columns that have a value.
};

} // namespace thresher::ui
