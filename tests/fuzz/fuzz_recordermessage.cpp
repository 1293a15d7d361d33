// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What a recorder says, perhaps one on another machine: any bytes.
#include "capture/messages.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto message = thresher::capture::parseMessage(text);
    // What is no message is said to be none.
    if (!message && message.error().what.empty())
        std::abort();
    return 0;
}
