// Keeps file systems full that lie in memory and have a size of their own. Never a disk: it may be the host's.
#include "pressure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { STEP_BYTES = 1 << 20 };

struct filled {
    struct place place;
    int file;
    uint64_t held;
    bool reached;
};

static struct filled filled[MOST_PLACES];
static size_t count;

/** Takes what is free beyond what is to be left. */
static void fill(struct filled *one) {
    struct statvfs seen;
    one->reached = false;
    if (fstatvfs(one->file, &seen) != 0) return;
    uint64_t block = seen.f_frsize, left = seen.f_bavail * block;
    while (left > one->place.amount) {
        uint64_t step = left - one->place.amount < STEP_BYTES ? left - one->place.amount : STEP_BYTES;
        step -= step % block;
        if (step == 0) break;
        if (fallocate(one->file, 0, (off_t)one->held, (off_t)step) != 0) {
            // Whoever else writes there was faster.
            one->reached = errno == ENOSPC;
            return;
        }
        one->held += step;
        left -= step;
    }
    one->reached = true;
}

static const char *begin(const struct place *place) {
    int file = nameless_file(place->path);
    if (file < 0) return failure("write to", place->path);
    struct statvfs seen;
    bool bounded = fstatvfs(file, &seen) == 0 && seen.f_blocks > 0 && is_in_memory(file);
    if (bounded && (uint64_t)seen.f_blocks * seen.f_frsize < limit_memory()) {
        filled[count] = (struct filled){.place = *place, .file = file};
        fill(&filled[count++]);
        return NULL;
    }
    close(file);
    errno = 0;
    return failure("fill a file system that has no size of its own below the node's memory limit", place->path);
}

static bool is_same(const struct place *a, const struct place *b) {
    return a->amount == b->amount && strcmp(a->path, b->path) == 0;
}

const char *full_want(const struct place *places, size_t places_count) {
    size_t same = 0;
    while (same < places_count && same < count && is_same(&filled[same].place, &places[same])) same++;
    for (; count > same; count--) close(filled[count - 1].file);
    for (; same < places_count; same++) {
        const char *failed = begin(&places[same]);
        if (failed != NULL) return failed;
    }
    return NULL;
}

void full_tick(void) {
    for (size_t index = 0; index < count; index++) fill(&filled[index]);
}

bool full_reached(void) {
    for (size_t index = 0; index < count; index++)
        if (!filled[index].reached) return false;
    return true;
}

uint64_t full_held(void) {
    uint64_t held = 0;
    for (size_t index = 0; index < count; index++) held += filled[index].held;
    return held;
}
