// One node whose packets are delayed: a thread in its network namespace that lets them wait, until the node ends or nobody asks for it.
#pragma once
#include "histogram.h"
#include "table.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/** What became of the packets that were to wait so long. */
struct figures {
    int64_t delay_ns;
    int64_t jitter_ns;
    uint64_t packets;
    /** Of these, later than they were due by more than 2 ms and by more than a twentieth of their delay. */
    uint64_t beyond;
    struct histogram late;
    struct histogram given;
};

struct node {
    struct node *next;
    /** What the caller calls it. */
    char name[64];
    pid_t pid;
    /** Inode of its network namespace. */
    uint64_t namespace_inode;

    /** Readable once the process has ended. */
    int process;
    int namespace;
    /** Wakes the thread. */
    int wake;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t told;
    /** Under the lock, all that follows. */
    enum { NODE_STARTING, NODE_DELAYING, NODE_OVER } state;
    /** Over because its process has ended. */
    bool gone;
    const char *failed;
    bool ending;
    bool has_new_table;
    struct table new_table;
    int thread_id;
    /** Since the last report, one for each delay. */
    struct figures *figures;
    int delays;
    uint64_t let_through;
    /** Told of already. */
    uint64_t dropped;
    uint64_t waiting;
};

/**
 * Begins to delay what reaches a process's network, and returns once its queue is there. The table is the node's from now on.
 * @param namespace_inode what the caller takes for that network: a process id may belong to another by now.
 * @return NULL with `failed` set where that can't be done.
 */
struct node *node_start(const char *name, pid_t pid, uint64_t namespace_inode, struct table table, const char **failed);

/** Other delays from now on. What waits goes when it was to go. */
void node_change(struct node *node, struct table table);

/** Lets everything go that waits, and returns when the queue is closed. */
void node_end(struct node *node);

/** After node_end, or once it is over by itself. */
void node_free(struct node *node);

bool node_is_over(struct node *node);

/** Writes what became of the packets since the last time: a line of JSON, with figures of each delay. */
void node_report(struct node *node, FILE *out);
