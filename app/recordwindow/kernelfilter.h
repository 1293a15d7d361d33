// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/eventformat.h"
#include "capture/machine.h"
#include "model/filter/completion.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The kernel's own filters of events, while they are being written: "prev_prio < 100 &&
/// next_comm ~ \"rcu*\"". Thread: any.
namespace thresher::ui {

/// Fields that a filter may use of all events that a glob matches: those that each of them has.
/// Empty where the machine or the events are not known. O(events · fields).
[[nodiscard]] std::vector<capture::EventField>
fieldsOf(const std::optional<capture::MachineReport> &machine, const std::string &glob);

/// What the kernel would refuse: the grammar, and names and kinds of fields, as far as `fields` is
/// not empty. None for an empty text. O(text · fields).
[[nodiscard]] std::optional<FilterError>
checkKernelFilter(std::string_view text, const std::vector<capture::EventField> &fields);

/// What may stand at the byte `cursor`: fields, then what compares them, then && and ||. @returns
/// at most 64, ranges as in Completion.
[[nodiscard]] std::vector<Completion>
completeKernelFilter(std::string_view text, std::size_t cursor,
                     const std::vector<capture::EventField> &fields);

} // namespace thresher::ui
