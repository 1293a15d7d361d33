// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/index/traceidentity.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace thresher::ui {

/// A file NAME.thresher: which recording is looked at, and how. Small, JSON, made to be sent to
/// another person beside the recording or to who has it already.
///
///     {"format": "thresher-session", "version": 1,
///      "trace": {"name": …, "relative": …, "absolute": …, "size": bytes, "hash": …},
///      "view": as ViewState::save(), "window": as Workspace::saveLayout()}
struct SessionFile
{
    static constexpr int kVersion = 1;

    QString traceName; ///< Without a folder.
    QString relative; ///< From the session's folder; empty: there is no such path.
    QString absolute;
    std::optional<TraceIdentity> identity;
    QJsonObject view;
    QJsonObject window;

    [[nodiscard]] QByteArray toJson() const;
    /// Any bytes: what is of no use is left out, what is no session at all is an error.
    [[nodiscard]] static Result<SessionFile> fromJson(const QByteArray &bytes);

    /// Both are for any thread, and their errors name the file.
    [[nodiscard]] static Result<SessionFile> read(const QString &path);
    [[nodiscard]] Result<void> write(const QString &path) const;
    /// Sets traceName, relative and absolute.
    void setTrace(const QString &trace, const QString &sessionPath);
};

/// Where a session's recording is.
struct SessionTrace
{
    QString path; ///< Empty: nowhere.
    bool isSame = false; ///< It is the one that the session was saved with, as far as is known.
};

/// Looks beside the session, where it says, and where it was; prefers the very recording to one of
/// its name. Opens files: for any thread but the window's.
[[nodiscard]] SessionTrace findTrace(const SessionFile &session, const QString &sessionPath);
/// Whether that file is the recording that the session was saved with.
[[nodiscard]] bool isTraceOf(const SessionFile &session, const QString &trace);

/// By its name, which is all that tells it from other JSON before it is read.
[[nodiscard]] bool isSessionName(const QString &path);

} // namespace thresher::ui
