// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QRegularExpression>
#include <QTest>

namespace thresher::test {

/// Any warning fails the test that runs, but what the offscreen platform says of every window.
inline void failOnWarnings()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
}

} // namespace thresher::test
