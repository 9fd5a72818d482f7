#include "queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    /** Of a message with the first bytes of a packet. */
    MESSAGE_BYTES = 512,
    MESSAGES_AT_ONCE = 64,
    /** What the kernel may tell while this thread has no time: 100,000 packets take some 30 MB of it. */
    RECEIVE_BUFFER_BYTES = 64 << 20,
    SOURCE_OFFSET = 12,
    IPV4_HEADER_BYTES = 20,
};
/** A note of arrival that is older says that the clock was set. */
static const int64_t believed_age_ns = 1000000000;

static const char *configure(struct queue *queue, const struct nlmsghdr *message) {
    char answer[MNL_SOCKET_BUFFER_SIZE];
    if (mnl_socket_sendto(queue->socket, message, message->nlmsg_len) < 0) return strerror(errno);
    ssize_t length = mnl_socket_recvfrom(queue->socket, answer, sizeof answer);
    if (length < 0) return strerror(errno);
    return mnl_cb_run(answer, (size_t)length, 0, 0, NULL, NULL) < 0 ? strerror(errno) : NULL;
}

static struct nlmsghdr *configuration(char *buffer) {
    struct nlmsghdr *message = nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, QUEUE_NUMBER);
    message->nlmsg_flags |= NLM_F_ACK;
    return message;
}

const char *queue_open(struct queue *queue) {
    char buffer[MNL_SOCKET_BUFFER_SIZE];
    const char *failed;
    *queue = (struct queue){.stamps = -1};
    queue->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
    if (queue->socket == NULL) return strerror(errno);
    if (mnl_socket_bind(queue->socket, 0, MNL_SOCKET_AUTOPID) < 0) return strerror(errno);

    struct nlmsghdr *message = configuration(buffer);
    nfq_nlmsg_cfg_put_cmd(message, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
    if ((failed = configure(queue, message)) != NULL) return failed;

    message = configuration(buffer);
    nfq_nlmsg_cfg_put_params(message, NFQNL_COPY_META, 0);
    nfq_nlmsg_cfg_put_qmaxlen(message, QUEUE_LENGTH);
    // Bundles of packets wait as one.
    mnl_attr_put_u32(message, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_GSO));
    mnl_attr_put_u32(message, NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO));
    if ((failed = configure(queue, message)) != NULL) return failed;

    int size = RECEIVE_BUFFER_BYTES, on = 1, fd = queue_fd(queue);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
    queue->stamps = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (queue->stamps >= 0) setsockopt(queue->stamps, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return NULL;
}

void queue_close(struct queue *queue) {
    if (queue->socket != NULL) mnl_socket_close(queue->socket);
    if (queue->stamps >= 0) close(queue->stamps);
    *queue = (struct queue){.stamps = -1};
}

int queue_fd(const struct queue *queue) { return mnl_socket_get_fd(queue->socket); }

/** Packets arrive meanwhile, so the answer would not be the next message: none is asked for. */
const char *queue_tell_sources(struct queue *queue, bool told) {
    char buffer[MNL_SOCKET_BUFFER_SIZE];
    struct nlmsghdr *message = nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, QUEUE_NUMBER);
    nfq_nlmsg_cfg_put_params(message, told ? NFQNL_COPY_PACKET : NFQNL_COPY_META, told ? IPV4_HEADER_BYTES : 0);
    return mnl_socket_sendto(queue->socket, message, message->nlmsg_len) < 0 ? strerror(errno) : NULL;
}

static int64_t age_of(const struct nlattr *attribute) {
    struct timespec now;
    if (attribute == NULL) return 0;
    const struct nfqnl_msg_packet_timestamp *stamp = mnl_attr_get_payload(attribute);
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (now.tv_sec - (int64_t)be64toh(stamp->sec)) * 1000000000 + now.tv_nsec -
                  (int64_t)be64toh(stamp->usec) * 1000;
    return age < 0 || age > believed_age_ns ? 0 : age;
}

