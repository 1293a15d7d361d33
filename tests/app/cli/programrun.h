// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QProcess>

#include <functional>

namespace thresher::test {

/// What a program said.
struct Run
{
    int status = -1; ///< -1: it did not end by itself.
    QByteArray bytes; ///< On stdout.
    QString out; ///< The same as text.
    QString err;
};

struct RunOptions
{
    QString folder = {}; ///< That it runs in; empty: this one.
    std::function<void()> before = {}; ///< In the child, before it becomes the program.
    int patienceMs = 60'000;
};

/// Runs a program to its end.
inline Run run(const QString &program, const QStringList &args, const RunOptions &options = {})
{
    QProcess process;
    process.setWorkingDirectory(options.folder);
    if (options.before)
        process.setChildProcessModifier(options.before);
    process.start(program, args);
    process.waitForFinished(options.patienceMs);
    Run result;
    result.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    result.bytes = process.readAllStandardOutput();
    result.out = QString::fromUtf8(result.bytes);
    result.err = QString::fromUtf8(process.readAllStandardError());
    return result;
}

} // namespace thresher::test
