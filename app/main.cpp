// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli.h"
#include "app/dialogs.h"
#include "app/framehooks.h"
#include "app/mainwindow.h"
#include "app/report/reportcommand.h"
#include "app/shot.h"
#include "app/startoptions.h"

#include <QApplication>
#include <QFile>
#include <QIcon>

#include <cstdio>
#include <string>
#include <vector>

using namespace Qt::StringLiterals;
using namespace thresher;

namespace {

/// Qt would abort with a message about plugins.
bool hasDisplay()
{
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(name))
            return true;
    }
    return false;
}

QtMessageHandler usualHandler = nullptr;

/// What Qt says of root, who has no runtime directory, is no news to anyone who runs this.
void handleMessage(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (!text.startsWith("QStandardPaths: XDG_RUNTIME_DIR not set"_L1))
        usualHandler(type, context, text);
}

int runWindow(int argc, char **argv, const ui::StartOptions &start)
{
    if (!hasDisplay()) {
        std::fputs("thresher: There is no display to open a window on. `thresher shot FILE -o "
                   "OUT.png` draws a picture without one; `thresher --help` lists what else works "
                   "in a terminal.\n",
                   stderr);
        return kExitFailed;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"thresher"_s);
    QApplication::setApplicationDisplayName(u"Thresher"_s);
    QApplication::setDesktopFileName(u"org.thresher.Thresher"_s);
    QApplication::setWindowIcon(QIcon(u":/resources/org.thresher.Thresher.svg"_s));
    ui::Settings settings;
    ui::applyTheme(ui::themeChoice(start.theme.isEmpty() ? settings.value(u"theme"_s).toString()
                                                         : start.theme));
    IndexOptions options;
    if (start.keepsIndex)
        options.cacheDirectory = defaultCacheDirectory();
    ui::MainWindow window(settings, options);
    window.openFiles(start.files);
    window.show();
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> args(argv + 1, argv + argc);
    const std::span<const std::string> all(args);
    if (isCliCommand(all))
        return runCli(all, ui::frameHooks());
    usualHandler = qInstallMessageHandler(handleMessage);
    if (!args.empty() && args.front() == "shot")
        return ui::runShot(all.subspan(1));
    if (!args.empty() && args.front() == "report")
        return ui::runReport(all.subspan(1));
    const auto start = ui::parseStart(all);
    if (!start) {
        std::fprintf(stderr, "thresher: %s\nTry: thresher --help\n", start.error().text().c_str());
        return kExitUsage;
    }
    return runWindow(argc, argv, *start);
}
