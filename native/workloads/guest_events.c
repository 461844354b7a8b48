/*
 * guest_events.c - workload `guest-events`: listens to one kind of event of a guest that
 * nobody prepared, and measures what can be seen from outside: the listener's own part,
 * and how far apart events are.
 *
 * The guest is somebody's: its vcpus wait for an answer and for nothing else. So a batch
 * is written while nobody listens, and the kind is switched on again for the next one.
 * A batch is over when it is full or its time has passed, however rarely the guest makes
 * the event.
 *
 * native/PROTOCOL.md describes the job and the records.
 */
#include <tvmi_events.h>

#include "digest.h"
#include "event_batches.h"
#include "event_kinds.h"
#include "event_records.h"
#include "refusal.h"
#include "table.h"

#include <xen/errno.h>

/* Vcpus that are told apart: HVM_MAX_VCPUS. */
#define VCPUS 128

struct guest_events {
    const struct job *job;
    struct records *records;
    struct session session;
    vmi_event_t event;
    struct event_batches batches;
    uint32_t *apart, *handler; /* ticks, by place in the batch */
    size_t room, n;            /* events that the batch may have, and has */
    size_t noted;              /* of those, whose ticks are known */
    uint64_t began;            /* clock at which listening began */
    uint64_t limit;            /* ticks that a batch may take; 0: the clock's rate is not known */
    uint64_t last;             /* when the event before was seen; 0: none in this batch */
    uint64_t handled, extra, elapsed;
    bool came[VCPUS];          /* vcpus that had an event */
};

