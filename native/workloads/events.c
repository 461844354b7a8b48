/*
 * events.c - workload `events`: listens to one kind of event of the target and
 * measures the round trip as the target saw it, its cost without a listener, and
 * the listener's own part.
 *
 * The target executes events for ever and numbers them (event_stream.h). While an
 * event of a vcpu is being handled, that vcpu stands still: its number is known
 * from its stream, so that none can be lost or come twice unseen, and its samples
 * can be read without a race. A batch is therefore read, and written out, inside
 * the handler of the event that follows it; that one event is no part of a batch.
 *
 * Vcpus that compute meanwhile are looked at without any writing in between: before
 * there is a listener, and again once all batches of events are written.
 *
 * native/PROTOCOL.md describes the job and the records.
 */
#include <tvmi_events.h>

#include "digest.h"
#include "event_batches.h"
#include "event_kinds.h"
#include "event_others.h"
#include "event_records.h"
#include "table.h"

#include <xen/errno.h>

/* Milliseconds between two looks at a target that runs. */
#define LOOK_MS 1

/*
 * Least milliseconds that the target has to ask for an order. It always asks, but on a
 * host whose domains share one CPU others may have that for longer than an event takes.
 */
#define ORDER_MS 5000u

/* Pages that the mixed load may read: with their tables they fit the page cache. */
#define WALK_MAX 64

/* Most requests of one drain that have their ticks noted. */
#define DRAIN_MAX 64

/* What is known of the events of a vcpu that makes them. */
struct view {
    bool armed;         /* its first event has come */
    uint64_t begin;     /* number of that event */
    uint64_t base;      /* event from which on nobody listened */
    uint64_t next;      /* number that the next event must have */
    uint64_t first;     /* of the batch */
    uint32_t *handler;  /* ticks, by place in the batch */
};

struct events {
    const struct job *job;
    struct records *records;
    struct session session;
    struct streams streams;
    unsigned int makers; /* vcpus that make events: those of the first streams */
    vmi_event_t event, orders;
    struct view views[STREAM_VCPUS];
    struct event_batches batches;
    struct event_others others;
    void *page;         /* of the mixed load */

    uint64_t order;     /* number of the order at hand */
    uint32_t ordered;   /* who is to do what: ORDER_WHO() */
    uint64_t handled, extra, lost;
    uint64_t started_at, writing; /* clock of the first event; ticks of writing since */
    uint64_t wrote_in_drain;
    bool walk_failed;

    /* Where the ticks of the events of this drain go. */
    uint32_t *noted[DRAIN_MAX];
    unsigned int notes;
};

/* --- handlers -------------------------------------------------------------------- */

static event_response_t give_order(struct events *w, vmi_event_t *event)
{
    event->x86_regs->rax = ORDER_MAGIC;
    event->x86_regs->rbx = w->ordered;
    event->x86_regs->rcx = w->job->spin;
    event->x86_regs->rdx = w->order;
    return event_kind_answer(EVENT_CPUID, event);
}

/* Writes a batch, whose time is no event's. */
static void write_batch(struct events *w, unsigned int vcpu, bool monitored, uint64_t first,
                        size_t n)
{
    uint64_t start = plat_clock();

    event_batch_write(&w->batches, monitored ? EVENTS_MONITORED : EVENTS_UNMONITORED, vcpu, first,
                      n, NULL, monitored ? w->views[vcpu].handler : NULL);
    w->writing += plat_clock() - start;
    w->wrote_in_drain = true;
}

/* The mixed load: what a monitor reads when an address space is switched to. */
static void read_pages(struct events *w, vmi_event_t *event)
{
    const struct job *job = w->job;
    access_context_t ctx = {
        .version = ACCESS_CONTEXT_VERSION,
        .tm = VMI_TM_PROCESS_DTB,
        .pt = event->x86_regs->cr3 & ~0xfffull,
    };

    vmi_v2pcache_flush(w->session.vmi, ~0ull);
    for (uint64_t i = 0; i < job->walk; i++) {
        ctx.addr = job->base + i * PLAT_PAGE_SIZE;
        if (vmi_read(w->session.vmi, &ctx, PLAT_PAGE_SIZE, w->page, NULL) != VMI_SUCCESS) {
            w->walk_failed = true;
            return;
        }
    }
}

