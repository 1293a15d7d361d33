// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/eventprinter.h"
#include "model/io/pagereader.h"
#include "model/io/tracefile.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace thresher::test {

/// One record of a trace, with its bytes.
struct NaiveRecord
{
    TimeNs time = 0;
    StreamIndex stream = 0;
    CpuId cpu = 0;
    EventTypeId event{};
    Pid pid = 0;
    std::vector<std::byte> payload;
    std::int64_t fileOffset = -1;
    std::uint32_t offsetInPage = 0;
    std::uint64_t page = 0; ///< Within the stream.
    EventIndex index = 0; ///< Within the stream.
    bool lostBefore = false; ///< It is the first one of its page, and events were lost before that.
    std::int64_t lostCount = -1; ///< How many; -1: not known.

    /// Valid for as long as this is.
    [[nodiscard]] Record record() const;
};

/// Reads every record of every stream into memory, in file order: the slow and obvious way, which
/// faster ways are compared with. Damage goes to `diagnostics`, if given.
[[nodiscard]] std::vector<std::vector<NaiveRecord>> readStreams(const TraceFile &trace,
                                                                Diagnostics *diagnostics = nullptr);

/// All records in the order in which trace-cmd report prints them: always the stream whose next
/// record is the earliest; of equal ones, the first stream.
[[nodiscard]] std::vector<NaiveRecord> readMerged(const TraceFile &trace,
                                                  Diagnostics *diagnostics = nullptr);

/// What `trace-cmd report` prints for the trace, without its "cpus=" line.
[[nodiscard]] std::vector<std::string> reportLines(const std::shared_ptr<const TraceFile> &trace,
                                                   EventPrinter::LineOptions options = {});

} // namespace thresher::test
