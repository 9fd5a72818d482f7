// The limits of the control group that this program is in, and so of the node: version 1 or 2, wherever the kernel says that it is mounted.
#include "pressure.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Whether a comma-separated list has the word. */
static bool lists(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length)
        if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0')) return true;
    return false;
}

/** The path of our group in the hierarchy of a controller of version 1; "" = version 2. False where it is in none. */
static bool group_path(const char *controller, char *path, size_t size) {
    FILE *file = fopen("/proc/self/cgroup", "re");
    char line[4096];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *own = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (own == NULL) continue;
        *controllers++ = *own++ = '\0';
        found = *controller == '\0' ? *controllers == '\0' : lists(controllers, controller);
        if (found) snprintf(path, size, "%s", own);
    }
    if (file != NULL) fclose(file);
    return found;
}

/** A file of our group. `controller`: of version 1; "" = version 2. */
struct limit {
    const char *controller;
    const char *name;
    /** It was looked for, which is done once: where hierarchies are mounted is read from a long list, and limits are read twenty times a second. */
    bool sought;
    /** "" = there is none. */
    char path[4096];
};

/** Finds a file of our group, where its hierarchy is mounted here. */
static void seek(struct limit *limit) {
    const char *controller = limit->controller;
    char own[2048], line[4096];
    limit->sought = true;
    if (!group_path(controller, own, sizeof own)) return;
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    bool found = false;
    while (mounts != NULL && !found && fgets(line, sizeof line, mounts) != NULL) {
        char root[1024], point[1024], type[32], options[1024];
        char *tail = strstr(line, " - ");
        if (tail == NULL || sscanf(line, "%*s %*s %*s %1023s %1023s", root, point) != 2) continue;
        if (sscanf(tail, " - %31s %*s %1023s", type, options) != 2) continue;
        bool fits = *controller == '\0' ? strcmp(type, "cgroup2") == 0
                                        : strcmp(type, "cgroup") == 0 && lists(options, controller);
        if (!fits) continue;
        // What is mounted is part of the hierarchy: a container sees its own group as the root.
        size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
        const char *below = strncmp(own, root, length) == 0 ? own + length : "";
        snprintf(limit->path, sizeof limit->path, "%s%s/%s", point, strcmp(below, "/") == 0 ? "" : below, limit->name);
        found = access(limit->path, R_OK) == 0;
    }
    if (mounts != NULL) fclose(mounts);
    if (!found) limit->path[0] = '\0';
}

/** The numbers of a file of our group; those that are words such as `max` count as none. */
static int read_limit(struct limit *limit, int64_t *first, int64_t *second) {
    if (!limit->sought) seek(limit);
    FILE *file = limit->path[0] == '\0' ? NULL : fopen(limit->path, "re");
    if (file == NULL) return 0;
    int read = fscanf(file, "%" SCNd64 " %" SCNd64, first, second);
    fclose(file);
    return read;
}

double limit_cores(void) {
    static struct limit both = {.controller = "", .name = "cpu.max"};
    static struct limit old_quota = {.controller = "cpu", .name = "cpu.cfs_quota_us"};
    static struct limit old_period = {.controller = "cpu", .name = "cpu.cfs_period_us"};
    int64_t quota = -1, period = 0, unused;
    bool limited = read_limit(&both, &quota, &period) == 2;
    if (!limited) limited = read_limit(&old_quota, &quota, &unused) > 0 && read_limit(&old_period, &period, &unused) > 0;
    if (limited && quota > 0 && period > 0) return (double)quota / (double)period;
    cpu_set_t cores;
    return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

uint64_t limit_memory(void) {
    static struct limit new = {.controller = "", .name = "memory.max"};
    static struct limit old = {.controller = "memory", .name = "memory.limit_in_bytes"};
    int64_t bytes, unused;
    if (read_limit(&new, &bytes, &unused) < 1 && read_limit(&old, &bytes, &unused) < 1) return UINT64_MAX;
    // Version 1 says so where there is none.
    return bytes <= 0 || bytes > INT64_MAX / 2 ? UINT64_MAX : (uint64_t)bytes;
}

uint64_t host_memory(void) {
    return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}
