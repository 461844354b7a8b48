/*
 * inbox.c - see inbox.h.
 */
#include "inbox.h"

#include <string.h>

/* The value of the key seq, a word of its own. */
static unsigned long number_of(const char *job)
{
    unsigned long number = 0;

    while (job && strncmp(job, "seq=", 4)) {
        job = strchr(job, ' ');
        if (job)
            job++;
    }
    if (job)
        for (job += 4; *job >= '0' && *job <= '9'; job++)
            number = number * 10 + (unsigned long)(*job - '0');
    return number;
}

bool inbox_is_new(const char *job, unsigned long *last)
{
    unsigned long number = number_of(job);

    if (number == *last)
        return false;
    *last = number;
    return true;
}
