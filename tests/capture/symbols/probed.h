// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

/* What the tests point at: functions of C with parameters of all classes. */
#ifdef __cplusplus
extern "C" {
#endif

enum probed_color { PROBED_RED, PROBED_GREEN = 7 };

struct probed_inner
{
    short tag;
    char label[16];
    const char *text;
};

struct probed_item
{
    int id;
    unsigned low : 3;
    unsigned high : 9;
    struct probed_inner inner;
    struct probed_item *next;
    double weight;
};

struct probed_pair
{
    long first;
    int second;
};

struct probed_big
{
    long numbers[5];
};

int probed_add(int a, unsigned long b);
const char *probed_name(const struct probed_item *item, enum probed_color color, char letter);
double probed_scale(double factor, int by, float bias);
long probed_many(long a, long b, long c, long d, long e, long f, short g, unsigned char h);
long probed_structs(struct probed_pair pair, struct probed_big big, int last);
void probed_nothing(void);

#ifdef __cplusplus
}
#endif