static uint32_t source_of(const struct nlattr *attribute) {
    uint32_t source;
    if (attribute == NULL || mnl_attr_get_payload_len(attribute) < IPV4_HEADER_BYTES) return 0;
    memcpy(&source, (const char *)mnl_attr_get_payload(attribute) + SOURCE_OFFSET, sizeof source);
    return ntohl(source);
}

static bool read_arrival(const struct nlmsghdr *message, struct arrival *arrival) {
    struct nlattr *attributes[NFQA_MAX + 1] = {NULL};
    if (message->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET)) return false;
    if (nfq_nlmsg_parse(message, attributes) < 0 || attributes[NFQA_PACKET_HDR] == NULL) return false;
    const struct nfqnl_msg_packet_hdr *header = mnl_attr_get_payload(attributes[NFQA_PACKET_HDR]);
    *arrival = (struct arrival){
        .id = ntohl(header->packet_id),
        .age_ns = age_of(attributes[NFQA_TIMESTAMP]),
        .source = source_of(attributes[NFQA_PAYLOAD]),
    };
    return true;
}

bool queue_read(struct queue *queue, void (*on_arrival)(void *, const struct arrival *), void *context) {
    _Alignas(struct nlmsghdr) char buffers[MESSAGES_AT_ONCE][MESSAGE_BYTES];
    struct iovec parts[MESSAGES_AT_ONCE];
    struct mmsghdr messages[MESSAGES_AT_ONCE];
    memset(messages, 0, sizeof messages);
    for (int index = 0; index < MESSAGES_AT_ONCE; index += 1) {
        parts[index] = (struct iovec){.iov_base = buffers[index], .iov_len = MESSAGE_BYTES};
        messages[index].msg_hdr.msg_iov = &parts[index];
        messages[index].msg_hdr.msg_iovlen = 1;
    }
    int count = recvmmsg(queue_fd(queue), messages, MESSAGES_AT_ONCE, MSG_DONTWAIT, NULL);
    if (count < 0) return errno == EAGAIN || errno == EINTR || errno == ENOBUFS;
    for (int index = 0; index < count; index += 1) {
        int length = (int)messages[index].msg_len;
        const struct nlmsghdr *message = (const struct nlmsghdr *)buffers[index];
        for (struct arrival arrival; mnl_nlmsg_ok(message, length); message = mnl_nlmsg_next(message, &length))
            if (read_arrival(message, &arrival)) on_arrival(context, &arrival);
    }
    return true;
}

void queue_accept(struct queue *queue, uint32_t id) {
    queue->verdicts[queue->decided] = id;
    queue->decided += 1;
    if (queue->decided == QUEUE_VERDICTS_AT_ONCE) queue_flush(queue);
}

void queue_flush(struct queue *queue) {
    _Alignas(struct nlmsghdr) char buffer[QUEUE_VERDICTS_AT_ONCE * 64];
    size_t used = 0;
    for (int index = 0; index < queue->decided; index += 1) {
        struct nlmsghdr *message = nfq_nlmsg_put(buffer + used, NFQNL_MSG_VERDICT, QUEUE_NUMBER);
        nfq_nlmsg_verdict_put(message, (int)queue->verdicts[index], NF_ACCEPT);
        used += MNL_ALIGN(message->nlmsg_len);
    }
    queue->decided = 0;
    if (used > 0) mnl_socket_sendto(queue->socket, buffer, used);
}

uint64_t queue_dropped(int thread_id) {
    unsigned number;
    unsigned long long full = 0, unread = 0;
    char line[256];
    snprintf(line, sizeof line, "/proc/self/task/%d/net/netfilter/nfnetlink_queue", thread_id);
    FILE *file = fopen(line, "re");
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "%u %*u %*u %*u %*u %llu %llu", &number, &full, &unread) == 3 && number == QUEUE_NUMBER) break;
    fclose(file);
    return full + unread;
}
