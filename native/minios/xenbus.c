/*
 * xenbus.c - a client of xenstore (mini-os/xenbus.h).
 *
 * One page is shared with the daemon and holds a ring of bytes each way; a
 * message is a header and its text (xen/io/xs_wire.h). One request is under way
 * at a time. Watches that fire meanwhile, or while nobody asks, are messages of
 * their own between the replies, and are put on their queues.
 */
#include "boot.h"
#include "wait.h"

#include <mini-os/console.h>
#include <mini-os/events.h>
#include <mini-os/hypervisor.h>
#include <mini-os/kernel.h>
#include <mini-os/lib.h>
#include <mini-os/mm.h>
#include <mini-os/xenbus.h>
#include <mini-os/xmalloc.h>

#include <stdbool.h>

struct watch {
    char *token;
    xenbus_event_queue *events;
    struct watch *next;
};

static struct xenstore_domain_interface *ring;
static struct watch *watches;
static uint32_t last_request;

/* The event's only work is to end the wait of the ring's user. */
static void xenbus_event(evtchn_port_t port, struct pt_regs *regs, void *data)
{
    (void)port;
    (void)regs;
    (void)data;
}

void xenbus_init(void)
{
    ring = mfn_to_virt(start_info.store_mfn);
    bind_evtchn(start_info.store_evtchn, xenbus_event, NULL);
}

static void notify(void)
{
    notify_remote_via_evtchn(start_info.store_evtchn);
}

static void ring_write(const void *data, size_t len)
{
    const char *from = data;

    while (len) {
        XENSTORE_RING_IDX prod = ring->req_prod;
        uint32_t space = XENSTORE_RING_SIZE -
                         (prod - __atomic_load_n(&ring->req_cons,
                                                 __ATOMIC_ACQUIRE));

        if (!space) {
            wait_for_event(0);
            continue;
        }
        for (; space && len; space--, len--)
            ring->req[MASK_XENSTORE_IDX(prod++)] = *from++;
        __atomic_store_n(&ring->req_prod, prod, __ATOMIC_RELEASE);
        notify();
    }
}

static void ring_read(void *data, size_t len)
{
    char *to = data;

    while (len) {
        XENSTORE_RING_IDX cons = ring->rsp_cons;
        uint32_t ready =
            __atomic_load_n(&ring->rsp_prod, __ATOMIC_ACQUIRE) - cons;

        if (!ready) {
            wait_for_event(0);
            continue;
        }
        for (; ready && len; ready--, len--)
            *to++ = ring->rsp[MASK_XENSTORE_IDX(cons++)];
        __atomic_store_n(&ring->rsp_cons, cons, __ATOMIC_RELEASE);
        notify();
    }
}

static void give_up(const char *why) __attribute__((noreturn));
static void give_up(const char *why)
{
    printk("MINIOS %s\n", why);
    do_exit();
}

static void *need_memory(void *ptr)
{
    if (!ptr)
        give_up("has no memory for a message of xenstore");
    return ptr;
}

/* The text of a message, with a NUL behind it. */
static char *read_text(uint32_t len)
{
    char *text = need_memory(malloc(len + 1));

    ring_read(text, len);
    text[len] = '\0';
    return text;
}

/* @text: path NUL token NUL. */
static void queue_watch_event(const char *text, uint32_t len)
{
    const char *token = text + strnlen(text, len) + 1;

    if (token > text + len)
        return;
    for (struct watch *w = watches; w; w = w->next) {
        struct xenbus_event **link = w->events;
        struct xenbus_event *event;

        if (strcmp(w->token, token))
            continue;
        event = need_memory(malloc(sizeof(*event)));
        event->path = need_memory(strdup(text));
        event->token = need_memory(strdup(token));
        event->next = NULL;
        while (*link)
            link = &(*link)->next;
        *link = event;
        return;
    }
}

/* Take one message from the ring; true when it is the reply to @request. */
static bool receive(uint32_t request, struct xsd_sockmsg *header, char **text)
{
    ring_read(header, sizeof(*header));
    /* Where the next message begins cannot be known then. */
    if (header->len > XENSTORE_PAYLOAD_MAX)
        give_up("got a message of xenstore that is longer than any can be");
    *text = read_text(header->len);
    if (header->type == XS_WATCH_EVENT)
        queue_watch_event(*text, header->len);
    else if (header->req_id == request)
        return true;
    free(*text);
    return false;
}

/*
 * Send the strings @a and @b (either may be NULL; @terminate: @b's NUL is sent
 * too) and wait for the reply. Returns NULL, or the error's name; *reply
 * receives the text of a good reply and may be NULL.
 */
static char *request(uint32_t type, xenbus_transaction_t xbt, const char *a,
                     const char *b, bool terminate, char **reply)
{
    struct xsd_sockmsg header = {
        .type = type,
        .req_id = ++last_request,
        .tx_id = xbt,
        .len = strlen(a) + 1 + (b ? strlen(b) + terminate : 0),
    };
    char *text;

    if (header.len > XENSTORE_PAYLOAD_MAX)
        return need_memory(strdup("E2BIG"));
    ring_write(&header, sizeof(header));
    ring_write(a, strlen(a) + 1);
    if (b)
        ring_write(b, strlen(b) + terminate);

    while (!receive(last_request, &header, &text))
        ;
    if (header.type == XS_ERROR)
        return text;
    if (reply)
        *reply = text;
    else
        free(text);
    return NULL;
}

char *xenbus_read(xenbus_transaction_t xbt, const char *path, char **value)
{
    *value = NULL;
    return request(XS_READ, xbt, path, NULL, false, value);
}

char *xenbus_write(xenbus_transaction_t xbt, const char *path,
                   const char *value)
{
    return request(XS_WRITE, xbt, path, value, false, NULL);
}

char *xenbus_watch_path_token(xenbus_transaction_t xbt, const char *path,
                              const char *token, xenbus_event_queue *events)
{
    struct watch *w = need_memory(malloc(sizeof(*w)));
    char *error;

    w->token = need_memory(strdup(token));
    w->events = events;
    w->next = watches;
    watches = w;
    error = request(XS_WATCH, xbt, path, token, true, NULL);
    if (error) {
        watches = w->next;
        free(w->token);
        free(w);
    }
    return error;
}

void xenbus_wait_for_watch(xenbus_event_queue *queue)
{
    struct xenbus_event *event;

    while (!*queue) {
        struct xsd_sockmsg header;
        char *text;

        if (receive(0, &header, &text))
            free(text);
    }
    event = *queue;
    *queue = event->next;
    free(event->path);
    free(event->token);
    free(event);
}
