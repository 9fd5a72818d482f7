// Times of packets as counts in buckets, each a twentieth wider than the one below: a quantile read from them is right to 5 %.
#pragma once
#include <stdint.h>
#include <stdio.h>

enum { HISTOGRAM_BUCKETS = 400 };

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
};

/** Counts one time. Below a microsecond it is the first bucket's, beyond five minutes the last's. */
void histogram_add(struct histogram *histogram, int64_t ns);

/** Writes the buckets that are not empty as JSON, `[[upperMicroseconds,count],…]`, in order. */
void histogram_print(const struct histogram *histogram, FILE *out);
