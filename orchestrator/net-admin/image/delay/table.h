// How long packets wait, by where they come from: the longest prefix that holds the source address counts.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { TABLE_MOST_ROUTES = 1024 };

struct route {
    /** IPv4, host byte order. */
    uint32_t network;
    uint32_t mask;
    int64_t delay_ns;
    /** The delay is drawn evenly from so much below to so much above. */
    int64_t jitter_ns;
};

struct table {
    /** Longest prefixes first. */
    struct route *routes;
    int count;
};

/**
 * Reads lines `SOURCE DELAY JITTER`: an IPv4 address, a prefix such as 10.1.0.0/16, or `default` for everybody else; microseconds.
 * @return what is wrong with it, or NULL; the table is then the caller's to free.
 */
const char *table_parse(char *text, struct table *table);

void table_free(struct table *table);

/** Whether every source has the same delay, so that no packet's source need be looked at. */
bool table_is_uniform(const struct table *table);

/** Index of the route for packets from this address; -1 = they do not wait. */
int table_find(const struct table *table, uint32_t source);
