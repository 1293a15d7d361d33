// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace thresher::bench {

/// Counts from when it is made.
class Stopwatch
{
public:
    [[nodiscard]] double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begin).count();
    }

private:
    std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

/// Seconds that all threads of the process were on a CPU: what else the machine does matters less.
class CpuStopwatch
{
public:
    [[nodiscard]] double seconds() const { return now() - m_begin; }

private:
    [[nodiscard]] static double now()
    {
        struct timespec time = {};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    }
    double m_begin = now();
};

/// Keeps the compiler from leaving out what computes `value`.
inline void use(std::uint64_t value)
{
    asm volatile("" : : "r"(value) : "memory"); // NOLINT(hicpp-no-assembler): there is no other way
}

} // namespace thresher::bench
