/*
 * table.c - see table.h.
 */
#include "table.h"

const struct workload workload_table[] = {
    {
        .name = "page-walk",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_STATE) |
                 JOB_HAS(KEY_BASE) | JOB_HAS(KEY_PAGES) | JOB_HAS(KEY_DEPTH),
        .run = workload_page_walk,
    },
    {
        .name = "locate",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_PAGES),
        .run = workload_locate,
    },
    {
        .name = "refusal",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_ATTEMPT),
        .run = workload_refusal,
    },
    {
        .name = "events",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_KIND),
        .run = workload_events,
    },
    {
        .name = "guest-events",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_KIND),
        .run = workload_guest_events,
    },
    {
        .name = "events-off",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE),
        .run = workload_events_off,
    },
    {.name = "clock", .run = workload_clock},
    {.name = "stamps", .run = workload_stamps},
    {.name = "exit"},
};

const size_t workload_count = sizeof(workload_table) / sizeof(workload_table[0]);
