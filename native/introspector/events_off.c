/*
 * events_off.c - see events_off.h. The words are checked as those of a job are.
 */
#include "events_off.h"

#include <stdio.h>

#include "../workloads/table.h"
#include "introspector.h"
#include "job.h"
#include "records.h"

static int fail(const char *why)
{
    fprintf(stderr, "introspector: events-off: %s\n", why);
    return 2;
}

int events_off_command(int count, char *const words[])
{
    char line[JOB_MAX + 1], buffer[400];
    struct text message = TEXT(buffer);
    struct records none = {0};
    struct job job;
    int length;

    if (count != 4)
        return fail("takes a domain's id, its type, and a kind of event");
    length = snprintf(line, sizeof(line), "seq=1 workload=events-off domid=%s type=%s kind=%s",
                      words[1], words[2], words[3]);
    if (length < 0 || (size_t)length >= sizeof(line))
        return fail("words are too long");
    if (!job_parse(line, &job, &message) || !workload_events_off(&job, &none, &message))
        return fail(message.start);
    return 0;
}
