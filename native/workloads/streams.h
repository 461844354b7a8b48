/*
 * streams.h - the target's streams of events (event_stream.h), as they are seen by
 * introspection: mapped read-only, for as long as a job lasts.
 */
#ifndef WORKLOADS_STREAMS_H
#define WORKLOADS_STREAMS_H

#include <platform.h>

#include "event_stream.h"
#include "session.h"

struct streams {
    vmi_instance_t vmi;
    unsigned int n; /* vcpus */
    const volatile struct event_stream *at[STREAM_VCPUS];
};

/* Maps them; false with a sentence in @error. */
bool streams_open(struct streams *s, const struct session *session, struct text *error);
void streams_close(struct streams *s);

/* Ticks of event @number of a vcpu, which must be one of the last STREAM_CAPACITY done. */
static inline uint32_t stream_sample(const struct streams *s, unsigned int vcpu, uint64_t number)
{
    const volatile uint32_t *samples = (const volatile uint32_t *)((const volatile char *)s->at[vcpu] +
                                                                   PLAT_PAGE_SIZE);

    return samples[number % STREAM_CAPACITY];
}

#endif
