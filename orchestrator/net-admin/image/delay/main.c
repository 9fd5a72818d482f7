// topolab-delay: lets packets that arrive at nodes wait, for kernels without netem. One process serves all nodes of a run, each by a
// thread in the node's network namespace that decides when packets of its NFQUEUE go on; they wait in the kernel.
//
//   topolab-delay serve                        the helper container's own process
//   topolab-delay put NAME PID < TABLE         in the node's network namespace: delays what arrives there from now on, or otherwise
//   topolab-delay drop NAME                    no longer; what waits goes on at once
//   topolab-delay report                       a line of JSON for each node: what became of its packets since the last report
//
// Where nobody asks for a report for two minutes, whoever wanted the delays has gone, and they end.
#include "lanes.h"
#include "node.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_WORDS_BYTES = 128 * 1024, SILENCE_SECONDS = 120, CLIENT_SECONDS = 5, LOOK_MS = 1000 };

static const char socket_path[] = "/run/topolab-delay.sock";
static struct node *nodes;

static struct sockaddr_un socket_address(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, socket_path, sizeof socket_path);
    return address;
}

static void forget(struct node *gone) {
    for (struct node **link = &nodes; *link != NULL; link = &(*link)->next) {
        if (*link != gone) continue;
        *link = gone->next;
        node_free(gone);
        return;
    }
}

static struct node *find(const char *name) {
    for (struct node *node = nodes; node != NULL; node = node->next)
        if (strcmp(node->name, name) == 0) return node;
    return NULL;
}

static void drop(const char *name) {
    struct node *node = find(name);
    if (node == NULL) return;
    node_end(node);
    forget(node);
}

static const char *put(const char *name, pid_t pid, uint64_t inode, char *text) {
    struct table table;
    const char *failed = table_parse(text, &table);
    if (failed != NULL) return failed;
    struct node *node = find(name);
    if (node != NULL && node->pid == pid && node->namespace_inode == inode && !node_is_over(node)) {
        node_change(node, table);
        return NULL;
    }
    drop(name);
    node = node_start(name, pid, inode, table, &failed);
    if (node == NULL) return failed;
    node->next = nodes;
    nodes = node;
    return NULL;
}

/** Those that are over by themselves are told of once. */
static void report(FILE *out) {
    for (struct node *node = nodes, *next; node != NULL; node = next) {
        next = node->next;
        bool over = node_is_over(node);
        node_report(node, out);
        if (over) forget(node);
    }
}

/** The first line says what to do; what follows it is a table. */
static void obey(char *words, FILE *out) {
    char name[64];
    int pid;
    unsigned long long inode;
    const char *failed = "not understood";
    char *rest = strchr(words, '\n');
    if (rest != NULL) *rest++ = '\0';
    if (rest != NULL && sscanf(words, "put %63s %d %llu", name, &pid, &inode) == 3) failed = put(name, pid, inode, rest);
    else if (sscanf(words, "drop %63s", name) == 1) {
        drop(name);
        failed = NULL;
    } else if (strcmp(words, "report") == 0) {
        fputs("ok\n", out);
        report(out);
        return;
    }
    fprintf(out, failed == NULL ? "ok\n" : "%s\n", failed);
}

static void answer(int listener) {
    static char words[MOST_WORDS_BYTES + 1];
    size_t used = 0;
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) return;
    struct timeval patience = {.tv_sec = CLIENT_SECONDS};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    for (ssize_t got; used < MOST_WORDS_BYTES && (got = read(client, words + used, MOST_WORDS_BYTES - used)) > 0;) used += (size_t)got;
    words[used] = '\0';
    FILE *out = fdopen(client, "w");
    if (out == NULL) {
        close(client);
        return;
    }
    obey(words, out);
    fclose(out);
}

static void end_all(void) {
    for (struct node *node = nodes; node != NULL; node = node->next) node_end(node);
}

static int serve(void) {
    struct sockaddr_un address = socket_address();
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(socket_path);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 128) < 0) {
        perror("topolab-delay: listen");
        return 1;
    }
    struct pollfd watched[] = {
        {.fd = listener, .events = POLLIN},
        {.fd = signalfd(-1, &signals, SFD_CLOEXEC), .events = POLLIN},
    };
    for (int64_t heard_ns = monotonic_ns(); watched[1].revents == 0;) {
        if (poll(watched, 2, LOOK_MS) < 0 && errno != EINTR) break;
        if (watched[0].revents != 0) {
            answer(listener);
            heard_ns = monotonic_ns();
        } else if (monotonic_ns() - heard_ns > SILENCE_SECONDS * INT64_C(1000000000)) end_all();
    }
    end_all();
    return 0;
}

/** Says it to the server and prints its answer; 0 where that begins with `ok`. */
static int say(const char *first_line, FILE *more) {
    struct sockaddr_un address = socket_address();
    char part[4096];
    size_t got;
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(server, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("topolab-delay: the helper's server does not answer");
        return 1;
    }
    FILE *out = fdopen(dup(server), "w"), *in = fdopen(server, "r");
    if (out == NULL || in == NULL) return 1;
    fprintf(out, "%s\n", first_line);
    while (more != NULL && (got = fread(part, 1, sizeof part, more)) > 0) fwrite(part, 1, got, out);
    fflush(out);
    shutdown(server, SHUT_WR);
    if (fgets(part, sizeof part, in) == NULL) strcpy(part, "no answer\n");
    bool well = strcmp(part, "ok\n") == 0;
    if (!well) fprintf(stderr, "topolab-delay: %s", part);
    while ((got = fread(part, 1, sizeof part, in)) > 0) fwrite(part, 1, got, stdout);
    return well ? 0 : 1;
}

int main(int count, char **words) {
    char line[256];
    struct stat network;
    if (count == 2 && strcmp(words[1], "serve") == 0) return serve();
    if (count == 2 && strcmp(words[1], "report") == 0) return say("report", NULL);
    if (count == 3 && strcmp(words[1], "drop") == 0) {
        snprintf(line, sizeof line, "drop %.63s", words[2]);
        return say(line, NULL);
    }
    if (count == 4 && strcmp(words[1], "put") == 0 && stat("/proc/self/ns/net", &network) == 0) {
        snprintf(line, sizeof line, "put %.63s %.15s %llu", words[2], words[3], (unsigned long long)network.st_ino);
        return say(line, stdin);
    }
    fputs("topolab-delay: serve | put NAME PID | drop NAME | report\n", stderr);
    return 2;
}
