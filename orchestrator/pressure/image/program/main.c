// topolab-pressure: presses on the node that it runs in. The engine starts it inside the node, so that it is in the node's control group and
// dies with it; it needs no rights, no shell and no library of the node's.
//
// A line on standard input, an answer of one line:
//
//   want [busy=WORKERS] [cores=PERMILLE] [memory=BYTES] [leave=BYTES] [disk=WORKERS:PATH]… [full=BYTES:PATH]…
//        [clock=MILLISECONDS]
//                         all that is to be from now on; without a word, nothing   → `ok`, or `failed WHY`
//   look                  → `workers=N cpu_us=N memory=N writers=N written=N filled=N reached=0|1`
//
// It ends when its input does, and when nobody has asked anything for two minutes: whoever wanted the pressure has gone then.
#include "pressure.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SILENCE_SECONDS = 120, WAIT_SECONDS = 5 };

static time_t seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static const char *read_place(const char *text, struct place *places, size_t *count) {
    char *colon;
    if (*count == MOST_PLACES) return "too many places";
    struct place *place = &places[*count];
    place->amount = strtoull(text, &colon, 10);
    if (*colon != ':' || strlen(colon + 1) >= sizeof place->path) return "not a place";
    strcpy(place->path, colon + 1);
    (*count)++;
    return NULL;
}

static const char *read_word(char *word, struct wanted *wanted) {
    char *value = strchr(word, '=');
    if (value == NULL) return "not a word of this program's";
    *value++ = '\0';
    if (strcmp(word, "disk") == 0) return read_place(value, wanted->disk, &wanted->disks);
    if (strcmp(word, "full") == 0) return read_place(value, wanted->full, &wanted->fulls);
    uint64_t number = strtoull(value, NULL, 10);
    if (strcmp(word, "busy") == 0) wanted->busy = number;
    else if (strcmp(word, "cores") == 0) wanted->core_permille = number;
    else if (strcmp(word, "memory") == 0) wanted->memory = number;
    else if (strcmp(word, "leave") == 0) wanted->leave = number;
    else if (strcmp(word, "clock") == 0) wanted->clock_ms = strtoll(value, NULL, 10);
    else return "not a word of this program's";
    return NULL;
}

/** The first that failed is told. */
static void keep(char *said, size_t size, const char *failed) {
    if (failed != NULL && said[0] == '\0') snprintf(said, size, "%s", failed);
}

/** Tries all of it, whatever of it fails. */
static const char *want(char *words) {
    static struct wanted wanted;
    static char said[512];
    wanted = (struct wanted){.leave = NO_LEAVE};
    const char *failed = NULL;
    for (char *word = strtok(words, " "); word != NULL && failed == NULL; word = strtok(NULL, " "))
        failed = read_word(word, &wanted);
    if (failed != NULL) return failed;
    said[0] = '\0';
    keep(said, sizeof said, disk_want(wanted.disk, wanted.disks));
    keep(said, sizeof said, full_want(wanted.full, wanted.fulls));
    keep(said, sizeof said, memory_want(wanted.memory, wanted.leave));
    keep(said, sizeof said, clock_want(wanted.clock_ms));
    keep(said, sizeof said, cpu_want(wanted.busy, wanted.core_permille));
    return said[0] == '\0' ? NULL : said;
}

static void tick(void) {
    cpu_tick();
    memory_tick();
    full_tick();
    clock_tick();
}

static bool is_there(void) {
    return memory_reached() && full_reached();
}

/** Waits for input, and does meanwhile what is to be done again and again. False when there will be none. */
static bool await_input(time_t until, bool (*enough)(void)) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    for (;;) {
        int ready = poll(&input, 1, TICK_MS);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
        tick();
        if ((enough != NULL && enough()) || seconds() >= until) return enough != NULL;
    }
}

static void obey(char *line) {
    if (strncmp(line, "want", 4) == 0) {
        const char *failed = want(line + 4);
        if (failed == NULL) await_input(seconds() + WAIT_SECONDS, is_there);
        if (failed == NULL && !is_there())
            printf("failed take so much: %" PRIu64 " bytes of memory and %" PRIu64 " of file systems are all\n",
                   memory_held(), full_held());
        else printf(failed == NULL ? "ok\n" : "failed %s\n", failed);
    } else
        printf("workers=%zu cpu_us=%" PRIu64 " memory=%" PRIu64 " writers=%zu written=%" PRIu64 " filled=%" PRIu64
               " reached=%d\n",
               cpu_workers(), cpu_used_us(), memory_held(), disk_writers(), disk_written(), full_held(), is_there());
    fflush(stdout);
}

int main(void) {
    char line[16 * 1024];
    size_t length = 0;
    while (await_input(seconds() + SILENCE_SECONDS, NULL)) {
        ssize_t read_bytes = read(STDIN_FILENO, line + length, sizeof line - 1 - length);
        if (read_bytes <= 0) break;
        length += (size_t)read_bytes;
        line[length] = '\0';
        for (char *end; (end = strchr(line, '\n')) != NULL;) {
            *end = '\0';
            obey(line);
            length -= (size_t)(end + 1 - line);
            memmove(line, end + 1, length + 1);
        }
        if (length == sizeof line - 1) break;
    }
    clock_want(0);
    // Not by return: threads that write end with it at once.
    _exit(0);
}
