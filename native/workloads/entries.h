/*
 * entries.h - the entries of the tables of workloads, by whose tables they stand in: a
 * domain's (table.c), Dom0's (dom0/table.c), and that of upstream LibVMI (upstream/table.c).
 */
#ifndef WORKLOADS_ENTRIES_H
#define WORKLOADS_ENTRIES_H

#include "table.h"

/* Of every program. */
#define WORKLOADS_OF_ALL                                                              \
    {                                                                                 \
        .name = "page-walk",                                                          \
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_STATE) |        \
                 JOB_HAS(KEY_BASE) | JOB_HAS(KEY_PAGES) | JOB_HAS(KEY_DEPTH),         \
        .run = workload_page_walk,                                                    \
    },                                                                                \
    {.name = "clock", .run = workload_clock},                                         \
    {.name = "stamps", .run = workload_stamps},                                       \
    {.name = "exit"}

/* Of those with our library. */
#define WORKLOADS_OF_OUR_LIBRARY                                                      \
    {                                                                                 \
        .name = "refusal",                                                            \
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_ATTEMPT),       \
        .run = workload_refusal,                                                      \
    },                                                                                \
    {                                                                                 \
        .name = "events",                                                             \
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_KIND),          \
        .run = workload_events,                                                       \
    },                                                                                \
    {                                                                                 \
        .name = "guest-events",                                                       \
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_KIND),          \
        .run = workload_guest_events,                                                 \
    }

#endif
