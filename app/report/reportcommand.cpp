// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/reportcommand.h"

#include "app/cli/cli.h"
#include "app/headless.h"
#include "app/report/reportmaker.h"
#include "model/base/grouped.h"

#include <QFile>
#include <QTimer>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kWindowSize{1600, 900};
constexpr int kExitInterrupted = 130; // as shells have it
constexpr int kPollMs = 20;

constexpr std::array kOptions{
    OptionSpec{"output", 'o', "OUT.zip", "the archive to write, or OUT/ for a folder (needed)"},
    kFromOption,
    kToOption,
    kSelectOption,
    kMarkersOption,
    kLanesOption,
    kFilterOption,
    OptionSpec{"note", 0, "TEXT", "what happened, in your words"},
    OptionSpec{"without", 0, "LIST",
               "leave out of: pictures, trace, events, session\n(a list with commas)"},
    OptionSpec{"anonymise", 0, "",
               "replace names of tasks, hosts and files, and other\ntexts, by others"},
    OptionSpec{"limit", 'n', "N", "list at most N events as text; 100000 if not given"},
    OptionSpec{"force", 0, "", "replace OUT.zip if it is there"},
    kThemeOption,
    kNoCacheOption,
};
constexpr CommandSpec kSpec{
    "report", "FILE",
    "Packs a range of a trace for a bug report: pictures, the part of the\n"
    "recording, its events as text, what was looked at, and a summary that says what\n"
    "is what; needs no display.",
    kOptions};

struct Report
{
    HeadlessView view;
    ReportOptions options;
};

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

Result<void> leaveOut(const QString &list, ReportOptions &options)
{
    const std::array parts{
        std::pair{u"pictures"_s, &options.hasPictures}, std::pair{u"trace"_s, &options.hasTrace},
        std::pair{u"events"_s, &options.hasEvents}, std::pair{u"session"_s, &options.hasSession}};
    for (const QString &word : list.split(u',')) {
        const auto part = std::ranges::find(parts, word, &std::pair<QString, bool *>::first);
        if (part == parts.end())
            return usage("--without takes pictures, trace, events and session, not '"
                         + word.toStdString() + "'.");
        *part->second = false;
    }
    return {};
}

Result<Report> parseReport(const Options &options)
{
    Report report;
    THRESHER_TRY_ASSIGN(report.view, HeadlessView::parse(options, kSpec));
    const auto output = options.value("output");
    if (!output || output->empty())
        return usage("Say where the report goes: -o OUT.zip");
    report.options.path = QFile::decodeName(output->c_str());
    report.options.isFolder = report.options.path.endsWith(u'/');
    while (report.options.path.size() > 1 && report.options.path.endsWith(u'/'))
        report.options.path.chop(1);
    report.options.whatHappened = QString::fromStdString(options.value("note").value_or(""));
    if (const auto list = options.value("without"))
        THRESHER_TRY(leaveOut(QString::fromStdString(*list), report.options));
    report.options.isAnonymous = options.has("anonymise");
    if (const auto limit = options.value("limit")) {
        THRESHER_TRY_ASSIGN(report.options.eventLimit, parseCount(*limit));
    }
    THRESHER_TRY(checkReportPath(report.options.path, options.has("force")));
    return report;
}

std::atomic<bool> isInterrupted = false;

void interrupt(int /*signal*/)
{
    isInterrupted = true;
}

Result<ReportSummary> makeReport(const ViewState &view, const ReportOptions &options)
{
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    ReportMaker maker;
    std::optional<Result<ReportSummary>> result;
    QObject::connect(&maker, &ReportMaker::finished, &maker,
                     [&](const ReportSummary &summary) { result = summary; });
    QObject::connect(&maker, &ReportMaker::failed, &maker,
                     [&](const Error &error) { result = tl::unexpected(error); });
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &maker, [&maker] {
        if (isInterrupted)
            maker.cancel();
    });
    timer.start(kPollMs);
    maker.start(view, options);
    waitUntil([&] { return result.has_value(); });
    return *result;
}

} // namespace

const CommandSpec &reportSpec()
{
    return kSpec;
}

int runReport(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return complain(kSpec, options.error());
    if (options->has("help")) {
        std::fputs(helpText(kSpec).c_str(), stdout);
        return kExitOk;
    }
    auto report = parseReport(*options);
    if (!report)
        return complain(kSpec, report.error());
    Headless headless(report->view);
    if (const auto opened = headless.open(kWindowSize); !opened)
        return complain(kSpec, opened.error());
    ViewState &view = headless.window().session().view();
    report->options.range = report->view.from || report->view.to ? view.visibleRange()
                                                                 : view.traceRange();
    const auto summary = makeReport(view, report->options);
    if (!summary)
        return summary.error().kind == ErrorKind::Cancelled ? kExitInterrupted
                                                            : complain(kSpec, summary.error());
    std::printf("%s: %s bytes, %s events in the range\n",
                QFile::encodeName(report->options.path).constData(),
                grouped(summary->bytes).c_str(), grouped(summary->events).c_str());
    return kExitOk;
}

} // namespace thresher::ui
