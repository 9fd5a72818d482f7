// Takes the node's memory. The pages belong to a file that has no name and that nobody maps: they count for the node's control group and for no
// process, so that where they leave too little the kernel ends the node's own largest program, not this one.
#include "pressure.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/** So much at once: somebody who takes too much is to be stopped soon. */
enum { STEP_BYTES = 1 << 20 };

static int file = -1;
static pthread_t taker;
static uint64_t wanted_bytes;
static uint64_t wanted_leave = NO_LEAVE;
static _Atomic uint64_t target;
static _Atomic uint64_t held;

/** A thread of its own: who takes the last of a node's memory waits in the kernel while that ends programs. */
static void *take(void *unused) {
    (void)unused;
    for (;;) {
        uint64_t goal = target, have = held;
        if (have > goal && ftruncate(file, (off_t)goal) == 0) held = goal;
        if (have < goal) {
            uint64_t step = goal - have < STEP_BYTES ? goal - have : STEP_BYTES;
            if (fallocate(file, 0, (off_t)have, (off_t)step) == 0) {
                held = have + step;
                continue;
            }
        }
        struct timespec rest = {.tv_nsec = 10 * 1000 * 1000};
        nanosleep(&rest, NULL);
    }
    return NULL;
}

static void follow(void) {
    uint64_t limit = limit_memory();
    uint64_t taken = wanted_bytes;
    if (wanted_leave != NO_LEAVE && limit != UINT64_MAX && limit > wanted_leave) taken += limit - wanted_leave;
    target = taken < limit ? taken : limit;
}

const char *memory_want(uint64_t bytes, uint64_t leave) {
    // Without one of its own, its limit is half of the host's memory.
    if (leave != NO_LEAVE && limit_memory() >= host_memory() / 100 * 49) return "take all memory: the node has no limit of its own";
    if (file < 0 && (bytes > 0 || leave != NO_LEAVE)) {
        int made = memfd_create("pressure", MFD_CLOEXEC);
        if (made < 0) return failure("take memory", "");
        file = made;
        errno = pthread_create(&taker, NULL, take, NULL);
        if (errno != 0) {
            close(made);
            file = -1;
            return failure("take memory: the node's limit of processes is reached", "");
        }
    }
    wanted_bytes = bytes;
    wanted_leave = leave;
    follow();
    return NULL;
}

void memory_tick(void) {
    if (file >= 0) follow();
}

bool memory_reached(void) {
    return held == target;
}

uint64_t memory_held(void) {
    return held;
}
