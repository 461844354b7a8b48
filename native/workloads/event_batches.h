/*
 * event_batches.h - batches of events, or of units of work, on their way to the harness:
 * records `V` and `T` (native/PROTOCOL.md).
 */
#ifndef WORKLOADS_EVENT_BATCHES_H
#define WORKLOADS_EVENT_BATCHES_H

#include "../introspector/job.h"
#include "../introspector/records.h"
#include "streams.h"

/*
 * What a batch is of: events of a vcpu that makes them, units of work of another, or
 * events of a guest that nobody prepared, whose ticks are those between two of them.
 */
enum event_phase {
    EVENTS_UNMONITORED, EVENTS_MONITORED, OTHERS_UNMONITORED, OTHERS, EVENTS_LISTENED
};

struct event_batches {
    const struct job *job;
    struct records *records;
    const struct streams *streams; /* NULL: every batch has ticks of its own */
    uint64_t written;
    struct event_pair { /* as in the record */
        uint32_t ticks, handler;
    } *pairs;           /* job->batch of them */
    uint32_t *sorted;
};

/* False when there is no memory. Closing what was never opened is no error. */
bool event_batches_open(struct event_batches *b, const struct job *job, struct records *records,
                        const struct streams *streams);
void event_batches_close(struct event_batches *b);

/*
 * Writes @n samples of a vcpu, from event @first on: their ticks from the target's
 * memory, or from @ticks when it is not NULL, and the handler's part beside them,
 * unless @handler is NULL. Events that were listened to are of no vcpu alone.
 */
void event_batch_write(struct event_batches *b, enum event_phase phase, unsigned int vcpu,
                       uint64_t first, size_t n, const uint32_t *ticks, const uint32_t *handler);

#endif
