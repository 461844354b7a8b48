/*
 * store.c - see store.h. Messages: xen/io/xs_wire.h; the device is
 * drivers/xen/xenbus/xenbus_dev_frontend.c in Linux.
 *
 * libxenstore waits for watches in a thread of its own, which a program that is
 * linked statically cannot start; this one has nothing else to do than to wait.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

int store_open(struct store *s)
{
    s->fired = false;
    s->device = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
    return s->device < 0 ? -errno : 0;
}

static int send(struct store *s, uint32_t type, const char *text, size_t length)
{
    struct xsd_sockmsg header = {.type = type, .len = (uint32_t)length};
    struct iovec parts[] = {
        {.iov_base = &header, .iov_len = sizeof(header)},
        {.iov_base = (void *)text, .iov_len = length},
    };

    for (unsigned int i = 0; i < 2; i++) {
        ssize_t done = write(s->device, parts[i].iov_base, parts[i].iov_len);

        if (done != (ssize_t)parts[i].iov_len)
            return done < 0 ? -errno : -EIO;
    }
    return 0;
}

static int receive_bytes(struct store *s, void *to, size_t n)
{
    while (n) {
        ssize_t done = read(s->device, to, n);

        if (done <= 0 && errno != EINTR)
            return done ? -errno : -EIO;
        if (done > 0) {
            to = (char *)to + done;
            n -= (size_t)done;
        }
    }
    return 0;
}

/* The next message of @type. Of watches that fire meanwhile it is noted that one did. */
static int receive(struct store *s, uint32_t type, char **text)
{
    for (;;) {
        struct xsd_sockmsg header;
        int error = receive_bytes(s, &header, sizeof(header));

        if (error)
            return error;
        if (header.len > XENSTORE_PAYLOAD_MAX)
            return -EPROTO;
        *text = calloc(1, header.len + 1);
        if (!*text)
            return -ENOMEM;
        error = receive_bytes(s, *text, header.len);
        if (!error && header.type == type)
            return 0;
        if (!error && header.type == XS_WATCH_EVENT)
            s->fired = true;
        if (!error && header.type == XS_ERROR)
            error = strcmp(*text, "ENOENT") ? -EIO : -ENOENT;
        free(*text);
        *text = NULL;
        if (error)
            return error;
    }
}

int store_watch(struct store *s, const char *path)
{
    char message[XENSTORE_ABS_PATH_MAX];
    size_t length = strlen(path) + 1;
    char *text;
    int error;

    if (2 * length > sizeof(message))
        return -E2BIG;
    memcpy(message, path, length);
    memcpy(message + length, path, length); /* the path is its own token */
    error = send(s, XS_WATCH, message, 2 * length);
    if (!error)
        error = receive(s, XS_WATCH, &text);
    if (!error)
        free(text);
    return error;
}

int store_wait(struct store *s)
{
    char *text;
    int error = s->fired ? 0 : receive(s, XS_WATCH_EVENT, &text);

    if (!error && !s->fired)
        free(text);
    s->fired = false;
    return error;
}

char *store_read(struct store *s, const char *path)
{
    char *text = NULL;
    int error = send(s, XS_READ, path, strlen(path) + 1);

    if (!error)
        error = receive(s, XS_READ, &text);
    errno = error == -ENOENT ? 0 : -error;
    return text;
}
