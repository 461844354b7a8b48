/*
 * event_records.c - see event_records.h.
 */
#include "event_records.h"

void event_record_offers(struct records *records, vmi_instance_t vmi, uint32_t offered)
{
    char buffer[200];
    struct text t = TEXT(buffer);
    int memory = tvmi_events_memory_offered(vmi);

    text_key(&t, "capabilities");
    text_hex(&t, offered);
    text_key_u64(&t, "single-step", offered >> PLAT_MONITOR_SINGLESTEP & 1);
    text_key(&t, "memory-access");
    text_add(&t, memory ? tvmi_errno_name(memory) : "0");
    record_text(records, RECORD_EVENT_OFFERS, &t);
}

bool event_record_kind(struct records *records, const struct job *job, bool offered,
                       bool delivered)
{
    char buffer[200];
    struct text t = TEXT(buffer);

    text_key(&t, "kind");
    text_add(&t, job_kind_name(job->kind));
    text_key_u64(&t, "offered", offered);
    text_key_u64(&t, "delivered", delivered);
    record_text(records, RECORD_EVENT_KIND, &t);
    return true;
}

static uint64_t between(uint64_t from, uint64_t to)
{
    return to == PLAT_UNKNOWN ? PLAT_UNKNOWN : to - from;
}

void event_totals_between(struct event_totals *t, const struct tvmi_event_stats *from,
                          const struct tvmi_event_stats *to, const struct plat_counters *before,
                          const struct plat_counters *after)
{
    t->stats = (struct tvmi_event_stats){
        .requests = to->requests - from->requests,
        .responses = to->responses - from->responses,
        .notifications = to->notifications - from->notifications,
        .waits = to->waits - from->waits,
        .unclaimed = to->unclaimed - from->unclaimed,
        .bad = to->bad - from->bad,
    };
    t->counters = (struct plat_counters){
        .hypercalls = between(before->hypercalls, after->hypercalls),
        .syscalls = between(before->syscalls, after->syscalls),
    };
}

static void add_count(struct text *t, const char *key, uint64_t n)
{
    text_key(t, key);
    if (n == PLAT_UNKNOWN)
        text_add(t, "unknown");
    else
        text_u64(t, n);
}

void event_record_totals(struct records *records, const struct job *job,
                         const struct event_totals *totals)
{
    const struct tvmi_event_stats *stats = &totals->stats;
    char buffer[900];
    struct text t = TEXT(buffer);

    text_key(&t, "kind");
    text_add(&t, job_kind_name(job->kind));
    text_key(&t, "wait");
    text_add(&t, job_wait_name(job->wait));
    text_key(&t, "notify");
    text_add(&t, job_notify_name(job->notify));
    text_key_u64(&t, "vcpus", totals->vcpus);
    text_key_u64(&t, "others", job->others);
    text_key_u64(&t, "spin", job->spin);
    text_key_u64(&t, "walk", job->walk);
    add_count(&t, "executed", totals->executed);
    text_key_u64(&t, "events", totals->events);
    text_key_u64(&t, "extra", totals->extra);
    add_count(&t, "lost", totals->lost);
    text_key_u64(&t, "requests", stats->requests);
    text_key_u64(&t, "responses", stats->responses);
    text_key_u64(&t, "notifications", stats->notifications);
    text_key_u64(&t, "waits", stats->waits);
    text_key_u64(&t, "unclaimed", stats->unclaimed);
    text_key_u64(&t, "bad", stats->bad);
    add_count(&t, "errors", totals->errors);
    text_key_u64(&t, "elapsed", totals->elapsed);
    add_count(&t, "hypercalls", totals->counters.hypercalls);
    add_count(&t, "syscalls", totals->counters.syscalls);
    text_key(&t, "digest");
    text_digits(&t, totals->digest, 16);
    record_text(records, RECORD_EVENT_TOTALS, &t);
}
