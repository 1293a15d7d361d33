// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/eventprinter.h"
#include "model/io/kernelsymbols_p.h"
#include "model/io/recordtext_p.h"

#include <memory>
#include <vector>

namespace thresher {

/// libtraceevent's plugins: what they print for the events they know (kvm, mac80211, futex, …), and
/// the functions they bring for use in formats (scsi_trace_parse_cdb, …).
///
/// libtraceevent is not made for hostile files, so it never sees the file's text: each event is
/// declared to it anew, from fields that were checked, and with a print format of our own. Records
/// are copied in front of zeros, since it does not look where they end. Its plugins keep state of
/// the whole process, so one thread at a time is inside.
class PluginPrinter
{
public:
    enum class Result : std::uint8_t {
        None, ///< No plugin knows the event.
        Begun, ///< It printed something; the event's own format is to follow.
        Done,
    };

    PluginPrinter(const TraceFile &trace, const KernelSymbols &symbols);
    ~PluginPrinter();
    PluginPrinter(const PluginPrinter &) = delete; // owns a handle of the library
    PluginPrinter &operator=(const PluginPrinter &) = delete;

    /// Whether it is worth asking: making a PluginPrinter loads a dozen shared libraries.
    [[nodiscard]] static bool mayKnow(const EventFormat &event);

    [[nodiscard]] Result print(const EventFormat &event, const Record &record, BoundedText &out);

    /// Calls a plugin's function: prints what it prints, and returns its value.
    std::uint64_t call(const EventFormat &event, const PrintFormat &format, const PrintNode &node,
                       const Record &record, BoundedText &out);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace thresher
