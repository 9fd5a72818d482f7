// A library that programs of a node are started with (LD_PRELOAD): the time of day that they read is what a fault says, and the right one without. What
// measures lengths of time (the monotonic clock) stays right.
#include "clock.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef int get_time(clockid_t, struct timespec *);

static get_time *right_time;
static struct clock_page *page;

/** Made by the first program of the node; without it, clocks are right. */
__attribute__((constructor)) static void begin(void) {
    right_time = (get_time *)dlsym(RTLD_NEXT, "clock_gettime");
    int file = open(CLOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return;
    void *mapped = posix_fallocate(file, 0, sizeof *page) == 0
                       ? mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                       : MAP_FAILED;
    close(file);
    if (mapped != MAP_FAILED) page = mapped;
}

static int64_t nanoseconds(clockid_t clock) {
    struct timespec now = {0};
    if (right_time == NULL) begin();
    right_time(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int64_t told_ns(clockid_t clock) {
    int64_t now = nanoseconds(clock);
    if (page == NULL || page->until_ns == 0 || page->until_ns < nanoseconds(CLOCK_MONOTONIC)) return now;
    return now + page->offset_ns;
}

int clock_gettime(clockid_t clock, struct timespec *told) {
    if (right_time == NULL) begin();
    if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return right_time(clock, told);
    int64_t now = told_ns(clock);
    *told = (struct timespec){.tv_sec = now / 1000000000, .tv_nsec = now % 1000000000};
    return 0;
}

int gettimeofday(struct timeval *restrict told, void *restrict zone) {
    (void)zone;
    int64_t now = told_ns(CLOCK_REALTIME);
    *told = (struct timeval){.tv_sec = now / 1000000000, .tv_usec = now % 1000000000 / 1000};
    return 0;
}

time_t time(time_t *told) {
    time_t now = told_ns(CLOCK_REALTIME) / 1000000000;
    if (told != NULL) *told = now;
    return now;
}
