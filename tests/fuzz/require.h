// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdlib>

/// What must hold for any bytes; ends the fuzzer, which keeps them.
inline void require(bool condition)
{
    if (!condition)
        std::abort();
}
