/*
 * run.c - runs one job: hello, the workload's records, end.
 */
#include <platform.h>

#include "../workloads/table.h"
#include "introspector.h"
#include "job.h"
#include "records.h"
#include "stamps.h"

#ifdef TVMI_UPSTREAM
#define LIBRARY "LibVMI-" TVMI_UPSTREAM
#else
#define LIBRARY TVMI_VERSION
#endif

#ifndef TVMI_VERSION
#define TVMI_VERSION "unknown"
#endif

/* Clock and kernel do not change while the introspector lives: asked once. */
static const struct plat_clock_info *clock_info(void)
{
    static struct plat_clock_info info;

    if (!info.source)
        plat_clock_info(&info);
    return &info;
}

/* A value without spaces, whatever its source says. */
static void add_word(struct text *t, const char *s)
{
    for (; *s; s++)
        text_char(t, *s > ' ' && *s < 0x7f ? *s : '_');
}

static void write_hello(struct records *records)
{
    const struct plat_clock_info *clock = clock_info();
    char buffer[400];
    struct text t = TEXT(buffer);

    text_key_u64(&t, "protocol", 1);
    text_key(&t, "platform");
    text_add(&t, plat_name());
    text_key(&t, "kernel");
    add_word(&t, plat_kernel());
    text_key(&t, "clock");
    text_add(&t, clock->source);
    text_key_u64(&t, "frequency", clock->frequency);
    text_key(&t, "emulated");
    text_add(&t, clock->emulated < 0 ? "-1" : clock->emulated ? "1" : "0");
    text_key_u64(&t, "monotonic", (uint64_t)clock->monotonic);
    text_key_u64(&t, "readcost", clock->read_cost);
    text_key(&t, "library");
    text_add(&t, LIBRARY);
    record_text(records, RECORD_HELLO, &t);
}

static void write_end(struct records *records, bool good, const char *message)
{
    char buffer[600];
    struct text t = TEXT(buffer);

    text_key(&t, "status");
    text_add(&t, good ? "ok" : "error");
    text_key_u64(&t, "records", records->count);
    text_key(&t, "message");
    text_add(&t, message);
    record_text(records, RECORD_END, &t);
}

enum introspector_next introspector_run_job(const char *line)
{
    struct records records = {0};
    char buffer[400];
    struct text message = TEXT(buffer);
    struct job job;
    bool good;

    stamp(STAMP_ASKED);
    good = job_parse(line, &job, &message);
    records.seq = job.seq;
    write_hello(&records);
    if (good && job.workload->run)
        good = job.workload->run(&job, &records, &message);
    write_end(&records, good, good ? "done" : message.start);
    if (good)
        stamp(STAMP_ANSWERED);

    if (records.lost)
        return INTROSPECTOR_BROKEN;
    return good && !job.workload->run ? INTROSPECTOR_EXIT : INTROSPECTOR_CONTINUE;
}
