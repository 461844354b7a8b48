/*
 * event_others.h - vcpus of the target that compute while others make events: how long a
 * unit of their work takes with a monitor and without.
 *
 * Such a vcpu executes nothing that anybody listens to, and is never stopped. What it
 * loses, it loses to the processor time that the introspector and Xen take.
 */
#ifndef WORKLOADS_EVENT_OTHERS_H
#define WORKLOADS_EVENT_OTHERS_H

#include "event_batches.h"

struct event_others {
    const struct streams *streams;
    unsigned int first, end; /* their streams: from the one to before the other */
    uint64_t n;          /* units of a batch */
    bool begun;          /* those under a monitor are being done */
    struct other {
        uint64_t base;   /* first unit of the batch */
        uint32_t *alone; /* ticks of a batch without a monitor */
        uint64_t alone_first;
    } of[STREAM_VCPUS];
};

/* Of @count streams from @first on, batches of @n. False when there is no memory. */
bool event_others_open(struct event_others *o, const struct streams *streams, unsigned int first,
                       unsigned int count, uint64_t n);
void event_others_close(struct event_others *o);

/* A batch begins: with the unit after the one that each of them is at. */
void event_others_begin(struct event_others *o);
bool event_others_done(const struct event_others *o);

/* Keeps the batch that is done as the one without a monitor. */
void event_others_keep(struct event_others *o);

/* Writes both batches of each. False when the target has overwritten one of them. */
bool event_others_write(const struct event_others *o, struct event_batches *b);

#endif
