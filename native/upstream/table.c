/*
 * table.c - the workloads that upstream LibVMI is asked: those that read pages.
 */
#include "../workloads/entries.h"

const struct workload workload_table[] = {WORKLOADS_OF_ALL};

const size_t workload_count = sizeof(workload_table) / sizeof(workload_table[0]);
