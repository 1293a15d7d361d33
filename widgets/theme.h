// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <QColor>
#include <QFont>
#include <QPalette>

#include <string_view>

class QWidget;

/// Colours, fonts and the style of the whole program. Colours are decided here and nowhere else; a
/// widget asks for a role.
namespace thresher::ui {

/// One accent colour, and data in colour; everything else is quiet.
struct Theme
{
    bool isDark = false;

    QColor background; ///< Where data lies: lanes, table.
    QColor panel; ///< Around it: bars, details, headers.
    QColor oddLane; ///< Every second lane.
    QColor oddRow; ///< Every second row of the table.
    QColor line; ///< Between things.
    QColor grid; ///< At the ruler's ticks, behind the lanes.
    QColor text;
    QColor secondary; ///< Units, labels, what may be read second.
    QColor faint; ///< What need not be read; disabled.
    QColor accent; ///< Current, selected, clickable.
    QColor accentText; ///< On accent.
    QColor selected; ///< Behind the current row.
    QColor hovered; ///< Behind what the pointer is on.
    QColor control; ///< Buttons, fields.
    QColor card; ///< Cards and tool tips that lie over data.
    QColor cardLine;
    QColor warning;
    QColor bad; ///< Lost events, errors.
    QColor good;
    QColor found; ///< Marks of what a search has found; beside those of the filter, in accent.
    QColor markerA;
    QColor markerB;

    QColor irq;
    QColor softirq;
    QColor events; ///< Ticks where an event is.
    QColor density; ///< Bars of events per pixel, the overview.
    QColor unknown; ///< Outline of a stretch of which nothing is known.
    QColor pending; ///< Not indexed yet.
    QColor counter; ///< Curves of values over time.
    QColor writtenText; ///< Ticks where a text was written into the trace.
    QColor sliceText; ///< On a task's colour.
    // What a task does, but running, which has the task's colour.
    QColor waiting; ///< For a CPU, since it was woken.
    QColor preempted;
    QColor blocked;
    QColor sleeping;
    QColor stopped;
    QColor fresh; ///< Made, not woken yet.

    /// The colour of a task's slices and of its mark in lists: hue from the name, without digits
    /// and what follows '/' or ':', so kworker/0:1 and kworker/3:2 are kin; a near hue and
    /// lightness by pid. The same in every run and trace. The idle task (pid 0) is grey.
    [[nodiscard]] QRgb taskColour(std::string_view comm, Pid pid) const;

    [[nodiscard]] QPalette palette() const;

    [[nodiscard]] static const Theme &light();
    [[nodiscard]] static const Theme &dark();
    /// The one that a palette was made from; of a foreign palette the one that suits it.
    [[nodiscard]] static const Theme &of(const QPalette &palette);
    [[nodiscard]] static const Theme &of(const QWidget *widget);
};

enum class ThemeChoice : std::uint8_t {
    System, ///< Dark if the desktop's palette is.
    Light,
    Dark,
};

/// Gives the application style, palette, fonts and style sheet. Needs a QApplication; may be called
/// again at any time.
void applyTheme(ThemeChoice choice);

/// Whether the desktop asks for dark windows. Needs a QApplication.
[[nodiscard]] bool systemIsDark();

/// Inter and JetBrains Mono where they are installed, else the desktop's fonts. Sizes in pixels.
struct Fonts
{
    QFont ui; ///< 13 px
    QFont strong; ///< 13 px, semi-bold
    QFont heading; ///< 11 px, semi-bold: captions over a list
    QFont small; ///< 11 px: what is secondary
    QFont mono; ///< 12 px: times, hexadecimal, printed events; digits of equal width
    QFont monoSmall; ///< 11 px
};
/// Needs a QGuiApplication.
[[nodiscard]] const Fonts &fonts();

/// Height of a row of a table or list.
inline constexpr int kRowHeight = 21;

} // namespace thresher::ui
