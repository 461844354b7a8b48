/*
 * events.h - the target's part of workload `events` (workloads/event_stream.h).
 */
#ifndef TARGET_EVENTS_H
#define TARGET_EVENTS_H

#include <stddef.h>

/*
 * events_run(): starts one stream on each vcpu and never returns, or returns a
 * sentence in @error. Prints a line `TARGET events base=... vcpus=<n>` when the
 * streams run.
 */
void events_run(char *error, size_t size);

#endif
