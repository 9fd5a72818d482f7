// What the program that sets a node's clock wrong and the library that lets the node's programs see it so have in common: a page of memory.
#pragma once
#include <stdatomic.h>
#include <stdint.h>

#define CLOCK_PATH "/tmp/.topolab-clock"

struct clock_page {
    /** What programs read is later by so much, nanoseconds. */
    _Atomic int64_t offset_ns;
    /** On the monotonic clock: from then on it is right again, unless somebody has said more meanwhile. */
    _Atomic int64_t until_ns;
};

/** The program says it anew twenty times a second; when it dies, the clock is right again after this. */
static const int64_t CLOCK_LASTS_NS = 2000000000;
