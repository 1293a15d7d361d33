// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/rowsource.h"

#include <string>

namespace thresher::test {

/// Rows 1 µs apart on four CPUs in turn, as many as one likes; they take no memory.
class FakeRows final : public RowSource
{
public:
    explicit FakeRows(Row size)
        : m_size(size)
    {}
    [[nodiscard]] Row size() const override { return m_size; }
    [[nodiscard]] bool rowAt(Row row, RowData &data) const override
    {
        if (row >= m_size)
            return false;
        ++asked;
        data.place = {static_cast<StreamIndex>(row % 4), row / 4};
        data.time = static_cast<TimeNs>(row) * 1000;
        data.cpu = static_cast<CpuId>(row % 4);
        data.pid = static_cast<Pid>(row % 1000);
        data.task = TaskId{static_cast<std::uint32_t>(row % 1000)};
        return true;
    }
    [[nodiscard]] Row lowerBound(TimeNs time) const override
    {
        return time <= 0 ? 0 : std::min(m_size, (static_cast<Row>(time) + 999) / 1000);
    }
    [[nodiscard]] Row rowOf(Place place) const override
    {
        return std::min(m_size, place.event * 4 + place.stream);
    }
    mutable std::uint64_t asked = 0; ///< Calls of rowAt().

private:
    Row m_size;
};

/// "task 7", "event", "info of row 12", field "f" as "f 12".
class FakeText final : public RowText
{
public:
    [[nodiscard]] std::string_view eventName(const RowData &) override { return "event"; }
    [[nodiscard]] std::string_view taskName(const RowData &row) override
    {
        return keep("task " + std::to_string(row.pid));
    }
    [[nodiscard]] std::string_view info(const RowData &row) override
    {
        ++printed;
        return keep("info of row " + std::to_string(row.place.event * 4 + row.place.stream));
    }
    [[nodiscard]] std::string_view field(const RowData &row, std::string_view name) override
    {
        return keep(std::string(name) + ' ' + std::to_string(row.place.event));
    }
    std::uint64_t printed = 0; ///< Calls of info().

private:
    std::string_view keep(std::string text)
    {
        m_kept = std::move(text);
        return m_kept;
    }
    std::string m_kept;
};

} // namespace thresher::test
