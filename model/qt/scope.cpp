// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/scope.h"

#include <QCoreApplication>

namespace thresher {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Scope)
};

constexpr DurationNs kLeastMargin = 10'000; ///< What led to it is of interest, too.

} // namespace

QString scopeName(Scope scope)
{
    switch (scope) {
    case Scope::Trace:
        return Text::tr("Whole trace");
    case Scope::Visible:
        return Text::tr("Visible range");
    case Scope::Selection:
        return Text::tr("Selection");
    case Scope::Markers:
        return Text::tr("From A to B");
    }
    return {};
}

QString scopeNeeds(Scope scope)
{
    switch (scope) {
    case Scope::Trace:
    case Scope::Visible:
        return {};
    case Scope::Selection:
        return Text::tr("Nothing is selected: drag over the timeline with Shift held, or choose "
                        "another range above.");
    case Scope::Markers:
        return Text::tr("Markers A and B are not both set: set them on the timeline, or choose "
                        "another range above.");
    }
    return {};
}

std::optional<TimeRange> scopeRange(const ViewState &view, Scope scope)
{
    switch (scope) {
    case Scope::Trace:
        return TimeRange{kTimeMin, kTimeMax};
    case Scope::Visible:
        return view.visibleRange();
    case Scope::Selection:
        return view.selectedRange();
    case Scope::Markers:
        return view.marks().between();
    }
    return std::nullopt;
}

bool changesScope(ViewState::Changes changes, Scope scope)
{
    switch (scope) {
    case Scope::Trace:
        return false;
    case Scope::Visible:
        return changes.testFlag(ViewState::VisibleRangeChanged);
    case Scope::Selection:
        return changes.testFlag(ViewState::SelectedRangeChanged);
    case Scope::Markers:
        return changes.testFlag(ViewState::MarksChanged);
    }
    return false;
}

void showPlace(ViewState &view, const DataPlace &place, std::optional<LatencyKind> kind,
               Scope measured)
{
    if (!view.snapshot())
        return;
    const TimeRange range{place.range.begin, std::max(place.range.end, place.range.begin + 1)};
    if (measured != Scope::Selection)
        view.setSelectedRange(range);
    if (measured == Scope::Visible) {
        view.ensureVisible(range.begin);
    } else {
        const DurationNs margin = std::max(range.duration(), kLeastMargin);
        const TimeNs begin = range.begin > kTimeMin + margin ? range.begin - margin : kTimeMin;
        const TimeNs end = range.end < kTimeMax - margin ? range.end + margin : kTimeMax;
        view.setVisibleRange({begin, end}, true);
    }
    if (const auto event = eventAt(*view.snapshot(), place.cpu, range.begin, kind))
        view.setCurrentEvent(event);
}

} // namespace thresher
