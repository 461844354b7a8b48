/*
 * sched.h - threads, as far as one application needs them: one.
 *
 * This kernel has no scheduler. A thread made by app_main() starts after
 * app_main() has returned, and runs to its end. Blocking calls give the
 * processor back to Xen, and run the handlers of events that arrived.
 */
#ifndef MINIOS_SCHED_H
#define MINIOS_SCHED_H

#include <stdint.h>

struct thread;

/* create_thread(): NULL when a thread is waiting for its start already. */
struct thread *create_thread(char *name, void (*function)(void *), void *data);

/* msleep(): give the processor away for at least that long. */
void msleep(uint32_t millisecs);

#endif
