// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/pairspec.h"

#include <array>
#include <cassert>

namespace thresher {

namespace {

constexpr std::array<std::string_view, 26> kPairs{
    R"("irq handler": irq:irq_handler_entry -> irq:irq_handler_exit by irq, cpu on cpu)",
    // Raised again before it is served, it is served once.
    R"("softirq raised": first irq:softirq_raise -> irq:softirq_entry by vec, cpu on cpu)",
    R"(softirq: irq:softirq_entry -> irq:softirq_exit by vec, cpu on cpu)",
    R"(tasklet: irq:tasklet_entry -> irq:tasklet_exit by func, cpu on cpu)",
    R"(hrtimer: timer:hrtimer_expire_entry -> timer:hrtimer_expire_exit by hrtimer, cpu on cpu)",
    R"(timer: timer:timer_expire_entry -> timer:timer_expire_exit by timer, cpu on cpu)",
    R"("local timer": irq_vectors:local_timer_entry -> irq_vectors:local_timer_exit by cpu)",
    R"("reschedule IPI": irq_vectors:reschedule_entry -> irq_vectors:reschedule_exit by cpu)",
    R"("call function IPI": irq_vectors:call_function_entry -> irq_vectors:call_function_exit by cpu)",
    R"("call single IPI": irq_vectors:call_function_single_entry -> )"
    R"(irq_vectors:call_function_single_exit by cpu)",
    R"("irq work": irq_vectors:irq_work_entry -> irq_vectors:irq_work_exit by cpu)",
    R"("work queued": workqueue:workqueue_queue_work -> workqueue:workqueue_execute_start by work)",
    R"(work: workqueue:workqueue_execute_start -> workqueue:workqueue_execute_end by work on task)",
    R"("block request": block:block_rq_issue -> block:block_rq_complete by dev, sector on dev)",
    R"("block queue": block:block_rq_insert -> block:block_rq_issue by dev, sector on dev)",
    R"("block bio": block:block_bio_queue -> block:block_bio_complete by dev, sector on dev)",
    R"("net xmit": net:net_dev_start_xmit -> net:net_dev_xmit by skbaddr, cpu on cpu)",
    R"("napi gro": net:napi_gro_receive_entry -> net:napi_gro_receive_exit by cpu)",
    R"("net receive": net:netif_receive_skb_entry -> net:netif_receive_skb_exit by cpu)",
    // Of those to a whole process the ones that the thread takes that they were sent to.
    R"(signal: signal:signal_generate if (result == 0) -> signal:signal_deliver by pid=task, sig)",
    R"("lock contention": lock:contention_begin -> lock:contention_end by task, lock_addr on task)",
    R"("direct reclaim": vmscan:mm_vmscan_direct_reclaim_begin -> )"
    R"(vmscan:mm_vmscan_direct_reclaim_end by task)",
    R"(compaction: compaction:mm_compaction_begin -> compaction:mm_compaction_end by task)",
    R"("guest runs": kvm:kvm_entry -> kvm:kvm_exit by task)",
    R"("csd function": csd:csd_function_entry -> csd:csd_function_exit by func, cpu on cpu)",
    R"("device PM": power:device_pm_callback_start -> power:device_pm_callback_end by device, driver)",
};

bool isRecorded(const IndexSnapshot &index, const EventFormat &event)
{
    const std::size_t id = toIndex(event.id);
    return id < index.eventsPerType.size() && index.eventsPerType[id] > 0;
}

} // namespace

std::vector<PairSpec> builtInPairs(const IndexSnapshot &index)
{
    std::vector<PairSpec> pairs;
    for (const std::string_view text : kPairs) {
        auto spec = parsePair(text);
        assert(spec);
        if (!spec)
            continue;
        const auto resolved = resolvePair(*spec, index.trace);
        if (resolved && isRecorded(index, *resolved->begin) && isRecorded(index, *resolved->end))
            pairs.push_back(std::move(*spec));
    }
    return pairs;
}

} // namespace thresher
