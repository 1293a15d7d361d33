// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/shot.h"

#include "app/cli/cli.h"
#include "app/dialogs.h"
#include "app/mainwindow.h"
#include "app/pictures/lanechoice.h"
#include "app/pictures/picture.h"
#include "model/filter/filter.h"
#include "widgets/diagnostics/banner.h"

#include <QApplication>
#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <array>
#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kUsualSize{1920, 1080};
constexpr int kLargestSide = kLargestPictureSide;
constexpr int kPollMs = 5;

constexpr std::array kOptions{
    OptionSpec{"output", 'o', "FILE", "where the picture goes: .png, .svg or .pdf (needed)"},
    OptionSpec{"what", 0, "window|timeline",
               "the whole window, or overview and timeline\nalone; --view says the same"},
    OptionSpec{"view", 0, "window|timeline", "as --what"},
    OptionSpec{"format", 0, "png|svg|pdf", "if the name does not tell"},
    OptionSpec{"size", 0, "WxH", "in pixels; 1920x1080 if not given"},
    OptionSpec{"scale", 0, "N", "1, 2 or 3 pixels of a PNG for each of those"},
    OptionSpec{"caption", 0, "", "file, time, clock, filter, losses, … below;\na timeline has it"},
    OptionSpec{"no-caption", 0, "", "nothing below"},
    OptionSpec{"from", 0, "TIME", "left end of the timeline, in seconds as they are\nprinted"},
    OptionSpec{"to", 0, "TIME", "its right end"},
    OptionSpec{"select", 0, "TIME", "make the first event from then on the current one"},
    OptionSpec{"lanes", 0, "LIST",
               "only these lanes, as in cpu:0-3,7 or\ncpus,tasks or cpus,task:bash,412"},
    OptionSpec{"filter", 0, "EXPR", "the table shows what fulfils it, the timeline\nmarks it"},
    OptionSpec{"theme", 0, "light|dark", "light if not given"},
    OptionSpec{"no-cache", 0, "", "keep no index and use none that was kept"},
};
constexpr CommandSpec kSpec{"shot", "FILE", "a picture of a trace; needs no display", kOptions};