static void first_event(struct events *w, struct view *view, unsigned int vcpu, uint64_t number)
{
    /* The last sample before has the time in it that arming took. */
    uint64_t done = number - 1 - view->base;
    size_t n = done < w->job->batch ? (size_t)done : w->job->batch;

    view->armed = true;
    view->begin = number;
    write_batch(w, vcpu, false, number - 1 - n, n);
    view->first = number + 1;
    if (!w->started_at) {
        w->started_at = plat_clock();
        w->writing = 0;
    }
}

static void numbered_event(struct events *w, struct view *view, unsigned int vcpu, uint64_t number)
{
    if (number != view->next) {
        w->lost += number - view->next;
        view->first = number + 1;
    } else if (w->others.begun) {
        return; /* all batches are written; only the others are looked at now */
    } else if (number == view->first + w->job->batch) {
        write_batch(w, vcpu, true, view->first, w->job->batch);
        view->first = number + 1;
    } else if (number >= view->first && w->notes < DRAIN_MAX) {
        w->noted[w->notes++] = &view->handler[number - view->first];
    }
}

/*
 * Whether the job's events were handled, and what the others do meanwhile is known. Those
 * do their batch while events go on, but no batch of events is written.
 */
static bool is_over(struct events *w)
{
    if (w->handled < w->job->count)
        return false;
    if (!w->others.begun) {
        event_others_begin(&w->others);
        w->others.begun = true;
    }
    return event_others_done(&w->others);
}

static event_response_t on_event(vmi_instance_t vmi, vmi_event_t *event)
{
    struct events *w = event->data;
    unsigned int vcpu = event->vcpu_id;
    struct view *view = &w->views[vcpu];
    uint64_t number;

    if (w->job->kind == EVENT_CPUID && event->cpuid_event.leaf == ORDER_LEAF)
        return give_order(w, event);
    if (vcpu >= w->makers) {
        w->extra++;
        return event_kind_answer(w->job->kind, event);
    }
    number = w->streams.at[vcpu]->started - 1;
    if (!view->armed) {
        first_event(w, view, vcpu, number);
    } else if (number < view->next) {
        w->extra++;
        return event_kind_answer(w->job->kind, event);
    } else {
        numbered_event(w, view, vcpu, number);
    }
    view->next = number + 1;
    if (w->job->walk)
        read_pages(w, event);
    w->handled++;
    if (is_over(w) || w->records->lost || w->walk_failed)
        tvmi_events_stop(vmi);
    return event_kind_answer(w->job->kind, event);
}

/* Notes what the drain took, for each of its events alike; not when it wrote a record. */
static void on_answered(void *context, uint64_t seen, unsigned int requests)
{
    struct events *w = context;
    uint64_t ticks = plat_clock() - seen;

    if (requests > 1)
        ticks /= requests;
    for (unsigned int i = 0; i < w->notes; i++)
        *w->noted[i] = w->wrote_in_drain ? 0 : (uint32_t)ticks;
    w->notes = 0;
    w->wrote_in_drain = false;
}

/* --- phases ---------------------------------------------------------------------------- */

static bool explain(struct events *w, const char *what, struct text *error)
{
    text_add(error, what);
    text_add(error, ": ");
    session_explain(&w->session, error);
    return false;
}

/* Lets the target run until every stream that is to has done @n events or units from its base on. */
static bool wait_for_streams(struct events *w, uint64_t n, struct text *error)
{
    uint64_t limit = w->job->timeout / LOOK_MS + 1, looks = limit, seen = 0;

    for (unsigned int v = 0; v < w->others.end; v++) {
        uint64_t done;

        while ((done = w->streams.at[v]->finished) < w->views[v].base + n) {
            if (done != seen)
                looks = limit;
            seen = done;
            if (!looks--) {
                text_add(error, "target executes no events: is it paused?");
                return false;
            }
            if (plat_ending()) {
                text_add(error, "a signal ended the wait for the target");
                return false;
            }
            plat_sleep(LOOK_MS);
            if (vmi_events_listen(w->session.vmi, 0) != VMI_SUCCESS)
                return explain(w, "target cannot be waited for", error);
        }
    }
    return true;
}

static void set_bases(struct events *w)
{
    for (unsigned int v = 0; v < w->streams.n; v++)
        w->views[v].base = w->streams.at[v]->finished + 1;
}

static event_response_t on_order(vmi_instance_t vmi, vmi_event_t *event)
{
    struct events *w = event->data;
    unsigned int obeyed = 0;

    for (unsigned int v = 0; v < w->streams.n; v++)
        obeyed += w->streams.at[v]->order == w->order;
    if (obeyed == w->streams.n)
        tvmi_events_stop(vmi);
    return event->cpuid_event.leaf == ORDER_LEAF ? give_order(w, event)
                                                 : event_kind_answer(EVENT_CPUID, event);
}

