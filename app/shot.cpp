// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/shot.h"

#include "app/cli/cli.h"
#include "app/dialogs.h"
#include "app/mainwindow.h"
#include "app/workspace.h"
#include "model/filter/filter.h"
#include "widgets/overview/overviewwidget.h"
#include "widgets/timeline/timelinewidget.h"

#include <QApplication>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QTimer>

#include <array>
#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kUsualSize{1920, 1080};
constexpr int kLargestSide = 16384;
constexpr int kPollMs = 5;

constexpr std::array kOptions{
    OptionSpec{"output", 'o', "FILE", "where the picture goes, .png (needed)"},
    OptionSpec{"size", 0, "WxH", "in pixels; 1920x1080 if not given"},
    OptionSpec{"from", 0, "TIME", "left end of the timeline, in seconds as they are printed"},
    OptionSpec{"to", 0, "TIME", "its right end"},
    OptionSpec{"select", 0, "TIME", "make the first event from then on the current one"},
    OptionSpec{"filter", 0, "EXPR", "the table shows what fulfils it, the timeline marks it"},
    OptionSpec{"theme", 0, "light|dark", "light if not given"},
    OptionSpec{"view", 0, "window|timeline", "the whole window, or overview and timeline alone"},
    OptionSpec{"no-cache", 0, "", "keep no index and use none that was kept"},
};
constexpr CommandSpec kSpec{"shot", "FILE", "a picture of a trace; needs no display", kOptions};

/// What is asked for.
struct Shot
{
    QString file;
    QString output;
    QSize size = kUsualSize;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::string> select;
    std::optional<std::string> filter;
    ThemeChoice theme = ThemeChoice::Light;
    bool isTimelineOnly = false;
    bool keepsIndex = true;
};

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

Result<QSize> parseSize(const std::string &text)
{
    const QStringList sides = QString::fromStdString(text).split(u'x');
    bool isWidth = false;
    bool isHeight = false;
    const QSize size = sides.size() == 2
                           ? QSize(sides[0].toInt(&isWidth), sides[1].toInt(&isHeight))
                           : QSize();
    if (!isWidth || !isHeight || size.width() < 1 || size.height() < 1
        || size.width() > kLargestSide || size.height() > kLargestSide)
        return usage("--size must be like 1920x1080, each side from 1 to 16384, not '" + text
                     + "'.");
    return size;
}

/// Whether an option has the second of its two words; without it, the first holds.
Result<bool> isSecond(const Options &options, std::string_view name,
                      std::array<std::string_view, 2> words)
{
    const auto value = options.value(name);
    if (!value || *value == words[0])
        return false;
    if (*value == words[1])
        return true;
    return usage("--" + std::string(name) + " must be " + std::string(words[0]) + " or "
                 + std::string(words[1]) + ", not '" + *value + "'.");
}

Result<Shot> parseShot(std::span<const std::string> args, bool &isHelpWanted)
{
    THRESHER_TRY_ASSIGN(const Options options, Options::parse(kSpec, args));
    isHelpWanted = options.has("help");
    Shot shot;
    if (isHelpWanted)
        return shot;
    THRESHER_TRY_ASSIGN(const std::string file, options.operand(kSpec));
    shot.file = QFile::decodeName(file.c_str());
    if (!options.has("output"))
        return usage("Say where the picture goes: -o FILE.png");
    shot.output = QFile::decodeName(options.value("output")->c_str());
    if (const auto size = options.value("size")) {
        THRESHER_TRY_ASSIGN(shot.size, parseSize(*size));
    }
    THRESHER_TRY_ASSIGN(const bool isDark, isSecond(options, "theme", {"light", "dark"}));
    shot.theme = isDark ? ThemeChoice::Dark : ThemeChoice::Light;
    THRESHER_TRY_ASSIGN(shot.isTimelineOnly, isSecond(options, "view", {"window", "timeline"}));
    shot.from = options.value("from");
    shot.to = options.value("to");
    shot.select = options.value("select");
    shot.filter = options.value("filter");
    shot.keepsIndex = !options.has("no-cache");
    return shot;
}

/// Waits until `isDone`, with the event loop running.
template<typename Condition>
void waitUntil(Condition isDone)
{
    QEventLoop loop;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        if (isDone())
            loop.quit();
    });
    timer.start(kPollMs);
    if (!isDone())
        loop.exec();
}

Result<void> openAndWait(MainWindow &window, const Shot &shot)
{
    std::optional<Error> error;
    TraceSession &session = window.session();
    const auto remember = [&error](const Error &met) { error = met; };
    QObject::connect(&session, &TraceSession::failed, &session, remember);
    QObject::connect(&session, &TraceSession::indexingFailed, &session, remember);
    window.openFile(shot.file);
    waitUntil([&] { return session.isSettled(); });
    if (error)
        return tl::unexpected(*error);
    return {};
}

