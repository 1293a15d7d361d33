// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordsetup.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace thresher::ui {

/// The user's own recordings, a JSON file each in a folder, and the one that was used last. GUI
/// thread; files of some KiB.
class SetupFiles
{
public:
    /// @param folder  made when something is kept; empty: nothing is kept.
    explicit SetupFiles(QString folder);
    /// $XDG_CONFIG_HOME/thresher/recordings
    [[nodiscard]] static QString usualFolder();

    /// Sorted by name. Files that cannot be read are left out; problems() has sentences of them.
    [[nodiscard]] std::vector<capture::RecordSetup> all();
    [[nodiscard]] const QStringList &problems() const { return m_problems; }
    /// Replaces one of that name.
    [[nodiscard]] Result<void> save(const capture::RecordSetup &setup);
    void remove(const QString &name);

    [[nodiscard]] std::optional<capture::RecordSetup> last() const;
    void setLast(const capture::RecordingPlan &plan);

private:
    [[nodiscard]] QString pathOf(const QString &name) const;

    QString m_folder;
    QStringList m_problems;
};

/// Of one file; the error names it.
[[nodiscard]] Result<capture::RecordSetup> readSetup(const QString &path);
[[nodiscard]] Result<void> writeSetup(const QString &path, const capture::RecordSetup &setup);

} // namespace thresher::ui
