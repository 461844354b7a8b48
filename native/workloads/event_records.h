/*
 * event_records.h - what jobs about events report besides their batches: records `O`,
 * `K` and `N` (native/PROTOCOL.md).
 */
#ifndef WORKLOADS_EVENT_RECORDS_H
#define WORKLOADS_EVENT_RECORDS_H

#include <platform.h>
#include <tvmi_events.h>

#include "../introspector/job.h"
#include "../introspector/records.h"

/* What Xen offers besides what the job is about. */
void event_record_offers(struct records *records, vmi_instance_t vmi, uint32_t offered);

/* Whether the job's kind can be had, as it turned out. True. */
bool event_record_kind(struct records *records, const struct job *job, bool offered,
                       bool delivered);

/* What a job counted. PLAT_UNKNOWN: it cannot be known. */
struct event_totals {
    uint64_t vcpus, executed, events, extra, lost, errors, elapsed, digest;
    struct tvmi_event_stats stats;
    struct plat_counters counters;
};

/* Sets stats and counters to what came between two moments. */
void event_totals_between(struct event_totals *t, const struct tvmi_event_stats *from,
                          const struct tvmi_event_stats *to, const struct plat_counters *before,
                          const struct plat_counters *after);

void event_record_totals(struct records *records, const struct job *job,
                         const struct event_totals *totals);

#endif
