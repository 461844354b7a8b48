/*
 * event_batches.c - see event_batches.h.
 */
#include "event_batches.h"

#include "sort.h"

static const char *const phases[] = {
    [EVENTS_UNMONITORED] = "unmonitored",
    [EVENTS_MONITORED] = "monitored",
    [OTHERS_UNMONITORED] = "others-unmonitored",
    [OTHERS] = "others",
    [EVENTS_LISTENED] = "listened",
};

bool event_batches_open(struct event_batches *b, const struct job *job, struct records *records,
                        const struct streams *streams)
{
    *b = (struct event_batches){.job = job, .records = records, .streams = streams};
    b->pairs = plat_alloc(job->batch * sizeof(*b->pairs));
    b->sorted = plat_alloc(job->batch * sizeof(*b->sorted));
    return b->pairs && b->sorted;
}

void event_batches_close(struct event_batches *b)
{
    if (b->pairs)
        plat_free(b->pairs);
    if (b->sorted)
        plat_free(b->sorted);
}

/* Of the handler's parts, 0 stands for one that is not known. */
static uint32_t median(struct event_batches *b, size_t n, bool handler)
{
    size_t known = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t ticks = handler ? b->pairs[i].handler : b->pairs[i].ticks;

        if (ticks || !handler)
            b->sorted[known++] = ticks;
    }
    sort_u32(b->sorted, known);
    return known ? b->sorted[known / 2] : 0;
}

void event_batch_write(struct event_batches *b, enum event_phase phase, unsigned int vcpu,
                       uint64_t first, size_t n, const uint32_t *ticks, const uint32_t *handler)
{
    const struct job *job = b->job;
    bool kept = job->every && b->written % job->every == 0;
    char buffer[400];
    struct text t = TEXT(buffer);

    for (size_t i = 0; i < n; i++) {
        b->pairs[i].ticks = ticks ? ticks[i] : stream_sample(b->streams, vcpu, first + i);
        b->pairs[i].handler = handler ? handler[i] : 0;
    }
    text_key_u64(&t, "batch", b->written++);
    text_key(&t, "kind");
    text_add(&t, job_kind_name(job->kind));
    text_key(&t, "phase");
    text_add(&t, phases[phase]);
    if (phase != EVENTS_LISTENED)
        text_key_u64(&t, "vcpu", vcpu);
    text_key_u64(&t, "first", first);
    text_key_u64(&t, "count", n);
    text_key_u64(&t, "median", median(b, n, false));
    text_key_u64(&t, "handler", median(b, n, true));
    text_key_u64(&t, "kept", kept);
    record_text(b->records, RECORD_EVENTS, &t);
    if (kept)
        record_write(b->records, RECORD_EVENT_SAMPLES, b->pairs, n * sizeof(*b->pairs));
}
