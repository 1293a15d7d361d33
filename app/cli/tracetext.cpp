// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/tracetext.h"

#include "app/cli/cli_p.h"
#include "app/cli/eventlines_p.h"

#include <thread>

namespace thresher {

Result<void> writeEventLines(const RowOrder &order, Row first, Row last, std::FILE *to,
                             const std::stop_token &stop)
{
    LineRequest request{order, first, last, {}, stop};
    THRESHER_TRY(printLines(request, std::thread::hardware_concurrency(), to));
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Writing the events was cancelled.");
    return finishOutput(to);
}

} // namespace thresher
