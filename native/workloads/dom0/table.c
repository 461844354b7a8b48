/*
 * table.c - see ../table.h: of the program in Dom0, which also looks for pages
 * for both arms, and takes off a guest what a listener left.
 */
#include "../entries.h"

const struct workload workload_table[] = {
    WORKLOADS_OF_ALL,
    WORKLOADS_OF_OUR_LIBRARY,
    {
        .name = "events-off",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE),
        .run = workload_events_off,
    },
    {
        .name = "locate",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_PAGES),
        .run = workload_locate,
    },
};

const size_t workload_count = sizeof(workload_table) / sizeof(workload_table[0]);
