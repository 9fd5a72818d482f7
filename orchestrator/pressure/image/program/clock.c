// Sets the clock of the node's programs wrong: those that were started with the library (libclock.c), which reads a page that this writes.
#include "pressure.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <sys/mman.h>
#include <unistd.h>

static struct clock_page *page;
static int64_t wanted_ms;

static int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

const char *clock_want(int64_t offset_ms) {
    if (page == NULL && offset_ms != 0) {
        int file = open(CLOCK_PATH, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        // Programs with the library make it when they start.
        if (file < 0) return failure("set the clock: no program of the node follows", CLOCK_PATH);
        void *mapped = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
        if (mapped == MAP_FAILED) return failure("set the clock", CLOCK_PATH);
        page = mapped;
    }
    wanted_ms = offset_ms;
    clock_tick();
    return NULL;
}

void clock_tick(void) {
    if (page == NULL) return;
    page->offset_ns = wanted_ms * 1000000;
    page->until_ns = wanted_ms == 0 ? 0 : monotonic_ns() + CLOCK_LASTS_NS;
}
