/*
 * wait.h - giving the processor back to Xen until something happens.
 */
#ifndef MINIOS_WAIT_H
#define MINIOS_WAIT_H

#include <mini-os/time.h>

/*
 * wait_for_event(): block until a bound port has an event, or until @until
 * (system time in ns, 0: no limit), then run the handlers of all ports that
 * have one. May return early: callers look at what they wait for, in a loop.
 */
void wait_for_event(s_time_t until);

#endif
