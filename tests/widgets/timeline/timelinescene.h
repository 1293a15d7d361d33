// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "tests/support/memoryindex.h"

namespace thresher::test {

/// A small trace in which everything happens that a timeline draws. Times are in nanoseconds from 0
/// to 100,000; an event at each switch.
///  CPU 0: bash runs 10,000–40,000, then cat at once to 70,000, idle between; interrupt 24 at
///  20,000 for
///         2,000, softirq 1 after it for 4,000.
///  CPU 2: 400 switches of 100 ns between two tasks from 0 to 40,000; then lost events,
///  40,000–60,000;
///         it is not known what ran then.
///  CPU 5: events every 1,000 ns, but no switch.
struct TimelineTrace
{
    MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;

    TimelineTrace()
    {
        index.addEventTypes({"sched_switch", "sys_enter"});
        index.addTasks({{.pid = 412, .tgid = 412, .comm = "bash", .names = {}},
                        {.pid = 1033, .tgid = 1000, .comm = "cat", .names = {}},
                        {.pid = 15, .tgid = 15, .comm = "rcu_preempt", .names = {}}});
        MemoryStream &first = index.addStream(0);
        run(first, 0, 10'000, 0);
        run(first, 10'000, 40'000, 1);
        run(first, 40'000, 70'000, 2);
        run(first, 70'000, 100'000, 0);
        first.irq.add({20'000, 22'000, 24});
        first.softirq.add({22'000, 26'000, 1});
        MemoryStream &second = index.addStream(2);
        for (TimeNs time = 0; time < 40'000; time += 100)
            run(second, time, time + 100, time / 100 % 3 == 0 ? 0 : 2 + time / 100 % 2);
        second.running.add({40'000, 60'000, kNoValue});
        second.addLost({40'000, 60'000, second.size(), 89});
        run(second, 60'000, 100'000, 0);
        MemoryStream &third = index.addStream(5);
        for (TimeNs time = 0; time < 100'000; time += 1'000)
            third.addEvent(time, EventTypeId{1}, TaskId{1});
        snapshot = index.snapshot();
    }

private:
    static void run(MemoryStream &stream, TimeNs begin, TimeNs end, TimeNs task)
    {
        const auto id = static_cast<std::uint32_t>(task);
        stream.addEvent(begin, EventTypeId{0}, TaskId{id});
        stream.running.add({begin, end, id});
    }
};

} // namespace thresher::test
