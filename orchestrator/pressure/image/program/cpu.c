// Workers that use CPU time: some never rest, the others together use so much of the cores that the node may use.
#include "pressure.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/** In which a worker that rests has worked its part. */
enum { ROUND_US = 100 * 1000, LOOK_ROUNDS = 20000 };

struct worker {
    pthread_t thread;
    /** Of a core, in thousandths. */
    _Atomic unsigned duty;
    _Atomic bool over;
    _Atomic uint64_t used_us;
};

static struct worker workers[MOST_WORKERS];
static size_t count;
static uint64_t used_by_gone_us;
static size_t wanted_busy;
static uint64_t wanted_permille;

static uint64_t now_us(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static void compute(void) {
    volatile uint64_t number = 88172645463325252u;
    for (int round = 0; round < LOOK_ROUNDS; round++) {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
    }
}

static void *work(void *argument) {
    struct worker *self = argument;
    while (!self->over) {
        uint64_t began = now_us(CLOCK_MONOTONIC), before = now_us(CLOCK_THREAD_CPUTIME_ID), used = 0;
        uint64_t due = (uint64_t)ROUND_US * self->duty / 1000;
        // A node that is short of CPU gets no more than a round's time for a round's work.
        while (used < due && now_us(CLOCK_MONOTONIC) - began < ROUND_US && !self->over) {
            compute();
            used = now_us(CLOCK_THREAD_CPUTIME_ID) - before;
        }
        self->used_us += used;
        uint64_t passed = now_us(CLOCK_MONOTONIC) - began;
        if (passed >= ROUND_US || self->over) continue;
        struct timespec rest = {.tv_nsec = (long)(ROUND_US - passed) * 1000};
        nanosleep(&rest, NULL);
    }
    return NULL;
}

static void end_beyond(size_t wanted) {
    for (size_t index = wanted; index < count; index++) workers[index].over = true;
    for (; count > wanted; count--) {
        pthread_join(workers[count - 1].thread, NULL);
        used_by_gone_us += workers[count - 1].used_us;
    }
}

static const char *begin_up_to(size_t wanted) {
    for (; count < wanted; count++) {
        struct worker *next = &workers[count];
        *next = (struct worker){0};
        errno = pthread_create(&next->thread, NULL, work, next);
        if (errno != 0) return failure("start so many workers: the node's limit of processes is reached", "");
    }
    return NULL;
}

/** Brings the number of workers and what each of them does to what is wanted under the limit of now. */
static const char *follow(void) {
    double cores = limit_cores() * (double)wanted_permille / 1000;
    size_t resting = wanted_permille == 0 ? 0 : (size_t)cores + ((double)(size_t)cores < cores);
    if (wanted_busy + resting > MOST_WORKERS) {
        if (wanted_busy > MOST_WORKERS) return "more than 64 workers";
        resting = MOST_WORKERS - wanted_busy;
    }
    end_beyond(wanted_busy + resting);
    const char *failed = begin_up_to(wanted_busy + resting);
    double duty = resting == 0 ? 0 : cores / (double)resting;
    for (size_t index = 0; index < count; index++)
        workers[index].duty = index < wanted_busy ? 1000 : (unsigned)((duty > 1 ? 1 : duty) * 1000 + 0.5);
    return failed;
}

const char *cpu_want(size_t busy, uint64_t core_permille) {
    wanted_busy = busy;
    wanted_permille = core_permille;
    return follow();
}

void cpu_tick(void) {
    if (wanted_permille > 0) follow();
}

uint64_t cpu_used_us(void) {
    uint64_t used = used_by_gone_us;
    for (size_t index = 0; index < count; index++) used += workers[index].used_us;
    return used;
}

size_t cpu_workers(void) {
    return count;
}
