/*
 * table.c - the workloads that upstream LibVMI is asked: those that read pages.
 */
#include "../workloads/table.h"

const struct workload workload_table[] = {
    {
        .name = "page-walk",
        .needs = JOB_HAS(KEY_DOMID) | JOB_HAS(KEY_TYPE) | JOB_HAS(KEY_STATE) |
                 JOB_HAS(KEY_BASE) | JOB_HAS(KEY_PAGES) | JOB_HAS(KEY_DEPTH),
        .run = workload_page_walk,
    },
    {.name = "clock", .run = workload_clock},
    {.name = "stamps", .run = workload_stamps},
    {.name = "exit"},
};

const size_t workload_count = sizeof(workload_table) / sizeof(workload_table[0]);