/* Has every stream do its part of this, by answering the questions of the first one. */
static bool order(struct events *w, uint32_t who, struct text *error)
{
    uint32_t timeout = (uint32_t)w->job->timeout;
    struct tvmi_listen how = {.timeout_ms = timeout < ORDER_MS ? ORDER_MS : timeout};
    vmi_instance_t vmi = w->session.vmi;
    int result;

    w->ordered = who;
    /* Any number that no stream has obeyed. */
    for (unsigned int v = 0; v < w->streams.n; v++) {
        if (w->order <= w->streams.at[v]->order)
            w->order = (uint32_t)w->streams.at[v]->order + 1;
    }
    w->orders = (vmi_event_t){
        .version = VMI_EVENTS_VERSION, .type = VMI_EVENT_CPUID, .callback = on_order, .data = w,
    };
    if (vmi_register_event(vmi, &w->orders) != VMI_SUCCESS)
        return explain(w, "CPUID events, by which the target gets its orders", error);
    result = tvmi_events_run(vmi, &how);
    if (result) {
        explain(w, "target asks for no orders", error);
        text_key_u64(error, "asked", w->streams.at[0]->asked);
        text_key_u64(error, "finished", w->streams.at[0]->finished);
    }
    (void)vmi_clear_event(vmi, &w->orders, NULL);
    return !result;
}

/* Events that the target executed from the first handled one to the last, by its own count. */
static uint64_t executed(const struct events *w)
{
    uint64_t n = 0;

    for (unsigned int v = 0; v < w->streams.n; v++) {
        if (w->views[v].armed)
            n += w->views[v].next - w->views[v].begin;
    }
    return n;
}

static uint64_t guest_errors(const struct events *w)
{
    uint64_t errors = 0;

    for (unsigned int v = 0; v < w->streams.n; v++)
        errors += w->streams.at[v]->errors;
    return errors;
}

struct totals {
    struct tvmi_event_stats stats;
    struct plat_counters counters;
    uint64_t errors; /* of the target */
};

static void take_totals(struct events *w, struct totals *out)
{
    tvmi_events_stats(w->session.vmi, &out->stats);
    plat_counters(tvmi_platform(w->session.vmi), &out->counters);
    out->errors = guest_errors(w);
}

/* Digest of the pages that the mixed load read last. */
static uint64_t walk_digest(struct events *w)
{
    uint64_t digest = DIGEST_START;

    for (uint64_t i = 0; i < w->job->walk; i++) {
        if (vmi_read_va(w->session.vmi, w->job->base + i * PLAT_PAGE_SIZE, 0, PLAT_PAGE_SIZE,
                        w->page, NULL) == VMI_SUCCESS)
            digest = digest_words(digest, w->page, PLAT_PAGE_SIZE / 8);
    }
    return digest;
}

static void write_totals(struct events *w, const struct totals *from, const struct totals *to,
                         uint64_t elapsed)
{
    struct event_totals totals = {
        .vcpus = w->makers,
        .executed = executed(w),
        .events = w->handled,
        .extra = w->extra,
        .lost = w->lost,
        .errors = to->errors,
        .elapsed = elapsed,
        .digest = walk_digest(w),
    };

    event_totals_between(&totals, &from->stats, &to->stats, &from->counters, &to->counters);
    event_record_totals(w->records, w->job, &totals);
}

static event_response_t on_other_event(vmi_instance_t vmi, vmi_event_t *event)
{
    struct events *w = event->data;

    (void)vmi;
    return event_kind_answer(w->job->kind, event);
}

static bool listen(struct events *w, event_callback_t callback, struct text *error)
{
    event_kind_listener(&w->event, w->job->kind, callback, w);
    if (vmi_register_event(w->session.vmi, &w->event) == VMI_SUCCESS)
        return true;
    return explain(w, "kind of event cannot be listened for", error);
}

/*
 * Listens for a moment. Xen 4.17 goes on intercepting writes of CR3 and of MSRs on
 * AMD processors when nobody listens any more (xen/arch/x86/hvm/svm/svm.c). So the
 * unmonitored cost is the one after a listener, for the first job as for the last.
 */
static bool listen_once(struct events *w, struct text *error)
{
    if (!listen(w, on_other_event, error))
        return false;
    (void)vmi_clear_event(w->session.vmi, &w->event, NULL);
    return true;
}

