/*
 * streams.c - see streams.h.
 */
#include <platform.h>
#include <tvmi.h>

#include "streams.h"

#define STREAM_PAGES (1 + STREAM_CAPACITY * sizeof(uint32_t) / PLAT_PAGE_SIZE)

/* False when there is no stream of this vcpu. */
static bool map_stream(struct streams *s, const struct session *session, unsigned int vcpu)
{
    uint64_t frames[STREAM_PAGES];
    const struct event_stream *stream;
    void *va;

    if (tvmi_translate_range(s->vmi, session->cr3, STREAM_BASE + vcpu * STREAM_STRIDE, STREAM_PAGES,
                             0, frames) ||
        tvmi_map_frames(s->vmi, frames, STREAM_PAGES, &va))
        return false;
    stream = va;
    if (stream->magic != STREAM_MAGIC || stream->vcpu != vcpu) {
        (void)tvmi_unmap_frames(s->vmi, va, STREAM_PAGES);
        return false;
    }
    s->at[vcpu] = stream;
    return true;
}

bool streams_open(struct streams *s, const struct session *session, struct text *error)
{
    s->vmi = session->vmi;
    s->n = 0;
    while (s->n < STREAM_VCPUS && map_stream(s, session, s->n))
        s->n++;
    if (s->n)
        return true;
    text_add(error, "target has no streams of events (tv.events=1 on its command line): ");
    session_explain(session, error);
    return false;
}

void streams_close(struct streams *s)
{
    while (s->n)
        (void)tvmi_unmap_frames(s->vmi, (void *)(uintptr_t)s->at[--s->n], STREAM_PAGES);
}