static uint32_t clip(uint64_t ticks)
{
    return ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

static event_response_t on_event(vmi_instance_t vmi, vmi_event_t *event)
{
    struct guest_events *w = event->data;

    if (event->vcpu_id < VCPUS)
        w->came[event->vcpu_id] = true;
    if (w->n == w->room)
        w->extra++;
    else if (++w->n == w->room)
        tvmi_events_stop(vmi);
    return event_kind_answer(w->job->kind, event);
}

/* Notes what the drain took, for each of its events alike. */
static void on_answered(void *context, uint64_t seen, unsigned int requests)
{
    struct guest_events *w = context;
    uint64_t now = plat_clock();

    for (; w->noted < w->n; w->noted++) {
        w->handler[w->noted] = clip((now - seen) / requests);
        w->apart[w->noted] = w->last ? clip(seen - w->last) : 0;
        w->last = seen;
    }
    if (w->limit && now - w->began >= w->limit)
        tvmi_events_stop(w->session.vmi);
}

static bool explain(struct guest_events *w, const char *what, struct text *error)
{
    text_add(error, what);
    text_add(error, ": ");
    session_explain(&w->session, error);
    return false;
}

/* Listens to a batch. What comes in while that ends is answered too. */
static bool listen(struct guest_events *w, struct text *error)
{
    const struct job *job = w->job;
    vmi_instance_t vmi = w->session.vmi;
    struct tvmi_listen how = {
        .wait = job->wait, .notify_each = job->notify, .timeout_ms = (uint32_t)job->timeout,
        .answered = on_answered, .context = w,
    };
    bool good;
    int result;

    w->n = w->noted = 0;
    w->last = 0;
    event_kind_listener(&w->event, job->kind, on_event, w);
    if (vmi_register_event(vmi, &w->event) != VMI_SUCCESS)
        return explain(w, "kind of event cannot be listened for", error);
    w->began = plat_clock();
    result = tvmi_events_run(vmi, &how);
    w->elapsed += plat_clock() - w->began;
    good = !result || result == -XEN_ETIME;
    if (!good)
        explain(w, "listening ended", error);
    if (vmi_clear_event(vmi, &w->event, NULL) != VMI_SUCCESS && good)
        good = explain(w, "listening cannot be ended", error);
    if (vmi_events_listen(vmi, 0) != VMI_SUCCESS && good)
        good = explain(w, "last events cannot be answered", error);
    return good;
}

static void take_counters(struct guest_events *w, struct tvmi_event_stats *stats,
                          struct plat_counters *counters)
{
    tvmi_events_stats(w->session.vmi, stats);
    plat_counters(tvmi_platform(w->session.vmi), counters);
}

static uint64_t vcpus_seen(const struct guest_events *w)
{
    uint64_t n = 0;

    for (unsigned int v = 0; v < VCPUS; v++)
        n += w->came[v];
    return n;
}

/* One batch after the other, until there are all, or one has nothing in it. */
static bool measure(struct guest_events *w, struct text *error)
{
    const struct job *job = w->job;
    uint64_t batches = (job->count + job->batch - 1) / job->batch;
    struct event_totals totals = {
        .executed = PLAT_UNKNOWN, .lost = PLAT_UNKNOWN, .errors = PLAT_UNKNOWN,
        .digest = DIGEST_START,
    };
    struct tvmi_event_stats from, to;
    struct plat_counters before, after;

    take_counters(w, &from, &before);
    while (batches-- && w->handled < job->count && !w->records->lost) {
        uint64_t left = job->count - w->handled;

        w->room = left < job->batch ? (size_t)left : job->batch;
        if (!listen(w, error))
            return false;
        if (!w->n)
            break;
        event_batch_write(&w->batches, EVENTS_LISTENED, 0, w->handled, w->n, w->apart, w->handler);
        w->handled += w->n;
    }
    take_counters(w, &to, &after);
    if (!w->handled)
        return event_record_kind(w->records, job, true, false);

    totals.vcpus = vcpus_seen(w);
    totals.events = w->handled;
    totals.extra = w->extra;
    totals.elapsed = w->elapsed;
    event_totals_between(&totals, &from, &to, &before, &after);
    event_record_totals(w->records, job, &totals);
    return event_record_kind(w->records, job, true, true);
}

static bool prepare(struct guest_events *w, struct text *error)
{
    size_t bytes = w->job->batch * sizeof(uint32_t);
    struct plat_clock_info clock;

    plat_clock_info(&clock);
    w->limit = clock.frequency / 1000 * w->job->timeout;
    w->apart = plat_alloc(bytes);
    w->handler = plat_alloc(bytes);
    if (event_batches_open(&w->batches, w->job, w->records, NULL) && w->apart && w->handler)
        return true;
    text_add(error, "no memory for batches of ");
    text_u64(error, w->job->batch);
    text_add(error, " events: use a smaller batch or a larger domain");
    return false;
}

static void release(struct guest_events *w)
{
    event_batches_close(&w->batches);
    if (w->apart)
        plat_free(w->apart);
    if (w->handler)
        plat_free(w->handler);
}

/* With a ring. A guest whose code cannot be read could not be helped after a listener's death. */
static bool run(struct guest_events *w, struct text *error)
{
    vmi_instance_t vmi = w->session.vmi;
    uint32_t offered;

    if (!session_find_space(&w->session, w->job, error))
        return false;
    if (tvmi_events_capabilities(vmi, &offered))
        return explain(w, "events of the guest", error);
    event_record_offers(w->records, vmi, offered);
    if (!event_kind_offered(offered, w->job->kind))
        return event_record_kind(w->records, w->job, false, false);
    return prepare(w, error) && measure(w, error);
}

/* Refused, or taken by another listener: then there is no ring of ours, which is an answer. */
static bool is_answer(int result)
{
    return result == -XEN_EPERM || result == -XEN_EACCES || result == -XEN_EBUSY;
}

static bool open_and_run(struct guest_events *w, struct text *error)
{
    int result = tvmi_events_open(w->session.vmi);
    bool good;

    if (is_answer(result)) {
        refusal_record(w->records, JOB_VM_EVENT, result);
        return true;
    }
    if (result)
        return explain(w, "events of the guest", error);
    good = run(w, error);
    if (tvmi_events_close(w->session.vmi) && good)
        good = explain(w, "events cannot be switched off", error);
    return good;
}

bool workload_guest_events(const struct job *job, struct records *records, struct text *error)
{
    struct guest_events *w = plat_alloc(sizeof(*w));
    bool good = false;

    if (!w) {
        text_add(error, "no memory");
        return false;
    }
    w->job = job;
    w->records = records;
    if (session_open_domain(&w->session, job, error)) {
        good = open_and_run(w, error);
        session_close(&w->session);
    }
    release(w);
    plat_free(w);
    return good;
}
