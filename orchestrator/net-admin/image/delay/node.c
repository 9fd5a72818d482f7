#include "node.h"
#include "lanes.h"
#include "queue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STACK_BYTES = 512 * 1024, TIMER_SLACK_NS = 1000 };
static const int64_t tolerance_ns = 2000000;

/** What only the node's own thread touches. */
struct work {
    struct node *node;
    struct queue queue;
    struct lanes lanes;
    int64_t now_ns;
};

static void on_arrival(void *context, const struct arrival *arrival) {
    struct work *work = context;
    if (!lanes_add(&work->lanes, arrival->id, arrival->source, work->now_ns - arrival->age_ns)) {
        queue_accept(&work->queue, arrival->id);
        work->node->let_through += 1;
    }
}

/** NULL without memory. */
static struct figures *figures_of(struct node *node, const struct route *route) {
    for (int index = 0; index < node->delays; index += 1) {
        struct figures *figures = &node->figures[index];
        if (figures->delay_ns == route->delay_ns && figures->jitter_ns == route->jitter_ns) return figures;
    }
    struct figures *more = realloc(node->figures, ((size_t)node->delays + 1) * sizeof *more);
    if (more == NULL) return NULL;
    node->figures = more;
    more[node->delays] = (struct figures){.delay_ns = route->delay_ns, .jitter_ns = route->jitter_ns};
    node->delays += 1;
    return &more[node->delays - 1];
}

static void on_due(void *context, const struct packet *packet, const struct route *route) {
    struct work *work = context;
    queue_accept(&work->queue, packet->id);
    struct figures *figures = figures_of(work->node, route);
    if (figures == NULL) return;
    int64_t late_ns = work->now_ns - packet->due_ns;
    histogram_add(&figures->late, late_ns);
    histogram_add(&figures->given, work->now_ns - packet->arrived_ns);
    figures->packets += 1;
    if (late_ns > tolerance_ns && late_ns * 20 > packet->due_ns - packet->arrived_ns) figures->beyond += 1;
}

static void on_end(void *context, const struct packet *packet, const struct route *route) {
    (void)route;
    struct work *work = context;
    queue_accept(&work->queue, packet->id);
}

static const char *take_table(struct work *work) {
    struct node *node = work->node;
    if (!node->has_new_table) return NULL;
    node->has_new_table = false;
    lanes_change(&work->lanes, node->new_table, on_end, work);
    node->new_table = (struct table){0};
    return queue_tell_sources(&work->queue, !table_is_uniform(&work->lanes.table));
}

/** One turn of the thread, under the node's lock: takes in what came, lets go what is due. */
static bool turn(struct work *work) {
    work->now_ns = monotonic_ns();
    bool open = take_table(work) == NULL && queue_read(&work->queue, on_arrival, work);
    work->now_ns = monotonic_ns();
    lanes_release(&work->lanes, work->now_ns, on_due, work);
    queue_flush(&work->queue);
    work->node->waiting = lanes_count(&work->lanes);
    return open && !work->node->ending;
}

static void wait_for_work(struct work *work, struct pollfd *watched) {
    struct timespec span, *limit = NULL;
    int64_t due_ns = lanes_next_due(&work->lanes);
    if (due_ns >= 0) {
        int64_t left_ns = due_ns - monotonic_ns();
        if (left_ns < 0) left_ns = 0;
        span = (struct timespec){.tv_sec = left_ns / 1000000000, .tv_nsec = left_ns % 1000000000};
        limit = &span;
    }
    ppoll(watched, 3, limit, NULL);
    uint64_t count;
    if ((watched[1].revents & POLLIN) != 0 && read(work->node->wake, &count, sizeof count) < 0) return;
}

static const char *begin(struct work *work) {
    prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
    if (setns(work->node->namespace, CLONE_NEWNET) < 0) return strerror(errno);
    const char *failed = queue_open(&work->queue);
    if (failed != NULL) queue_close(&work->queue);
    return failed;
}

static void tell(struct node *node, int state, const char *failed) {
    pthread_mutex_lock(&node->lock);
    node->state = state;
    node->failed = failed;
    node->thread_id = (int)syscall(SYS_gettid);
    pthread_cond_broadcast(&node->told);
    pthread_mutex_unlock(&node->lock);
}

static void *delay(void *argument) {
    struct node *node = argument;
    struct work work = {.node = node};
    const char *failed = begin(&work);
    close(node->namespace);
    node->namespace = -1;
    if (failed != NULL) {
        tell(node, NODE_OVER, failed);
        return NULL;
    }
    tell(node, NODE_DELAYING, NULL);
    struct pollfd watched[] = {
        {.fd = queue_fd(&work.queue), .events = POLLIN},
        {.fd = node->wake, .events = POLLIN},
        {.fd = node->process, .events = POLLIN},
    };
    for (bool open = true; open && watched[2].revents == 0;) {
        wait_for_work(&work, watched);
        pthread_mutex_lock(&node->lock);
        open = turn(&work);
        pthread_mutex_unlock(&node->lock);
    }
    pthread_mutex_lock(&node->lock);
    lanes_empty(&work.lanes, on_end, &work);
    queue_flush(&work.queue);
    node->waiting = 0;
    node->gone = watched[2].revents != 0;
    pthread_mutex_unlock(&node->lock);
    queue_close(&work.queue);
    tell(node, NODE_OVER, NULL);
    return NULL;
}

