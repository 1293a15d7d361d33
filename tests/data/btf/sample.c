// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/* The source of sample.btf: gcc -g -O1 -c sample.c; pahole -J --btf_gen_floats sample.o;
   objcopy --dump-section .BTF=sample.btf sample.o */
typedef unsigned long size_t;
typedef _Bool bool;
enum color { RED, GREEN = 7 };
enum signs { LESS = -1, MORE = 1 };
struct qstr
{
    union
    {
        struct
        {
            unsigned hash;
            unsigned len;
        };
        unsigned long hash_len;
    };
    const char *name;
};
struct dentry
{
    unsigned flags;
    struct dentry *parent;
    struct qstr d_name;
    char iname[32];
};
struct bits
{
    unsigned low : 3;
    unsigned middle : 9;
    unsigned long long high : 40;
    bool yes : 1;
};
struct pair
{
    long first;
    int second;
    char letter;
};
struct big
{
    long numbers[5];
    struct pair pairs[2];
    int (*call)(void *, int);
};
union either
{
    int number;
    char *text;
};
int opened(const struct dentry *dentry, enum color color, bool yes, char letter)
{
    return dentry->flags + color + yes + letter;
}
const char *named(struct dentry *dentry, enum signs sign)
{
    return sign == LESS ? "" : dentry->d_name.name;
}
long bitten(struct bits *bits, size_t count)
{
    return bits->middle + count;
}
struct pair paired(struct pair pair, struct big big, int last)
{
    pair.second = last + big.numbers[0];
    return pair;
}
struct big grown(int by)
{
    struct big big = {{by}};
    return big;
}
double scaled(double factor, int by)
{
    return factor * by;
}
long many(long a, long b, long c, long d, long e, long f, short g, unsigned char h)
{
    return a + b + c + d + e + f + g + h;
}
void nothing(void) {}
int printed(const char *format, ...)
{
    return format[0];
}
int called(int (*callback)(void *data, int), void *const data, union either either)
{
    return callback(data, either.number);
}
__int128 wide(__int128 number, volatile int *flag)
{
    return number + *flag;
}
