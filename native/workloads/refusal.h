/*
 * refusal.h - what came of a request that Xen may refuse: record `R` (native/PROTOCOL.md).
 */
#ifndef WORKLOADS_REFUSAL_H
#define WORKLOADS_REFUSAL_H

#include "../introspector/job.h"
#include "../introspector/records.h"

/* Writes it; @result is 0 or a negative errno. */
void refusal_record(struct records *records, uint64_t attempt, int result);

#endif