Result<void> applyFilter(MainWindow &window, const std::string &filter)
{
    ViewState &view = window.session().view();
    if (const auto compiled = Filter::compile(filter, view.snapshot()->trace); !compiled)
        return usage("--filter: " + compiled.error().text());
    view.setExpression(QString::fromStdString(filter));
    QCoreApplication::processEvents(); // the session hears of it
    waitUntil([&] { return window.session().isSettled(); });
    return {};
}

Result<void> applyRange(ViewState &view, const Shot &shot)
{
    const bool isTicks = !view.snapshot()->trace->metadata().clockIsNanoseconds;
    TimeRange range = view.traceRange();
    if (shot.from) {
        THRESHER_TRY_ASSIGN(range.begin, parseTime(*shot.from, isTicks));
    }
    if (shot.to) {
        THRESHER_TRY_ASSIGN(range.end, parseTime(*shot.to, isTicks));
    }
    if (range.isEmpty())
        return usage("--from must be before --to, and within the trace.");
    if (shot.from || shot.to)
        view.setVisibleRange(range);
    if (shot.select) {
        THRESHER_TRY_ASSIGN(const TimeNs time, parseTime(*shot.select, isTicks));
        view.setCurrentEvent(view.rows().at(view.rows().lowerBound(time)));
    }
    return {};
}

QImage draw(MainWindow &window, const Shot &shot)
{
    // Sizes are of the picture, whatever the scale.
    window.setMinimumSize(1, 1);
    QWidget *target = &window;
    if (shot.isTimelineOnly)
        target = window.workspace()->timeline()->parentWidget();
    if (shot.isTimelineOnly) {
        target->setParent(nullptr);
        target->setMinimumSize(1, 1);
    }
    target->resize(shot.size);
    target->show();
    // Changes of the view are delivered, and answered, before it is drawn.
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
    QImage image(shot.size, QImage::Format_RGB32);
    image.fill(Theme::of(target).panel);
    target->render(&image);
    if (target != &window)
        delete target;
    return image;
}

Result<void> write(const QImage &image, const QString &path)
{
    const auto write = [&](QFileDevice &file, const auto &finish) -> Result<void> {
        if (file.open(QFile::WriteOnly) && image.save(&file, "PNG") && finish())
            return {};
        return fail(ErrorKind::Io,
                    "The picture cannot be written: " + file.errorString().toStdString() + '.',
                    QFile::encodeName(path).toStdString());
    };
    const QFileInfo target(path);
    if (target.exists() && !target.isFile() && !target.isDir()) {
        // A pipe or device is written to; QSaveFile would put a file in its place.
        QFile file(path);
        return write(file, [&] { return file.flush(); });
    }
    QSaveFile file(path);
    return write(file, [&] { return file.commit(); });
}

int complain(const Error &error, int status)
{
    std::fprintf(stderr, "thresher shot: %s\n", error.text().c_str());
    if (status == kExitUsage)
        std::fputs("Try: thresher shot --help\n", stderr);
    return status;
}

} // namespace

const CommandSpec &shotSpec()
{
    return kSpec;
}

int runShot(std::span<const std::string> args)
{
    bool isHelpWanted = false;
    const auto shot = parseShot(args, isHelpWanted);
    if (!shot)
        return complain(shot.error(), kExitUsage);
    if (isHelpWanted) {
        std::fputs(helpText(kSpec).c_str(), stdout);
        return kExitOk;
    }
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    int argc = 1;
    char name[] = "thresher";
    char *argv[] = {name, nullptr};
    const QApplication application(argc, argv);
    applyTheme(shot->theme);
    // Nothing of the user's: the same picture for everyone.
    Settings settings(Settings::Store::Nowhere);
    IndexOptions options;
    if (shot->keepsIndex)
        options.cacheDirectory = defaultCacheDirectory();
    MainWindow window(settings, options);
    window.resize(shot->size);
    if (const auto opened = openAndWait(window, *shot); !opened)
        return complain(opened.error(), kExitFailed);
    if (shot->filter) {
        if (const auto filtered = applyFilter(window, *shot->filter); !filtered)
            return complain(filtered.error(), kExitUsage);
    }
    if (const auto ranged = applyRange(window.session().view(), *shot); !ranged)
        return complain(ranged.error(), kExitUsage);
    const auto written = write(draw(window, *shot), shot->output);
    return written ? kExitOk : complain(written.error(), kExitFailed);
}

} // namespace thresher::ui
