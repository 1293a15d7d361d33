// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/traceindex.h"
#include "model/query/rowsource.h"

#include <memory>
#include <optional>

namespace thresher {

/// Prints rows of a trace: finds their records, prints them with an EventPrinter, and remembers the
/// texts of the few thousand printed last. Not thread-safe: one per thread. Making one costs a few
/// ms.
class RowPrinter final : public RowText
{
public:
    explicit RowPrinter(std::shared_ptr<const IndexSnapshot> snapshot);
    ~RowPrinter() override;

    /// Follows a newer snapshot of the same trace; keeps what was printed.
    void setSnapshot(std::shared_ptr<const IndexSnapshot> snapshot);
    [[nodiscard]] const std::shared_ptr<const IndexSnapshot> &snapshot() const;

    [[nodiscard]] std::string_view eventName(const RowData &row) override;
    [[nodiscard]] std::string_view taskName(const RowData &row) override;
    [[nodiscard]] std::string_view info(const RowData &row) override;
    [[nodiscard]] std::string_view field(const RowData &row, std::string_view name) override;

    /// The whole record, for a details pane; its payload is valid until the next call of any
    /// method. nullopt if its page cannot be read.
    [[nodiscard]] std::optional<Record> record(Place place);
    /// For what else a details pane shows (stack, symbols, single fields).
    [[nodiscard]] EventPrinter &printer();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace thresher
