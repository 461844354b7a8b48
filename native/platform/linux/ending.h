/*
 * ending.h - the end of an introspector that a signal asks for.
 *
 * While something of its own is on a guest (a ring, a pause), SIGTERM, SIGINT, SIGHUP and
 * SIGPIPE end its waits for events and no more, so that whoever listens answers what waits
 * and takes its events off; when the last thing is off, the process ends by that signal.
 * With nothing on a guest it ends at once, as without all this. Nothing is changed for a
 * program that does not call ending_heed().
 */
#ifndef PLATFORM_LINUX_ENDING_H
#define PLATFORM_LINUX_ENDING_H

#include <signal.h>

/* The signal that asked for the end, 0: none did. */
extern volatile sig_atomic_t ending;

/* Makes this process end so. 0 or a negative errno. */
int ending_heed(void);

/* Becomes readable when there was such a signal; -1 before ending_heed(). */
int ending_descriptor(void);

/* Between these two something is on a guest. They count, and ending_allow() may not return. */
void ending_defer(void);
void ending_allow(void);

#endif