/// What is asked for.
struct Shot
{
    QString file;
    QString output;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::string> select;
    std::optional<std::string> filter;
    std::optional<std::string> lanes;
    PictureFormat format = PictureFormat::Png;
    PictureOptions picture;
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

/// A name without an ending that says another format is of a PNG, as it ever was.
Result<PictureFormat> parseFormat(const Options &options, const QString &output)
{
    const auto word = options.value("format");
    if (!word)
        return pictureFormatOf(output).value_or(PictureFormat::Png);
    if (const auto format = pictureFormatOf(u"x."_s + QString::fromStdString(*word)))
        return *format;
    return usage("--format must be png, svg or pdf, not '" + *word + "'.");
}

Result<void> parsePicture(const Options &options, Shot &shot)
{
    PictureOptions &picture = shot.picture;
    THRESHER_TRY_ASSIGN(shot.format, parseFormat(options, shot.output));
    picture.size = kUsualSize;
    if (const auto size = options.value("size")) {
        THRESHER_TRY_ASSIGN(picture.size, parseSize(*size));
    }
    if (const auto scale = options.value("scale")) {
        THRESHER_TRY_ASSIGN(const std::uint64_t factor, parseCount(*scale));
        if (factor < 1 || factor > kLargestScale)
            return usage("--scale must be 1, 2 or 3, not '" + *scale + "'.");
        picture.scale = static_cast<int>(factor);
    }
    THRESHER_TRY_ASSIGN(const bool isDark, isSecond(options, "theme", {"light", "dark"}));
    picture.colours = isDark ? PictureColours::Dark : PictureColours::Light;
    const char *const what = options.has("what") ? "what" : "view";
    THRESHER_TRY_ASSIGN(const bool isTimeline, isSecond(options, what, {"window", "timeline"}));
    picture.what = isTimeline ? PictureWhat::Timeline : PictureWhat::Window;
    picture.hasCaption = options.has("caption") || (isTimeline && !options.has("no-caption"));
    if (options.has("caption") && options.has("no-caption"))
        return usage("--caption and --no-caption exclude each other.");
    return {};
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
        return usage("Say where the picture goes: -o FILE.png (or .svg, .pdf)");
    shot.output = QFile::decodeName(options.value("output")->c_str());
    THRESHER_TRY(parsePicture(options, shot));
    shot.from = options.value("from");
    shot.to = options.value("to");
    shot.select = options.value("select");
    shot.filter = options.value("filter");
    shot.lanes = options.value("lanes");
    if (shot.lanes)
        THRESHER_TRY(parseLanes(*shot.lanes));
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
    waitUntil([&] { return !window.isSessionBusy() && session.isSettled(); });
    if (error)
        return tl::unexpected(*error);
    if (!session.view().snapshot()) // of a session without its recording
        return fail(ErrorKind::Io, window.banner()->text().toStdString());
    return {};
}

void settle(MainWindow &window)
{
    QCoreApplication::processEvents(); // the session hears of what has changed
    waitUntil([&] { return window.session().isSettled(); });
}

Result<void> applyFilter(MainWindow &window, const std::string &filter)
{
    ViewState &view = window.session().view();
    if (const auto compiled = Filter::compile(filter, view.snapshot()->trace); !compiled)
        return usage("--filter: " + compiled.error().text());
    view.setExpression(QString::fromStdString(filter));
    settle(window);
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

/// Hides the lanes that are not named.
Result<void> applyLanes(MainWindow &window, const std::string &lanes)
{
    ViewState &view = window.session().view();
    THRESHER_TRY_ASSIGN(const LaneChoice choice, parseLanes(lanes));
    THRESHER_TRY_ASSIGN(ShowFilter filter, choice.applied(view.filter(), *view.snapshot()));
    THRESHER_TRY_ASSIGN(LaneSet set, choice.lanes(*view.snapshot()));
    view.setFilter(std::move(filter));
    view.setLanes(std::move(set));
    settle(window);
    return {};
}

Result<void> drawAndWrite(MainWindow &window, const Shot &shot)
{
    // Sizes are of the picture, whatever the scale of the screen.
    window.setMinimumSize(1, 1);
    window.resize(shot.picture.size);
    window.show();
    // Changes of the view are delivered, and answered, before it is drawn.
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
    const Picture picture({window.session().view(), nullptr, &window}, shot.picture);
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
    THRESHER_TRY_ASSIGN(const QByteArray bytes, picture.bytes(shot.format));
    return writePicture(bytes, shot.output);
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
    applyTheme(shot->picture.colours == PictureColours::Dark ? ThemeChoice::Dark
                                                             : ThemeChoice::Light);
    // Nothing of the user's: the same picture for everyone.
    Settings settings(Settings::Store::Nowhere);
    IndexOptions options;
    if (shot->keepsIndex)
        options.cacheDirectory = defaultCacheDirectory();
    MainWindow window(settings, options);
    window.resize(shot->picture.size);
    if (const auto opened = openAndWait(window, *shot); !opened)
        return complain(opened.error(), kExitFailed);
    printDamage(*window.session().view().snapshot());
    if (shot->lanes) {
        if (const auto chosen = applyLanes(window, *shot->lanes); !chosen)
            return complain(chosen.error(), kExitUsage);
    }
    if (shot->filter) {
        if (const auto filtered = applyFilter(window, *shot->filter); !filtered)
            return complain(filtered.error(), kExitUsage);
    }
    if (const auto ranged = applyRange(window.session().view(), *shot); !ranged)
        return complain(ranged.error(), kExitUsage);
    const auto written = drawAndWrite(window, *shot);
    if (written)
        return kExitOk;
    return complain(written.error(),
                    written.error().kind == ErrorKind::InvalidArgument ? kExitUsage : kExitFailed);
}

} // namespace thresher::ui
