// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewundo.h"

#include <QString>

namespace thresher::ui {

/// What a step did, to follow "Undo": "move marker B".
[[nodiscard]] QString viewChangeText(const ViewChange &change);

} // namespace thresher::ui
