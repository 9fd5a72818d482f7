// The packets of one node that wait, in a lane for each source of its table. In a lane they keep their order, as on a path: one that is
// delayed longer holds up those behind it.
#pragma once
#include "table.h"
#include "waiting.h"

struct lanes {
    struct table table;
    /** One for each of the table's routes. */
    struct waiting *lanes;
    uint64_t random;
};

/** @param route by which the packet waited. */
typedef void (*packet_visitor)(void *context, const struct packet *packet, const struct route *route);

int64_t monotonic_ns(void);

/** Takes over another table. Packets of sources that it names too stay; those of others go to the visitor now. */
void lanes_change(struct lanes *lanes, struct table table, packet_visitor let_go, void *context);

/** False where the packet does not wait: no route, no delay, or no memory. */
bool lanes_add(struct lanes *lanes, uint32_t id, uint32_t source, int64_t arrived_ns);

/** Hands over all that is due. */
void lanes_release(struct lanes *lanes, int64_t now_ns, packet_visitor let_go, void *context);

/** Hands over everything, each lane in its order, and frees it all. */
void lanes_empty(struct lanes *lanes, packet_visitor let_go, void *context);

/** When the next packet is due; -1 = none waits. */
int64_t lanes_next_due(const struct lanes *lanes);

uint64_t lanes_count(const struct lanes *lanes);
