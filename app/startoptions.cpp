// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/startoptions.h"

#include "app/cli/options.h"

#include <QFile>

#include <array>

namespace thresher::ui {

namespace {

constexpr std::array kOptions{
    OptionSpec{"theme", 0, "light|dark", "colours, this time only"},
    OptionSpec{"no-cache", 0, "", "keep no index and use none that was kept"},
};
constexpr CommandSpec kSpec{"", "FILE", "open the window", kOptions};

} // namespace

Result<StartOptions> parseStart(std::span<const std::string> args)
{
    THRESHER_TRY_ASSIGN(const Options options, Options::parse(kSpec, args));
    StartOptions start;
    start.theme = QString::fromStdString(options.value("theme").value_or(""));
    if (options.has("theme") && start.theme != u"light" && start.theme != u"dark")
        return fail(ErrorKind::InvalidArgument, "--theme must be light or dark.");
    start.keepsIndex = !options.has("no-cache");
    for (const std::string &file : options.operands())
        start.files += QFile::decodeName(file.c_str());
    return start;
}

} // namespace thresher::ui
