/*
 * refusal.c - workload `refusal`: asks for a mapping, or a ring of events, that
 * ought to be refused, and reports what Xen answered. Whether that is right is the harness's to say.
 */
#include <platform.h>
#include <tvmi.h>

#include "table.h"

bool workload_refusal(const struct job *job, struct records *records, struct text *error)
{
    static const char *const names[] = {"write-map", "foreign-map", "vm-event"};
    bool writable = job->attempt == JOB_WRITE_MAP;
    struct plat_target target = {
        .domid = (uint16_t)job->domid,
        .translated = job->type != JOB_PV,
    };
    char buffer[80];
    struct text t = TEXT(buffer);
    struct platform *platform;
    struct plat_events *ring;
    void *va;
    int result;

    result = plat_open(&platform, &target);
    if (result) {
        text_add(error, "domain cannot be opened: ");
        text_add(error, tvmi_errno_name(result));
        return false;
    }
    if (job->attempt == JOB_VM_EVENT)
        result = plat_events_open(platform, &ring, &va);
    else
        result = plat_map(platform, &job->frame, 1,
                          writable ? PLAT_READ | PLAT_WRITE : PLAT_READ, &va, NULL);
    plat_close(platform);

    text_key(&t, "attempt");
    text_add(&t, names[job->attempt]);
    text_key_u64(&t, "errno", (uint64_t)-result);
    record_text(records, RECORD_REFUSAL, &t);
    return true;
}
