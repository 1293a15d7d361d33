// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/capture/symbols/probed.h"

#include <cstdio>

// A program that the tests look into: its functions are called in a known order.
namespace probed {

class Counter
{
public:
    [[gnu::noipa]] int count(int by);
    [[gnu::noipa]] static long twice(long number);

private:
    int m_total = 0;
};

int Counter::count(int by)
{
    m_total += by;
    return m_total;
}

long Counter::twice(long number)
{
    return 2 * number;
}

template<typename T>
[[gnu::noipa]] T largest(const T &a, const T &b)
{
    return a < b ? b : a;
}

} // namespace probed

int main(int argc, char **)
{
    probed_item item{argc, 1, 2, {3, "label", "text"}, nullptr, 0.5};
    probed::Counter counter;
    long sum = probed_add(argc, 2) + counter.count(5) + probed::Counter::twice(argc);
    sum += static_cast<long>(probed_scale(1.5, 2, 0.25F));
    sum += probed_many(1, 2, 3, 4, 5, 6, 7, 8);
    sum += probed_structs({1, 2}, {{1, 2, 3, 4, 5}}, 6) + probed::largest(argc, 3);
    probed_nothing();
    std::printf("%s %ld\n", probed_name(&item, PROBED_GREEN, 'c'), sum);
    return 0;
}
