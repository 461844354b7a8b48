/*
 * inbox.h - jobs that come by a value which changes, as in xenstore.
 */
#ifndef INTROSPECTOR_INBOX_H
#define INTROSPECTOR_INBOX_H

#include <stdbool.h>

/*
 * Whether @job has another number than *@last, which becomes its number then. A
 * job without a number has 0.
 */
bool inbox_is_new(const char *job, unsigned long *last);

#endif
