#include "waiting.h"

#include <stdlib.h>

static bool grow(struct waiting *waiting) {
    size_t capacity = waiting->capacity == 0 ? 256 : waiting->capacity * 2;
    struct packet *ring = malloc(capacity * sizeof *ring);
    if (ring == NULL) return false;
    for (size_t index = 0; index < waiting->count; index += 1)
        ring[index] = waiting->ring[(waiting->first + index) & (waiting->capacity - 1)];
    free(waiting->ring);
    waiting->ring = ring;
    waiting->capacity = capacity;
    waiting->first = 0;
    return true;
}

bool waiting_push(struct waiting *waiting, struct packet packet) {
    if (waiting->count == waiting->capacity && !grow(waiting)) return false;
    waiting->ring[(waiting->first + waiting->count) & (waiting->capacity - 1)] = packet;
    waiting->count += 1;
    waiting->last_due_ns = packet.due_ns;
    return true;
}

const struct packet *waiting_first(const struct waiting *waiting) {
    return waiting->count == 0 ? NULL : &waiting->ring[waiting->first];
}

void waiting_pop(struct waiting *waiting) {
    waiting->first = (waiting->first + 1) & (waiting->capacity - 1);
    waiting->count -= 1;
}

void waiting_free(struct waiting *waiting) {
    free(waiting->ring);
    *waiting = (struct waiting){0};
}
