/*
 * events_off.h - workload `events-off` as a command of the Dom0 arm's program, for whoever
 * undoes what a run left and speaks no protocol.
 */
#ifndef INTROSPECTOR_EVENTS_OFF_H
#define INTROSPECTOR_EVENTS_OFF_H

/*
 * `events-off <domain> <type> <kind>`: takes a dead listener's ring off a guest, and lets
 * its vcpus go on; without a ring there is nothing to do. Returns the program's exit code,
 * with the reason on standard error unless it is 0.
 */
int events_off_command(int count, char *const words[]);

#endif
