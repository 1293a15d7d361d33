// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/plan.h"
#include "capture/recorder/request.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace thresher::capture;

namespace {

Offer offer()
{
    Offer offer;
    offer.events = {{"irq", {"irq_handler_entry", "irq_handler_exit"}},
                    {"sched", {"sched_switch", "sched_waking"}}};
    offer.tracers = {"function", "function_graph", "nop"};
    offer.clocks = {"local", "mono"};
    offer.options = {{"overwrite", true}, {"stacktrace", false}, {"userstacktrace", false}};
    offer.cpus = {0, 1, 2, 3};
    offer.hasSnapshot = offer.hasEventPid = offer.hasFunctionPid = offer.hasFunctionFilter = true;
    offer.hasGraphFilter = offer.hasGraphDepth = offer.hasThreshold = offer.hasSubBufferSize = true;
    offer.memoryAvailableKb = 8 * 1024 * 1024;
    return offer;
}

} // namespace

// What a stranger asks for: never crashes, and what passes holds nothing that could lead a write
// elsewhere, or be two commands.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto json = parseObject({reinterpret_cast<const char *>(data), size});
    if (!json)
        return 0;
    const auto request = parseRequest(*json, "");
    if (!request)
        return 0;
    static const Offer kOffer = offer();
    const auto plan = makePlan(*request, kOffer, "");
    if (!plan)
        return 0;
    for (const PlannedInstance &instance : plan->instances) {
        require(instance.request.name.empty() || isPlainName(instance.request.name));
        require(instance.bufferKb > 0);
        for (const PlannedEvent &event : instance.events) {
            require(isPlainName(event.system) && isPlainName(event.event));
            require(event.filter.find('\n') == std::string::npos);
        }
        for (const auto &[option, on] : instance.request.options)
            require(isPlainName(option));
    }
    return 0;
}
