/*
 * console.c - output to the PV console (console.h).
 *
 * The ring is a page shared with the console daemon: this side writes out[] and
 * out_prod, the daemon out_cons, and each side notifies the other by an event.
 */
#include "boot.h"
#include "wait.h"

#include <mini-os/console.h>
#include <mini-os/events.h>
#include <mini-os/hypervisor.h>
#include <mini-os/lib.h>
#include <mini-os/mm.h>
#include <mini-os/time.h>
#include <xen/io/console.h>

static struct xencons_interface *ring;

/* The event's only work is to end the wait of xencons_ring_send(). */
static void console_event(evtchn_port_t port, struct pt_regs *regs, void *data)
{
    (void)port;
    (void)regs;
    (void)data;
    ring->in_cons = ring->in_prod;
}

void console_init(void)
{
    ring = mfn_to_virt(start_info.console.domU.mfn);
    bind_evtchn(start_info.console.domU.evtchn, console_event, NULL);
}

static unsigned int free_space(void)
{
    return sizeof(ring->out) -
           (ring->out_prod -
            __atomic_load_n(&ring->out_cons, __ATOMIC_ACQUIRE));
}

int xencons_ring_send(struct consfront_dev *dev, const char *data, unsigned len)
{
    (void)dev;
    for (unsigned sent = 0; sent < len;) {
        XENCONS_RING_IDX prod = ring->out_prod;
        unsigned int space = free_space();

        while (space-- && sent < len)
            ring->out[MASK_XENCONS_IDX(prod++, ring->out)] = data[sent++];
        __atomic_store_n(&ring->out_prod, prod, __ATOMIC_RELEASE);
        notify_remote_via_evtchn(start_info.console.domU.evtchn);
        while (sent < len && !free_space())
            wait_for_event(0);
    }
    return len;
}

void console_flush(void)
{
    s_time_t until = NOW() + SECONDS(1);

    while (ring && free_space() < sizeof(ring->out) && NOW() < until)
        wait_for_event(until);
}

void printk(const char *fmt, ...)
{
    char text[1024];
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if ((size_t)length >= sizeof(text))
        length = sizeof(text) - 1;
    xencons_ring_send(NULL, text, length);
}
