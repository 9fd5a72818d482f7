#include "histogram.h"

#include <math.h>

static const double growth = 1.05;

void histogram_add(struct histogram *histogram, int64_t ns) {
    int bucket = 0;
    if (ns >= 1000) bucket = 1 + (int)(log((double)ns / 1000) / log(growth));
    if (bucket >= HISTOGRAM_BUCKETS) bucket = HISTOGRAM_BUCKETS - 1;
    histogram->counts[bucket] += 1;
}

void histogram_print(const struct histogram *histogram, FILE *out) {
    const char *separator = "";
    fputc('[', out);
    for (int bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket += 1) {
        if (histogram->counts[bucket] == 0) continue;
        fprintf(out, "%s[%.1f,%llu]", separator, pow(growth, bucket),
                (unsigned long long)histogram->counts[bucket]);
        separator = ",";
    }
    fputc(']', out);
}
