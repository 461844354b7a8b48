/*
 * xenstored.c - see xenstored.h.
 */
#include "xenstored.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

struct xenstored xenstored;

static int ends[2]; /* the daemon's, the program's */
static pthread_t thread;
static sem_t serving; /* a fork while a thread begins would copy the locks that it holds then */
static char watched[64];

static bool take(void *bytes, size_t n)
{
    return n == 0 || recv(ends[0], bytes, n, MSG_WAITALL) == (ssize_t)n;
}

static void give(const void *bytes, size_t n)
{
    if (n && send(ends[0], bytes, n, MSG_NOSIGNAL) < 0)
        return; /* the program is gone: its tests say so */
}

static void reply(const struct xsd_sockmsg *to, uint32_t type, const char *text, size_t n)
{
    struct xsd_sockmsg header = {.type = type, .req_id = to->req_id, .len = (uint32_t)n};

    if (xenstored.lie)
        header.len = xenstored.lie;
    if (xenstored.type)
        header.type = xenstored.type;
    give(&header, sizeof(header));
    /* In two pieces: who reads has to wait for the rest. */
    give(text, n / 2);
    give(text + n / 2, n - n / 2);
}

static void fail(const struct xsd_sockmsg *to, const char *name)
{
    reply(to, XS_ERROR, name, strlen(name) + 1);
}

static int node_of(const char *path)
{
    for (int i = 0; i < XENSTORED_NODES; i++)
        if (!strcmp(xenstored.nodes[i].path, path))
            return i;
    return -1;
}

/* The watched node has its next value, or the watch fires for nothing. */
static void fire(void)
{
    const struct xsd_sockmsg event = {.type = XS_WATCH_EVENT, .len = (uint32_t)(2 * strlen(watched) + 2)};

    give(&event, sizeof(event));
    give(watched, strlen(watched) + 1);
    give(watched, strlen(watched) + 1);
}

static void next_job(void)
{
    if (!*watched || !xenstored.job_list || !*xenstored.job_list)
        return;
    strcpy(xenstored.nodes[0].path, watched);
    strcpy(xenstored.nodes[0].value, *xenstored.job_list++);
    fire();
}

static void set_perms(int node, const char *words, const char *end)
{
    char *to = xenstored.nodes[node].perms;

    for (*to = 0; words < end; words += strlen(words) + 1) {
        if (*to)
            strcat(to, " ");
        strcat(to, words);
    }
}

static void obey(const struct xsd_sockmsg *request, const char *text)
{
    const char *second = text + strlen(text) + 1;
    int node = node_of(text);

    if (*xenstored.refusal)
        return fail(request, xenstored.refusal);
    switch (request->type) {
    case XS_READ:
        if (node < 0)
            return fail(request, "ENOENT");
        reply(request, XS_READ, xenstored.nodes[node].value, strlen(xenstored.nodes[node].value));
        return next_job();
    case XS_WRITE:
        node = node < 0 ? node_of("") : node;
        strcpy(xenstored.nodes[node].path, text);
        memcpy(xenstored.nodes[node].value, second, request->len - (size_t)(second - text));
        xenstored.nodes[node].value[request->len - (size_t)(second - text)] = 0;
        break;
    case XS_SET_PERMS:
        if (node < 0)
            return fail(request, "ENOENT");
        set_perms(node, second, text + request->len);
        break;
    case XS_WATCH:
        strcpy(watched, text);
        reply(request, XS_WATCH, "OK", 3);
        fire(); /* once when it is set */
        return next_job();
    default:
        return fail(request, "ENOSYS");
    }
    reply(request, request->type, "OK", 3);
}

static void *serve(void *unused)
{
    static char text[XENSTORE_PAYLOAD_MAX + 1];
    struct xsd_sockmsg request;

    (void)unused;
    sem_post(&serving);
    while (take(&request, sizeof(request)) && request.len <= XENSTORE_PAYLOAD_MAX &&
           take(text, request.len)) {
        xenstored.requests++;
        if (xenstored.silent)
            break;
        text[request.len] = 0;
        obey(&request, text);
    }
    shutdown(ends[0], SHUT_RDWR);
    return NULL;
}

int xenstored_start(void)
{
    *watched = 0;
    if (sem_init(&serving, 0, 0) || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ||
        pthread_create(&thread, NULL, serve, NULL))
        abort();
    while (sem_wait(&serving))
        continue;
    return ends[1];
}

void xenstored_stop(void)
{
    shutdown(ends[1], SHUT_RDWR);
    pthread_join(thread, NULL);
    close(ends[0]);
    close(ends[1]);
}
