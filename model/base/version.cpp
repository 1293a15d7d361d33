// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/version.h"

namespace thresher {

std::string_view version()
{
    return THRESHER_VERSION;
}

} // namespace thresher
