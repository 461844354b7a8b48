/*
 * table.h - the workloads that a job can name.
 *
 * A new workload is one source file and one entry in entries.h, or in dom0/table.c
 * when Dom0 alone is asked.
 */
#ifndef WORKLOADS_TABLE_H
#define WORKLOADS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../introspector/job.h"
#include "../introspector/records.h"

struct workload {
    const char *name;
    uint32_t needs; /* JOB_HAS() of the keys without which it cannot run */
    /*
     * Does the job and writes its records. False, with one clear sentence in
     * @error, when it could not; nothing of it stays behind either way. NULL:
     * the introspector ends.
     */
    bool (*run)(const struct job *job, struct records *records, struct text *error);
};

extern const struct workload workload_table[];
extern const size_t workload_count;

bool workload_page_walk(const struct job *job, struct records *records, struct text *error);
bool workload_locate(const struct job *job, struct records *records, struct text *error);
bool workload_refusal(const struct job *job, struct records *records, struct text *error);
bool workload_events(const struct job *job, struct records *records, struct text *error);
bool workload_guest_events(const struct job *job, struct records *records, struct text *error);
bool workload_events_off(const struct job *job, struct records *records, struct text *error);
bool workload_stamps(const struct job *job, struct records *records, struct text *error);
bool workload_clock(const struct job *job, struct records *records, struct text *error);

#endif
