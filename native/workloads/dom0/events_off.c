/*
 * events_off.c - workload `events-off`: takes off a target what a listener that died left
 * there, and lets its vcpus go on. Dom0's alone, whoever listened.
 */
#include <tvmi.h>
#include <tvmi_events.h>
#include <xen/errno.h>

#include "../event_stream.h"
#include "../session.h"
#include "../table.h"

bool workload_events_off(const struct job *job, struct records *records, struct text *error)
{
    static const enum tvmi_waits waits[EVENT_KINDS] = {
        [EVENT_CPUID] = TVMI_WAITS_AT_CPUID,
        [EVENT_CR3_WRITE] = TVMI_WAITS_AFTER_CR3,
        [EVENT_MSR_WRITE] = TVMI_WAITS_AFTER_MSR,
    };
    char buffer[400];
    struct text unread = TEXT(buffer);
    struct session session;
    int result;

    (void)records;
    if (!session_open_domain(&session, job, error))
        return false;
    /* Whose code cannot be read (it is not in long mode) goes on all the same, where it stands. */
    (void)session_find_space(&session, job, &unread);
    result = tvmi_events_recover(session.vmi, waits[job->kind]);
    /* Without a ring there is nothing to take off. */
    if (result == -XEN_ENOENT)
        result = 0;
    if (result)
        session_explain(&session, error);
    session_close(&session);
    return !result;
}
