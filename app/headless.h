// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/options.h"
#include "app/mainwindow.h"

#include <QApplication>
#include <QSize>
#include <QString>

#include <memory>
#include <optional>
#include <string>

/// What commands have in common that draw without a display.
namespace thresher::ui {

/// Options that all of them take, in the order in which help lists them.
inline constexpr OptionSpec kFromOption{"from", 0, "TIME",
                                        "left end of the range, in seconds as they are\nprinted"};
inline constexpr OptionSpec kToOption{"to", 0, "TIME", "its right end"};
inline constexpr OptionSpec kSelectOption{"select", 0, "TIME",
                                          "make the first event from then on the current one"};
inline constexpr OptionSpec kMarkersOption{"markers", 0, "A[,B]", "set the markers at these times"};
inline constexpr OptionSpec kLanesOption{
    "lanes", 0, "LIST",
    "only these lanes, as in cpu:0-3,7 or\ncpus,tasks or cpus,task:bash,412 or\n"
    "pair:softirq,counter:temperature,marks"};
inline constexpr OptionSpec kFilterOption{
    "filter", 'f', "EXPR", "the table shows what fulfils it, the timeline\nmarks it"};
inline constexpr OptionSpec kPairOption{"pair", 0, "SPEC", "look for this pair of events, too"};
inline constexpr OptionSpec kCounterOption{"counter", 0, "SPEC", "and for this counter"};
inline constexpr OptionSpec kThemeOption{"theme", 0, "light|dark", "light if not given"};
inline constexpr OptionSpec kNoCacheOption{"no-cache", 0, "",
                                           "keep no index and use none that was kept"};

/// What is to be shown.
struct HeadlessView
{
    QString file;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::string> select;
    std::optional<std::string> lanes;
    std::optional<std::string> markers;
    std::optional<std::string> filter;
    AnalysisOptions specs; ///< Pairs and counters besides the built-in ones.
    bool isDark = false;
    bool keepsIndex = true;

    /// What can be wrong whatever the trace is an error already.
    [[nodiscard]] static Result<HeadlessView> parse(const Options &options,
                                                    const CommandSpec &command);
};

/// Whether an option has the second of its two words; without it, the first holds.
[[nodiscard]] Result<bool> isSecondWord(const Options &options, std::string_view name,
                                        std::array<std::string_view, 2> words);

/// The program's window, offscreen unless QT_QPA_PLATFORM says otherwise, with nothing of the
/// user's: the same picture for everyone. One per process.
class Headless
{
public:
    explicit Headless(const HeadlessView &view);
    Headless(const Headless &) = delete;
    Headless &operator=(const Headless &) = delete;
    ~Headless();

    /// Opens the trace, waits for its index and all filters, and shows what is asked for. What is
    /// damaged is told on stderr. An error of kind InvalidArgument is one of usage.
    [[nodiscard]] Result<void> open(QSize windowSize);
    [[nodiscard]] MainWindow &window() { return *m_window; }

private:
    [[nodiscard]] Result<void> openAndWait();
    [[nodiscard]] Result<void> applyLanes(const std::string &lanes);
    [[nodiscard]] Result<void> applyFilter(const std::string &filter);
    [[nodiscard]] Result<void> applyMarkers(const std::string &times, bool isTicks);
    [[nodiscard]] Result<void> applyRange();
    void settle();

    HeadlessView m_view;
    int m_argc = 1;
    char m_name[9] = "thresher";
    char *m_argv[2] = {m_name, nullptr};
    QApplication m_application;
    Settings m_settings;
    std::unique_ptr<MainWindow> m_window;
};

/// Waits until `isDone`, with the event loop running.
void waitUntil(const std::function<bool()> &isDone);

/// "thresher shot: …" on stderr, and how to get help for an InvalidArgument. @returns the exit
/// status.
[[nodiscard]] int complain(const CommandSpec &command, const Error &error);

} // namespace thresher::ui
