#include "lanes.h"

#include <stdlib.h>
#include <time.h>

int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/** xorshift64* (Vigna, 2014). */
static uint64_t next_random(struct lanes *lanes) {
    if (lanes->random == 0) lanes->random = (uint64_t)monotonic_ns() | 1;
    lanes->random ^= lanes->random >> 12;
    lanes->random ^= lanes->random << 25;
    lanes->random ^= lanes->random >> 27;
    return lanes->random * UINT64_C(2685821657736338717);
}

static int64_t draw(struct lanes *lanes, const struct route *route) {
    if (route->jitter_ns == 0) return route->delay_ns;
    double share = (double)(next_random(lanes) >> 11) * 0x1p-53;
    return route->delay_ns + (int64_t)((2 * share - 1) * (double)route->jitter_ns);
}

static void empty_lane(struct waiting *lane, const struct route *route, packet_visitor let_go, void *context) {
    for (const struct packet *packet; (packet = waiting_first(lane)) != NULL; waiting_pop(lane)) let_go(context, packet, route);
    waiting_free(lane);
}

static struct waiting *lane_of(struct lanes *lanes, const struct route *wanted) {
    for (int index = 0; index < lanes->table.count; index += 1) {
        const struct route *route = &lanes->table.routes[index];
        if (route->network == wanted->network && route->mask == wanted->mask) return &lanes->lanes[index];
    }
    return NULL;
}

void lanes_change(struct lanes *lanes, struct table table, packet_visitor let_go, void *context) {
    struct lanes old = *lanes;
    lanes->table = table;
    lanes->lanes = calloc((size_t)table.count + 1, sizeof *lanes->lanes);
    // Without memory nobody waits any more.
    if (lanes->lanes == NULL) lanes->table.count = 0;
    for (int index = 0; index < old.table.count; index += 1) {
        struct waiting *lane = lane_of(lanes, &old.table.routes[index]);
        if (lane == NULL || lane->ring != NULL) empty_lane(&old.lanes[index], &old.table.routes[index], let_go, context);
        else *lane = old.lanes[index];
    }
    free(old.lanes);
    table_free(&old.table);
}

bool lanes_add(struct lanes *lanes, uint32_t id, uint32_t source, int64_t arrived_ns) {
    int index = table_find(&lanes->table, source);
    if (index < 0) return false;
    struct waiting *lane = &lanes->lanes[index];
    int64_t due_ns = arrived_ns + draw(lanes, &lanes->table.routes[index]);
    if (due_ns < lane->last_due_ns) due_ns = lane->last_due_ns;
    return waiting_push(lane, (struct packet){.id = id, .arrived_ns = arrived_ns, .due_ns = due_ns});
}

void lanes_release(struct lanes *lanes, int64_t now_ns, packet_visitor let_go, void *context) {
    for (int index = 0; index < lanes->table.count; index += 1) {
        struct waiting *lane = &lanes->lanes[index];
        const struct packet *packet;
        while ((packet = waiting_first(lane)) != NULL && packet->due_ns <= now_ns) {
            let_go(context, packet, &lanes->table.routes[index]);
            waiting_pop(lane);
        }
    }
}

void lanes_empty(struct lanes *lanes, packet_visitor let_go, void *context) {
    for (int index = 0; index < lanes->table.count; index += 1)
        empty_lane(&lanes->lanes[index], &lanes->table.routes[index], let_go, context);
    free(lanes->lanes);
    lanes->lanes = NULL;
    table_free(&lanes->table);
}

int64_t lanes_next_due(const struct lanes *lanes) {
    int64_t next = -1;
    for (int index = 0; index < lanes->table.count; index += 1) {
        const struct packet *packet = waiting_first(&lanes->lanes[index]);
        if (packet != NULL && (next < 0 || packet->due_ns < next)) next = packet->due_ns;
    }
    return next;
}

uint64_t lanes_count(const struct lanes *lanes) {
    uint64_t count = 0;
    for (int index = 0; index < lanes->table.count; index += 1) count += lanes->lanes[index].count;
    return count;
}
