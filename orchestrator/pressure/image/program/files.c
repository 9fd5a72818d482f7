// Files that leave nothing behind, and why something failed.
#include "pressure.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

const char *failure(const char *what, const char *path) {
    static char said[512];
    const char *why = errno == 0 ? "" : strerror(errno);
    snprintf(said, sizeof said, "%s%s%s%s%s", what, *path == '\0' ? "" : " ", path, *why == '\0' ? "" : ": ", why);
    return said;
}

int nameless_file(const char *path) {
    int file = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    // Some file systems have no files without a name.
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)) return file;
    char name[512];
    snprintf(name, sizeof name, "%s/.topolab-pressure-XXXXXX", path);
    file = mkostemp(name, O_CLOEXEC);
    if (file >= 0) unlink(name);
    return file;
}

bool is_in_memory(int fd) {
    struct statfs seen;
    return fstatfs(fd, &seen) == 0 && (seen.f_type == TMPFS_MAGIC || seen.f_type == RAMFS_MAGIC);
}
