/*
 * events.c - event channels without interrupts.
 *
 * Upcalls stay masked from boot to end. Xen then only sets the bit of a port in
 * the shared page, and nothing interrupts the application: a measured section
 * stays free of other work, and no handler ever races with its user. Handlers
 * run where the application waits; waiting is SCHEDOP_poll (xen/sched.h), which
 * blocks the vcpu until a port that is listed in the call has its bit set, and
 * returns at once if one has it already, so that no event can be lost between
 * looking and sleeping.
 */
#include "wait.h"

#include <mini-os/console.h>
#include <mini-os/events.h>
#include <mini-os/kernel.h>
#include <xen/errno.h>
#include <xen/sched.h>

#include <stddef.h>

/* As many ports as one SCHEDOP_poll takes at most. */
#define MAX_PORTS 128

static struct {
    evtchn_handler_t handler;
    void *data;
} actions[MAX_PORTS];

/* Ports with a handler, in the order of binding; parallel to actions[]. */
static evtchn_port_t ports[MAX_PORTS];
static unsigned int nr_ports;

#define BITS_PER_WORD 64

static void set_bit(volatile xen_ulong_t *words, uint32_t bit)
{
    __atomic_fetch_or(&words[bit / BITS_PER_WORD], 1UL << bit % BITS_PER_WORD,
                      __ATOMIC_SEQ_CST);
}

/* Returns whether the bit was set. */
static int clear_bit(volatile xen_ulong_t *words, uint32_t bit)
{
    xen_ulong_t mask = 1UL << bit % BITS_PER_WORD;

    return !!(__atomic_fetch_and(&words[bit / BITS_PER_WORD], ~mask,
                                 __ATOMIC_SEQ_CST) & mask);
}

void mask_evtchn(uint32_t port)
{
    set_bit(HYPERVISOR_shared_info->evtchn_mask, port);
}

void clear_evtchn(uint32_t port)
{
    clear_bit(HYPERVISOR_shared_info->evtchn_pending, port);
}

evtchn_port_t bind_evtchn(evtchn_port_t port, evtchn_handler_t handler,
                          void *data)
{
    unsigned int i = 0;

    while (i < nr_ports && ports[i] != port)
        i++;
    if (i == MAX_PORTS) {
        printk("MINIOS cannot bind event port %u: %u are bound\n", port,
               nr_ports);
        do_exit();
    }
    if (i == nr_ports)
        nr_ports++;
    ports[i] = port;
    actions[i].handler = handler;
    actions[i].data = data;
    return port;
}

void force_evtchn_callback(void)
{
    for (unsigned int i = 0; i < nr_ports; i++)
        if (clear_bit(HYPERVISOR_shared_info->evtchn_pending, ports[i]))
            actions[i].handler(ports[i], NULL, actions[i].data);
}

void wait_for_event(s_time_t until)
{
    struct sched_poll poll = { .nr_ports = nr_ports, .timeout = until };
    int rc;

    set_xen_guest_handle(poll.ports, ports);
    rc = HYPERVISOR_sched_op(SCHEDOP_poll, &poll);
    if (rc) {
        printk("MINIOS cannot wait for events: %d\n", rc);
        do_exit();
    }
    force_evtchn_callback();
}
