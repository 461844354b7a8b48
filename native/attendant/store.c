/*
 * store.c - the few requests to xenstored (store.h).
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

#define STORE_SOCKET "/run/xenstored/socket"
/* The kernel's way, where xenstored is a domain of its own. */
#define STORE_DEVICE "/dev/xen/xenbus"

/* Part of a request's payload. */
struct piece {
    const char *bytes;
    size_t length;
};

/* The errors that xenstored names, by their numbers here. */
static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EINVAL", EINVAL}, {"EACCES", EACCES}, {"EEXIST", EEXIST}, {"ENOENT", ENOENT},
    {"ENOMEM", ENOMEM}, {"ENOSPC", ENOSPC}, {"EQUOTA", EDQUOT}, {"E2BIG", E2BIG},
    {"EAGAIN", EAGAIN}, {"EBUSY", EBUSY},   {"EROFS", EROFS},   {"EIO", EIO},
};

static int number_of(const char *name)
{
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (!strcmp(errors[i].name, name))
            return errors[i].number;
    return EPROTO;
}

static int open_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = STORE_SOCKET};
    int store = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (store < 0)
        return -errno;
    if (!connect(store, (struct sockaddr *)&address, sizeof(address)))
        return store;
    close(store);
    return -errno;
}

int store_open(void)
{
    int store = open_socket();

    if (store != -ENOENT)
        return store;
    store = open(STORE_DEVICE, O_RDWR | O_CLOEXEC);
    return store < 0 ? -errno : store;
}

static int send_all(int store, const void *bytes, size_t length)
{
    for (const char *at = bytes; length;) {
        ssize_t sent = write(store, at, length);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return -errno;
        at += sent;
        length -= (size_t)sent;
    }
    return 0;
}

static int receive_all(int store, void *bytes, size_t length)
{
    for (char *at = bytes; length;) {
        ssize_t got = read(store, at, length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got ? -errno : -EPIPE;
        at += got;
        length -= (size_t)got;
    }
    return 0;
}

/* Asks, and reads the answer's payload, which ends with a zero. */
static int ask(int store, uint32_t type, const struct piece *pieces, size_t n, char *answer,
               size_t size)
{
    struct xsd_sockmsg head = {.type = type};
    int error;

    for (size_t i = 0; i < n; i++)
        head.len += (uint32_t)pieces[i].length;
    if (head.len > XENSTORE_PAYLOAD_MAX)
        return -E2BIG;
    error = send_all(store, &head, sizeof(head));
    for (size_t i = 0; !error && i < n; i++)
        error = send_all(store, pieces[i].bytes, pieces[i].length);
    if (!error)
        error = receive_all(store, &head, sizeof(head));
    if (error)
        return error;
    if (head.len >= size)
        return -EMSGSIZE;
    error = receive_all(store, answer, head.len);
    if (error)
        return error;
    answer[head.len] = 0;
    if (head.type == XS_ERROR)
        return -number_of(answer);
    return head.type == type ? 0 : -EPROTO;
}

int store_write(int store, const char *path, const char *value)
{
    const struct piece pieces[] = {{path, strlen(path) + 1}, {value, strlen(value)}};
    char answer[64];

    return ask(store, XS_WRITE, pieces, 2, answer, sizeof(answer));
}

int store_set_perms(int store, const char *path, char *const perms[], size_t n)
{
    struct piece pieces[1 + 8];
    char answer[64];

    if (n > 8)
        return -E2BIG;
    pieces[0] = (struct piece){path, strlen(path) + 1};
    for (size_t i = 0; i < n; i++)
        pieces[1 + i] = (struct piece){perms[i], strlen(perms[i]) + 1};
    return ask(store, XS_SET_PERMS, pieces, 1 + n, answer, sizeof(answer));
}

int store_read(int store, const char *path, char *value, size_t size)
{
    const struct piece piece = {path, strlen(path) + 1};

    return ask(store, XS_READ, &piece, 1, value, size);
}
