// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

class QDialog;

namespace thresher::ui {

class RecordingRunner;

/// A dialog that hid when it asked for a recording closes when that begins; if it fails, it is
/// there again with all that was chosen, and says why. For as long as both are there.
void comeBackIfNothingIsRecorded(QDialog &dialog, RecordingRunner &runner);

} // namespace thresher::ui
