// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/histtrigger.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace thresher::capture;

// A trigger from a stranger, which root will hand to the kernel: what passes is one line, and
// printing it loses nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view line(reinterpret_cast<const char *>(data), size);
    const auto trigger = parseHistTrigger(line);
    if (!trigger) {
        require(trigger.error().at.begin <= trigger.error().at.end
                && trigger.error().at.end <= size);
        require(!trigger.error().text.empty());
        return 0;
    }
    const std::string printed = printHistTrigger(*trigger);
    require(printed.find('\n') == std::string::npos);
    const auto again = parseHistTrigger(printed);
    require(again.has_value());
    require(*again == *trigger);
    require(printHistTrigger(*again) == printed);
    return 0;
}
