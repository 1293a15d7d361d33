// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "widgets/viewrequests.h"

#include <QString>

class QMenu;

/// Menus over what can be probed, counted or measured by the kernel.
namespace thresher::ui {

/// A place that a menu offers for a probe.
struct ProbeOffer
{
    ProbePlace place;
    QString whyNot; ///< Why none can be set there; empty: it can.
};

/// Of a slice of TrackClass::Syscall, Call or Probe. O(number of system calls).
[[nodiscard]] ProbeOffer offerOfSlice(const Analysis &analysis, TrackClass what,
                                      std::uint32_t value);
[[nodiscard]] ProbeOffer offerOfEvent(const EventFormat &event);
/// Of a line of a stack: "vfs_read+0x1f/0x80 [ext4]", or a program's "/usr/bin/sh+0x123".
[[nodiscard]] ProbeOffer offerOfFrame(const QString &frame, bool isUser);

/// Adds "Probe “vfs_read”…", grey with the reason where that cannot be. @param requests  outlives
/// the menu; null: adds nothing, and so it does if nobody listens to it.
void addProbeAction(QMenu &menu, const ProbeOffer &offer, ViewRequests *requests);
/// The same of an event, with "Count by field" and "Latency to…".
void addEventRequests(QMenu &menu, const EventFormat &event, ViewRequests *requests);

} // namespace thresher::ui
