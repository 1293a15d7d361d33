// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/filterterms.h"

#include <functional>
#include <optional>

class QMenu;

namespace thresher::ui {

/// Gives the details of an event; nullopt if there are none.
using DetailsProvider = std::function<std::optional<EventDetails>(Place)>;

/// What a menu is about; what is not set has no choice in it.
struct FilterSubject
{
    std::optional<EventTypeId> event;
    std::optional<TaskId> task;
    std::optional<CpuId> cpu;
};

/// Adds "Show only …", "Hide …" and "Show everything" to a menu. @param view  outlives the menu.
void addShowActions(QMenu &menu, ViewState &view, const FilterSubject &subject);
/// Adds "Add to filter": a menu of terms, each to be added with and, or, equal, different. Filled
/// when it is opened. @param details  asked then. @param view  outlives the menu.
void addTermsMenu(QMenu &menu, ViewState &view,
                  const std::function<std::optional<EventDetails>()> &details);
/// The same of terms that are known.
void addTermsMenu(QMenu &menu, ViewState &view, const std::vector<FilterTerm> &terms);

} // namespace thresher::ui