static const char *open_process(struct node *node) {
    char path[64];
    struct stat status;
    // First the process, then its network: that one can't be another's as long as this one lives.
    node->process = (int)syscall(SYS_pidfd_open, node->pid, 0);
    if (node->process < 0) return strerror(errno);
    snprintf(path, sizeof path, "/proc/%d/ns/net", (int)node->pid);
    node->namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (node->namespace < 0) return strerror(errno);
    if (fstat(node->namespace, &status) < 0) return strerror(errno);
    if (status.st_ino != node->namespace_inode) return "the process is another by now";
    node->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return node->wake < 0 ? strerror(errno) : NULL;
}

static const char *start_thread(struct node *node) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int failed = pthread_create(&node->thread, &attributes, delay, node);
    pthread_attr_destroy(&attributes);
    if (failed != 0) return strerror(failed);
    pthread_mutex_lock(&node->lock);
    while (node->state == NODE_STARTING) pthread_cond_wait(&node->told, &node->lock);
    const char *said = node->failed;
    pthread_mutex_unlock(&node->lock);
    if (said != NULL) pthread_join(node->thread, NULL);
    return said;
}

static void discard(struct node *node) {
    for (int *fd = (int[]){node->process, node->namespace, node->wake, -2}; *fd != -2; fd += 1)
        if (*fd >= 0) close(*fd);
    table_free(&node->new_table);
    free(node->figures);
    free(node);
}

struct node *node_start(const char *name, pid_t pid, uint64_t inode, struct table table, const char **failed) {
    struct node *node = calloc(1, sizeof *node);
    if (node == NULL) {
        table_free(&table);
        *failed = "no memory";
        return NULL;
    }
    snprintf(node->name, sizeof node->name, "%s", name);
    node->pid = pid;
    node->namespace_inode = inode;
    node->process = node->namespace = node->wake = -1;
    node->has_new_table = true;
    node->new_table = table;
    pthread_mutex_init(&node->lock, NULL);
    pthread_cond_init(&node->told, NULL);
    *failed = open_process(node);
    if (*failed == NULL) *failed = start_thread(node);
    if (*failed == NULL) {
        // The table is taken over in the first turn.
        eventfd_write(node->wake, 1);
        return node;
    }
    discard(node);
    return NULL;
}

void node_change(struct node *node, struct table table) {
    pthread_mutex_lock(&node->lock);
    if (node->has_new_table) table_free(&node->new_table);
    node->new_table = table;
    node->has_new_table = true;
    pthread_mutex_unlock(&node->lock);
    eventfd_write(node->wake, 1);
}

void node_end(struct node *node) {
    pthread_mutex_lock(&node->lock);
    node->ending = true;
    eventfd_write(node->wake, 1);
    while (node->state != NODE_OVER) pthread_cond_wait(&node->told, &node->lock);
    pthread_mutex_unlock(&node->lock);
}

void node_free(struct node *node) {
    pthread_join(node->thread, NULL);
    discard(node);
}

bool node_is_over(struct node *node) {
    pthread_mutex_lock(&node->lock);
    bool over = node->state == NODE_OVER;
    pthread_mutex_unlock(&node->lock);
    return over;
}

void node_report(struct node *node, FILE *out) {
    pthread_mutex_lock(&node->lock);
    bool delaying = node->state == NODE_DELAYING;
    const char *state = delaying ? "delaying" : node->gone ? "gone" : "ended";
    uint64_t dropped = delaying ? queue_dropped(node->thread_id) : node->dropped;
    fprintf(out, "{\"node\":\"%s\",\"state\":\"%s\",\"letThrough\":%llu,\"waiting\":%llu,\"dropped\":%llu,\"delays\":[", node->name,
            state, (unsigned long long)node->let_through, (unsigned long long)node->waiting,
            (unsigned long long)(dropped - node->dropped));
    for (int index = 0; index < node->delays; index += 1) {
        struct figures *figures = &node->figures[index];
        fprintf(out, "%s{\"delayUs\":%lld,\"jitterUs\":%lld,\"packets\":%llu,\"beyond\":%llu,\"late\":", index == 0 ? "" : ",",
                (long long)figures->delay_ns / 1000, (long long)figures->jitter_ns / 1000,
                (unsigned long long)figures->packets, (unsigned long long)figures->beyond);
        histogram_print(&figures->late, out);
        fputs(",\"given\":", out);
        histogram_print(&figures->given, out);
        fputc('}', out);
    }
    fputs("]}\n", out);
    free(node->figures);
    node->figures = NULL;
    node->delays = 0;
    node->dropped = dropped;
    node->let_through = 0;
    pthread_mutex_unlock(&node->lock);
}
