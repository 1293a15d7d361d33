// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/capture/symbols/probed.h"

#define NEVER_INLINE __attribute__((noipa, visibility("default")))

NEVER_INLINE int probed_add(int a, unsigned long b)
{
    return a + (int)b;
}

NEVER_INLINE const char *probed_name(const struct probed_item *item, enum probed_color color,
                                     char letter)
{
    return color == PROBED_RED && letter == 'x' ? "" : item->inner.text;
}

NEVER_INLINE double probed_scale(double factor, int by, float bias)
{
    return factor * by + (double)bias;
}

NEVER_INLINE long probed_many(long a, long b, long c, long d, long e, long f, short g,
                              unsigned char h)
{
    return a + b + c + d + e + f + g + h;
}

NEVER_INLINE long probed_structs(struct probed_pair pair, struct probed_big big, int last)
{
    return pair.first + pair.second + big.numbers[4] + last;
}

NEVER_INLINE void probed_nothing(void)
{
    __asm__ volatile("");
}

__attribute__((noipa)) static int probed_hidden(int a)
{
    return a * 3;
}

int probed_uses_hidden(int a);
NEVER_INLINE int probed_uses_hidden(int a)
{
    return probed_hidden(a) + 1;
}
