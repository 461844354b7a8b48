/*
 * table.c - see table.h: of an introspector in a domain of its own.
 */
#include "entries.h"

const struct workload workload_table[] = {WORKLOADS_OF_ALL, WORKLOADS_OF_OUR_LIBRARY};

const size_t workload_count = sizeof(workload_table) / sizeof(workload_table[0]);
