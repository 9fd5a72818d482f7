// Workers that write to a disk: each writes a file of its own over and over, and waits for the disk after each piece.
#include "pressure.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 1 << 20, FILE_PIECES = 64 };

struct writer {
    pthread_t thread;
    char path[sizeof((struct place *)0)->path];
    int file;
    _Atomic bool over;
};

static struct writer writers[MOST_WORKERS];
static size_t count;
static _Atomic uint64_t written;
static char piece[PIECE_BYTES];

static void *write_on(void *argument) {
    struct writer *self = argument;
    for (uint64_t turn = 0; !self->over; turn++) {
        ssize_t done = pwrite(self->file, piece, sizeof piece, (off_t)(turn % FILE_PIECES) * PIECE_BYTES);
        if (done > 0 && fdatasync(self->file) == 0) written += (uint64_t)done;
        // A disk that is full is left alone until it no longer is.
        else usleep(TICK_MS * 1000);
    }
    close(self->file);
    return NULL;
}

static void end_beyond(size_t kept) {
    for (size_t index = kept; index < count; index++) writers[index].over = true;
    for (; count > kept; count--) pthread_join(writers[count - 1].thread, NULL);
}

static const char *begin(const char *path) {
    if (count == MOST_WORKERS) return "more than 64 workers";
    struct writer *next = &writers[count];
    *next = (struct writer){.file = nameless_file(path)};
    if (next->file < 0) return failure("write to", path);
    if (is_in_memory(next->file)) {
        close(next->file);
        errno = 0;
        return failure("write to a disk: this is memory (tmpfs)", path);
    }
    strcpy(next->path, path);
    errno = pthread_create(&next->thread, NULL, write_on, next);
    if (errno != 0) {
        close(next->file);
        return failure("start so many workers: the node's limit of processes is reached", "");
    }
    count++;
    return NULL;
}

const char *disk_want(const struct place *places, size_t places_count) {
    if (places_count > 0) memset(piece, 0x5a, sizeof piece);
    const char *paths[MOST_WORKERS];
    size_t wanted = 0;
    for (size_t index = 0; index < places_count; index++)
        for (uint64_t worker = 0; worker < places[index].amount; worker++) {
            if (wanted == MOST_WORKERS) return "more than 64 workers";
            paths[wanted++] = places[index].path;
        }
    size_t same = 0;
    while (same < wanted && same < count && strcmp(writers[same].path, paths[same]) == 0) same++;
    end_beyond(same);
    for (; same < wanted; same++) {
        const char *failed = begin(paths[same]);
        if (failed != NULL) return failed;
    }
    return NULL;
}

uint64_t disk_written(void) {
    return written;
}

size_t disk_writers(void) {
    return count;
}
