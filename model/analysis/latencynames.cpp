// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/eventfinder_p.h"
#include "model/analysis/latency.h"
#include "model/analysis/syscallvalue.h"
#include "model/index/traceindex.h"
#include "model/query/kernelnames.h"

namespace thresher {

namespace {

/// As the event of its begin names its handler.
std::string irqName(const Analysis &analysis, const LatencyRow &row)
{
    const std::shared_ptr<const IndexSnapshot> &index = analysis.index;
    const EventFormat *const format = index->trace->events().find("irq", "irq_handler_entry");
    const EventField *const field = format != nullptr ? format->field("name") : nullptr;
    const EventField *const number = format != nullptr ? format->field("irq") : nullptr;
    if (field == nullptr || number == nullptr)
        return {};
    const bool bigEndian = index->trace->metadata().bigEndian;
    const FieldReader readNumber(*number, bigEndian);
    RecordReader reader(index);
    std::string name;
    const EventFinder finder(*index);
    finder.forEachAt(row.beganOn, row.begin, [&](StreamIndex stream, EventIndex i) {
        if (index->streams[stream].event(i) != format->id)
            return true;
        const auto record = reader.record(stream, i);
        if (!record || readNumber.read(record->payload) != std::int64_t{row.value})
            return true;
        name = std::string(readString(*field, record->payload, bigEndian));
        return false;
    });
    return name;
}

std::string nameOf(const std::vector<TrackName> &names, std::uint32_t number)
{
    return number < names.size() ? names[number].name : std::string();
}

} // namespace

std::string latencyValueName(const Analysis &analysis, LatencyKind kind, const LatencyRow &row)
{
    switch (kind) {
    case LatencyKind::Irq:
        return irqName(analysis, row);
    case LatencyKind::Softirq:
        return std::string(softirqName(row.value));
    case LatencyKind::Syscall:
        return syscallName(analysis, row.value);
    case LatencyKind::Call:
        return nameOf(analysis.functions, row.value);
    case LatencyKind::Probe:
        return nameOf(analysis.probes, latencyValue(kind, row.value));
    default:
        return {};
    }
}

} // namespace thresher
