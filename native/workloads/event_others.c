/*
 * event_others.c - see event_others.h.
 */
#include "event_others.h"

bool event_others_open(struct event_others *o, const struct streams *streams, unsigned int first,
                       unsigned int count, uint64_t n)
{
    bool good = true;

    *o = (struct event_others){.streams = streams, .first = first, .end = first + count, .n = n};
    for (unsigned int v = first; v < o->end; v++) {
        o->of[v].alone = plat_alloc(n * sizeof(uint32_t));
        good = good && o->of[v].alone;
    }
    return good;
}

void event_others_close(struct event_others *o)
{
    for (unsigned int v = 0; v < STREAM_VCPUS; v++) {
        if (o->of[v].alone)
            plat_free(o->of[v].alone);
    }
}

void event_others_begin(struct event_others *o)
{
    for (unsigned int v = o->first; v < o->end; v++)
        o->of[v].base = o->streams->at[v]->finished + 1;
}

bool event_others_done(const struct event_others *o)
{
    for (unsigned int v = o->first; v < o->end; v++) {
        if (o->streams->at[v]->finished < o->of[v].base + o->n)
            return false;
    }
    return true;
}

void event_others_keep(struct event_others *o)
{
    for (unsigned int v = o->first; v < o->end; v++) {
        struct other *other = &o->of[v];

        other->alone_first = other->base;
        for (uint64_t i = 0; i < o->n; i++)
            other->alone[i] = stream_sample(o->streams, v, other->base + i);
    }
}

bool event_others_write(const struct event_others *o, struct event_batches *b)
{
    for (unsigned int v = o->first; v < o->end; v++) {
        const struct other *other = &o->of[v];

        event_batch_write(b, OTHERS_UNMONITORED, v, other->alone_first, o->n, other->alone, NULL);
        event_batch_write(b, OTHERS, v, other->base, o->n, NULL, NULL);
        if (o->streams->at[v]->finished - other->base >= STREAM_CAPACITY)
            return false;
    }
    return true;
}
