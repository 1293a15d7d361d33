// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
// Calls known functions with known arguments, known times, to be looked at by probes.
#include <cstdint>
#include <cstdlib>

extern "C" __attribute__((noipa)) std::int64_t probed_sum(std::int64_t a, const char *text,
                                                          std::int32_t b)
{
    return a * 1000 + b + (text[0] == 'c' ? 0 : 1);
}

extern "C" __attribute__((noipa)) std::uint32_t probed_depth(std::uint32_t n)
{
    if (n == 0)
        return 0;
    std::uint32_t below = probed_depth(n - 1);
    __asm__ volatile("" : "+r"(below)); // or a loop would be made of it
    return below + 1;
}

namespace shape {

struct Box
{
    __attribute__((noipa)) int area(int height) const { return width * height; }
    int width = 7;
};

} // namespace shape

/// @param argv  how many calls of probed_sum().
int main(int argc, char **argv)
{
    const int calls = argc > 1 ? std::atoi(argv[1]) : 1;
    std::int64_t sum = 0;
    for (int i = 0; i < calls; ++i)
        sum += probed_sum(i - 2, "called", -i);
    sum += probed_depth(5);
    sum += shape::Box().area(3);
    return sum == 42 ? 1 : 0;
}
