// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/framehooks.h"

#include "app/report/reportcommand.h"
#include "app/shot.h"
#include "model/qt/viewstate.h"
#include "widgets/overview/overviewwidget.h"
#include "widgets/theme.h"
#include "widgets/timeline/framebench.h"
#include "widgets/timeline/timelinewidget.h"

#include <QApplication>
#include <QVBoxLayout>

namespace thresher::ui {

namespace {

constexpr QSize kFrameSize{1920, 1080};

void ensureApplication()
{
    if (QCoreApplication::instance() != nullptr)
        return;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    static int argc = 1;
    static char name[] = "thresher";
    static char *argv[] = {name, nullptr};
    // Lives as long as the process: fonts and styles are not cheap to make.
    new QApplication(argc, argv);
    applyTheme(ThemeChoice::Light);
}

void drawFirstFrame(const std::shared_ptr<const IndexSnapshot> &snapshot)
{
    ensureApplication();
    ViewState view;
    QWidget window;
    auto *layout = new QVBoxLayout(&window);
    layout->setContentsMargins({});
    layout->addWidget(new OverviewWidget(view, &window));
    layout->addWidget(new TimelineWidget(view, &window), 1);
    window.resize(kFrameSize);
    view.setSnapshot(snapshot);
    QCoreApplication::sendPostedEvents();
    QImage image(kFrameSize, QImage::Format_RGB32);
    window.render(&image);
}

std::vector<FrameTimes> frameTimes(const std::vector<ZoomTimes> &zooms)
{
    std::vector<FrameTimes> times;
    for (const ZoomTimes &zoom : zooms)
        times.push_back({zoom.zoom, zoom.medianMs, zoom.p99Ms});
    return times;
}

std::vector<FrameTimes> measure(const std::shared_ptr<const IndexSnapshot> &snapshot)
{
    ensureApplication();
    return frameTimes(measureFrames(snapshot));
}

std::vector<FrameTimes> measureTasks(const std::shared_ptr<const Analysis> &analysis)
{
    constexpr int kTasks = 200;
    ensureApplication();
    return frameTimes(measureFrames(analysis->index, taskFrames(analysis, kTasks)));
}

} // namespace

CliHooks frameHooks()
{
    CliHooks hooks;
    hooks.drawFirstFrame = drawFirstFrame;
    hooks.measureFrames = measure;
    hooks.measureTaskFrames = measureTasks;
    hooks.furtherCommands = "  thresher shot FILE       a picture of it, without a display\n"
                            "  thresher report FILE     a range of it, packed for a bug report\n";
    hooks.furtherSpecs = {&shotSpec(), &reportSpec()};
    return hooks;
}

} // namespace thresher::ui
