// The kernel's queue of packets that arrive in one network namespace (NFQUEUE): opening it, reading which packets came, letting them go.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum {
    /** The rule in the node's namespace names it. */
    QUEUE_NUMBER = 7101,
    /** Packets that may wait at once; the kernel drops and counts those beyond. A second of full frames at 1.2 Gbit/s. */
    QUEUE_LENGTH = 100000,
    QUEUE_VERDICTS_AT_ONCE = 128,
};

struct queue {
    struct mnl_socket *socket;
    /** Asks the kernel for times of arrival, which it else does not note. */
    int stamps;
    uint32_t verdicts[QUEUE_VERDICTS_AT_ONCE];
    int decided;
};

struct arrival {
    uint32_t id;
    /** How long ago it arrived, as the kernel noted it; 0 where it did not. */
    int64_t age_ns;
    /** IPv4, host byte order; 0 where sources are not asked for. */
    uint32_t source;
};

/** Binds the queue in the calling thread's network namespace. Returns what failed, or NULL. */
const char *queue_open(struct queue *queue);

/** What waits is dropped by the kernel: let it go first. */
void queue_close(struct queue *queue);

int queue_fd(const struct queue *queue);

/** Whether the source of each packet is told. */
const char *queue_tell_sources(struct queue *queue, bool told);

/** Reads what has come, without waiting, and calls back for each packet. False where the queue has gone. */
bool queue_read(struct queue *queue, void (*on_arrival)(void *context, const struct arrival *), void *context);

/** Lets a packet go on; it goes with others at the latest on `queue_flush`. */
void queue_accept(struct queue *queue, uint32_t id);
void queue_flush(struct queue *queue);

/** Packets that the kernel dropped since the queue was opened because too many waited, seen from a thread of its namespace. */
uint64_t queue_dropped(int thread_id);
