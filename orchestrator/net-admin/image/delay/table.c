#include "table.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DELAY_US = 60 * 1000 * 1000 };

static int longest_first(const void *one, const void *other) {
    uint32_t a = ((const struct route *)one)->mask, b = ((const struct route *)other)->mask;
    return a < b ? 1 : a > b ? -1 : 0;
}

static const char *parse_source(char *text, struct route *route) {
    int bits = 32;
    if (strcmp(text, "default") == 0) {
        route->network = route->mask = 0;
        return NULL;
    }
    char *slash = strchr(text, '/');
    if (slash != NULL) {
        char *end;
        *slash = '\0';
        bits = (int)strtol(slash + 1, &end, 10);
        if (*end != '\0' || end == slash + 1 || bits < 0 || bits > 32) return "a prefix has 0 to 32 bits";
    }
    struct in_addr address;
    if (inet_pton(AF_INET, text, &address) != 1) return "a source is an IPv4 address, a prefix or default";
    route->mask = bits == 0 ? 0 : UINT32_MAX << (32 - bits);
    route->network = ntohl(address.s_addr) & route->mask;
    return NULL;
}

const char *table_parse(char *text, struct table *table) {
    char *rest;
    *table = (struct table){.routes = calloc(TABLE_MOST_ROUTES, sizeof(struct route))};
    if (table->routes == NULL) return "no memory for the table";
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char source[32];
        long delay, jitter;
        const char *wrong = NULL;
        if (table->count == TABLE_MOST_ROUTES) wrong = "the table has more than 1024 sources";
        else if (sscanf(line, "%31s %ld %ld", source, &delay, &jitter) != 3)
            wrong = "a line is SOURCE DELAY JITTER";
        else if (delay < 0 || delay > MOST_DELAY_US || jitter < 0 || jitter > delay)
            wrong = "a delay is at most 60 s, and a jitter no more than it";
        else wrong = parse_source(source, &table->routes[table->count]);
        if (wrong != NULL) {
            table_free(table);
            return wrong;
        }
        table->routes[table->count].delay_ns = delay * 1000;
        table->routes[table->count].jitter_ns = jitter * 1000;
        table->count += 1;
    }
    qsort(table->routes, (size_t)table->count, sizeof(struct route), longest_first);
    return NULL;
}

void table_free(struct table *table) {
    free(table->routes);
    *table = (struct table){0};
}

bool table_is_uniform(const struct table *table) { return table->count == 1 && table->routes[0].mask == 0; }

int table_find(const struct table *table, uint32_t source) {
    for (int index = 0; index < table->count; index += 1) {
        const struct route *route = &table->routes[index];
        if ((source & route->mask) == route->network) return index;
    }
    return -1;
}
