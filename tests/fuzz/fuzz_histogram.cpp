// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/histogram.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace thresher::capture;

// A text of a trace, which may come from anybody: every table is a rectangle, no larger than the
// text, keys first.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    std::size_t rows = 0;
    for (const Histogram &table : parseHistograms(text)) {
        rows += table.rows.size();
        for (const auto &row : table.rows)
            require(row.size() == table.columns.size());
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            require((table.columns[i].role == HistogramColumn::Role::Key)
                    == (i < table.keyCount()));
        static_cast<void>(table.isAuxiliary());
        require(histogramCsv(table).ends_with('\n'));
    }
    require(rows <= size / 2);
    return 0;
}
