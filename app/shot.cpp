// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/shot.h"

#include "app/cli/cli.h"
#include "app/headless.h"
#include "app/pictures/picture.h"

#include <QFile>

#include <array>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kUsualSize{1920, 1080};
constexpr int kLargestSide = kLargestPictureSide;

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
    kFromOption,
    kToOption,
    kSelectOption,
    kMarkersOption,
    kLanesOption,
    kPairOption,
    kCounterOption,
    kFilterOption,
    kThemeOption,
    kNoCacheOption,
};
constexpr CommandSpec kSpec{"shot", "FILE", "a picture of a trace; needs no display", kOptions};

/// What is asked for.
struct Shot
{
    HeadlessView view;
    QString output;
    PictureFormat format = PictureFormat::Png;
    PictureOptions picture;
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
    picture.colours = shot.view.isDark ? PictureColours::Dark : PictureColours::Light;
    const char *const what = options.has("what") ? "what" : "view";
    THRESHER_TRY_ASSIGN(const bool isTimeline, isSecondWord(options, what, {"window", "timeline"}));
    picture.what = isTimeline ? PictureWhat::Timeline : PictureWhat::Window;
    picture.hasCaption = options.has("caption") || (isTimeline && !options.has("no-caption"));
    if (options.has("caption") && options.has("no-caption"))
        return usage("--caption and --no-caption exclude each other.");
    return {};
}

Result<Shot> parseShot(const Options &options)
{
    Shot shot;
    THRESHER_TRY_ASSIGN(shot.view, HeadlessView::parse(options, kSpec));
    if (!options.has("output"))
        return usage("Say where the picture goes: -o FILE.png (or .svg, .pdf)");
    shot.output = QFile::decodeName(options.value("output")->c_str());
    THRESHER_TRY(parsePicture(options, shot));
    return shot;
}

Result<void> drawAndWrite(MainWindow &window, const Shot &shot)
{
    const Picture picture({window.session().view(), nullptr, &window}, shot.picture);
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
    THRESHER_TRY_ASSIGN(const QByteArray bytes, picture.bytes(shot.format));
    return writePicture(bytes, shot.output);
}

} // namespace

const CommandSpec &shotSpec()
{
    return kSpec;
}

int runShot(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return complain(kSpec, options.error());
    if (options->has("help")) {
        std::fputs(helpText(kSpec).c_str(), stdout);
        return kExitOk;
    }
    const auto shot = parseShot(*options);
    if (!shot)
        return complain(kSpec, shot.error());
    Headless headless(shot->view);
    if (const auto opened = headless.open(shot->picture.size); !opened)
        return complain(kSpec, opened.error());
    const auto written = drawAndWrite(headless.window(), *shot);
    return written ? kExitOk : complain(kSpec, written.error());
}

} // namespace thresher::ui