static bool measure(struct events *w, struct text *error)
{
    const struct job *job = w->job;
    vmi_instance_t vmi = w->session.vmi;
    struct tvmi_listen how = {
        .wait = job->wait, .notify_each = job->notify, .timeout_ms = (uint32_t)job->timeout,
        .answered = on_answered, .context = w,
    };
    struct totals before, after;
    uint64_t elapsed;
    int result;

    if (!listen_once(w, error))
        return false;
    set_bases(w);
    event_others_begin(&w->others);
    if (!wait_for_streams(w, job->batch + 2, error))
        return false;
    event_others_keep(&w->others);
    take_totals(w, &before);
    if (!listen(w, on_event, error))
        return false;
    result = tvmi_events_run(vmi, &how);
    elapsed = plat_clock() - w->started_at - w->writing;
    if (result)
        explain(w, "listening ended", error);
    take_totals(w, &after);
    (void)vmi_clear_event(vmi, &w->event, NULL);
    if (result == -XEN_ETIME && !w->handled)
        return event_record_kind(w->records, w->job, true, false);
    if (!result && w->walk_failed)
        return explain(w, "pages of the mixed load cannot be read", error);
    if (result)
        return false;
    if (!event_others_write(&w->others, &w->batches)) {
        text_add(error, "target has overwritten the samples of a vcpu that computes");
        return false;
    }

    /* The target goes on by itself, and finds nothing wrong. */
    set_bases(w);
    if (!wait_for_streams(w, 2, error))
        return false;
    after.errors = guest_errors(w);
    write_totals(w, &before, &after, elapsed);
    return event_record_kind(w->records, w->job, true, true);
}

static bool prepare(struct events *w, struct text *error)
{
    size_t n = w->job->batch;
    bool good = event_batches_open(&w->batches, w->job, w->records, &w->streams);

    w->page = plat_alloc_pages(1);
    good = good && w->page;
    for (unsigned int v = 0; v < w->makers; v++) {
        w->views[v].handler = plat_alloc(n * sizeof(uint32_t));
        good = good && w->views[v].handler;
    }
    if (event_others_open(&w->others, &w->streams, w->makers, (unsigned int)w->job->others, n) &&
        good)
        return true;
    text_add(error, "no memory for batches of ");
    text_u64(error, n);
    text_add(error, " events: use a smaller batch or a larger domain");
    return false;
}

static void release(struct events *w)
{
    for (unsigned int v = 0; v < STREAM_VCPUS; v++) {
        if (w->views[v].handler)
            plat_free(w->views[v].handler);
    }
    event_batches_close(&w->batches);
    event_others_close(&w->others);
    if (w->page)
        plat_free_pages(w->page, 1);
}

/* As many vcpus make events and compute as the job says: no more than there are. */
static bool choose_vcpus(struct events *w, struct text *error)
{
    const struct job *job = w->job;

    w->makers = (unsigned int)(job->vcpus ? job->vcpus : w->streams.n);
    if (w->makers + job->others <= w->streams.n)
        return true;
    text_add(error, "vcpus and others are too many: the target has ");
    text_u64(error, w->streams.n);
    return false;
}

static bool run(struct events *w, struct text *error)
{
    vmi_instance_t vmi = w->session.vmi;
    const struct job *job = w->job;
    uint32_t offered;
    bool good;

    if (tvmi_events_open(vmi) || tvmi_events_capabilities(vmi, &offered))
        return explain(w, "events of the target", error);
    event_record_offers(w->records, vmi, offered);
    if (!event_kind_offered(offered, job->kind))
        return event_record_kind(w->records, job, false, false);
    good = streams_open(&w->streams, &w->session, error);
    if (good)
        good = choose_vcpus(w, error) && prepare(w, error) &&
               order(w, ORDER_WHO(job->kind, w->makers, job->others), error) &&
               measure(w, error) && order(w, ORDER_WHO(EVENT_NONE, 0, 0), error);
    if (tvmi_events_close(vmi) && good)
        good = explain(w, "events cannot be switched off", error);
    streams_close(&w->streams);
    return good;
}

bool workload_events(const struct job *job, struct records *records, struct text *error)
{
    struct events *w = plat_alloc(sizeof(*w));
    bool good = false;

    if (!w) {
        text_add(error, "no memory");
        return false;
    }
    w->job = job;
    w->records = records;
    w->order = 1;
    if (job->walk > WALK_MAX) {
        text_add(error, "walk is too large");
    } else if (session_open(&w->session, job, error)) {
        good = run(w, error);
        session_close(&w->session);
    }
    release(w);
    plat_free(w);
    return good;
}
