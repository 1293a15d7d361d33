// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/datatablemodel.h"
#include "model/qt/latencytables.h"
#include "model/qt/viewstate.h"

/// Which part of a trace is measured, and the way from a measurement to its place.
namespace thresher {

enum class Scope : std::uint8_t { Trace, Visible, Selection, Markers };
inline constexpr std::size_t kScopes = 4;

/// "Whole trace", "Visible range", …
[[nodiscard]] QString scopeName(Scope scope);
/// What to do so that there is such a range.
[[nodiscard]] QString scopeNeeds(Scope scope);
/// nullopt: nothing is selected, or a marker is not set.
[[nodiscard]] std::optional<TimeRange> scopeRange(const ViewState &view, Scope scope);
/// Whether a change of the view is one of that range.
[[nodiscard]] bool changesScope(ViewState::Changes changes, Scope scope);

/// Selects a place, makes its event the current one, and brings it into view. The range that is
/// measured stays as it is: within the visible one nothing is zoomed, and a selection that is
/// measured is kept.
/// @param kind  what began there; of several events of that moment the one that tells of it.
void showPlace(ViewState &view, const DataPlace &place, std::optional<LatencyKind> kind,
               Scope measured);

} // namespace thresher
