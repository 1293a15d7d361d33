// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"
#include "capture/recordrequest.h"
#include "capture/symbols/functiondescription.h"
#include "model/base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What was ticked of a function, and the probes that record it: one makes the other, both ways.
/// Thread: any, as far as the types of the subject may be asked there.
namespace thresher::capture {

/// What a probe can be set on, and what can be had there.
struct ProbeSubject
{
    ProbeSpec place; ///< Kind and target of the probe at entry; without arguments and names.
    FunctionDescription description;
    std::shared_ptr<const TypeSource> types; ///< Of the description; nullptr: it has none.
    /// It is a function, entered and left. Else a point: a tracepoint, a line, a prepared probe.
    bool returns = true;
    /// Probes of a return know parameters as they were at entry, where they are named or numbered.
    bool knowsEntryAtReturn = false;
};

struct DraftValue
{
    std::string value; ///< As of ProbeCall: "count", "dentry->d_name.name", "ret".
    std::string name; ///< Of the event's field; empty: the last name in `value`.
    std::string format; ///< One of ValueOffer::formats; empty: the first.
    friend bool operator==(const DraftValue &, const DraftValue &) = default;
};

/// What is to be known.
struct ProbeDraft
{
    std::string name; ///< Of the events, before "__entry" and "__return".
    std::vector<DraftValue> values; ///< In the order in which they are recorded.
    bool withReturn = false; ///< Also of a call's end where nothing returned is among the values.
    std::string filter; ///< The kernel's language, about fields of either event.
    bool kernelStack = false;
    /// Nothing is recorded: a histogram in the kernel counts the calls of each program.
    bool countOnly = false;
    friend bool operator==(const ProbeDraft &, const ProbeDraft &) = default;
};

/// What a value can be recorded as.
struct ValueOffer
{
    FetchArgument argument; ///< In the first format; without a name.
    std::vector<std::string> formats; ///< Types of fetch arguments: "u64", "string"; one, at least.
};
/// Fails (InvalidArgument) with a sentence's part where the value cannot be had.
[[nodiscard]] Result<ValueOffer> offerOf(const ProbeSubject &subject, std::string_view value);
/// @param format  one of the offer's.
[[nodiscard]] FetchArgument inFormat(const ValueOffer &offer, std::string_view format);

/// "vfs_read": a name for the events of a subject.
[[nodiscard]] std::string suggestedName(const ProbeSubject &subject);

/// A field of the events that a draft makes.
struct DraftField
{
    std::string name;
    std::string value; ///< Of the draft.
    FetchType type;
    bool isOfReturn = false;
};
/// Of the draft's values, in their order; those that cannot be had are left out.
[[nodiscard]] std::vector<DraftField> fieldsOf(const ProbeSubject &subject,
                                               const ProbeDraft &draft);

/// The probes of a draft: at entry, and of a call's end where it is wanted. The filter's parts that
/// are joined by && go to the events that have their fields; a return has those of its entry that
/// the filter asks for, if it can. Fails (InvalidArgument) with a
/// sentence for values that cannot be had, and for a part of the filter that no event can tell.
[[nodiscard]] Result<std::vector<ProbeRequest>> probesOf(const ProbeSubject &subject,
                                                         const ProbeDraft &draft);

/// The draft whose probes these are; nullopt: none has them, somebody has written them.
/// O(arguments · members on the way to each).
[[nodiscard]] std::optional<ProbeDraft> draftOf(const ProbeSubject &subject,
                                                const std::vector<ProbeRequest> &probes);

/// The parts of a filter that are joined by && at its top. O(text).
[[nodiscard]] std::vector<std::string> conjunctsOf(std::string_view filter);

/// The draft as `thresher record --probe` takes calls, the line being "vfs_read(count, ret)";
/// nullopt: a call cannot say it.
[[nodiscard]] std::optional<ProbeRequest> callOf(const ProbeSubject &subject,
                                                 const ProbeDraft &draft);

} // namespace thresher::capture
