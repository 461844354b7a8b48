/*
 * events.h - event channels (xen/event_channel.h).
 *
 * A handler runs when the application waits for something or calls
 * force_evtchn_callback(), never asynchronously; its registers argument is NULL.
 */
#ifndef MINIOS_EVENTS_H
#define MINIOS_EVENTS_H

#include <mini-os/hypervisor.h>
#include <xen/event_channel.h>

struct pt_regs;
typedef void (*evtchn_handler_t)(evtchn_port_t port, struct pt_regs *regs,
                                 void *data);

/* bind_evtchn(): have @handler called for events of @port. Returns @port. */
evtchn_port_t bind_evtchn(evtchn_port_t port, evtchn_handler_t handler,
                          void *data);

void mask_evtchn(uint32_t port);
void clear_evtchn(uint32_t port);

static inline int notify_remote_via_evtchn(evtchn_port_t port)
{
    evtchn_send_t op = { .port = port };

    return HYPERVISOR_event_channel_op(EVTCHNOP_send, &op);
}

#endif
