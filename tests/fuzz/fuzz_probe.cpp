// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probespec.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace thresher::capture;

// A line from a stranger, which root will hand to the kernel: what passes is one line, and printing
// it loses nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view line(reinterpret_cast<const char *>(data), size);
    const auto spec = parseProbe(line);
    if (!spec) {
        require(spec.error().at.begin <= spec.error().at.end && spec.error().at.end <= size);
        require(!spec.error().text.empty());
        return 0;
    }
    const std::string printed = printProbe(*spec);
    require(printed.find('\n') == std::string::npos && printed.find('#') == std::string::npos);
    const auto again = parseProbe(printed);
    require(again.has_value());
    require(*again == *spec);
    require(printProbe(*again) == printed);
    require(isIdentifier(suggestedEventName(*spec)));
    return 0;
}
