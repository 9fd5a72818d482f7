// What is done to a node from within: five things, each brought into a wanted state whole, whatever it was in before.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_WORKERS = 64, MOST_PLACES = 16, TICK_MS = 50 };

static const uint64_t NO_LEAVE = UINT64_MAX;

/** Workers that use a disk, all at one path; or a file system that is kept full. */
struct place {
    char path[256];
    /** disk: workers; full: bytes left free. */
    uint64_t amount;
};

/** All that is wanted at once. */
struct wanted {
    /** Workers that never rest. */
    size_t busy;
    /** Of the cores that the node may use, in thousandths, beside those workers. */
    uint64_t core_permille;
    /** Bytes to take. */
    uint64_t memory;
    /** Of the node's memory limit so many bytes are left to its own programs; NO_LEAVE = as many as it has. */
    uint64_t leave;
    struct place disk[MOST_PLACES];
    size_t disks;
    struct place full[MOST_PLACES];
    size_t fulls;
    /** The clock that the node's programs read is later by so much than the right one; earlier where it is below 0. */
    int64_t clock_ms;
};

/** Each of these gives NULL, or what could not be done. What was done before stays then. */
const char *cpu_want(size_t busy, uint64_t core_permille);
const char *memory_want(uint64_t bytes, uint64_t leave);
const char *disk_want(const struct place *places, size_t count);
const char *full_want(const struct place *places, size_t count);
const char *clock_want(int64_t offset_ms);

/** Called every TICK_MS: follows limits that have changed, and takes what has become free. */
void cpu_tick(void);
void memory_tick(void);
void full_tick(void);
void clock_tick(void);

/** Whether all that is wanted is there. */
bool memory_reached(void);
bool full_reached(void);

/** How many there are. */
size_t cpu_workers(void);
size_t disk_writers(void);

/** Since the start: microseconds of CPU time of the workers, bytes written by them; and bytes held now. */
uint64_t cpu_used_us(void);
uint64_t disk_written(void);
uint64_t memory_held(void);
uint64_t full_held(void);

/** Of the node's own control group. Cores: of the host where there is no limit. Memory: UINT64_MAX where there is none. */
double limit_cores(void);
uint64_t limit_memory(void);
/** All that the host has, bytes. */
uint64_t host_memory(void);

/** A message with the reason that errno gives. Valid until the next one. */
const char *failure(const char *what, const char *path);

/** An unlinked file there: it goes with the program, however that ends. -1 where it can't be made. */
int nameless_file(const char *path);

bool is_in_memory(int fd);
