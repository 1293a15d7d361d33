// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
// Calls known functions, its own and a library's, some of which do not return, to be looked at by
// probes.
#include "tests/capture/symbols/probed.h"

#include <sched.h>
#include <unistd.h>

#include <csetjmp>
#include <cstdint>

namespace {

std::jmp_buf place;

void goTo(unsigned cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    static_cast<void>(sched_setaffinity(0, sizeof set, &set));
}

} // namespace

/// Calls itself down to 0. The call of 5 is come back to by longjmp() from there.
extern "C" __attribute__((noipa)) std::int32_t paired_deep(std::int32_t n, std::int32_t jumps)
{
    if (n == 0) {
        if (jumps != 0)
            std::longjmp(place, 1);
        return 0;
    }
    if (n == 5) {
        if (setjmp(place) == 0)
            paired_deep(n - 1, 1);
        return n;
    }
    std::int32_t below = paired_deep(n - 1, jumps);
    __asm__ volatile("" : "+r"(below)); // or a loop would be made of it
    return below + 1;
}

/// Returns on another CPU than it was called on.
extern "C" __attribute__((noipa)) std::int32_t paired_move(std::int32_t from, std::int32_t to)
{
    goTo(static_cast<unsigned>(to));
    return from * 10 + to;
}

extern "C" __attribute__((noipa)) void paired_leave(std::int32_t status)
{
    _exit(status);
}

int main()
{
    for (int i = 0; i < 100; ++i) {
        if (probed_add(i, 1000) != i + 1000)
            return 1;
    }
    paired_deep(2, 0);
    paired_deep(5, 0);
    paired_deep(1, 0);
    goTo(0);
    paired_move(0, 1);
    paired_leave(7);
    return 0;
}
