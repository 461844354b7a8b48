/*
 * job.h - one job as native/PROTOCOL.md describes it, parsed and checked.
 */
#ifndef INTROSPECTOR_JOB_H
#define INTROSPECTOR_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

#define JOB_BATCH_MAX     4096
#define JOB_BATCH_DEFAULT 500

enum job_type { JOB_PV, JOB_PVH, JOB_HVM };
enum job_state { JOB_COLD, JOB_TABLES, JOB_WARM, JOB_BATCH, JOB_SEED_2018 };
enum job_attempt { JOB_WRITE_MAP, JOB_FOREIGN_MAP, JOB_VM_EVENT, JOB_LISTENER };
enum job_region { JOB_KERNEL, JOB_PROCESS };

/* Keys, in the order of the table in job.c. */
enum job_key {
    KEY_SEQ, KEY_WORKLOAD, KEY_DOMID, KEY_TYPE, KEY_STATE, KEY_BASE, KEY_PAGES,
    KEY_BATCH, KEY_DEPTH, KEY_REPEAT, KEY_WARMUP, KEY_CR3, KEY_LEVELS,
    KEY_ATTEMPT, KEY_FRAME, KEY_KIND, KEY_COUNT, KEY_WAIT, KEY_NOTIFY, KEY_WALK,
    KEY_SPIN, KEY_EVERY, KEY_TIMEOUT, KEY_VCPUS, KEY_OTHERS, KEY_STAMPS,
    KEY_REGION, KEYS
};

/* Bit of a key in a set of keys. */
#define JOB_HAS(key) (1u << (key))

struct job {
    uint32_t given;     /* which keys the line had */
    uint64_t seq;
    const struct workload *workload;
    uint64_t domid, type, state;
    uint64_t base, pages, batch, depth, repeat, warmup;
    uint64_t cr3;       /* 0: auto */
    uint64_t levels;    /* 0: auto */
    uint64_t attempt, frame;
    uint64_t kind;      /* enum event_kind; EVENT_NONE: not given */
    uint64_t count, wait, notify, walk, spin, every, timeout;
    uint64_t vcpus;     /* that make events; 0: all */
    uint64_t others;    /* that compute meanwhile */
    uint64_t stamps;    /* 1: the clock's readings are recorded too */
    uint64_t region;    /* enum job_region */
};

/* Names of a state, an attempt, a kind of event, a way to wait and one to tell Xen, as in the job. */
const char *job_state_name(uint64_t state);
const char *job_attempt_name(uint64_t attempt);
const char *job_kind_name(uint64_t kind);
const char *job_wait_name(uint64_t wait);
const char *job_notify_name(uint64_t notify);

/*
 * Parses a line. False, with one clear sentence in @error, when it is no valid
 * job; job->seq is its number even then, if it can be read, and 0 otherwise.
 */
bool job_parse(const char *line, struct job *job, struct text *error);

#endif
