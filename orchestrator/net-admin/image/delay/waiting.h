// Packets that wait, in order of arrival: a ring that grows. What waits is in the kernel; here are only its numbers and times.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet {
    /** The kernel's number for it. */
    uint32_t id;
    int64_t arrived_ns;
    int64_t due_ns;
};

struct waiting {
    struct packet *ring;
    /** A power of two; 0 before the first packet. */
    size_t capacity;
    size_t first;
    size_t count;
    /** When the last one is due: none is let go before the one that came before it. */
    int64_t last_due_ns;
};

/** False where there is no memory. */
bool waiting_push(struct waiting *waiting, struct packet packet);

/** The packet that goes first; NULL where none waits. */
const struct packet *waiting_first(const struct waiting *waiting);

void waiting_pop(struct waiting *waiting);

void waiting_free(struct waiting *waiting);
