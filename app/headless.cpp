// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/headless.h"

#include "app/cli/cli.h"
#include "app/cli/specoptions.h"
#include "app/pictures/lanechoice.h"
#include "model/filter/filter.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/theme.h"

#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <cstdio>

namespace thresher::ui {

namespace {

constexpr int kPollMs = 5;

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

/// Before the application is made.
void goOffscreen()
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
}

} // namespace

Result<bool> isSecondWord(const Options &options, std::string_view name,
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

Result<HeadlessView> HeadlessView::parse(const Options &options, const CommandSpec &command)
{
    HeadlessView view;
    THRESHER_TRY_ASSIGN(const std::string file, options.operand(command));
    view.file = QFile::decodeName(file.c_str());
    view.from = options.value("from");
    view.to = options.value("to");
    view.select = options.value("select");
    view.lanes = options.value("lanes");
    view.markers = options.value("markers");
    view.filter = options.value("filter");
    THRESHER_TRY_ASSIGN(view.specs, specsOf(options));
    if (view.lanes)
        THRESHER_TRY(parseLanes(*view.lanes));
    THRESHER_TRY_ASSIGN(view.isDark, isSecondWord(options, "theme", {"light", "dark"}));
    view.keepsIndex = !options.has("no-cache");
    return view;
}

void waitUntil(const std::function<bool()> &isDone)
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

Headless::Headless(const HeadlessView &view)
    : m_view(view)
    , m_application((goOffscreen(), m_argc), m_argv)
    , m_settings(Settings::Store::Nowhere)
{
    applyTheme(view.isDark ? ThemeChoice::Dark : ThemeChoice::Light);
    IndexOptions options;
    if (view.keepsIndex)
        options.cacheDirectory = defaultCacheDirectory();
    m_window = std::make_unique<MainWindow>(m_settings, options);
    m_window->session().analysis().setOptions(view.specs);
}

Headless::~Headless() = default;

void Headless::settle()
{
    QCoreApplication::processEvents(); // the session hears of what has changed
    waitUntil([this] { return m_window->session().isSettled(); });
}

Result<void> Headless::openAndWait()
{
    std::optional<Error> error;
    TraceSession &session = m_window->session();
    const auto remember = [&error](const Error &met) { error = met; };
    // Errors of later jobs would be told to what is no longer there.
    QObject context;
    QObject::connect(&session, &TraceSession::failed, &context, remember);
    QObject::connect(&session, &TraceSession::indexingFailed, &context, remember);
    m_window->openFile(m_view.file);
    waitUntil([&] { return !m_window->isSessionBusy() && session.isSettled(); });
    if (error)
        return tl::unexpected(*error);
    if (!session.view().snapshot()) // of a session without its recording
        return fail(ErrorKind::Io, m_window->banner()->text().toStdString());
    return {};
}

Result<void> Headless::applyLanes(const std::string &lanes)
{
    ViewState &view = m_window->session().view();
    THRESHER_TRY_ASSIGN(const LaneChoice choice, parseLanes(lanes));
    THRESHER_TRY_ASSIGN(ShowFilter filter, choice.applied(view.filter(), *view.snapshot()));
    THRESHER_TRY_ASSIGN(LaneSet set, choice.lanes(*view.snapshot(), view.analysis().get()));
    view.setFilter(std::move(filter));
    view.setLanes(std::move(set));
    settle();
    return {};
}

Result<void> Headless::applyFilter(const std::string &filter)
{
    ViewState &view = m_window->session().view();
    if (const auto compiled = Filter::compile(filter, view.snapshot()->trace); !compiled)
        return usage("--filter: " + compiled.error().text());
    view.setExpression(QString::fromStdString(filter));
    settle();
    return {};
}

Result<void> Headless::applyMarkers(const std::string &times, bool isTicks)
{
    ViewState &view = m_window->session().view();
    const auto comma = times.find(',');
    THRESHER_TRY_ASSIGN(const TimeNs a, parseTime(times.substr(0, comma), isTicks));
    view.setMarker(Marker::A, a);
    if (comma == std::string::npos)
        return {};
    THRESHER_TRY_ASSIGN(const TimeNs b, parseTime(times.substr(comma + 1), isTicks));
    view.setMarker(Marker::B, b);
    return {};
}

Result<void> Headless::applyRange()
{
    ViewState &view = m_window->session().view();
    const bool isTicks = !view.snapshot()->trace->metadata().clockIsNanoseconds;
    TimeRange range = view.traceRange();
    if (m_view.from) {
        THRESHER_TRY_ASSIGN(range.begin, parseTime(*m_view.from, isTicks));
    }
    if (m_view.to) {
        THRESHER_TRY_ASSIGN(range.end, parseTime(*m_view.to, isTicks));
    }
    if (range.isEmpty() && (m_view.from || m_view.to))
        return usage("--from must be before --to, and within the trace.");
    if (m_view.from || m_view.to)
        view.setVisibleRange(range);
    if (m_view.markers)
        THRESHER_TRY(applyMarkers(*m_view.markers, isTicks));
    if (m_view.select) {
        THRESHER_TRY_ASSIGN(const TimeNs time, parseTime(*m_view.select, isTicks));
        view.setCurrentEvent(view.rows().at(view.rows().lowerBound(time)));
    }
    return {};
}

Result<void> Headless::open(QSize windowSize)
{
    // Sizes are of the picture, whatever the scale of the screen.
    m_window->setMinimumSize(1, 1);
    m_window->resize(windowSize);
    THRESHER_TRY(openAndWait());
    printDamage(*m_window->session().view().snapshot());
    if (m_view.filter)
        THRESHER_TRY(applyFilter(*m_view.filter));
    if (m_view.lanes) // after the filter, in whose expression they are written
        THRESHER_TRY(applyLanes(*m_view.lanes));
    THRESHER_TRY(applyRange());
    m_window->show();
    // Changes of the view are delivered, and answered, before it is drawn.
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
    return {};
}

int complain(const CommandSpec &command, const Error &error)
{
    const std::string name(command.name);
    std::fprintf(stderr, "thresher %s: %s\n", name.c_str(), error.text().c_str());
    if (error.kind != ErrorKind::InvalidArgument)
        return kExitFailed;
    std::fprintf(stderr, "Try: thresher %s --help\n", name.c_str());
    return kExitUsage;
}

} // namespace thresher::ui
