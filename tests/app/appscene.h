// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/mainwindow.h"
#include "app/workspace.h"
#include "widgets/details/detailspane.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/diagnostics/diagnosticsview.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/lists/showlist.h"
#include "widgets/statusbar/statusstrip.h"
#include "widgets/theme.h"
#include "widgets/timeline/timelinewidget.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace thresher::test {

/// A folder for all that the program keeps between runs.
struct Home
{
    QTemporaryDir folder;

    Home()
    {
        for (const char *name : {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"})
            qputenv(name, folder.filePath(QString::fromLatin1(name)).toLocal8Bit());
    }
    [[nodiscard]] IndexOptions indexOptions() const
    {
        IndexOptions options;
        options.cacheDirectory = folder.filePath(QStringLiteral("index")).toStdString();
        return options;
    }
    /// A copy of a recording of tests/data, which a test may damage.
    [[nodiscard]] QString copyOf(const QString &name) const
    {
        const QString path = folder.filePath(name);
        if (!QFile::exists(path))
            QFile::copy(dataFile(name), path);
        return path;
    }
    [[nodiscard]] static QString dataFile(const QString &name)
    {
        return QStringLiteral(THRESHER_TEST_DATA "/") + name;
    }
};

/// The real window of 1280 × 720, shown.
struct AppScene
{
    std::unique_ptr<Home> own;
    const Home &home;
    ui::Settings settings;
    ui::MainWindow window;

    AppScene()
        : AppScene(std::make_unique<Home>())
    {}
    /// As a second run of the program would begin.
    explicit AppScene(const Home &kept)
        : home(kept)
        , window(settings, kept.indexOptions())
    {
        show();
    }

    [[nodiscard]] ViewState &view() { return window.session().view(); }
    [[nodiscard]] ui::EventTableView *table() const
    {
        return window.workspace()->events()->table();
    }
    [[nodiscard]] ui::TimelineWidget *timeline() const { return window.workspace()->timeline(); }
    [[nodiscard]] QString detailsText() const
    {
        return window.workspace()->details()->document()->toPlainText();
    }
    /// Opens and waits until nothing changes any more; long with a sanitizer on a busy machine.
    void open(const QString &path)
    {
        window.openFile(path);
        settle();
    }
    void settle()
    {
        const auto process = [] {
            for (int i = 0; i < 5; ++i)
                QCoreApplication::processEvents();
        };
        process(); // what has changed is told by an event, and begins something only then
        QTRY_VERIFY_WITH_TIMEOUT(window.session().isSettled(), 100'000);
        process();
    }
    void trigger(const char *action)
    {
        window.action(QString::fromLatin1(action))->trigger();
        for (int i = 0; i < 3; ++i)
            QCoreApplication::processEvents();
    }

private:
    explicit AppScene(std::unique_ptr<Home> made)
        : own(std::move(made))
        , home(*own)
        , window(settings, home.indexOptions())
    {
        show();
    }
    void show()
    {
        window.resize(1280, 720);
        window.show();
        QCoreApplication::processEvents();
    }
};

} // namespace thresher::test
