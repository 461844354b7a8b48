/*
 * refusal.c - workload `refusal`: asks for something that may be refused, and
 * reports what Xen answered. Whether that is right is the harness's to say.
 */
#include <platform.h>
#include <tvmi.h>

#include "refusal.h"
#include "table.h"

void refusal_record(struct records *records, uint64_t attempt, int result)
{
    char buffer[80];
    struct text t = TEXT(buffer);

    text_key(&t, "attempt");
    text_add(&t, job_attempt_name(attempt));
    text_key_u64(&t, "errno", (uint64_t)-result);
    record_text(records, RECORD_REFUSAL, &t);
}

bool workload_refusal(const struct job *job, struct records *records, struct text *error)
{
    bool writable = job->attempt == JOB_WRITE_MAP;
    struct plat_target target = {
        .domid = (uint16_t)job->domid,
        .translated = job->type != JOB_PV,
    };
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
    else if (job->attempt == JOB_LISTENER)
        result = plat_events_resume(platform);
    else
        result = plat_map(platform, &job->frame, 1,
                          writable ? PLAT_READ | PLAT_WRITE : PLAT_READ, &va, NULL);
    plat_close(platform);

    refusal_record(records, job->attempt, result);
    return true;
}
